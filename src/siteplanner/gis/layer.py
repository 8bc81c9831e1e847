"""A layer of map data as it stands in a file: columns, shapes, and the system the file itself states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from siteplanner.errors import InputError, Location, Problem


@dataclass(frozen=True, slots=True)
class Layer:
    """Features in file order.

    Attributes
    ----------
    file : str
        The file as shown to the user.
    name : str
        The layer's name, empty where the form has none.
    crs : str
        The system the file states (``wgs84``, ``cgcs2000``, ``epsg:N``); empty where it states none that is known.
    columns : mapping of str to sequence
        Attribute values by column, each as long as `shapes`; None where a feature has no value.
    shapes : sequence
        Shapely geometries; None where a feature has none.
    """

    file: str
    name: str
    crs: str
    columns: Mapping[str, Sequence[object]]
    shapes: Sequence[object]


def refuse(code: str, file: str, **facts: str) -> NoReturn:
    """Raise the one problem that keeps a file from being read."""
    raise InputError([Problem(code, Location(file), facts)])
