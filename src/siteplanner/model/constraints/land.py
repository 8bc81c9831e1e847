"""Family 11, land.

For each district with an estate in scope:  Σ land(site)·choose + Σ land(premises kept) ≥ value × people.

In words: where the reading makes the land figure binding, each district holds at least that much land for its people.
"""

from __future__ import annotations

from collections.abc import Iterator

from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.policy.rules import land_target_dm2
from siteplanner.units import dm2_to_solver_m2


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family, at the last checkpoint."""
    case, day = supply.case, supply.case.checkpoints[-1]
    target = case.scenario.pack.land
    if target is None or target.state != "enforced":
        return
    sites = {site.id: site for site in case.scenario.sites}
    for number, district in enumerate(sorted({n.estate.district for n in case.needs if n.status != "out_of_scope"})):
        held = Expr()
        for premises in case.scenario.premises:
            if premises.district == district and premises.land_area_dm2 and case.held[premises.id].ready <= day:
                held += dm2_to_solver_m2(premises.land_area_dm2) * (1 - supply.gone(premises.id, day))
        for offer in case.offers:
            land = sites[offer.site].land_area_dm2
            if sites[offer.site].district == district and land and offer.stands(day):
                held += dm2_to_solver_m2(land) * supply.variables.choose[offer.id]
        yield f"land.{number}", held >= dm2_to_solver_m2(land_target_dm2(target, district))
