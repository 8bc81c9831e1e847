"""Which installed font has the glyphs a figure needs: found by looking at its characters, never by its name alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matplotlib.font_manager import FontEntry, findfont, fontManager
from matplotlib.ft2font import FT2Font

_PROBE = "养老服务用房配建桐庐县万元"
_PREFERRED = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "Heiti SC", "STHeiti",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "DengXian", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC",
    "AR PL UMing CN", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
_CLAIMS_EVERYTHING = "last resort"
"""Fonts of this name have a box for every character, so their coverage proves nothing."""
LATIN = "DejaVu Sans"
"""Comes with matplotlib."""


def chinese_font() -> str | None:
    """Return the name of an installed font that covers common Chinese characters, or None."""
    entry = chinese_entry()
    return entry.name if entry else None


@cache
def chinese_entry() -> FontEntry | None:
    """Return that font as matplotlib lists it."""
    return next((entry for entry in _candidates(fontManager.ttflist) if covers(entry.fname, _PROBE)), None)


def _candidates(entries: Iterable[FontEntry]) -> list[FontEntry]:
    usable = [entry for entry in entries if _CLAIMS_EVERYTHING not in entry.name.lower() and entry.style == "normal"]
    rank = {name: n for n, name in enumerate(_PREFERRED)}
    return sorted(usable, key=lambda entry: (rank.get(entry.name, len(rank)), abs(_weight(entry) - 400), entry.name, entry.fname))


def _weight(entry: FontEntry) -> int:
    return entry.weight if isinstance(entry.weight, int) else 400


def covers(file: str, text: str) -> bool:
    """Return whether a font file has a glyph for every character of a text; an unreadable file has none."""
    font = _open(file)
    return font is not None and all(font.get_char_index(ord(char)) for char in text if not char.isspace())


@cache
def _open(file: str) -> FT2Font | None:
    try:
        return FT2Font(file)
    except (OSError, RuntimeError):
        return None


def drawable(text: str, font: FontEntry | None) -> bool:
    """Return whether a text can be drawn without empty boxes in a font, helped out by the Latin one."""
    files = [*([font.fname] if font else []), findfont(LATIN)]
    return all(char.isprintable() and any(covers(file, char) for file in files) for char in text)
