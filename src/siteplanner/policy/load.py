"""Read a policy pack and resolve its switches and required inputs for one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from siteplanner.policy.integrity import dangling
from siteplanner.policy.schema import PolicyPack, RequiredInput, Switch
from siteplanner.policy.values import by_name

_HEADER_KEYS = ("switches", "inputs", "document")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class PackFault:
    """Why a pack cannot be resolved.

    ``code``: the scenario's fault is unknown_switch, bad_choice, unknown_input, missing_input or bad_input (``name`` is
    the switch or input); the pack's own is bad_pack or unknown_reference (``name`` is the dotted path in the pack).
    ``seen`` is what stands there, ``allowed`` what may.
    """

    code: str
    name: str
    seen: str
    allowed: tuple[str, ...]
    clause: str


class PackError(Exception):
    """The scenario's switches or inputs do not fit the pack, or the pack itself is faulty: every fault."""

    def __init__(self, faults: tuple[PackFault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{f.code} {f.name} {f.seen}" for f in faults))


def pack_ids() -> tuple[str, ...]:
    """Return the ids of the packs that come with the program, sorted."""
    folder = resources.files("siteplanner.policy") / "packs"
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def default_pack() -> str:
    """Return the policy a new scenario starts with when none is named."""
    return (resources.files("siteplanner.policy") / "packs" / "default.txt").read_text(encoding="utf-8").strip()


@cache
def raw_pack(policy: str, folder: Path | None = None) -> dict[str, Any]:
    """Return a pack's unresolved tree: a bundled pack by id, or a ``.yaml`` file relative to `folder`.

    Raises
    ------
    FileNotFoundError
        If there is no such pack.
    PackError
        If the file is not one YAML mapping, or gives a key twice.
    """
    if policy.endswith(".yaml"):
        text = ((folder or Path()) / policy).read_text(encoding="utf-8")
    elif policy in pack_ids():
        text = (resources.files("siteplanner.policy") / "packs" / f"{policy}.yaml").read_text(encoding="utf-8")
    else:
        raise FileNotFoundError(policy)
    try:
        tree = yaml.load(text, Loader=_UniqueKeys)
    except yaml.YAMLError as error:
        raise PackError((PackFault("bad_pack", policy, " ".join(str(error).split()), (), ""),)) from error
    if not isinstance(tree, dict):
        raise PackError((PackFault("bad_pack", policy, str(tree)[:40], (), ""),))
    return tree


def resolve(tree: Mapping[str, Any], switches: Mapping[str, str], inputs: Mapping[str, str]) -> PolicyPack:
    """Resolve a raw pack with the scenario's switches (defaults elsewhere) and inputs.

    Nodes that are resolved: ``{switch: S, cases: {choice: node}}``; ``{input: I}`` (with ``plus_days: n``, or ``each:
    {...}`` which turns a ``by_name`` input into a mapping of values); ``{given: I, then: node, else: node}``, taken by
    whether the scenario states input I. ``{absent: true}``, and a missing ``else``, leaves the key or list entry out.

    Raises
    ------
    PackError
        If a switch or input is unknown, out of range or missing, or the pack does not hold together.
    """
    try:
        declared = {name: Switch.model_validate(node) for name, node in (tree.get("switches") or {}).items()}
        asked = {name: RequiredInput.model_validate(node) for name, node in (tree.get("inputs") or {}).items()}
    except ValidationError as error:
        raise PackError(_shape_faults(error)) from error
    faults = [*_switch_faults(declared, switches), *_input_faults(asked, inputs)]
    at_fault = {fault.name for fault in faults}
    in_force = {name: switch.default if name in at_fault else switches.get(name, switch.default) for name, switch in declared.items()}
    resolver = _Resolver(in_force, {name: text for name, text in inputs.items() if name not in at_fault}, asked, faults)
    body = {key: node if key in _HEADER_KEYS else resolver.node(node, key) for key, node in tree.items()}
    if faults:
        raise PackError(tuple(faults))
    try:
        pack = PolicyPack.model_validate({**body, "switches_in_force": in_force, "inputs_in_force": dict(inputs)})
    except ValidationError as error:
        raise PackError(_shape_faults(error)) from error
    broken = tuple(PackFault("unknown_reference", ref.path, ref.seen, ref.known, "") for ref in dangling(pack))
    if broken:
        raise PackError(broken)
    return pack


def preview(tree: Mapping[str, Any], switches: Mapping[str, str], inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return a raw pack's tree as it would resolve, for showing: an input nobody stated stays ``{"input": NAME}``.

    Raises
    ------
    PackError
        As `resolve` does, save for missing inputs.
    """
    declared = {name: Switch.model_validate(node) for name, node in (tree.get("switches") or {}).items()}
    asked = {name: RequiredInput.model_validate(node) for name, node in (tree.get("inputs") or {}).items()}
    faults = [*_switch_faults(declared, switches), *(fault for fault in _input_faults(asked, inputs) if fault.code != "missing_input")]
    in_force = {name: switches.get(name, switch.default) for name, switch in declared.items()}
    if faults:
        raise PackError(tuple(faults))
    resolver = _Resolver(in_force, inputs, asked, faults, keep_open=True)
    body = {key: node if key in _HEADER_KEYS else resolver.node(node, key) for key, node in tree.items()}
    if faults:
        raise PackError(tuple(faults))
    return {**body, "switches_in_force": in_force}


def _shape_faults(error: ValidationError) -> tuple[PackFault, ...]:
    return tuple(PackFault("bad_pack", ".".join(str(part) for part in e["loc"]), e["msg"], (), "") for e in error.errors())


def _switch_faults(declared: Mapping[str, Switch], given: Mapping[str, str]) -> list[PackFault]:
    faults = []
    for name, choice in given.items():
        if name not in declared:
            faults.append(PackFault("unknown_switch", name, choice, tuple(sorted(declared)), ""))
        elif choice not in declared[name].choices:
            faults.append(PackFault("bad_choice", name, choice, declared[name].choices, declared[name].clause))
    return faults


def _input_faults(asked: Mapping[str, RequiredInput], given: Mapping[str, str]) -> list[PackFault]:
    faults = [PackFault("unknown_input", name, given[name], tuple(sorted(asked)), "") for name in given if name not in asked]
    for name, need in asked.items():
        if name not in given:
            if not need.optional:
                faults.append(PackFault("missing_input", name, "", (need.type,), need.clause))
        elif not _fits(need.type, given[name]):
            faults.append(PackFault("bad_input", name, given[name], (need.type,), need.clause))
    return faults


def _fits(kind: str, text: str) -> bool:
    try:
        if kind == "date":
            date.fromisoformat(text)
            return True
        if kind == "by_name":
            return bool(by_name(text))
        return 0 <= float(text) < float("inf") and (kind != "share" or float(text) <= 1)
    except ValueError:
        return False


@dataclass(slots=True)
class _Resolver:
    """Walks a raw tree; notes every fault it meets instead of stopping at the first."""

    switches: Mapping[str, str]
    inputs: Mapping[str, str]
    asked: Mapping[str, RequiredInput]
    faults: list[PackFault]
    keep_open: bool = False

    def node(self, node: Any, path: str) -> Any:
        """Return a node with its switches and inputs replaced by what is in force."""
        if isinstance(node, list):
            children = [self.node(child, f"{path}.{number}") for number, child in enumerate(node)]
            return [child for child in children if child is not _ABSENT]
        return self._mapping(node, path) if isinstance(node, dict) else node

    def _mapping(self, node: Mapping[str, Any], path: str) -> Any:
        if node == {"absent": True}:
            return _ABSENT
        if "switch" in node and "cases" in node:
            return self._case(node, path)
        if "given" in node:
            branch = "then" if node["given"] in self.inputs else "else"
            return self.node(node.get(branch, {"absent": True}), path)
        if "input" in node:
            return self._input(node, path)
        children_by_key = {key: self.node(child, f"{path}.{key}") for key, child in node.items()}
        return {key: child for key, child in children_by_key.items() if child is not _ABSENT}

    def _case(self, node: Mapping[str, Any], path: str) -> Any:
        choice = self.switches.get(node["switch"])
        if choice is None or choice not in node["cases"]:
            self.faults.append(PackFault("bad_pack", path, f"{node['switch']}={choice}", tuple(str(c) for c in node["cases"]), ""))
            return _ABSENT
        return self.node(node["cases"][choice], path)

    def _input(self, node: Mapping[str, Any], path: str) -> Any:
        name = node["input"]
        if name not in self.asked:
            self.faults.append(PackFault("bad_pack", path, name, tuple(sorted(self.asked)), ""))
            return _ABSENT
        text = self.inputs.get(name)
        if text is None and self.keep_open:
            return {"input": name}
        if text is None:
            if all(fault.name != name for fault in self.faults):
                self.faults.append(PackFault("missing_input", name, "", (self.asked[name].type,), self.asked[name].clause))
            return _ABSENT
        if node.get("plus_days"):
            return (date.fromisoformat(text) + timedelta(days=int(node["plus_days"]))).isoformat()
        if "each" in node:
            return {key: {"value": number, **node["each"]} for key, number in by_name(text).items()}
        return text


class _UniqueKeys(yaml.SafeLoader):
    """PyYAML's safe loader, but a key given twice is an error (plain PyYAML keeps the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
