"""Figures: the same bytes twice, real glyphs or none, and names that are never read as mathematics."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from report.example import Example
from siteplanner.report import figures, fonts
from siteplanner.report.figures import draw
from siteplanner.report.ground import borders_within
from siteplanner.report.maps import marks
from siteplanner.report.names import Names

CHINESE = re.compile("[\u4e00-\u9fff]")


def names(made: Example) -> Names:
    """Return the Chinese look-ups of an example."""
    return Names(made.scenario, made.plan, "zh")


def test_figures_are_the_same_bytes_twice(made: Example) -> None:
    """No day, version or random id enters PNG or SVG."""
    first = draw(names(made))
    assert sorted(first) == ["cost.png", "cost.svg", "map.png", "map.svg"]
    assert first == draw(names(made))
    assert first["map.png"].startswith(b"\x89PNG")


def test_words_stay_words_in_svg(made: Example) -> None:
    """SVG text is text, so it can be searched and edited; sums of a year stand in it."""
    text = draw(names(made))["cost.svg"].decode("utf-8")
    assert "<text" in text and ">2021<" in text


def test_without_a_chinese_font_there_is_no_chinese(made: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no font has Chinese glyphs, words are English, places and funders go by id, and no empty boxes are drawn."""
    monkeypatch.setattr(figures, "chinese_entry", lambda: None)
    found = draw(names(made))
    for name in ("map.svg", "cost.svg"):
        text = found[name].decode("utf-8")
        assert not CHINESE.search(text)
        assert "Synthetic data" in text
    assert ">township<" in found["cost.svg"].decode("utf-8")


def test_the_font_that_claims_everything_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Last Resort has a box for every character; it never counts as a Chinese font, whatever it claims."""
    entry: dict[str, Any] = {"style": "normal", "weight": 400, "fname": "x.ttf"}
    claims = SimpleNamespace(name="Last Resort High-Efficiency", **entry)
    plain = SimpleNamespace(name="Plain", **entry)
    assert [one.name for one in fonts._candidates([claims, plain])] == ["Plain"]  # type: ignore[list-item]
    latin = fonts.findfont(fonts.LATIN)
    assert fonts.covers(latin, "abc 123") and not fonts.covers(latin, "养老")
    assert not fonts.covers(__file__, "a")


def test_hostile_titles_are_drawn_as_text(hostile: Example, made: Example) -> None:
    """Dollar signs, backslashes and 200-character names are no mathematics and break nothing."""
    plan = made.plan.model_copy(update={"title": "$\\frac{1}{2}$ <script> & " + "长" * 200})
    found = draw(names(Example(made.scenario, plan, made.walks)))["map.svg"].decode("utf-8")
    assert "&lt;script&gt; &amp;" in found or "tonglu" in found
    assert b"<script" not in draw(names(hostile))["map.svg"]


def test_nothing_to_draw_is_said(made: Example) -> None:
    """Without coordinates or money the figures say so."""
    settings = made.scenario.settings.model_copy(update={"crs": None})
    bare = Example(made.scenario.model_copy(update={"settings": settings}), made.plan.model_copy(update={"ledger": ()}), made.walks)
    found = draw(Names(bare.scenario, bare.plan, "en"))
    assert "nothing to draw" in found["map.svg"].decode("utf-8")
    assert "no cash is paid" in found["cost.svg"].decode("utf-8")


def test_the_map_draws_boundaries_where_they_are_seen(made: Example) -> None:
    """A dashed line crosses the panels and stands in the legend; a boundary far away adds nothing; without any there is no word."""
    points = [mark.point for mark in marks(names(made)) if mark.point]
    (left, low), (right, high) = ((f(p[0] for p in points), f(p[1] for p in points)) for f in (min, max))
    across, away = ((left - 1, low), (left, low), (right, high), (right + 1, high)), ((left - 2, low - 2), (left - 1.5, low - 2))

    def drawn(*borders: tuple[tuple[float, float], ...]) -> str:
        return draw(Names(made.scenario.model_copy(update={"borders": borders}), made.plan, "en"))["map.svg"].decode("utf-8")

    without, crossed, both = drawn(), drawn(across), drawn(across, away)
    assert ("boundary" in without, "boundary" in crossed) == (False, True)
    assert without.count("stroke-dasharray") < crossed.count("stroke-dasharray") == both.count("stroke-dasharray")


def test_only_the_pieces_of_a_boundary_in_sight_are_drawn(made: Example) -> None:
    """A line that leaves the picture and comes back is two pieces; one that passes over a corner without a point in it is seen too."""
    line = ((0.0, 0.5), (0.5, 0.5), (0.5, 5.0), (9.0, 9.0), (0.6, 5.0), (0.6, 0.5))
    scenario = made.scenario.model_copy(update={"borders": (line, ((-1.0, 0.9), (2.0, 0.9)), ((3.0, 3.0), (4.0, 4.0)))})
    assert borders_within(scenario, (0.0, 0.0), (1.0, 1.0)) == [list(line[:3]), list(line[4:]), [(-1.0, 0.9), (2.0, 0.9)]]


def test_what_if_is_on_the_figures(made: Example) -> None:
    """A what-if plan is stamped on both figures."""
    plan = made.plan.model_copy(update={"what_if": ("TL9",)})
    found = draw(Names(made.scenario, plan, "en"))
    assert all("not compliant with TL9" in found[name].decode("utf-8") for name in ("map.svg", "cost.svg"))
