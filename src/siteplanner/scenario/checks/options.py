"""Checks of options: area, works, money and rent of each way of getting a room."""

from __future__ import annotations

from itertools import pairwise

from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.cells import instalments_of
from siteplanner.scenario.columns import in_words, titled
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Option
from siteplanner.scenario.sink import Sink
from siteplanner.units import dm2_to_m2

_AREA = ("area_m2", "area_min_m2", "area_max_m2")
_PRICE = ("price_yuan", "price_yuan_per_m2")
_FIT_OUT = ("fit_out_yuan", "fit_out_yuan_per_m2")
_RENT = ("rent_yuan_per_year", "rent_yuan_per_m2_year")
_LEASE_TERMS = ("rent_growth", "deposit_yuan", "term_years", "lease_end")
_WHOLE = 100
_ADDS_TO_PREMISES = ("extension", "upgrade", "conversion")
_BOUGHT = ("purchase", "swap", "new_build", "developer", "own")


def area_is_stated(draft: Draft, sink: Sink) -> None:
    """Check that an option has one fixed area or a whole band, above zero and within its site."""
    gross = {site.row.id: site.row.gross_area_dm2 for site in draft.sites if site.sound("gross_area_m2")}
    for parsed in draft.options:
        option = parsed.row
        if not parsed.sound(*_AREA, "works", "extends"):
            continue
        least, most = option.area_min_dm2, option.area_max_dm2
        adds_nothing = option.works == "upgrade" and option.extends is not None
        if option.area_dm2 is not None and (least is not None or most is not None):
            sink.add("area_twice", parsed.at("area_m2"))
        elif (least is None) != (most is None):
            sink.add("area_half", parsed.at("area_min_m2" if least is None else "area_max_m2"))
        elif option.area_dm2 is None and least is None:
            if not adds_nothing:
                sink.add("area_missing", parsed.at("area_m2"))
        elif 0 in (option.area_dm2, least) and not adds_nothing:
            sink.add("area_zero", parsed.at("area_m2" if option.area_dm2 == 0 else "area_min_m2"))
        elif least is not None and most is not None and least > most:
            sink.add("area_reversed", parsed.at("area_min_m2"), seen=str(dm2_to_m2(least)), limit=str(dm2_to_m2(most)))
        else:
            _check_site_area(parsed, gross.get(option.site), sink)


def _check_site_area(parsed: Parsed[Option], gross: int | None, sink: Sink) -> None:
    option = parsed.row
    greatest = option.area_max_dm2 or option.area_dm2 or 0
    if gross is not None and greatest > gross and option.works != "extension" and option.extends is None:
        key = "area_max_m2" if option.area_max_dm2 else "area_m2"
        sink.add("area_above_site", parsed.at(key), seen=str(dm2_to_m2(greatest)), limit=str(dm2_to_m2(gross)), site=option.site)


def works_fit_kind(draft: Draft, sink: Sink) -> None:
    """Check that the way of getting the room is one of the law's, and works on existing premises say which."""
    for parsed in draft.options:
        option = parsed.row
        if not parsed.sound("works", "extends", "gives_up"):
            continue
        if draft.pack is not None:
            _check_way(draft, draft.pack, parsed, sink)
        if option.works == "extension" and option.extends is None and option.kind != "own":
            sink.add("works_need_extends", parsed.at("extends"))
        if option.extends is not None and option.works not in _ADDS_TO_PREMISES:
            facts = in_words("seen", "options", "works", option.works) | in_words("allowed", "options", "works", *_ADDS_TO_PREMISES)
            sink.add("extends_needs_works", parsed.at("works"), **facts)
        if option.extends is not None and option.extends in option.gives_up:
            sink.add("extended_and_given_up", parsed.at("gives_up"), seen=option.extends)


def _check_way(draft: Draft, pack: PolicyPack, parsed: Parsed[Option], sink: Sink) -> None:
    option = parsed.row
    ways = [way for way in pack.ways if way.kind == option.kind]
    allowed = sorted({work for way in ways for work in way.works})
    if not ways:
        kinds = sorted({way.kind for way in pack.ways})
        facts = in_words("seen", "options", "kind", option.kind) | in_words("allowed", "options", "kind", *kinds)
        sink.add("kind_not_in_law", parsed.at("kind"), clause=draft.cite(pack.ways[0].clause), **facts)
    elif option.works not in allowed:
        facts = {
            **in_words("seen", "options", "works", option.works),
            **in_words("kind", "options", "kind", option.kind),
            **in_words("allowed", "options", "works", *allowed),
        }
        sink.add("works_not_in_law", parsed.at("works"), clause=draft.cite(ways[0].clause), **facts)


def costs_are_stated(draft: Draft, sink: Sink) -> None:
    """Check that what must cost something says what it costs: an empty cell would make the room look free."""
    for parsed in draft.options:
        option = parsed.row
        needed: tuple[str, ...] = ()
        if option.kind in ("purchase", "swap"):
            needed = _PRICE
        elif option.works == "new" and option.kind != "developer":
            needed = (*_PRICE, *_FIT_OUT)
        elif option.works in _ADDS_TO_PREMISES and option.kind != "developer":
            needed = _FIT_OUT
        if needed and parsed.sound("works", *needed) and not any(parsed.given(key) for key in needed):
            facts = in_words("kind", "options", "kind", option.kind) | in_words("works", "options", "works", option.works)
            sink.add("cost_missing", parsed.at(needed[0]), **facts, **titled("keys", "options", *needed))
        if option.price_fen < 0 and option.kind != "swap":
            sink.add("negative_price", parsed.at("price_yuan"), **in_words("kind", "options", "kind", option.kind))
        priced = option.price_fen or option.price_per_m2_fen
        if option.kind == "provided" and priced and draft.pack is not None and draft.pack.provided_free:
            clause = draft.cite(draft.pack.provided_clause or "")
            sink.add("provided_priced", parsed.at("price_yuan" if option.price_fen else "price_yuan_per_m2"), clause=clause)


def rent_fits_kind(draft: Draft, sink: Sink) -> None:
    """Check that a lease has a rent; what is bought or built has none, and terms of a lease belong to a rent."""
    for parsed in draft.options:
        option = parsed.row
        if not parsed.sound(*_RENT, *_LEASE_TERMS):
            continue
        rented = bool(option.rent_fen or option.rent_per_m2_fen)
        if option.kind == "lease" and not rented:
            sink.add("rent_missing", parsed.at("rent_yuan_per_year"))
        elif rented and option.kind in _BOUGHT:
            key = "rent_yuan_per_year" if option.rent_fen else "rent_yuan_per_m2_year"
            sink.add("rent_on_bought", parsed.at(key), **in_words("kind", "options", "kind", option.kind))
        elif not rented:
            for key in _LEASE_TERMS:
                if parsed.given(key):
                    sink.add("lease_term_without_rent", parsed.at(key))
        elif option.lease_end == "end" and option.term_years is None:
            sink.add("lease_end_without_term", parsed.at("term_years"))


def payments_add_up(draft: Draft, sink: Sink) -> None:
    """Check that instalments follow each other, make up the whole, and have something to pay."""
    for parsed in draft.options:
        schedule = instalments_of(parsed.row.payment_schedule)
        if not schedule or not parsed.sound("payment_schedule", *_PRICE, *_FIT_OUT):
            continue
        days, total = [day for day, _ in schedule], sum(percent for _, percent in schedule)
        at, seen = parsed.at("payment_schedule"), parsed.row.payment_schedule
        if any(after <= before for before, after in pairwise(days)):
            sink.add("schedule_order", at, seen=seen)
        elif any(percent == 0 for _, percent in schedule):
            sink.add("bad_schedule", at, seen=seen)
        elif total != _WHOLE:
            sink.add("schedule_sum", at, seen=seen, total=f"{total.normalize():f}" if total else "0")
        elif not any(getattr(parsed.row, name) for name in ("price_fen", "price_per_m2_fen", "fit_out_fen", "fit_out_per_m2_fen")):
            sink.add("schedule_without_price", at)


def starts_in_horizon(draft: Draft, sink: Sink) -> None:
    """Check that no option's earliest start lies after the horizon."""
    if not draft.sure("finance"):
        return
    for parsed in draft.options:
        start = parsed.row.first_start
        if start is not None and start.year > draft.last_year():
            sink.add("start_after_horizon", parsed.at("first_start"), seen=start.isoformat(), last=str(draft.last_year()))
