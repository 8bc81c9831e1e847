"""What a policy pack may say: every rule of law as dated, cited data.

A pack is one YAML file. Wherever a value depends on an open reading it is written ``{switch: NAME, cases: {A: ..., B:
...}}``; where the text leaves a figure to be stated, ``{input: NAME}``. ``policy.load`` resolves both against a
scenario before these models see the tree, so a `PolicyPack` holds plain values only. The parts of a pack live in
`values`, `standards`, `rooms`, `funding` and `goals`, and are all to be had from here.
"""

from __future__ import annotations

from pydantic import Field

from siteplanner.policy.funding import AreaStep, Condition, Earmark, Grant, InLieu, Permit, Recurring, Share, WorksStep
from siteplanner.policy.goals import Counter, LandTarget, Milestone, Preference, Tier
from siteplanner.policy.rooms import ClusterRule, DeliveryRule, PremisesKind, RoomRule
from siteplanner.policy.standards import (
    AreaTest,
    Cohort,
    Deadline,
    Exemption,
    NamedExemption,
    PlaceRule,
    Reach,
    Scope,
    Standard,
    When,
)
from siteplanner.policy.values import (
    KINDS,
    WORKS,
    Basis,
    Clause,
    Document,
    Funder,
    Kind,
    Matter,
    RequiredInput,
    State,
    Strict,
    Switch,
    Term,
    Text,
    Value,
    Way,
    Works,
)

__all__ = [
    "KINDS",
    "WORKS",
    "AreaStep",
    "AreaTest",
    "Basis",
    "Clause",
    "ClusterRule",
    "Cohort",
    "Condition",
    "Counter",
    "Deadline",
    "DeliveryRule",
    "Document",
    "Earmark",
    "Exemption",
    "Funder",
    "Grant",
    "InLieu",
    "Kind",
    "LandTarget",
    "Matter",
    "Milestone",
    "NamedExemption",
    "Permit",
    "PlaceRule",
    "PolicyPack",
    "Preference",
    "PremisesKind",
    "Reach",
    "Recurring",
    "RequiredInput",
    "RoomRule",
    "Scope",
    "Share",
    "Standard",
    "State",
    "Strict",
    "Switch",
    "Term",
    "Text",
    "Tier",
    "Value",
    "Way",
    "When",
    "Works",
    "WorksStep",
]


class PolicyPack(Strict):
    """One policy, resolved: no switch or input is left open.

    ``terms`` lists, for the columns ``source``, ``provenance``, ``station_type`` and ``rating``, the words a cell may
    hold beside being empty; a column that is not listed is free text.
    """

    id: str
    document: Document
    clauses: tuple[Clause, ...]
    switches: dict[str, Switch] = Field(default_factory=dict)
    inputs: dict[str, RequiredInput] = Field(default_factory=dict)
    funders: tuple[Funder, ...]
    perspective: str
    payer: str
    running_payer: str
    ways: tuple[Way, ...]
    terms: dict[str, tuple[Term, ...]] = Field(default_factory=dict)
    scope: Scope | None = None
    cohorts: tuple[Cohort, ...]
    standards: tuple[Standard, ...]
    exemptions: tuple[Exemption, ...] = ()
    named_exemptions: tuple[NamedExemption, ...] = ()
    premises_kinds: tuple[PremisesKind, ...]
    provided_free: bool = True
    provided_clause: str | None = None
    room_rules: tuple[RoomRule, ...] = ()
    delivery_rules: tuple[DeliveryRule, ...] = ()
    cluster: ClusterRule | None = None
    permits: tuple[Permit, ...] = ()
    grants: tuple[Grant, ...] = ()
    tiers: tuple[Tier, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    require_all_by_end: bool = True
    preferences: tuple[Preference, ...] = ()
    recurring: tuple[Recurring, ...] = ()
    in_lieu: InLieu | None = None
    earmarks: tuple[Earmark, ...] = ()
    land: LandTarget | None = None
    counters: tuple[Counter, ...] = ()
    switches_in_force: dict[str, str] = Field(default_factory=dict)
    inputs_in_force: dict[str, str] = Field(default_factory=dict)
