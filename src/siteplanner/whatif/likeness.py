"""A new candidate made like a lawful one of the scenario: what the law looks at is copied, place, area and money are its own."""

from __future__ import annotations

from siteplanner.scenario.schema import Estate, Option, Site

_FREE: dict[str, object] = dict.fromkeys(
    ("price_fen", "price_per_m2_fen", "tax_fee_fen", "rent_fen", "rent_per_m2_fen", "deposit_fen", "fit_out_fen", "fit_out_per_m2_fen",
     "running_fen", "lead_days", "asset_given_up_fen"), 0,
)  # fmt: skip
_PLAIN: dict[str, object] = {
    "first_start": None, "lock": "", "gives_up": (), "extends": None, "area_min_dm2": None, "area_max_dm2": None, "payment_schedule": "",
}  # fmt: skip


def make_like(
    pattern: tuple[Site, Option], key: str, home: Estate, area_dm2: int, place: dict[str, object], way: dict[str, object]
) -> tuple[Site, Option]:
    """Return a site and its one option, both called `key`, free and at hand but for what `way` states.

    Parameters
    ----------
    pattern : tuple of Site and Option
        A candidate that stands alone and that the law takes.
    home : Estate
        The estate in whose township, district and community it stands.
    place, way : dict
        Other fields of the site (where it is) and of the option (what it costs), as in the tables' schema.
    """
    site, option = pattern
    fields = {
        "id": key, "name": key, "township": home.township, "district": home.district, "community": home.community, "estate": None,
        "gross_area_dm2": area_dm2, "net_area_dm2": None if site.net_area_dm2 is None else area_dm2, "cluster": None, "cluster_main": False,
        "building_group": None, "available": True,
    }  # fmt: skip
    return (
        site.model_copy(update={**fields, **place}),
        option.model_copy(update={**_FREE, **_PLAIN, "id": key, "site": key, "area_dm2": area_dm2, **way}),
    )
