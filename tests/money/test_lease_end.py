"""A leased room counts to the last day of its term and no longer: in the model, in the credits, in the check."""

from __future__ import annotations

import itertools
import random
from datetime import date

import pytest

from money.county import Row, tonglu
from siteplanner.audit import audit, broken
from siteplanner.case.prepare import prepare
from siteplanner.explain.nouns import NoPlan
from siteplanner.money import lease_until, net_pv, outlays
from siteplanner.notices import notices
from siteplanner.planner import Run, plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Option, Scenario

STARTS = (date(2023, 10, 1), date(2024, 6, 30), date(2024, 7, 1))
TESTED = {"yes": date(2025, 12, 31), "no": date(2027, 6, 30)}
"""Last days in time: estates in the renovation plan, and the rest."""
WHERE = {"township": "一街道", "community": "社区"}


def wenzhou(options: list[Row], programme: tuple[str, ...] = ("yes", "no"), walks: tuple[tuple[str, str], ...] = ()) -> Scenario:
    """Return a county of old estates that each need a place of 200 m² within a walk, tested at the end of 2025 and on 2027-06-30."""
    sites = sorted({row["site"] for row in options})
    estates = [f"E{n}" for n in range(1, len(programme) + 1)]
    settings: dict[str, object] = {
        "title": "小例", "policy": "wenzhou-2023", "county": "某县", "base_date": "2023-10-01", "synthetic": "true",
        "walking": {"method": "table", "source": "虚构"}, "periods": [day.isoformat() for day in STARTS],
        "finance": {"base_year": "2023", "horizon_years": "7", "rate": "0.03"},
    }  # fmt: skip
    tables: dict[str, list[Row]] = {
        "estates": [
            {"estate": estate, "name": estate, **WHERE, "dwellings": "100", "cohort": "old", "in_programme": listed}
            for estate, listed in zip(estates, programme, strict=True)
        ],
        "sites": [{"site": site, "name": site, **WHERE, "gross_area_m2": "400", "net_area_m2": "400"} for site in sites],
        "options": [{"works": "none", "area_m2": "200", "station_type": "care_room", **row} for row in options],
        "walks": [{"estate": e, "place": s, "seconds": "300"} for e, s in (walks or itertools.product(estates, sites))],
    }
    return build_scenario(settings, tables)


def lease(option: str, years: int, rent: int = 1000, site: str = "S1", **more: str) -> Row:
    """Return a lease that ends."""
    return {"option": option, "site": site, "kind": "lease", "rent_yuan_per_year": str(rent), "term_years": str(years),
            "lease_end": "end", **more}  # fmt: skip


DEAR: Row = {"option": "O9", "site": "S1", "kind": "purchase", "price_yuan": "900000"}


def run_of(scenario: Scenario) -> Run:
    """Return the run; the independent check has passed its plan."""
    return plan(scenario)


def started(run: Run) -> list[tuple[str, date]]:
    """Return the chosen options with their starts."""
    return [(pick.option, pick.start) for pick in run.plan.chosen]


def test_a_lease_that_ends_on_the_tested_day_does_not_count_on_it() -> None:
    """Three years from 2024-06-30 are over on 2027-06-30, the last day in time; three years from 2024-07-01 are not."""
    assert started(run_of(wenzhou([lease("O1", 3), DEAR]))) == [("O1", date(2024, 7, 1))]
    too_early = lease("O1", 3, first_start="2024-06-30")
    scenario = wenzhou([too_early, DEAR])
    scenario = scenario.model_copy(update={"settings": scenario.settings.model_copy(update={"periods": STARTS[:2]})})
    assert started(run_of(scenario)) == [("O9", date(2024, 6, 30))]


def test_a_short_lease_serves_the_first_date_only() -> None:
    """Where only estates of the first date need a place, two years and a half of room are enough."""
    assert started(run_of(wenzhou([lease("O1", 3), DEAR], programme=("yes",))))[0][0] == "O1"
    assert started(run_of(wenzhou([lease("O1", 3), DEAR], programme=("yes",))))[0][1] < date(2025, 1, 1)


def test_no_plan_where_every_lease_is_over_in_time() -> None:
    """With leases of two years alone nothing stands on 2027-06-30; an option that stands on no tested day is left out with a reason."""
    with pytest.raises(NoPlan):
        plan(wenzhou([lease("O1", 2), lease("O2", 1, site="S2")]))
    rejected = {row.option: row for row in prepare(wenzhou([lease("O1", 1), DEAR], programme=("no",))).rejected}
    assert (rejected["O1"].code, rejected["O1"].facts["until"]) == ("lease_over", "2025-07-01")


def test_the_check_faults_credit_from_a_lease_that_is_over() -> None:
    """A plan made with a renewed lease is at fault when the same lease ends before the last tested day, and the finding says so."""
    renewed = wenzhou([lease("O1", 2) | {"lease_end": "renew"}, DEAR])
    ending = wenzhou([lease("O1", 2), DEAR])
    run = run_of(renewed)
    assert started(run)[0][0] == "O1" and not broken(audit(renewed, run.plan, run.case.walks))
    codes = {finding.code: finding for finding in broken(audit(ending, run.plan, run.case.walks))}
    assert {"lease_over", "coverage_short", "line_undue"} <= set(codes)
    assert codes["lease_over"].facts["until"] == date(started(run)[0][1].year + 2, *started(run)[0][1].timetuple()[1:3]).isoformat()


def test_notices_tell_renewal_from_the_end() -> None:
    """A term within the horizon is told as renewed or as ended, never as both."""
    for lease_end, code in (("renew", "lease_renewed"), ("end", "lease_ends")):
        scenario = wenzhou([lease("O1", 4) | {"lease_end": lease_end}, DEAR])
        told = [notice for notice in notices(scenario, run_of(scenario).plan) if notice.subject == "O1" and "lease" in notice.code]
        assert [notice.code for notice in told] == [code]


@pytest.mark.parametrize(
    ("start", "years", "until"),
    [
        (date(2021, 12, 13), 1, date(2022, 12, 13)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2023, 3, 1), 1, date(2024, 3, 1)),
    ],
)
def test_the_term_is_whole_years(start: date, years: int, until: date) -> None:
    """The day of the start a number of years on is the first without the room; after a leap day that is 1 March."""
    row = {"option": "O1", "kind": "lease", "works": "none", "rent_yuan_per_year": "1", "term_years": str(years), "lease_end": "end"}
    assert lease_until(tonglu(row).options[0], start) == until
    assert lease_until(tonglu(row | {"lease_end": "renew"}).options[0], start) is None


def random_leases(seed: int) -> Scenario:
    """Return a random county of three sites with leases of many terms and a few purchases."""
    rng = random.Random(seed)
    options: list[Row] = []
    for site in ("S1", "S2", "S3"):
        for _ in range(rng.choice((1, 2))):
            option = f"O{len(options) + 1}"
            if rng.random() < 0.25:
                row = {"option": option, "site": site, "kind": "purchase", "price_yuan": str(rng.randint(5, 40) * 1000)}
            else:
                row = lease(option, rng.randint(1, 5), rng.randint(1, 9) * 500, site, deposit_yuan=str(rng.randint(0, 3) * 1000))
                row["lease_end"] = rng.choice(("end", "end", "renew"))
            row["lead_days"] = str(rng.choice((0, 0, 400, 900)))
            options.append(row)
    programme = tuple(rng.choice(("yes", "no")) for _ in range(3))
    near = tuple((f"E{e}", f"S{s}") for e in (1, 2, 3) for s in (1, 2, 3) if rng.random() < 0.7)
    return wenzhou(options, programme, near or (("E1", "S1"),))


def tried(scenario: Scenario) -> int | None:
    """Return the least cost to the county over every set of starts that serves every estate on every tested day from its own on."""
    near = {(walk.estate, walk.place) for walk in scenario.walks}
    due = {estate.id: TESTED["yes" if estate.in_programme else "no"] for estate in scenario.estates}
    wanted = [(estate, day) for estate, first in due.items() for day in sorted(set(due.values())) if day >= first]
    menus: list[list[tuple[int, frozenset[tuple[str, date]]]]] = []
    for site in scenario.sites:
        menu = [(0, frozenset[tuple[str, date]]())]
        for option, start in itertools.product((o for o in scenario.options if o.site == site.id), STARTS):
            cost = net_pv(outlays(scenario, option, 20_000, start), frozenset({"county"}))
            met = frozenset((estate, day) for estate, day in wanted if (estate, site.id) in near and there(option, start, day))
            menu.append((cost, met))
        menus.append(menu)
    lawful = [picks for picks in itertools.product(*menus) if frozenset().union(*(met for _, met in picks)) >= frozenset(wanted)]
    return min((sum(cost for cost, _ in picks) for picks in lawful), default=None)


def there(option: Option, start: date, day: date) -> bool:
    """Return whether a room stands on a day, counted in days and years by hand."""
    ready = date.fromordinal(start.toordinal() + option.lead_days)
    if option.lease_end == "end" and option.term_years is not None:
        return ready <= day < date(start.year + option.term_years, start.month, start.day)
    return ready <= day


@pytest.mark.parametrize("block", range(4))
def test_leases_are_chosen_as_trying_everything_does(block: int) -> None:
    """On random counties with leases of many terms and two dates, the proven cost is the least of all lawful sets."""
    outcomes = set()
    for seed in range(25 * block, 25 * block + 25):
        scenario = random_leases(seed)
        try:
            cost = sum(term.amount for term in plan(scenario).plan.terms)
        except NoPlan:
            cost = None
        assert cost == tried(scenario), seed
        outcomes.add(cost is None)
    assert outcomes == {True, False}
