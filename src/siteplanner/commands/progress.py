"""One live line while the solver works: level, best plan, bound, gap, seconds, parts done, time left. On standard error only."""

from __future__ import annotations

import math
import sys
import time

from siteplanner.solve.levels import Progress, Sight
from siteplanner.texts import Lang, say

_EVERY_S = 0.2
_EVERY_PLAIN_S = 10.0


def progress_line(lang: Lang) -> Progress:
    """Return a progress function: a line that is rewritten on a terminal, one every ten seconds elsewhere."""
    terminal = sys.stderr.isatty()
    last = time.monotonic() if not terminal else 0.0

    def show(level: str, incumbent: float, bound: float, sight: Sight) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < (_EVERY_S if terminal else _EVERY_PLAIN_S):
            return
        last = now
        text = progress_text(level, incumbent, bound, sight, lang)
        print(f"\r\x1b[2K{text}" if terminal else text, end="" if terminal else "\n", file=sys.stderr, flush=True)

    return show


def progress_text(level: str, incumbent: float, bound: float, sight: Sight, lang: Lang) -> str:
    """Return what the line says; of a search that knows neither plan nor bound, how long it has taken."""
    facts = {"level": say(f"cli.level.{level.partition('.')[0]}", lang), "seconds": f"{sight.spent:.0f}"}
    if not math.isfinite(incumbent) and not math.isfinite(bound):
        return say("cli.trying", lang, **facts) + _sight(sight, lang)
    best, least = _number(level, incumbent, lang), _number(level, bound, lang)
    return say("cli.progress", lang, best=best, bound=least, gap=_gap(incumbent, bound), **facts) + _sight(sight, lang)


def end_line() -> None:
    """Clear the live line."""
    if sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def _sight(sight: Sight, lang: Lang) -> str:
    """Return how many parts are done and how much time is left, where there is either."""
    parts = say("cli.progress_parts", lang, done=str(sight.done), parts=str(sight.parts)) if sight.parts > 1 else ""
    return parts + (say("cli.progress_left", lang, left=f"{sight.left:.0f}") if sight.left is not None else "")


def _number(level: str, value: float, lang: Lang) -> str:
    if not math.isfinite(value):
        return say("cli.none_yet", lang)
    if level in ("least_cost", "all_public_cost"):
        return say("cli.wan", lang, amount=f"{value / 1e6:,.2f}")
    return f"{value:,.1f}"


def _gap(incumbent: float, bound: float) -> str:
    if not (math.isfinite(incumbent) and math.isfinite(bound)):
        return "-"
    return f"{100 * abs(incumbent - bound) / max(1e-9, abs(incumbent)):.2f}%"
