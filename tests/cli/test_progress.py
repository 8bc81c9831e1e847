"""The progress line says of a search only what the search knows."""

from __future__ import annotations

import math

import pytest

from siteplanner.case.prepare import prepare
from siteplanner.commands.progress import progress_text
from siteplanner.model.build import build
from siteplanner.solve import decompose
from siteplanner.solve.levels import Progress, Sight
from siteplanner.solve.lexicographic import solve
from siteplanner.texts import Lang
from support.random_county import random_county, scenario_of

NONE = (math.inf, -math.inf)
LINES: dict[str, tuple[float, float, Sight, Lang, str]] = {
    "nothing known": (*NONE, Sight(11, 229), "zh", "费用最省：已用11秒，剩余229秒"),
    "nothing known, parts": (*NONE, Sight(8, None, 9, 11), "en", "Least cost: 8 s, 9 of 11 parts done"),
    "a bound alone": (math.inf, 1e6, Sight(1), "zh", "费用最省：当前最优暂无，下界1.00万元，差距-，已用1秒"),
    "both": (2e6, 1e6, Sight(1), "zh", "费用最省：当前最优2.00万元，下界1.00万元，差距50.00%，已用1秒"),
}


@pytest.mark.parametrize("name", LINES)
def test_the_line_names_what_is_known(name: str) -> None:
    """Without plan and bound there is only the time; figures appear as they become known."""
    best, bound, sight, lang, text = LINES[name]
    assert progress_text("least_cost", best, bound, sight, lang) == text


def recorder() -> tuple[list[tuple[str, float, float, Sight]], Progress]:
    """Return what a search tells of itself, as it tells it."""
    seen: list[tuple[str, float, float, Sight]] = []
    return seen, lambda *look: seen.append(look)


def test_parts_that_may_not_fit_together_are_never_shown_as_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """On random counties no plan is told below the optimum, and no bound above it, while parts are solved one by one."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 2)
    told = split_up = 0
    for seed in range(40):
        case = prepare(scenario_of(*random_county(seed, estates=6, sites=10, near=0.4)))
        seen, show = recorder()
        found = solve(build(case), case.scenario.settings.solver, show)
        if found.verdict != "proven":
            continue
        least = next(level.value for level in found.levels if level.objective == "least_cost")
        for level, best, bound, sight in seen:
            split_up += sight.parts > 1
            if level == "least_cost":
                told += math.isfinite(bound)
                assert best >= least - 100
                assert bound <= least + 100
    assert told > 0
    assert split_up > 0
