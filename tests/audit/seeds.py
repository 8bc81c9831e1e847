"""Faults to seed in the lawful plan, one at a time: what is wrong, and the clause, code and subject it must be found under."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from audit.lawful import DAY, EVIDENCE, OTHER, TOWN, WALKS, changed, plan, scenario, without
from siteplanner.plan import Chosen, Duty, Line, NamedException, Plan
from siteplanner.scenario.schema import Scenario

Case = tuple[Scenario, Plan]
LAWFUL = plan()


def moved(**changes: object) -> Case:
    """Return the scenario with the lawful plan changed."""
    return scenario(), plan(**changes)


def credit(estate: str, place: str, /, **cells: object) -> Case:
    """Change one credit."""
    return part("credits", {"estate": estate, "place": place}, **cells)


def part(name: str, match: dict[str, object], /, **cells: object) -> Case:
    """Change the matching rows of one table of the plan."""
    return moved(**{name: changed(getattr(LAWFUL, name), match, **cells)})


def walks(**changes: object) -> Case:
    """Change or drop the walk from E1 in the scenario, under the lawful plan."""
    rows = scenario().walks
    return scenario(walks=changed(rows, {"estate": "E1"}, **changes) if changes else without(rows, estate="E1")), LAWFUL


def line(match: dict[str, object], /, **cells: object) -> Case:
    """Change ledger lines."""
    return moved(ledger=changed(LAWFUL.ledger, match, **cells))


def service(estate: str, /, **cells: object) -> Case:
    """Change one row of the list of estates."""
    return part("services", {"estate": estate}, **cells)


def sites(match: str, /, **cells: object) -> Case:
    """Change one site of the scenario under the lawful plan."""
    return scenario(sites=changed(scenario().sites, {"id": match}, **cells)), LAWFUL


def options(match: str, /, **cells: object) -> Case:
    """Change one option of the scenario under the lawful plan."""
    return scenario(options=changed(scenario().options, {"id": match}, **cells)), LAWFUL


def estates(match: str, /, **cells: object) -> Case:
    """Change one estate of the scenario under the lawful plan."""
    return scenario(estates=changed(scenario().estates, {"id": match}, **cells)), LAWFUL


def area(option_id: str, dm2: int) -> Case:
    """Change the area of one option, in scenario and plan alike."""
    return (
        scenario(options=changed(scenario().options, {"id": option_id}, area_dm2=dm2)),
        plan(chosen=changed(LAWFUL.chosen, {"option": option_id}, area_dm2=dm2, net_area_dm2=dm2)),
    )


def extra(option_id: str, site_id: str, kind: str, works: str = "none", dm2: int = 40000) -> Case:
    """Choose one option more."""
    row = {"option": option_id, "site": site_id, "place": site_id, "kind": kind, "works": works, "township": TOWN, "area_dm2": dm2}
    more = Chosen.model_validate({**row, "net_area_dm2": dm2, "start": DAY, "ready": DAY})
    return moved(chosen=(*LAWFUL.chosen, more))


def settings(**cells: object) -> Case:
    """Change settings of the scenario."""
    return scenario(settings=scenario().settings.model_copy(update=cells)), LAWFUL


def one_day_too_late() -> Case:
    """The exempt estate is demolished one day after the two years."""
    case, made = estates("E4", demolition_date=date(2024, 1, 14))
    return case, made


def second_giver() -> Case:
    """A second option gives up the same premises."""
    return options("O2", gives_up=("P3",))[0], extra("O2", "S2", "purchase")[1]


def ready_on_the_day() -> Case:
    """S1 is ready on the named day itself, which "before" excludes."""
    lead = (date(2022, 10, 1) - DAY).days
    case = scenario(options=changed(scenario().options, {"id": "O1"}, lead_days=lead))
    ready = {"ready": date(2022, 10, 1)}
    return case, plan(chosen=changed(LAWFUL.chosen, {"option": "O1"}, **ready), places=changed(LAWFUL.places, {"place": "S1"}, **ready))


def walk_901() -> tuple[Scenario, Plan, dict[tuple[str, str], int]]:
    """The walk from E1 to S1 is 901 s in scenario, table and plan."""
    case = scenario(walks=changed(scenario().walks, {"estate": "E1", "place": "S1"}, seconds=901))
    made = plan(credits=changed(LAWFUL.credits, {"estate": "E1"}, walk_s=901))
    return case, made, {**WALKS, ("E1", "S1"): 901}


def duty(estate: str) -> Duty:
    """Return a duty of home visits."""
    return Duty(estate=estate, name=estate, township=TOWN, clause="TL7", duty_zh="上门服务", duty_en="home visits", evidence=EVIDENCE)


def excepted(estate: str) -> NamedException:
    """Return an exception without ground."""
    return NamedException(subject=estate, clause="TL9", code="longer_circle", reason="方便")


def grant_of(option_id: str, site_id: str, fen: int) -> Line:
    """Return a grant line."""
    base = next(row for row in LAWFUL.ledger if row.kind == "grant")
    return base.model_copy(update={"option": option_id, "site": site_id, "fen": fen, "pv_fen": fen})


def price_of(option_id: str, site_id: str) -> Line:
    """Return a price line of 100,000 yuan."""
    return LAWFUL.ledger[0].model_copy(update={"option": option_id, "site": site_id, "fen": 10_000_000, "pv_fen": 10_000_000})


def budget(budget_id: str, /, **cells: object) -> Case:
    """Change one budget line of the scenario under the lawful plan."""
    return scenario(budgets=changed(scenario().budgets, {"id": budget_id}, **cells)), LAWFUL


FAULTS: list[tuple[str, Callable[[], Case], str, str, str]] = [
    # choice
    ("two options on a site", lambda: extra("O1B", "S1", "lease"), "TL1", "site_taken_twice", "S1"),
    ("two sites of a building group", lambda: extra("O2", "S2", "purchase"), "TL1", "group_taken_twice", "G1"),
    ("a locked-out option", lambda: extra("O8", "S8", "lease"), "TL1", "locked_out", "O8"),
    ("a locked-in option left out", lambda: options("O2", lock="in"), "TL1", "locked_in_missing", "O2"),
    ("a site not available", lambda: sites("S1", available=False), "TL1", "not_available", "O1"),
    ("an option unknown", lambda: extra("O99", "S1", "lease"), "TL1", "option_unknown", "O99"),
    ("an option twice", lambda: moved(chosen=(*LAWFUL.chosen, LAWFUL.chosen[0])), "TL1", "option_doubled", "O1"),
    ("a kind not wanted", lambda: settings(only_kinds=("lease", "own", "swap", "developer", "provided")), "TL1", "kind_not_wanted", "O1"),
    ("a way the law lacks", lambda: options("O1", works="extension"), "TL1", "way_not_in_law", "O1"),
    ("premises given up twice", second_giver, "TL1", "given_up_twice", "P3"),
    ("premises given up and extended", lambda: options("O6", gives_up=("P2",)), "TL1", "given_up_extended", "P2"),
    ("premises given up that nobody has", lambda: options("O6", gives_up=("P3", "P9")), "TL1", "premises_unknown", "P9"),
    ("an area the option does not offer", lambda: options("O1", area_dm2=40001), "TL1", "area_out_of_bounds", "O1"),
    ("an area above the greatest", lambda: extra("O8", "S8", "lease", dm2=50001), "TL1", "area_out_of_bounds", "O8"),
    ("a start off the periods", lambda: settings(periods=(date(2022, 2, 1),)), "TL1", "start_not_a_period", "O1"),
    ("a start too early", lambda: options("O1", first_start=date(2022, 1, 14)), "TL1", "start_too_early", "O1"),
    # places and credits
    ("a place below 200 m²", lambda: area("O6", 19999), "TL3", "place_below_min", "E9"),
    ("a place below 300 m² for a new estate", lambda: area("O3", 29999), "TL4", "place_below_min", "E3"),
    ("m² credited in two rows", lambda: moved(credits=(*LAWFUL.credits, LAWFUL.credits[0])), "TL3", "credit_doubled", "E1"),
    ("m² of a place credited twice", lambda: credit("E6", "C1", area_dm2=4001), "TL3", "over_capacity", "C1"),
    ("credit over capacity by a dm²", lambda: credit("E1", "S1", area_dm2=19981), "TL3", "over_capacity", "S1"),
    ("a new estate's credit over capacity", lambda: credit("E3", "S3", area_dm2=33001), "TL4", "over_capacity", "S3"),
    ("a credit below zero", lambda: credit("E6", "P1", area_dm2=-1), "TL3", "credit_negative", "E6"),
    ("a credit from nowhere", lambda: credit("E6", "P1", place="P9"), "TL3", "place_unknown", "E6"),
    ("a credit to nobody", lambda: credit("E6", "P1", estate="E99"), "TL2", "credit_unknown_estate", "E99"),
    ("set-aside area exceeded", lambda: credit("E6", "P1", area_dm2=6001), "TL8", "over_set_aside", "P1"),
    ("given-up premises credited", lambda: credit("E6", "P1", place="P3", walk_s=100), "TL8", "given_up_credited", "E6"),
    ("an exempt estate credited", lambda: credit("E6", "P1", estate="E4"), "TL7", "credit_to_unbound", "E4"),
    ("an out-of-scope estate credited", lambda: credit("E6", "P1", estate="E5"), "TL6", "credit_to_unbound", "E5"),
    ("an estate short by a dm²", lambda: credit("E7", "C1", area_dm2=16999), "TL3", "requirement_short", "E7"),
    ("an estate not credited", lambda: moved(credits=without(LAWFUL.credits, estate="E9")), "TL3", "requirement_short", "E9"),
    ("a credit that misstates the walk", lambda: credit("E1", "S1", walk_s=899), "TL9", "credit_walk_wrong", "E1"),
    ("a room outside the new estate", lambda: sites("S3", estate="E1"), "TL4", "beyond_reach", "E3"),
    ("the law's day left out", lambda: moved(checkpoints=(), credits=()), "TL12", "checkpoint_missing", "2022-09-30"),
    # time
    ("ready on the named day", ready_on_the_day, "TL12", "not_ready", "E1"),
    ("a lead time not counted", lambda: options("O1", lead_days=201), "TL12", "ready_wrong", "O1"),
    ("a cluster's second room late", lambda: options("O5", lead_days=300), "TL12", "not_ready", "E7"),
    # rooms apart, stand-alone buildings
    ("no consent to rooms apart", lambda: sites("S4", cluster_approval=""), "TL11", "cluster_not_approved", "C1"),
    ("50.01 m apart", lambda: sites("S5", x=1000.0, y=1050.01), "TL11", "cluster_too_far", "C1"),
    ("a distance nobody can check", lambda: sites("S5", x=None), "TL11", "cluster_distance_unknown", "C1"),
    ("rooms apart without the main one", lambda: moved(chosen=without(LAWFUL.chosen, option="O4")), "TL11", "cluster_without_main", "C1"),
    ("not detached, no reason", lambda: sites("S1", detached=False), "TL11", "room_rule", "O1"),
    ("not known to be detached", lambda: sites("S1", detached=None), "TL11", "room_rule", "O1"),
    # the list of estates, duties, exceptions
    ("an estate left out of the list", lambda: moved(services=without(LAWFUL.services, estate="E7")), "TL2", "estate_listed", "E7"),
    ("an estate in the wrong town", lambda: service("E7", township=OTHER), "TL2", "service_township", "E7"),
    ("dwellings misstated", lambda: service("E7", dwellings=849), "TL10", "service_dwellings", "E7"),
    ("the wrong class", lambda: service("E3", cohort="existing"), "TL5", "service_cohort", "E3"),
    ("the need misstated", lambda: service("E2", required_dm2=20000), "TL3", "service_required", "E2"),
    ("the holding misstated", lambda: service("E3", held_dm2=33100), "TL4", "service_held", "E3"),
    ("an estate left short", lambda: service("E7", status="short"), "TL3", "estate_short", "E7"),
    ("scope stretched", lambda: service("E5", status="served"), "TL6", "scope_wrong", "E5"),
    ("scope narrowed", lambda: service("E7", status="out_of_scope"), "TL6", "scope_wrong", "E7"),
    ("exempt one day past two years", one_day_too_late, "TL7", "exemption_wrong", "E4"),
    ("exempt without evidence", lambda: estates("E4", demolition_evidence=""), "TL7", "exemption_wrong", "E4"),
    ("wrongly exempt", lambda: service("E7", status="exempt"), "TL7", "exemption_wrong", "E7"),
    ("the visiting duty forgotten", lambda: moved(duties=()), "TL7", "duty_missing", "E4"),
    ("a duty without its evidence", lambda: part("duties", {}, evidence="-"), "TL7", "duty_wrong", "E4"),
    ("a duty too many", lambda: moved(duties=(*LAWFUL.duties, duty("E7"))), "TL7", "duty_extra", "E7"),
    ("no class fits", lambda: estates("E1", started=None), "TL5", "cohort_unknown", "E1"),
    ("a longer circle not named", lambda: moved(exceptions=without(LAWFUL.exceptions, subject="E9")), "TL9", "exception_missing", "E9"),
    ("a longer circle without a reason", lambda: estates("E9", circle_exception_reason=""), "TL9", "beyond_reach", "E9"),
    ("rooms apart not named", lambda: moved(exceptions=without(LAWFUL.exceptions, subject="C1")), "TL11", "exception_missing", "C1"),
    ("a street house not named", lambda: moved(exceptions=without(LAWFUL.exceptions, subject="S6")), "TL11", "exception_missing", "S6"),
    ("an exception nobody gave", lambda: moved(exceptions=(*LAWFUL.exceptions, excepted("E1"))), "TL9", "exception_unfounded", "E1"),
    ("the nearest place misstated", lambda: service("E7", nearest="C1", nearest_walk_s=499), "TL3", "service_nearest", "E7"),
    ("an exception twice", lambda: moved(exceptions=(*LAWFUL.exceptions, LAWFUL.exceptions[0])), "TL2", "exception_twice", "C1"),
    # the record
    ("invented figures passed off as real", lambda: moved(synthetic=False), "TL2", "record_wrong", "plan"),
    ("another policy's plan", lambda: moved(switches={**LAWFUL.switches, "sharing": "circle_own"}), "TL2", "record_wrong", "plan"),
    ("a room in the wrong town", lambda: part("chosen", {"option": "O1"}, township=OTHER), "TL2", "record_wrong", "O1"),
    ("premises left out", lambda: moved(premises=without(LAWFUL.premises, premises="P1")), "TL2", "premises_listed", "P1"),
    ("a whole building counted", lambda: part("premises", {"premises": "P1"}, area_dm2=80000), "TL8", "premises_area", "P1"),
    ("given-up premises kept", lambda: part("premises", {"premises": "P3"}, fate="kept"), "TL2", "record_wrong", "P3"),
    ("a place left out", lambda: moved(places=without(LAWFUL.places, place="S3")), "TL2", "place_listed", "S3"),
    ("a place made larger", lambda: part("places", {"place": "C1"}, gross_dm2=21100), "TL2", "place_area", "C1"),
    ("a place ready sooner", lambda: part("places", {"place": "S3"}, ready=DAY), "TL2", "place_ready", "S3"),
    # money
    ("a budget over by one fen", lambda: budget("B1", limit_fen=245_499_999), "TL14", "budget_exceeded", "B1"),
    ("a net budget over by one fen", lambda: budget("B3", limit_fen=223_233_332), "TL14", "budget_exceeded", "B3"),
    ("a carry-over that is not allowed", lambda: budget("B3", carry_over=False), "TL14", "budget_exceeded", "B4"),
    ("grants over the county's line", lambda: budget("B2", limit_fen=24_999_999), "TL14", "budget_exceeded", "B2"),
    ("a budget left out", lambda: moved(budgets=without(LAWFUL.budgets, budget="B2")), "TL14", "budget_listed", "B2"),
    ("a use misstated", lambda: part("budgets", {"budget": "B2"}, used_fen=24_999_999), "TL14", "budget_misstated", "B2"),
    ("a line missing", lambda: moved(ledger=without(LAWFUL.ledger, option="O1", kind="tax_fee")), "TL1", "line_missing", "O1"),
    ("a line twice", lambda: moved(ledger=(*LAWFUL.ledger, LAWFUL.ledger[0])), "TL1", "line_undue", "O1"),
    ("a developer's line twice", lambda: moved(ledger=(*LAWFUL.ledger, LAWFUL.ledger[8])), "TL4", "line_undue", "O3"),
    ("a price off by one fen", lambda: line({"option": "O1", "kind": "price"}, fen=200_000_001), "TL1", "line_amount", "O1"),
    ("a rent that does not grow", lambda: line({"option": "O4", "year": 2023}, fen=1_500_000), "TL1", "line_amount", "O4"),
    ("a present value off by one fen", lambda: line({"option": "O5", "year": 2023}, pv_fen=26667), "TL1", "line_present_value", "O5"),
    ("a line under another clause", lambda: line({"option": "O3"}, clause="TL1"), "TL4", "line_clause", "O3"),
    ("a line in another year", lambda: line({"option": "O7", "kind": "fit_out"}, year=2023), "TL1", "line_year", "O7"),
    ("a line of another town", lambda: line({"option": "O7", "kind": "fit_out"}, township=OTHER), "TL1", "line_place", "O7"),
    ("the county pays for the town", lambda: line({"option": "O7", "kind": "fit_out"}, payer="county"), "TL14", "line_parties", "O7"),
    ("the public pays the developer's line", lambda: line({"option": "O3"}, payer="township"), "TL14", "line_parties", "O3"),
    ("a provided room paid for", lambda: moved(ledger=(*LAWFUL.ledger, price_of("O5", "S5"))), "TL1", "line_undue", "O5"),
    ("a cost misstated", lambda: part("terms", {}, amount=136_687_731), "TL14", "cost_misstated", "township"),
    ("a grant missing", lambda: moved(ledger=without(LAWFUL.ledger, option="O7", kind="grant")), "TL13", "grant_missing", "O7"),
    ("a grant on no works", lambda: moved(ledger=(*LAWFUL.ledger, grant_of("O6", "S6", 10_000_000))), "TL13", "grant_undue", "O6"),
    ("a grant to the developer", lambda: moved(ledger=(*LAWFUL.ledger, grant_of("O3", "S3", 10_000_000))), "TL13", "grant_undue", "O3"),
    ("a second grant to a cluster", lambda: moved(ledger=(*LAWFUL.ledger, grant_of("O5", "S5", 5_000_000))), "TL13", "grant_undue", "O5"),
    ("the wrong grant for the works", lambda: line({"option": "O7", "kind": "grant"}, fen=10_000_000), "TL13", "grant_amount", "O7"),
    ("a grant from the wrong purse", lambda: line({"option": "O7", "kind": "grant"}, payer="township"), "TL13", "line_parties", "O7"),
    # walks and what-if
    ("a walk the scenario does not give", walks, "TL9", "walk_not_in_scenario", "E1"),
    ("a walk shortened", lambda: walks(seconds=899), "TL9", "walk_differs", "E1"),
    ("walks said to be lines", lambda: moved(walks=LAWFUL.walks.model_copy(update={"method": "straight_line"})), "TL9", "walks_method", ""),
    ("pairs miscounted", lambda: moved(walks=LAWFUL.walks.model_copy(update={"pairs": 3})), "TL9", "walks_count", ""),
    ("a what-if plan", lambda: moved(what_if=("TL9",)), "TL9", "what_if", ""),
]  # fmt: skip
