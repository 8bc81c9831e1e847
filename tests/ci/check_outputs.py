"""Look at what ``siteplanner plan`` wrote, from outside the program: every file is there and the plan is proven.

Usage: ``check_outputs.py OUT_DIR``. Prints one line and exits 0, or lists what is wrong and exits 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

KINDS = {"record": "plan.json", "workbook": "*.xlsx", "report": "*.html", "map data": "*.geojson"}
FIGURES = ("*.png", "*.svg")


def faults(out: Path) -> list[str]:
    """Return what is missing, empty or unproven in an output directory."""
    found = [f"no {name} ({pattern}) in {out}" for name, pattern in KINDS.items() if not _filled(out, pattern)]
    if sum(len(_filled(out, pattern)) for pattern in FIGURES) < 2:
        found.append(f"fewer than two figures in {out}")
    if not (out / "plan.json").is_file():
        return found
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    if plan["status"]["status"] != "optimal" or not all(level["proven"] for level in plan["status"]["levels"]):
        found.append(f"the plan is not proven optimal: {plan['status']}")
    found.extend(f"the plan breaks {row['clause']}: {row}" for row in plan["compliance"] if row["result"] == "broken")
    if not plan["chosen"] or not plan["ledger"] or not plan["compliance"]:
        found.append("the plan chooses nothing, costs nothing or was not checked")
    return found


def _filled(out: Path, pattern: str) -> list[Path]:
    return [path for path in out.rglob(pattern) if path.stat().st_size > 0]


def main() -> int:
    """Check the directory named on the command line."""
    out = Path(sys.argv[1])
    wrong = faults(out)
    print("\n".join(wrong) if wrong else f"{out}: every output is there and the plan is proven optimal")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
