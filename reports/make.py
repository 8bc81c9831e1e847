"""Make the examples of this folder anew: the toy county's papers, and pictures of reports that are too large to keep.

Run from the project's folder: ``.venv/bin/python reports/make.py [--plans FOLDER]``. Plans the five counties and two variants of
Tonglu into FOLDER (default ``out/reports``; a plan that is there already is not solved again, its papers are written anew), opens
each page in Chromium without a network, and keeps pictures under ``reports/screens``. Needs the packages of requirements/test.txt
and Chromium; LibreOffice and poppler's pdftoppm, where they are installed, add the first page of a workbook and a Word report.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCREENS = HERE / "screens"
COUNTIES = ("tonglu", "yangcheng", "liaoyuan", "wenzhou", "weihai")
VARIANTS = ("tight_budget", "lease_first")
LAPTOP, PHONE = (1280, 900), (390, 844)
COLOURS = 160
FUNDING = "资金测算表"
"""The sheet of the workbook whose page is kept."""


def siteplanner(*words: object) -> None:
    """Run a command of this checkout."""
    paths = os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run([sys.executable, "-m", "siteplanner", *map(str, words)], cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, check=True)


def planned(county: str, variant: str, plans: Path) -> Path:
    """Return the folder of a plan with its papers written by today's program; solve it if it is not there."""
    out = plans / (f"{county}-{variant}" if variant else county)
    scenario = ROOT / "scenarios" / county
    if (out / "plan.json").exists():
        siteplanner("report", scenario, out, "--lang", "zh")
    else:
        siteplanner("plan", scenario, "--out", out, "--lang", "zh", *(["--variant", variant] if variant else []))
    return out


def keep(name: str, png: bytes) -> None:
    """Keep a picture with few colours, so that it stays small."""
    SCREENS.mkdir(exist_ok=True)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(SCREENS / f"{name}.png", optimize=True)


@contextmanager
def page_of(browser: Browser, file: Path, size: tuple[int, int], scheme: str) -> Iterator[Page]:
    """Open a page from disk without a network; anything it says on its console ends the run."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, color_scheme=scheme)
    context.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.resolve().as_uri())
    page.wait_for_function("window.siteplanner !== undefined")
    yield page
    context.close()
    if said:
        raise SystemExit(f"{file}: {said}")


def show(page: Page, section: str) -> None:
    """Scroll to a section and let the map settle."""
    page.evaluate(f"document.getElementById('s-{section}').scrollIntoView({{behavior: 'instant'}})")
    page.wait_for_timeout(500)


def look_closer(page: Page) -> None:
    """Look at the township with most marks and click its first new place, so that the map says why."""
    page.evaluate(
        """(() => {
          const tree = page.data.map || page.data.maps[0];
          const town = (mark) => tree.pool[mark[5][0]];
          const counts = {};
          const fresh = tree.styles.indexOf("fresh");
          const chosen = tree.marks.filter((mark) => mark[1] === fresh && mark[3] !== null);
          (chosen.length ? chosen : tree.marks).forEach((mark) => (counts[town(mark)] = (counts[town(mark)] || 0) + 1));
          const best = Object.keys(counts).sort((a, b) => counts[b] - counts[a] || (a < b ? -1 : 1))[0];
          const select = document.querySelector("#finder select");
          select.value = best;
          select.dispatchEvent(new Event("change"));
          const first = chosen.find((mark) => town(mark) === best);
          if (first) page.goTo(first[0]);
        })()"""
    )
    page.wait_for_timeout(900)
    show(page, "map")


def pictures(browser: Browser, name: str, file: Path, sections: tuple[str, ...]) -> None:
    """Keep pictures of a page: its top and some sections on a laptop, its map on a phone in the dark."""
    with page_of(browser, file, LAPTOP, "light") as page:
        keep(f"{name}-top", page.screenshot())
        for section in sections:
            if section == "map":
                look_closer(page)
            show(page, section)
            keep(f"{name}-{section}", page.screenshot())
    with page_of(browser, file, PHONE, "dark") as page:
        show(page, "map")
        keep(f"{name}-phone", page.screenshot())


def printed_pages(out: Path, name: str) -> None:
    """Keep a page of the workbook and the first of the Word report as LibreOffice prints them, where it can."""
    office, printer, reader = (shutil.which(program) for program in ("soffice", "pdftoppm", "pdftotext"))
    if not office or not printer or not reader:
        return
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "plan.pdf"
        for file, heading in (("plan.xlsx", FUNDING), ("plan.docx", "")):
            subprocess.run(
                [office, "--headless", "--convert-to", "pdf", "--outdir", folder, str(out / file)], capture_output=True, check=False
            )
            if not pdf.exists():
                continue
            text = subprocess.run([reader, str(pdf), "-"], capture_output=True, check=True).stdout.decode("utf-8")
            page = str(next(n for n, one in enumerate(text.split("\f"), start=1) if one.strip().startswith(heading)))
            picture = Path(folder) / "page"
            subprocess.run([printer, "-r", "90", "-f", page, "-l", page, "-singlefile", "-png", str(pdf), str(picture)], check=True)
            keep(f"{name}-{file.rpartition('.')[2]}", picture.with_suffix(".png").read_bytes())
            pdf.unlink()


def main() -> None:
    """Make everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=Path, default=ROOT / "out" / "reports")
    plans = parser.parse_args().plans.resolve()
    siteplanner("plan", ROOT / "scenarios" / "toy", "--out", HERE / "toy", "--lang", "zh")
    folders = {county: planned(county, "", plans) for county in COUNTIES}
    sides = [folders["tonglu"], *(planned("tonglu", variant, plans) for variant in VARIANTS)]
    siteplanner("compare", *sides, "--scenario", ROOT / "scenarios" / "tonglu", "--out", plans / "compare", "--lang", "zh")
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for county, folder in folders.items():
            pictures(browser, county, folder / "report.html", ("map", "subsidy", "law") if county == "tonglu" else ("map",))
        pictures(browser, "compare", plans / "compare" / "compare.html", ("map", "sites"))
        browser.close()
    printed_pages(folders["tonglu"], "tonglu")


if __name__ == "__main__":
    main()
