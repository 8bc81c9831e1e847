"""What turning one switch must change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from support.small import County


@dataclass(frozen=True)
class Reading:
    """A switch, a county small enough to see through, and what each choice makes of it.

    ``parts`` lists for every choice the parts of the digest that depend on the choice; all other parts must be the same
    under every choice.
    """

    policy: str
    switch: str
    county: County
    parts: Mapping[str, Mapping[str, str]]
    why: str
