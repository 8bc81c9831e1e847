"""The same county's walks as a table: each pair with its own invented detour, as if surveyed on foot."""

from __future__ import annotations

import math

from county import County
from tools import metres

SPEED_M_PER_S = 0.8
LONGEST_S = 1260


def add_walks(county: County) -> None:
    """Add every pair up to twenty-one minutes."""
    targets = [str(row.get("site") or row.get("premises")) for name in ("sites", "premises") for row in county.tables[name]]
    for estate in county.tables["estates"]:
        here = county.spot_of(estate)
        for target in targets:
            line = metres(here, county.spots[target])
            if line * 1.12 / SPEED_M_PER_S > LONGEST_S:
                continue
            seconds = math.ceil(line * county.dice.between(1.12, 1.42) / SPEED_M_PER_S)
            if seconds <= LONGEST_S:
                county.tables["walks"].append({"estate": estate["estate"], "place": target, "seconds": seconds})
