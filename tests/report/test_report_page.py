"""The report page as text: one file, a policy that admits only its own scripts, and names that stay names."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.report.names import Names
from siteplanner.report.page import page_bytes
from siteplanner.report.tables import plan_tables
from siteplanner.texts import Lang
from support.packed import texts_of


def page(made: Example, lang: Lang = "zh") -> str:
    """Return the page of an example."""
    names = Names(made.scenario, made.plan, lang)
    return page_bytes(names, plan_tables(names)).decode("utf-8")


class Elements(HTMLParser):
    """Collects elements with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attrs = self.found[-1] if self.found else ("", {})
        if tag in ("script", "style") and self.cdata_elem:
            self.raw.append((tag, attrs, data))


def data_of(text: str) -> dict[str, Any]:
    """Return the data the page's script reads."""
    found = next(data for tag, attrs, data in Elements(text).raw if attrs.get("id") == "data")
    tree: dict[str, Any] = json.loads(found)
    return tree


def test_the_same_plan_gives_the_same_page(made: Example) -> None:
    """Nothing on the page depends on the clock."""
    assert page(made) == page(made)


def test_the_page_asks_for_nothing(made: Example) -> None:
    """No element and no style refers to another file; only anchors on the page and data images."""
    text = page(made)
    addresses = [value for _, attrs in Elements(text).found for name, value in attrs.items() if name in ("src", "href", "srcset", "action")]
    assert addresses
    assert [value for value in addresses if not str(value).startswith(("#", "data:"))] == []
    styles = [data for tag, _, data in Elements(text).raw if tag == "style"]
    assert len(styles) == 2 and not any("url(" in style or "@import" in style for style in styles)
    assert "sourceMappingURL" not in text


def test_the_policy_admits_exactly_the_page_itself(made: Example) -> None:
    """The content policy starts from nothing and names the hash of each inline script and style; no markup carries style or handlers."""
    text = page(made)
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', text)[0])
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy
    runs = [data for tag, attrs, data in Elements(text).raw if attrs.get("type") != "application/json"]
    assert len(runs) == 7
    for data in runs:
        assert base64.b64encode(hashlib.sha256(data.encode("utf-8")).digest()).decode() in policy
    assert [name for _, attrs in Elements(text).found for name in attrs if name == "style" or name.startswith("on")] == []


def test_hostile_names_are_text(hostile: Example) -> None:
    """Markup in names makes no element, ends no script, and comes back from the data as it was written."""
    text = page(hostile)
    elements = Elements(text)
    assert [tag for tag, _ in elements.found].count("script") == 6
    assert "img" not in [tag for tag, _ in elements.found]
    assert html.escape(HOSTILE["title"]) in text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    data = data_of(text)
    names = {mark[2] for mark in data["map"]["marks"]}
    for key in ("E001", "E002", "E003", "E004", "E005", "E008", "S002"):
        assert HOSTILE[key] in names
    cells = {text for table in data["tables"].values() for column in table["columns"] for text in texts_of(column)}
    assert HOSTILE["E002"] in cells and HOSTILE["E008"] in cells
    assert " bell [31m" in names


def test_status_gap_and_stamps_stand_on_top(made: Example) -> None:
    """An unproven what-if plan says both before anything else is said."""
    level = made.plan.status.levels[0].model_copy(update={"gap": 0.0123, "proven": False})
    status = made.plan.status.model_copy(update={"status": "feasible", "levels": (level,)})
    text = page(Example(made.scenario, made.plan.model_copy(update={"what_if": ("TL9",), "status": status}), made.walks))
    top = text[text.index("<header>") : text.index("</header>")]
    assert "不符合 TL9" in top and "1.23%" in top and "合成数据" in top and "直线距离" in top
    assert "已证明最优" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_of_the_plan_is_on_the_page(made: Example, lang: Lang) -> None:
    """All tables but the fill-in ledger and the summary (shown as figures) are there with all their rows."""
    text = page(made, lang)
    made_tables = plan_tables(Names(made.scenario, made.plan, lang))
    shown = data_of(text)["tables"]
    assert set(made_tables) - set(shown) == {"summary", "close_out"}
    for key, table in shown.items():
        assert table["rows"] == len(made_tables[key].rows)
        assert all(len(texts_of(column)) == table["rows"] for column in table["columns"])
        assert f'data-table="{key}"' in text


def test_cells_are_numbered_in_sorting_order(made: Example) -> None:
    """Sorting a column by its numbers sorts it by size, not by the digits of its text."""
    table = data_of(page(made))["tables"]["services"]
    dwellings = next(column for column in table["columns"] if column["h"] == "住房套数")
    assert dwellings["n"] == 1, "nearly every estate has a number of its own, which the script sorts as a number"
    assert [int(text.replace(",", "")) for text in dwellings["v"]] == [
        row.dwellings
        for row in sorted(made.plan.services, key=lambda row: (row.status != "short", row.status != "served", row.township, row.estate))
    ]
    required = next(column for column in data_of(page(made))["tables"]["projects"]["columns"] if column["h"] == "建筑面积\n（平方米）")
    sizes = [float(text.replace(",", "")) for text in required["d"]]
    assert sizes == sorted(sizes) and len(set(sizes)) > 5
    assert table["foot"][5] == f"{sum(row.dwellings for row in made.plan.services):,}"


def told(data: dict[str, Any], mark: str) -> str:
    """Return everything the map says about a mark."""
    found = next(row for row in data["map"]["marks"] if row[0] == mark)
    pool = data["map"]["pool"]
    reasons = [re.sub(r"\{(\d)\}", lambda at, parts=parts: pool[parts[int(at[1])]], pool[pattern]) for pattern, *parts in found[6]]
    return "\n".join([*(pool[n] for n in found[5]), *reasons])


def test_a_place_says_why(made: Example) -> None:
    """A candidate that was not eligible gives reason and clause; a chosen place whom it serves, who pays and who subsidises it."""
    data = data_of(page(made))
    assert "不足每处下限 200.00 平方米（TL3）" in told(data, "S004")
    chosen = next(
        pick for pick in made.plan.chosen if any(line.option == pick.option and line.kind == "grant" for line in made.plan.ledger)
    )
    grant = next(line for line in made.plan.ledger if line.option == chosen.option and line.kind == "grant")
    served = [credit.area_dm2 for credit in made.plan.credits if credit.place == chosen.place]
    said = told(data, chosen.place)
    assert f"县财政依 {grant.clause} 补助 {grant.fen / 1_000_000:,.2f} 万元" in said
    assert f"供 {len(served)} 个小区使用，计入面积合计 {sum(served) / 100:,.2f} 平方米" in said
    assert len(data["map"]["credits"]) == len(made.plan.credits)


def test_what_the_office_locked_in_says_so(made: Example) -> None:
    """An option that is chosen because the office locked it in gives the office's note, not a reason of ours."""
    option = made.plan.chosen[0].option
    options = tuple(one.model_copy(update={"lock": "in", "note": "已签约"}) if one.id == option else one for one in made.scenario.options)
    locked = Example(made.scenario.model_copy(update={"options": options}), made.plan, made.walks)
    assert f"{option} 填报设定为必选（已签约）" in told(data_of(page(locked)), made.plan.chosen[0].place)


def test_an_estate_says_why(made: Example) -> None:
    """A served estate says what it needs and under which clause; a short one what is missing; one left out what it is owed."""
    data = data_of(page(made))
    by_status = {row.status: row for row in made.plan.services if row.required_dm2 or row.status == "exempt"}
    served, short, exempt = (by_status[status] for status in ("served", "short", "exempt"))
    assert f"依 {served.clause} 应有 {served.required_dm2 / 100:,.2f} 平方米" in told(data, served.estate)
    assert f"仍缺 {(short.required_dm2 - short.held_dm2) / 100:,.2f} 平方米" in told(data, short.estate)
    assert "应尽义务：上门服务（TL7）" in told(data, exempt.estate)


def test_the_circle_is_the_law_in_a_straight_line(made: Example) -> None:
    """Fifteen minutes at 1.0 m/s with detour 1.3 reach 692.3 m; walking by table draws no circle, for nobody stated a speed."""
    assert data_of(page(made))["map"]["circle_m"] == 692.3
    walking = made.scenario.settings.walking.model_copy(update={"speed_m_per_s": None})
    settings = made.scenario.settings.model_copy(update={"walking": walking})
    table = Example(made.scenario.model_copy(update={"settings": settings}), made.plan, made.walks)
    assert data_of(page(table))["map"]["circle_m"] is None


def test_points_come_back_to_a_tenth_of_a_metre(made: Example) -> None:
    """Whole steps from the corner give the coordinates back, to a millionth of a degree."""
    tree = data_of(page(made))["map"]
    marks = {mark[0]: mark for mark in tree["marks"]}
    for estate in made.scenario.estates:
        back = [tree["origin"][axis] + marks[estate.id][3 + axis] / tree["scale"] for axis in (0, 1)]
        assert back == pytest.approx([estate.x, estate.y], abs=1e-6)


def test_a_plan_without_coordinates_has_no_map(made: Example) -> None:
    """Without coordinates the page says so and still holds every table."""
    settings = made.scenario.settings.model_copy(update={"crs": None})
    text = page(Example(made.scenario.model_copy(update={"settings": settings}), made.plan, made.walks))
    data = data_of(text)
    assert all(mark[3] is None for mark in data["map"]["marks"])
    assert data["words"]["no_map"]
