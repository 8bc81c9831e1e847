"""The program's door: ``siteplanner``, or ``python -m siteplanner`` where the command is not on the path."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run a command line; Ctrl-C ends it in order even while Python is still loading."""
    try:
        from siteplanner.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
