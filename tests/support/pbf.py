"""A writer of OpenStreetMap PBF files, just enough for tests: plain nodes and ways with tags, one block, no compression.

The form is that of https://wiki.openstreetmap.org/wiki/PBF_Format: protocol-buffer messages in blobs, each behind its length.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Tags = Mapping[str, str]


def write_pbf(path: Path, nodes: Mapping[int, tuple[float, float, Tags]], ways: Mapping[int, tuple[Sequence[int], Tags]]) -> Path:
    """Write nodes (longitude, latitude, tags) and ways (node numbers, tags)."""
    words = {"": 0}
    for tags in [*(tags for _, _, tags in nodes.values()), *(tags for _, tags in ways.values())]:
        for word in (part for pair in tags.items() for part in pair):
            words.setdefault(word, len(words))
    table = b"".join(_bytes(1, word.encode()) for word in words)
    points = b"".join(
        _bytes(1, _number(1, _zigzag(key)) + _tags(tags, words) + _number(8, _zigzag(_units(lat))) + _number(9, _zigzag(_units(lon))))
        for key, (lon, lat, tags) in nodes.items()
    )
    lines = b"".join(_bytes(3, _number(1, key) + _tags(tags, words) + _bytes(8, _steps(refs))) for key, (refs, tags) in ways.items())
    block = _bytes(1, table) + _bytes(2, points) + _bytes(2, lines)
    header = _bytes(4, b"OsmSchema-V0.6")
    path.write_bytes(_blob(b"OSMHeader", header) + _blob(b"OSMData", block))
    return path


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _bytes(1, content)
    header = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _tags(tags: Tags, words: Mapping[str, int]) -> bytes:
    keys, values = (b"".join(_varint(words[word]) for word in part) for part in (tags.keys(), tags.values()))
    return _bytes(2, keys) + _bytes(3, values) if tags else b""


def _steps(refs: Sequence[int]) -> bytes:
    return b"".join(_varint(_zigzag(ref - before)) for before, ref in zip([0, *refs], refs, strict=False))


def _units(degrees: float) -> int:
    return round(degrees * 1e7)


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content
