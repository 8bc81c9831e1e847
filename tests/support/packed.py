"""The columns of a page's tables, as its script unpacks them."""

from __future__ import annotations

from typing import Any


def texts_of(column: dict[str, Any]) -> list[str]:
    """Return the texts of a packed column, row by row."""
    if "d" not in column:
        return list(column["v"])
    runs = column.get("r", ())
    index = column["i"] if "i" in column else [n for k in range(0, len(runs), 2) for n in [runs[k]] * runs[k + 1]]
    return [column["d"][n] for n in index]
