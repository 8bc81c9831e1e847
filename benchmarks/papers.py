"""What the papers of a large plan cost: 2,000 estates and 5,000 sites, made up, not solved.

Run: ``.venv/bin/python benchmarks/papers.py``. CPU seconds of each paper beside those of writing the record in the same run, sizes, and,
where Chromium is installed, when the page first paints beside a page that holds nothing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from report.example import example
from siteplanner.report.figures import draw
from siteplanner.report.maps import geojson_bytes
from siteplanner.report.names import Names
from siteplanner.report.page import page_bytes
from siteplanner.report.record import plan_bytes
from siteplanner.report.stamps import stamps
from siteplanner.report.tables import plan_tables
from siteplanner.report.word import word_bytes
from siteplanner.report.workbook import Heading, workbook_bytes

EMPTY = "<!doctype html><title>empty</title><p>nothing</p>"


def timed(name: str, make: Callable[[], bytes], unit: float | None = None) -> tuple[bytes, float]:
    """Print what making a paper takes, in CPU seconds and as a multiple of the unit; return it with its seconds."""
    start = time.process_time()
    content = make()
    seconds = time.process_time() - start
    ratio = f"{seconds / unit:5.1f} x" if unit else "  1.0 x"
    print(f"{name:<16}{seconds:7.2f} s CPU {ratio} {len(content) / 1e6:7.2f} MB")
    return content, seconds


def shown_ms(page: Path, ready: str) -> tuple[float, float]:
    """Return the milliseconds from navigation to the first paint and to a script's truth, the least of three openings without a network."""
    from playwright.sync_api import sync_playwright

    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
    found = []
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(3):
            opened = browser.new_context(offline=True).new_page()
            opened.goto(page.as_uri())
            opened.wait_for_function(ready)
            whole = float(opened.evaluate("performance.now()"))
            opened.wait_for_function(f"({paint}) !== null")
            found.append((float(opened.evaluate(paint)), whole))
        browser.close()
    return min(first for first, _ in found), min(whole for _, whole in found)


def main() -> None:
    """Make the example and its papers, and open the page."""
    made = example(2_000, 5_000)
    names = Names(made.scenario, made.plan, "zh")
    _, unit = timed("plan.json", lambda: plan_bytes(made.plan))
    tables = plan_tables(names)
    heading = Heading(made.plan.title, stamps(made.plan, "zh"), made.plan.base_date)
    page, _ = timed("report.html", lambda: page_bytes(names, plan_tables(names)), unit)
    timed("plan.xlsx", lambda: workbook_bytes(tables, heading, "zh"), unit)
    timed("plan.geojson", lambda: geojson_bytes(names), unit)
    figures: dict[str, bytes] = {}

    def drawn() -> bytes:
        figures.update(draw(names))
        return b"".join(figures.values())

    timed("figures", drawn, unit)
    timed("plan.docx", lambda: word_bytes(names, tables, figures), unit)
    if shutil.which("chromium"):
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder) / f"{name}.html" for name in ("report", "empty")}
            files["report"].write_bytes(page)
            files["empty"].write_text(EMPTY, encoding="utf-8")
            report = shown_ms(files["report"], "window.siteplanner !== undefined")
            empty = shown_ms(files["empty"], "true")
        print(
            f"first paint {report[0]:.0f} ms, map and tables ready {report[1]:.0f} ms; an empty page {empty[0]:.0f} and {empty[1]:.0f} ms"
        )


if __name__ == "__main__":
    main()
