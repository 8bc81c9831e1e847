"""Settings about map data: the system each table is in, and outlines that fill in what tables leave empty."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from siteplanner.scenario.cells import CrsName


class TableSystems(BaseModel):
    """Coordinate systems of single tables, where they are not the scenario's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    estates: CrsName | None = None
    sites: CrsName | None = None
    premises: CrsName | None = None

    def of(self, table: str) -> str:
        """Return the system declared for a table, empty where none is."""
        return str(getattr(self, table, None) or "")


class Outline(BaseModel):
    """Areas of a layer of map data."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    layer: str = ""
    crs: CrsName | None = None


class NamedOutline(Outline):
    """Areas with names; ``name`` is the attribute that holds them."""

    name: str = ""


class Outlines(BaseModel):
    """Outlines that fill in what tables leave empty: townships of rows, and which villages lie side by side."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    townships: NamedOutline | None = None
    villages: Outline | None = None
