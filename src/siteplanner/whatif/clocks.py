"""Shares of the time that one command has for all its questions."""

from __future__ import annotations

from siteplanner.solve.levels import Clock

_NO_TIME = 0.02
"""Seconds within which nothing is worth beginning."""


def part_of(clock: Clock | None, share: float) -> Clock:
    """Return a clock that runs for a share of what another has left; one without a limit where there is none."""
    left = None if clock is None else clock.left()
    return Clock(None if left is None else left * share)


def out_of_time(clock: Clock | None) -> bool:
    """Return whether so little is left that nothing is worth beginning."""
    left = None if clock is None else clock.left()
    return left is not None and left <= _NO_TIME


def seconds_each(clock: Clock, waiting: int, at_once: int) -> float | None:
    """Return the seconds that the next of some waiting tasks may take where so many are worked on at once; None without a limit."""
    left = clock.left()
    return None if left is None else left * min(1.0, at_once / max(1, waiting))
