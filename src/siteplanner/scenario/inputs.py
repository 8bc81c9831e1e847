"""What is kept of the files a scenario was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from siteplanner.roads.lines import RoadLines


class InputFile(BaseModel):
    """A file that was read, by name relative to the scenario folder, and its SHA-256."""

    model_config = ConfigDict(frozen=True)
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something of the input that is no fault but must be told: catalogue key ``notice.<code>``, the row, what fills it in."""

    code: str
    subject: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roads:
    """The road lines of a scenario and the files they were read from."""

    lines: RoadLines
    files: tuple[InputFile, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of the network: of its file, or of the names and hashes of its files."""
        if len(self.files) == 1:
            return self.files[0].sha256
        return hashlib.sha256("".join(f"{file.name} {file.sha256}\n" for file in self.files).encode("utf-8")).hexdigest()
