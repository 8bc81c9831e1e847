"""The house rules: which room imports which, how long things may be, and where law and sentences live."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from siteplanner.policy.load import pack_ids

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "siteplanner"
PYTHON = sorted(SRC.rglob("*.py"))
NAMES = [str(path.relative_to(SRC)) for path in PYTHON]

BASE = frozenset({"errors", "units", "texts", "coordinates", "plaintext"})
LAW = BASE | {"policy"}
WRITTEN = LAW | {"scenario", "gis", "roads"}
RECORD = WRITTEN | {"yearly", "walked", "plan"}
PRICED = RECORD | {"money", "pools", "roomtests"}
ENGINE = PRICED | {"case", "model", "solve"}
READERS = RECORD | {"audit", "ledger"}
MAY_IMPORT: dict[str, frozenset[str]] = {
    "texts": frozenset(),
    "units": frozenset(),
    "coordinates": frozenset(),
    "plaintext": frozenset(),
    "errors": frozenset({"texts"}),
    "gis": BASE,
    "roads": BASE | {"gis"},
    "policy": BASE,
    "scenario": LAW | {"gis", "roads"},
    "yearly": LAW,
    "walked": WRITTEN,
    "plan": WRITTEN | {"yearly", "walked"},
    "money": RECORD,
    "pools": RECORD | {"money"},
    "audit": RECORD,
    "ledger": PRICED,
    "cashflow": PRICED | {"ledger"},
    "lifecycle": PRICED | {"cashflow"},
    "roomtests": RECORD | {"money"},
    "forecast": PRICED,
    "programme": PRICED,
    "streets": RECORD,
    "notices": PRICED | {"roomtests", "streets"},
    "addenda": PRICED | {"forecast", "lifecycle", "programme", "notices"},
    "compare": RECORD,
    "report": READERS - {"audit"} | {"compare"},
    "case": PRICED,
    "model": PRICED | {"case"},
    "solve": PRICED | {"case", "model", "ledger"},
    "whatif": ENGINE | {"ledger"},
    "explain": ENGINE | {"whatif"},
    "textbook": BASE | {"solve"},
    "carry": ENGINE,
    "proofs": ENGINE,
    "access": PRICED | {"case"},
    "planner": ENGINE | READERS | {"streets", "addenda", "carry", "explain", "proofs", "report"},
    "handmade": ENGINE | {"addenda", "planner", "proofs"},
    "speeds": ENGINE | READERS | {"access", "planner"},
    "commands": ENGINE
    | READERS
    | {"access", "speeds", "streets", "explain", "whatif", "carry", "compare", "report", "planner", "handmade"},
    "cli": BASE | {"commands"},
    "__main__": frozenset({"cli", "texts"}),
}
"""For each room, the other rooms it may import. A new top-level module needs a row here: decide where it belongs."""

SOLVER_PACKAGES = {"pulp": {"model", "solve"}, "highspy": {"solve"}}


def room(path: Path) -> str:
    """Return the room of a source file: its folder, or the module's own name at the top."""
    first = path.relative_to(SRC).parts[0]
    return "siteplanner" if first == "__init__.py" else first.removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything a file imports, ``from a import b`` as ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively: write the full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(path: Path) -> Iterator[str]:
    """Yield what a file imports of this package, without the package's name."""
    for name in imports(path):
        if name == "siteplanner" or name.startswith("siteplanner."):
            yield name.removeprefix("siteplanner").removeprefix(".")


@pytest.mark.parametrize("path", PYTHON, ids=NAMES)
def test_rooms_import_one_way(path: Path) -> None:
    """A room imports only the rooms before it, as docs/architecture.md says."""
    here = room(path)
    if here == "siteplanner":
        assert not list(own(path))
        return
    assert here in MAY_IMPORT, f"{here} has no row in MAY_IMPORT"
    wrong = [name for name in own(path) if name.split(".")[0] not in MAY_IMPORT[here] | {here, "__version__"}]
    assert not wrong, f"{path.relative_to(ROOT)} must not import {wrong}"


def test_import_rules_have_no_circle() -> None:
    """The table of rooms can be put in one order."""
    left = {name: set(rooms) for name, rooms in MAY_IMPORT.items()}
    while free := [name for name, rooms in left.items() if not rooms & set(left)]:
        for name in free:
            del left[name]
    assert not left


def test_check_shares_no_arithmetic() -> None:
    """The check reads values from packs, never the rules or prices the model used."""
    files = [path for path in PYTHON if room(path) == "audit"]
    wrong = [
        f"{path.name}: {name}"
        for path in files
        for name in own(path)
        if name.startswith(("policy.rules", "money", "case", "model", "solve"))
    ]
    assert not wrong


@pytest.mark.parametrize("package", sorted(SOLVER_PACKAGES))
def test_solver_packages_stay_in_their_rooms(package: str) -> None:
    """PuLP is seen under model/ and solve/ only, HiGHS under solve/ only."""
    rooms = {room(path) for path in PYTHON for name in imports(path) if name.split(".")[0] == package}
    assert rooms <= SOLVER_PACKAGES[package]


@pytest.mark.parametrize("path", PYTHON, ids=NAMES)
def test_files_and_functions_stay_short(path: Path) -> None:
    """No file over 400 lines, no function over 60."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None and node.end_lineno - node.lineno >= 60
    ]
    assert not long


@pytest.mark.parametrize("path", PYTHON, ids=NAMES)
def test_no_policy_is_known_by_name(path: Path) -> None:
    """Rules are data: no Python file names a policy, its county or one of its clauses."""
    text = path.read_text(encoding="utf-8")
    named = [policy for policy in pack_ids() if policy in text or policy.rsplit("-", 1)[0] in text.lower()]
    cited = re.findall(r"\b(?:TL|YC|LY|WZ|WH)\d{1,2}\b", text)
    assert not named
    assert not cited


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a catalogue entry."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def flat(node: object, prefix: str = "") -> dict[str, str]:
    """Return a catalogue tree as dotted keys."""
    if not isinstance(node, dict):
        return {prefix: str(node)}
    return {key: text for name, child in node.items() for key, text in flat(child, f"{prefix}.{name}" if prefix else str(name)).items()}


AREAS = sorted({path.name.split(".")[0] for path in (SRC / "texts").glob("*.yaml")})


@pytest.mark.parametrize("area", AREAS)
def test_catalogues_say_the_same_in_both_languages(area: str) -> None:
    """Each text area has the same keys and the same placeholders in Chinese and English, and no empty sentence."""
    zh, en = (flat(yaml.safe_load((SRC / "texts" / f"{area}.{lang}.yaml").read_text(encoding="utf-8"))) for lang in ("zh", "en"))
    assert set(zh) == set(en)
    assert [key for key in zh if placeholders(zh[key]) != placeholders(en[key])] == []
    assert [key for key in zh if not zh[key].strip() or not en[key].strip()] == []


def test_outputs_and_environments_are_ignored_by_git() -> None:
    """What the README's commands make in the checkout never gets committed."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/out/", ".venv*/", "__pycache__/", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".hypothesis/"} <= set(lines)
