"""The command line for tests: in this process, where most can be seen quickly, or as a program of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siteplanner.cli import run_line

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "scenarios" / "toy"
TONGLU = ROOT / "scenarios" / "tonglu"
PROGRAM = (sys.executable, "-m", "siteplanner")


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return all that a person would have read."""
        return self.out + self.err

    @property
    def data(self) -> Any:
        """Return standard output as the one JSON object that it must be, with the exit code inside and outside alike."""
        found = json.loads(self.out)
        assert found["exit_code"] == self.code
        return found


def command(*words: object) -> Ran:
    """Run a command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run_line([str(word) for word in words])
    return Ran(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))


def environment(**changes: str) -> dict[str, str]:
    """Return a bare environment in which this package is found, with changes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", **changes}


def program(*words: object, env: Mapping[str, str] | None = None, **options: Any) -> Ran:
    """Run a command line as a program of its own, in a bare environment with changes."""
    encoding = (env or {}).get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    found = subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, check=False, timeout=300, env=environment(**(env or {})), **options
    )
    return Ran(found.returncode, found.stdout.decode(encoding), found.stderr.decode(encoding))
