"""Published instances at their proven optima, by the public calls that docs/textbook.md shows."""

from __future__ import annotations

import numpy as np
import pytest

from published.arrays import p_median_graph, set_cover, stores, warehouses
from siteplanner.textbook import Siting, cflp, lscp, mclp, p_center, p_median, within_distance


def proven(found: Siting) -> float:
    """Return the value of an answer that must be proven."""
    assert found.proven and found.bound == found.value
    return found.value


def test_stores_of_san_francisco() -> None:
    """LSCP(5000 m) = 8 stores; MCLP(5000 m, 4) = 875,247 people; p-median(4) walks 2982.126858 m in the mean."""
    metres, people = stores()
    cover = within_distance(metres, 5000)
    assert proven(lscp(cover)) == 8
    assert proven(mclp(cover, people, 4)) == 875_247
    assert proven(p_median(metres, 4, demand=people)) / people.sum() == pytest.approx(2982.126858, abs=1e-6)


def test_stores_by_their_longest_way() -> None:
    """Eight stores leave nobody beyond 5000 m, seven do: the p-center agrees with the set covering."""
    metres, _ = stores()
    assert proven(p_center(metres, 8)) <= 5000 < proven(p_center(metres, 7))


@pytest.mark.parametrize(("name", "least"), [("scp41", 429), ("scp51", 253), ("scpa1", 253)])
def test_set_covers(name: str, least: int) -> None:
    """The OR-Library's set covers."""
    cover, costs = set_cover(name)
    assert proven(lscp(cover, weights=costs)) == least


@pytest.mark.parametrize(("name", "least"), [("pmed1", 5819), ("pmed2", 4093), ("pmed6", 7824)])
def test_p_medians(name: str, least: int) -> None:
    """The OR-Library's p-medians."""
    distances, p = p_median_graph(name)
    assert proven(p_median(distances, p)) == least


@pytest.mark.parametrize(
    ("name", "least"),
    [("cap41", 1040444.375), ("cap71", 932615.750), ("cap84", 1069369.525), ("cap114", 1063356.488), ("cap131", 793439.562)],
)
def test_warehouses(name: str, least: float) -> None:
    """The OR-Library's capacitated warehouses, at the published optimum (three decimals), with shares that add up."""
    costs, demand, capacity, opening = warehouses(name)
    found = cflp(costs, demand, capacity, opening)
    assert proven(found) == pytest.approx(least, abs=1e-3)
    assert found.shares is not None
    shares = found.shares.toarray()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(demand)))
    assert (demand @ shares)[found.chosen] == pytest.approx(np.minimum(demand @ shares, capacity)[found.chosen])
    assert (shares * costs).sum() + opening[found.chosen].sum() == pytest.approx(found.value)
