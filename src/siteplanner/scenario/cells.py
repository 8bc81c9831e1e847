"""What one cell may hold: how people write numbers, days, spans of years, yes and no, and lists of ids.

Files speak yuan, m² and minutes; the types here give fen, dm² and seconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from siteplanner.policy.schema import Kind
from siteplanner.units import m2_to_dm2, minutes_to_seconds, yuan_to_fen

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]

_NUMBER = re.compile(r"[+-]?(?=\.?\d)(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_YEARS = re.compile(r"(\d{4})(?:\.0+)?年?(?:\s*[-–—~～至]\s*(\d{4})年?)?")
_INSTALMENT = re.compile(r"(\d{1,5}):(\d{1,3}(?:\.\d{1,6})?)%?")
_MOST_INSTALMENTS = 60
_SAME_CRS = {"epsg:4326": "wgs84", "epsg:4490": "cgcs2000"}
_LONGEST_NUMBER = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def _plain(raw: object) -> str:
    # Full-width digits, brackets and signs are what a Chinese keyboard gives; NFKC makes them the usual ones.
    return unicodedata.normalize("NFKC", str(raw)).strip()


def _decimal(raw: object) -> Decimal:
    text = _plain(raw)
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise PydanticCustomError("bad_number", "not a number")
    return Decimal(text.replace(",", ""))


def _share(raw: object) -> Decimal:
    text = _plain(raw)
    return _decimal(text[:-1]) / 100 if text.endswith("%") else _decimal(text)


def _whole(raw: object) -> int:
    number = _decimal(raw)
    if number != int(number):
        raise PydanticCustomError("bad_integer", "not a whole number")
    return int(number)


def _real(raw: object) -> float:
    return float(_decimal(raw))


def _day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    found = _DAY.fullmatch(_plain(raw))
    if found:
        year, month, day = (int(part) for part in found.groups() if part)
        try:
            if _FIRST_YEAR <= year <= _LAST_YEAR:
                return date(year, month, day)
        except ValueError:
            pass
    raise PydanticCustomError("bad_date", "not a date")


def _fen(raw: object) -> int:
    return _in_units(raw, yuan_to_fen)


def _dm2(raw: object) -> int:
    return _in_units(raw, m2_to_dm2)


def _seconds(raw: object) -> int:
    return _in_units(raw, minutes_to_seconds)


def _in_units(raw: object, convert: Callable[[Decimal], int]) -> int:
    number = _decimal(raw)
    try:
        return convert(number)
    except ValueError as error:
        raise PydanticCustomError("too_fine", "more decimals than the smallest unit has") from error


def _years(raw: object) -> str:
    found = _YEARS.fullmatch(_plain(raw))
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        if _FIRST_YEAR <= first <= last <= _LAST_YEAR:
            return str(first) if first == last else f"{first}-{last}"
    raise PydanticCustomError("bad_years", "not a year or a span of years")


def _schedule(raw: object) -> str:
    parts = split_ids(_plain(raw))
    if len(parts) > _MOST_INSTALMENTS or not all(_INSTALMENT.fullmatch(part) for part in parts):
        raise PydanticCustomError("bad_schedule", "not instalments")
    return ";".join(part.rstrip("%") for part in parts)


def instalments_of(schedule: str) -> tuple[tuple[int, Decimal], ...]:
    """Return a schedule of payments as (days after the start, percent of the total), as written."""
    pairs = (part.split(":") for part in split_ids(schedule))
    return tuple((int(days), Decimal(percent)) for days, percent in pairs)


def _crs(raw: object) -> str:
    name = _plain(raw).lower().replace(" ", "")
    return _SAME_CRS.get(name, name)


def _yes_no(raw: object) -> object:
    words = {"是": True, "yes": True, "y": True, "true": True, "1": True, "有": True,
             "否": False, "no": False, "n": False, "false": False, "0": False, "无": False}  # fmt: skip
    return words.get(_plain(raw).lower(), raw)


def split_ids(text: str) -> tuple[str, ...]:
    """Return the parts of a list cell, separated by ``;`` or the Chinese and English marks that people use for it."""
    return tuple(part for part in re.split(r"[;；、,，\s]+", text) if part)


def _ids(raw: object) -> object:
    return split_ids(raw) if isinstance(raw, str) else raw


Listed = BeforeValidator(_ids)
"""Takes a list cell apart: ``Annotated[tuple[X, ...], Listed]``."""
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Real = Annotated[float, BeforeValidator(_real), Field(ge=-1e9, le=1e9)]
Number = Annotated[Decimal, BeforeValidator(_decimal)]
Share = Annotated[Decimal, BeforeValidator(_share)]
Fen = Annotated[int, BeforeValidator(_fen), Field(ge=0, le=10**14)]
SignedFen = Annotated[int, BeforeValidator(_fen), Field(ge=-(10**14), le=10**14)]
Dm2 = Annotated[int, BeforeValidator(_dm2), Field(ge=0, le=10**11)]
Minutes = Annotated[int, BeforeValidator(_seconds), Field(ge=0, le=86_400)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Ids = Annotated[tuple[Id, ...], Listed]
Years = Annotated[str, BeforeValidator(_years)]
Schedule = Annotated[str, BeforeValidator(_schedule)]
CrsName = Annotated[str, BeforeValidator(_crs)]
Kinds = Annotated[tuple[Kind, ...], Listed, Field(min_length=1)]
Count = Annotated[Whole, Field(ge=0, le=10**9)]
