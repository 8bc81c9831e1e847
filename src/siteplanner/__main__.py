"""The program's door: ``siteplanner``, or ``python -m siteplanner`` where the command is not on the path."""

from __future__ import annotations

import sys
from contextlib import suppress

INTERRUPTED = 130


def main() -> None:
    """Run a command line; Ctrl-C ends it in order, and with a word, even while Python is still loading."""
    try:
        from siteplanner.cli import main as run

        run()
    except KeyboardInterrupt:
        with suppress(Exception, KeyboardInterrupt):
            from siteplanner.texts import default_lang, say

            print(say("cli.interrupted", default_lang()), file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
