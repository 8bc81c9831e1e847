"""Plans side by side: totals by clause and funder, by term of cost, by town, and what was chosen or set otherwise.

Every amount is a sum over the rows of a plan's own record, so the difference of two totals is the sum of the differences of
their rows. The first plan is the one the others are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from siteplanner.compare.nouns import Caution, Choice, Compared, Comparison, Part, Row, Setting, SiteUse, Standing
from siteplanner.compare.parts import PARTS, amounts_of
from siteplanner.plan import Chosen, Plan, Service
from siteplanner.policy.load import PackError, raw_pack, resolve
from siteplanner.policy.schema import PolicyPack

__all__ = [
    "Caution", "Choice", "Compared", "Comparison", "Part", "Row", "Setting", "SiteUse", "Standing", "compare", "gap", "pack_of",
]  # fmt: skip
_SHOWN_SHA = 12
_IN_RECORD = ("policy", "switches", "inputs", "perspective", "objective", "base_date", "county", "title", "synthetic")
"""Settings of a scenario that the record of its plan repeats."""


def pack_of(plan: Plan) -> PolicyPack | None:
    """Return the bundled policy of a plan under its readings, None for an office's own."""
    try:
        return resolve(raw_pack(plan.policy), plan.switches, plan.inputs)
    except (OSError, PackError):
        return None


def compare(plans: Sequence[Compared]) -> Comparison:
    """Put plans side by side, the first as the base."""
    return Comparison(
        plans=tuple(plans),
        cautions=tuple(_cautions(plans)),
        parts=tuple(amounts_of(key, plans) for key in PARTS),
        choices=_choices(plans),
        sites=_sites(plans),
        standings=_standings(plans),
        settings=_settings(plans),
    )


def _choices(plans: Sequence[Compared]) -> tuple[Choice, ...]:
    picks = [{pick.option: pick for pick in one.plan.chosen} for one in plans]
    rows = [Choice(option, tuple(found.get(option) for found in picks)) for option in sorted(set().union(*picks))]
    return tuple(row for row in rows if len({_how(pick) for pick in row.chosen}) > 1)


def _sites(plans: Sequence[Compared]) -> tuple[SiteUse, ...]:
    towns = {pick.site: pick.township for one in plans for pick in one.plan.chosen}
    rows = [
        SiteUse(site, towns[site], tuple(tuple(sorted(pick.option for pick in one.plan.chosen if pick.site == site)) for one in plans))
        for site in sorted(towns)
    ]
    return tuple(row for row in rows if not all(row.used))


def _how(pick: Chosen | None) -> object:
    return None if pick is None else (pick.area_dm2, pick.start, pick.place)


def _standings(plans: Sequence[Compared]) -> tuple[Standing, ...]:
    listed = [{row.estate: row for row in one.plan.services} for one in plans]
    rows = [Standing(estate, tuple(found.get(estate) for found in listed)) for estate in sorted(set().union(*listed))]
    return tuple(row for row in rows if len({_stands(service) for service in row.services}) > 1)


def _stands(service: Service | None) -> object:
    return None if service is None else (service.status, service.cohort, service.required_dm2, service.held_dm2)


def _settings(plans: Sequence[Compared]) -> tuple[Setting, ...]:
    lists = [dict(_recorded(one.plan)) for one in plans]
    scenarios = [one.scenario for one in plans if one.scenario is not None]
    if len(scenarios) == len(plans):
        for found, scenario in zip(lists, scenarios, strict=True):
            found.update(_flat("", scenario.settings.model_dump(mode="json", exclude=set(_IN_RECORD))))
    keys = list(dict.fromkeys(key for found in lists for key in found))
    rows = [Setting(key, tuple(found.get(key, "") for found in lists)) for key in keys]
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _recorded(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield every setting that a record holds, as text."""
    for key in ("title", "county", "policy", "variant", "base_date", "perspective", "synthetic"):
        yield key, str(getattr(plan, key))
    yield "objective", "; ".join(plan.objective)
    yield "set", "; ".join(plan.changes)
    yield from ((f"switches.{name}", choice) for name, choice in sorted(plan.switches.items()))
    yield from ((f"inputs.{name}", text) for name, text in sorted(plan.inputs.items()))
    for key in ("method", "source", "speed_m_per_s", "speed_source", "detour"):
        yield f"walking.{key}", str(getattr(plan.walks, key))
    yield "walks.csv", plan.walks.sha256[:_SHOWN_SHA]
    yield from ((f"files.{file.name}", file.sha256[:_SHOWN_SHA]) for file in plan.files)
    yield "solver.name", plan.status.solver
    yield "solver.gap", f"{plan.status.asked_gap:g}"


def _flat(prefix: str, node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), child)
    elif isinstance(node, list | tuple):
        yield prefix, "; ".join(str(child) for child in node)
    elif prefix not in ("solver.name", "solver.gap"):
        yield prefix, "" if node is None else str(node)


def gap(plan: Plan) -> float:
    """Return the greatest gap left open at any level."""
    return max((level.gap for level in plan.status.levels), default=0.0)


def _cautions(plans: Sequence[Compared]) -> Iterator[Caution]:
    for code in ("policy", "perspective", "county", "base_date", "objective"):
        values = [str(getattr(one.plan, code)) for one in plans]
        if len(set(values)) > 1:
            shown = ["; ".join(one.plan.objective) for one in plans] if code == "objective" else values
            yield Caution(f"other_{code}", facts=tuple(dict.fromkeys(shown)))
    tests: Mapping[str, Callable[[Compared], bool]] = {
        "what_if": lambda one: bool(one.plan.what_if),
        "broken": lambda one: any(row.result == "broken" and row.code != "what_if" for row in one.plan.compliance),
        "open_gap": lambda one: one.plan.status.status != "optimal",
        "synthetic": lambda one: one.plan.synthetic,
        "no_pack": lambda one: one.pack is None,
    }
    for code, holds in tests.items():
        labels = tuple(one.label for one in plans if holds(one))
        if labels:
            yield Caution(
                code, labels, tuple(sorted({clause for one in plans for clause in one.plan.what_if})) if code == "what_if" else ()
            )
