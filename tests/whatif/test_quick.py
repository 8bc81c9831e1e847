"""Cheap answers where rows join the parts: what they say of a variation holds what solving it again finds."""

from __future__ import annotations

import numpy as np
import pytest

from siteplanner.case.prepare import prepare
from siteplanner.explain.rules import rules_of
from siteplanner.explain.worth import offers_by_site, without
from siteplanner.scenario.load import load_scenario
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.quick import Quick
from siteplanner.whatif.variation import Found, Variation, tighter
from support.line import TONGLU
from support.whole_county import whole_county

WEIHAI = TONGLU.parent / "weihai"


@pytest.fixture(scope="module")
def lab() -> Lab:
    """Return a county whose milestones join its districts."""
    return Lab(prepare(load_scenario(WEIHAI)))


def test_cheap_answers_hold_what_solving_again_finds(lab: Lab) -> None:
    """Without a site, with another one, without an estate's need: the bound is never above the least cost, the plan never below."""
    assert lab.joined
    quick, at_site = Quick(lab), offers_by_site(lab.case)
    chosen = {pick.site for pick in lab.chosen(lab.base.point)} if lab.base.point is not None else set()
    taken, others = ([site for site in at_site if (site in chosen) == there] for there in (True, False))
    needs = [rule for rule in rules_of(lab) if rule.kind == "requirement"]
    asked = [
        *(Variation(shut=lab.columns_of(at_site[site])) for site in taken[::16]),
        *(Variation(extra=(lab.at_least_one(at_site[site]),)) for site in others[::120]),
        *(without(lab, rule) for rule in needs[::66]),
    ]
    plans = 0
    for variation in asked:
        cheap, exact = quick.answer(variation), lab.solve(variation)
        assert exact.fen is not None
        assert -float("inf") < cheap.bound_fen <= exact.fen
        plans += cheap.fen is not None
        assert cheap.fen is None or cheap.fen >= exact.fen
    assert plans


@pytest.mark.parametrize("objective", [["least_cost"], ["fewest_sites", "least_cost"]])
def test_what_costs_nothing_more_is_proven_without_solving_again(objective: list[str]) -> None:
    """Without a site, or with one forced in: where a plan as cheap as the base is met, none is cheaper or better above cost."""
    settled = 0
    for seed in range(12):
        lab = Lab(prepare(whole_county(seed, sites=5, objective=objective)))
        if lab.base.point is None:
            continue
        quick = Quick(lab)
        for offers in offers_by_site(lab.case).values():
            for variation in (Variation(shut=lab.columns_of(offers)), Variation(extra=(lab.at_least_one(offers),))):
                cheap = quick.answer(variation)
                if cheap.verdict == "proven":
                    exact = lab.solve(variation)
                    assert (cheap.fen, cheap.levels[:-1]) == (exact.fen, exact.levels[:-1])
                    settled += cheap.fen == lab.base.fen
    assert settled > 12


def test_two_answers_tell_more_than_one() -> None:
    """Of two answers the cheaper plan and the higher bound stay; where they meet the answer is proven; no plan is no plan."""
    dear, low = Found("limit", ((900.0, 100.0),), lab_point()), Found("limit", ((float("inf"), 850.0),), None)
    both = tighter(dear, low)
    assert (both.fen, both.bound_fen, both.verdict) == (900, 850.0, "proven")
    assert tighter(low, low).bound_fen == 850.0
    assert tighter(Found("infeasible", (), None), low).bound_fen == float("inf")
    assert tighter(Found("limit", ((900.0, 100.0),), lab_point()), Found("limit", (), None)).verdict == "limit"


def lab_point() -> np.ndarray:
    """Return a point without columns."""
    return np.zeros(0)
