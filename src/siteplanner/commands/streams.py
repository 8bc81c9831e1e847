"""Standard output and error as they really are: closed, cut off by ``head``, or of a code page that lacks characters."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def open_streams() -> None:
    """Make both streams writable whatever the console: what its code page lacks becomes a question mark."""
    sys.stdout = _open(sys.stdout)
    sys.stderr = _open(sys.stderr)


def _open(stream: object) -> io.TextIOWrapper:
    if not isinstance(stream, io.TextIOWrapper):
        # Python gives None for a stream that was closed before it started.
        return open(os.devnull, "w", encoding="utf-8")
    stream.reconfigure(errors="replace")
    return stream


@contextmanager
def standard_output() -> Iterator[str]:
    """Give the encoding of standard output; whoever reads it may stop reading at any time, which is no fault of ours."""
    try:
        yield (sys.stdout.encoding or "utf-8").lower()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # Rich ends the program on a broken pipe; the exit code of the command stands instead.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
