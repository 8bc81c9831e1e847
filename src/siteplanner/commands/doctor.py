"""The ``doctor`` command: tests whether this installation works."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from siteplanner.commands import Shown
from siteplanner.texts import Lang, say

PACKAGES = ("pulp", "highspy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "PyYAML", "python-calamine", "XlsxWriter", "Jinja2",
            "typer", "rich", "XStatic-Leaflet", "pyproj", "shapely")  # fmt: skip


def run_doctor(lang: Lang) -> Shown:
    """Test the packages, both solvers on a small problem whose answer is known, and the fonts. Exit 1 if a test fails."""
    extras = {"font": _font, "word": _word, "geo": _geo, "speed": _speed}
    tests: dict[str, Callable[[], str]] = {"packages": _packages, "highs": _highs, "cbc": _cbc, **extras}
    results: dict[str, tuple[bool, str]] = {"python": (True, f"{sys.version.split()[0]}, {platform.system()} {platform.machine()}")}
    for name, test in tests.items():
        try:
            results[name] = (True, test())
        except Exception as error:
            results[name] = (False, f"{type(error).__name__}: {error}")
    for name in extras:
        results[name] = (True, results[name][1] or say(f"cli.doctor.no_{name}", lang))
    fine = all(good for good, _ in results.values())
    verdict = {True: say("cli.doctor.good", lang), False: say("cli.doctor.bad", lang)}
    lines = [f"{verdict[good]}  {say(f'cli.doctor.{name}', lang)}: {found}" for name, (good, found) in results.items()]
    data: dict[str, object] = {name: {"good": good, "found": found} for name, (good, found) in results.items()}
    return Shown("\n".join(lines), data, 0 if fine else 1)


def _packages() -> str:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            raise RuntimeError(f"{name} is missing") from None
    return ", ".join(found)


def _highs() -> str:
    from siteplanner.solve.selftest import solver_works

    return solver_works("highs")


def _cbc() -> str:
    from siteplanner.solve.selftest import solver_works

    return solver_works("cbc")


def _word() -> str:
    """Return what writes Word reports, empty where it is not installed: the other papers do without it."""
    return _extra("python-docx")


def _geo() -> str:
    """Return what reads and writes GeoPackage and Shapefile, empty where it is not installed: GeoJSON does without it."""
    return _extra("pyogrio")


def _speed() -> str:
    """Return what makes the search over large parts quick, empty where it is not installed: the solver does without it, more slowly."""
    return _extra("numba")


def _extra(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _font() -> str:
    from siteplanner.report.fonts import chinese_font

    found = chinese_font()
    return "" if found is None else str(found)
