"""How a text file is read, whoever reads it: UTF-8 with or without a mark, else GB18030, which Chinese Windows programs write."""

from __future__ import annotations

import codecs


def decoded(raw: bytes) -> str | None:
    """Return the text of a file; None where it is in neither encoding. A file that bears the mark of UTF-8 is read as nothing else."""
    for encoding in ("utf-8-sig",) if raw.startswith(codecs.BOM_UTF8) else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
