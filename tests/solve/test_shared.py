"""Prices from a sample: which parts stand for all, and when none do."""

from __future__ import annotations

import numpy as np

from siteplanner.solve.shared import SAMPLE, SAMPLE_PART, SAMPLE_SHARE, sample

ESTATES = np.array([20] * 1000 + [SAMPLE_PART + 1, 9000])
"""A thousand towns, one part too large for a sample by an estate, and a metropolis."""


def test_a_sample_is_large_enough_and_leaves_out_what_takes_long() -> None:
    """Enough estates, in parts that are done soon, each once and in order."""
    some = sample(ESTATES, np.ones((len(ESTATES), 2)) * ESTATES[:, None])
    assert SAMPLE <= ESTATES[some].sum() < SAMPLE + 20
    many = np.repeat(ESTATES[:1000], 10)
    assert SAMPLE_SHARE * many.sum() <= many[sample(many, many[:, None] * 1.0)].sum() < SAMPLE_SHARE * many.sum() + 20
    assert (ESTATES[some] <= SAMPLE_PART).all() and (np.diff(some) > 0).all()


def test_few_estates_stand_for_themselves() -> None:
    """Where a sample would be most of all, all parts are taken."""
    assert len(sample(np.array([20] * 100), np.ones((100, 1)))) == 100


def test_a_budget_that_a_sample_hardly_sees_is_not_left_to_it() -> None:
    """A budget that the metropolis alone spends says nothing in a sample of towns."""
    spends = np.ones((len(ESTATES), 2)) * ESTATES[:, None]
    spends[:-1, 1] = 0.0
    assert len(sample(ESTATES, spends)) == len(ESTATES)


def test_small_parts_that_are_too_few_stand_for_nobody() -> None:
    """Two metropoles by themselves, or with a few villages, are all asked."""
    for estates in (np.array([5000, 4000]), np.array([5000, 20, 20])):
        assert sample(estates, estates[:, None] * 1.0).tolist() == list(range(len(estates)))
