"""The system a map file states, under the name a scenario would declare it by."""

from __future__ import annotations

from siteplanner.coordinates import is_known

_NAMES = {"epsg:4326": "wgs84", "epsg:4490": "cgcs2000"}
_SURE = 70
"""How alike, in percent, a description and an entry of the EPSG register must be (PROJ's own usual value)."""


def declared(stated: str | None) -> str:
    """Return ``wgs84``, ``cgcs2000`` or ``epsg:N`` for an authority code, URN or WKT; empty for what is not known."""
    if not stated:
        return ""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(stated)
    except CRSError:
        return ""
    if crs.to_authority() == ("OGC", "CRS84"):
        return "wgs84"
    code = crs.to_epsg(min_confidence=_SURE)
    name = f"epsg:{code}" if code else ""
    name = _NAMES.get(name, name)
    return name if name and is_known(name) else ""
