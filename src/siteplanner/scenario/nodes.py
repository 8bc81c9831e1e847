"""The scenario file as a tree that remembers where everything stands.

Every single value is kept as the text that was written: ``no`` stays "no" where a text is wanted and means false where a
yes or no is wanted, ``012`` is the number 12 where a number is wanted and the text "012" elsewhere, ``1e3`` is 1000, and
dates are read by the field that wants a date. YAML 1.1's guesses never apply, and no figure passes through a float.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from siteplanner.errors import Location
from siteplanner.scenario.sink import Sink, odd_character, without_odd

_DEEPEST = 12
_EMPTY_WORDS = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value as text; an empty text means "not given"."""

    text: str
    where: Location


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping; ``keys`` holds where each key stands."""

    entries: Mapping[str, Node]
    keys: Mapping[str, Location]
    where: Location


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    nodes: tuple[Node, ...]
    where: Location


Node = Leaf | Branch | Items


class _Refused(yaml.MarkedYAMLError):
    """A feature of YAML that scenario files do without."""


class _Composer(yaml.BaseLoader):
    """PyYAML's composer without aliases, tags and bottomless nesting: each can make a small file mean something huge."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        start: yaml.Mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(None, None, f"*{event.anchor}", start)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Refused(None, None, "too deep", start)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and node.tag not in _PLAIN_TAGS:
            raise _Refused(None, None, node.tag.replace("tag:yaml.org,2002:", "!!"), node.start_mark)
        return node


@dataclass(frozen=True, slots=True)
class _Source:
    """What is being read: a file, whose lines count, or a value given on the command line under the key `path`."""

    file: str
    path: str
    sink: Sink
    lines: bool

    def spot(self, mark: yaml.Mark | None, path: str) -> Location:
        if mark is None or not self.lines:
            return Location(self.file, heading=path)
        return Location(self.file, mark.line + 1, mark.column + 1, heading=path)


def read_yaml(text: str, file: str, sink: Sink, path: str = "", *, lines: bool = True) -> Node | None:
    """Return the tree of one YAML document, or None when it cannot be read (the reason goes to the sink)."""
    source = _Source(file, path, sink, lines)
    try:
        root = _Composer(text).get_single_node()
    except _Refused as error:
        code = "yaml_too_deep" if error.problem == "too deep" else "yaml_feature"
        sink.add(code, source.spot(error.problem_mark, path), seen=error.problem or "", most=str(_DEEPEST))
        return None
    except yaml.MarkedYAMLError as error:
        detail = "; ".join(part for part in (error.context, error.problem) if part)
        sink.add("bad_yaml", source.spot(error.problem_mark or error.context_mark, path), detail=detail)
        return None
    except (yaml.YAMLError, ValueError) as error:
        sink.add("bad_yaml", Location(file, heading=path), detail=str(error).partition("\n")[0])
        return None
    return None if root is None else _grow(root, path, source)


def _grow(node: yaml.Node, path: str, source: _Source) -> Node:
    where = source.spot(node.start_mark, path)
    if isinstance(node, yaml.MappingNode):
        return _grow_branch(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_grow(child, path, source) for child in node.value), where)
    text = str(node.value)
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return clean_leaf("" if plain and text in _EMPTY_WORDS else text, where, source.sink)


def _grow_branch(node: yaml.MappingNode, path: str, source: _Source) -> Branch:
    entries: dict[str, Node] = {}
    keys: dict[str, Location] = {}
    for key_node, child in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            source.sink.add("yaml_key", source.spot(key_node.start_mark, path))
            continue
        key = str(key_node.value).strip()
        deeper = f"{path}.{key}" if path else key
        where = source.spot(key_node.start_mark, deeper)
        if key in entries:
            source.sink.add("duplicate_key", where, seen=key, first=str(keys[key].line))
            continue
        keys[key] = where
        entries[key] = _grow(child, deeper, source)
    return Branch(entries, keys, source.spot(node.start_mark, path))


def clean_leaf(text: str, where: Location, sink: Sink) -> Leaf:
    """Return a leaf; a control or invisible character is noted and read over."""
    odd = odd_character(text)
    if odd:
        sink.add("odd_character", where, seen=odd)
        text = without_odd(text)
    return Leaf(text.strip(), where)


def from_mapping(value: object, file: str, sink: Sink, path: str = "") -> Node:
    """Return the tree of Python values (mappings, sequences, single values), as if read from a file."""
    where = Location(file, heading=path)
    if isinstance(value, Mapping):
        entries, keys = {}, {}
        for raw, child in value.items():
            key = str(raw)
            deeper = f"{path}.{key}" if path else key
            keys[key] = Location(file, heading=deeper)
            entries[key] = from_mapping(child, file, sink, deeper)
        return Branch(entries, keys, where)
    if isinstance(value, (list, tuple)):
        return Items(tuple(from_mapping(child, file, sink, path) for child in value), where)
    return clean_leaf("" if value is None else str(value).lower() if isinstance(value, bool) else str(value), where, sink)


def plain_mapping(branch: Branch) -> dict[str, object]:
    """Return a mapping as dicts, lists and texts; what is not given is left out."""
    return {key: _plain(child) for key, child in branch.entries.items() if not _absent(child)}


def _plain(node: Node) -> object:
    if isinstance(node, Branch):
        return plain_mapping(node)
    if isinstance(node, Items):
        return [_plain(child) for child in node.nodes]
    return node.text


def _absent(node: Node) -> bool:
    return isinstance(node, Leaf) and node.text == ""


def overlay(base: Branch, over: Branch) -> Branch:
    """Return `base` with `over` laid upon it: mappings key by key, lists and single values replaced."""
    entries = dict(base.entries)
    for key, child in over.entries.items():
        below = entries.get(key)
        entries[key] = overlay(below, child) if isinstance(below, Branch) and isinstance(child, Branch) else child
    return Branch(entries, {**base.keys, **over.keys}, base.where)


def without(branch: Branch, *keys: str) -> Branch:
    """Return a mapping without some of its keys."""
    return Branch({key: child for key, child in branch.entries.items() if key not in keys}, branch.keys, branch.where)


def find(node: Node, path: tuple[str | int, ...]) -> Node:
    """Return the node at a path, or the deepest one on the way to it."""
    for step in path:
        if isinstance(node, Branch) and isinstance(step, str) and step in node.entries:
            node = node.entries[step]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
            node = node.nodes[step]
        else:
            break
    return node


def locate(node: Node, path: tuple[str | int, ...]) -> Location:
    """Return where the value at a path stands; for what is missing, where it belongs, headed by the whole path."""
    depth = 0
    for step in path:
        deeper = find(node, (step,))
        if deeper is node:
            break
        node, depth = deeper, depth + 1
    if depth == len(path):
        return node.where
    heading = ".".join(str(step) for step in path if isinstance(step, str))
    return replace(node.where, heading=heading) if depth else Location(node.where.file, heading=heading)


def branches(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Iterate over the entries of a mapping; anything else has none."""
    if isinstance(node, Branch):
        yield from node.entries.items()
