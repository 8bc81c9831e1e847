"""The comparison page as text and, where Chromium is at hand, opened from disk without a network."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.compare import Compared, Comparison, compare
from siteplanner.report.comparison import write_comparison


def compared(made: Example, *, with_scenario: bool = True) -> Comparison:
    """Return an example beside itself without the first project."""
    fewer = made.plan.model_copy(update={"chosen": made.plan.chosen[1:], "variant": "fewer"})
    scenario = made.scenario if with_scenario else None
    plans = [Compared(label, plan, label, made.scenario.pack, scenario) for label, plan in (("A", made.plan), ("B", fewer))]
    return compare(plans)


def page(made: Example, folder: Path, *, with_scenario: bool = True) -> Path:
    """Write a comparison and return its page."""
    return write_comparison(compared(made, with_scenario=with_scenario), folder, "zh")[2]


def data_of(text: str) -> dict[str, Any]:
    """Return the data the page's script reads."""
    tree: dict[str, Any] = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.S)[0])
    return tree


def test_each_plan_has_its_map_and_every_table_is_there(made: Example, tmp_path: Path) -> None:
    """Two plans have two maps with all estates and the place that differs, and each table of the comparison is on the page."""
    text = page(made, tmp_path).read_text(encoding="utf-8")
    data = data_of(text)
    assert len(data["maps"]) == 2
    gone = made.plan.chosen[0]
    ids = [[mark[0] for mark in tree["marks"]] for tree in data["maps"]]
    assert all(estate.id in shown for estate in made.scenario.estates for shown in ids)
    assert [ids[0][n] for n in data["maps"][0]["differs"]] == [gone.place] and data["maps"][1]["differs"] == []
    assert {"plans", "sites", "choices", "cost", "households", "walk_mean", "per_hundred", "net"} <= set(data["tables"])
    for key in data["tables"]:
        assert f'data-table="{key}"' in text
    assert gone.site in data["tables"]["sites"]["columns"][0].get("v", data["tables"]["sites"]["columns"][0].get("d"))


def test_records_alone_show_their_places(made: Example, tmp_path: Path) -> None:
    """Without a scenario the maps hold the places of the records, and the page says how to have the estates too."""
    text = page(made, tmp_path, with_scenario=False).read_text(encoding="utf-8")
    assert len(data_of(text)["maps"][0]["marks"]) == len(made.plan.places)
    assert "--scenario" in text


def test_nothing_is_asked_for_and_names_are_text(hostile: Example, tmp_path: Path) -> None:
    """No address but anchors and data; hostile names stay in the data, where they end no script."""
    text = page(hostile, tmp_path).read_text(encoding="utf-8")
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.S)
    assert not re.findall(r'(?:src|href)="(?!#|data:)', markup)
    assert text.count("<script") == 6 and "<img" not in text
    names = {mark[2] for mark in data_of(text)["maps"][0]["marks"]}
    assert {HOSTILE[key] for key in ("E001", "E002", "E003", "E005")} <= names
    assert re.findall(r'Content-Security-Policy" content="([^"]*)"', text)[0].startswith("default-src &#39;none&#39;")


@pytest.mark.component
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_maps_move_together_offline(hostile: Example, tmp_path: Path, width: int, scheme: str) -> None:
    """From disk without a network: no message, one request, panning one map moves the other, a click shows the place on both."""
    from playwright.sync_api import sync_playwright

    path, said, asked = page(hostile, tmp_path), [], []
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True, color_scheme=scheme)
        context.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
        opened = context.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(path.as_uri())
        opened.wait_for_function("window.siteplanner !== undefined")
        before = opened.evaluate("siteplanner.maps.map(m => m.map.getCenter().lng)")
        opened.evaluate("void siteplanner.maps[0].map.panBy([150, 0], {animate: false})")
        after = opened.evaluate("siteplanner.maps.map(m => m.map.getCenter().lng)")
        assert after[0] == pytest.approx(after[1], abs=1e-9) and abs(after[1] - before[1]) > 1e-6
        opened.evaluate("page.goTo('E002')")
        details = opened.evaluate("[...document.querySelectorAll('.detail')].map(d => d.textContent)")
        assert all("<script>alert(1)</script> (E002)" in detail and "缘由" in detail for detail in details)
        opened.evaluate("document.querySelector('.legend input[value=differs]').click()")
        heading = opened.locator("[data-table=town_cost] thead button").nth(1)
        heading.click()
        assert opened.evaluate("document.querySelector('[data-table=town_cost] th[aria-sort]').getAttribute('aria-sort')") == "ascending"
        assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()
    assert said == []
    assert len(asked) == 1
