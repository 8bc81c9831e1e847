"""The commands. Each prints what it did, speaks Chinese or English, and ends with the exit code of the README."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from siteplanner.cli import law, planning, reasons, setup, streets, whatif
from siteplanner.cli.app import app
from siteplanner.cli.options import Told, show
from siteplanner.commands import INTERRUPTED, internal, interrupted
from siteplanner.commands.streams import open_streams
from siteplanner.commands.usage import is_usage_error, usage
from siteplanner.texts import default_lang

__all__ = ["app", "law", "main", "planning", "reasons", "run_line", "setup", "streets", "whatif"]


def run_line(words: Sequence[str]) -> int:
    """Run the command that the words after ``siteplanner`` ask for and return its exit code."""
    try:
        code = app(args=list(words), prog_name="siteplanner", standalone_mode=False)
        if code == INTERRUPTED and not isinstance(code, Told):
            # A command had not begun yet: `finish` catches Ctrl-C in one.
            show(interrupted(default_lang()), "--json" in words)
    except Exception as error:
        if os.environ.get("SITEPLANNER_DEBUG") and not is_usage_error(error):
            raise
        shown = usage(error, words) if is_usage_error(error) else internal(error, default_lang())
        show(shown, "--json" in words)
        return shown.exit_code
    return code if isinstance(code, int) else 0


def main() -> None:
    """Run a command line; ends with an exit code, never with a traceback."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    open_streams()
    sys.exit(run_line(sys.argv[1:]))
