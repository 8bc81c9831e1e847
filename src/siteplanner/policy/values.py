"""The small parts of a policy pack: texts, cited values, clauses, switches, required inputs, and the law's own words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Kind = Literal["purchase", "swap", "lease", "new_build", "co_built", "adjustment", "provided", "developer", "own"]
Works = Literal["none", "conversion", "new", "extension", "upgrade"]
Basis = Literal["gross", "net"]
State = Literal["enforced", "reported", "not_modelled"]
Matter = Literal["register", "households", "funding"]
"""What a clause may govern beside the rules that cite it: the list of estates and rooms, what a household is, who pays."""
KINDS: tuple[Kind, ...] = (
    "purchase", "swap", "lease", "new_build", "co_built", "adjustment", "provided", "developer", "own",
)  # fmt: skip
WORKS: tuple[Works, ...] = ("none", "conversion", "new", "extension", "upgrade")


class Strict(BaseModel):
    """Base of every model read from a file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """One sentence in both languages."""

    zh: str
    en: str


class Value(Strict):
    """A number of law with its unit, clause and first day in force (default: the document's)."""

    value: Decimal
    unit: Literal["m2", "m2_per_100", "share", "minutes", "yuan", "years", "months", "people", "count", "metres", "m2_per_person", "days"]
    clause: str
    since: date | None = None


class Clause(Strict):
    """One row of the clause register. ``governs`` names matters that no rule of the pack cites this clause for.

    ``state`` may depend on a switch: it is resolved with the pack.
    """

    id: str
    where: str
    state: State
    text: Text
    switches: tuple[str, ...] = ()
    governs: tuple[Matter, ...] = ()


class Switch(Strict):
    """An open reading of the text: the choices and the default."""

    clause: str
    choices: tuple[str, ...]
    default: str
    text: Text


class RequiredInput(Strict):
    """A figure the text does not give, so the scenario must state it (``optional``: only where it is used).

    ``by_name`` is written ``name=number; name=number``: a figure for each district, rating and the like.
    """

    clause: str
    type: Literal["date", "minutes", "yuan", "number", "days", "share", "by_name"]
    text: Text
    optional: bool = False


class Document(Strict):
    """The source document and its dates. A plan that reaches past ``in_force_to`` gets a warning, not a fault."""

    number: str
    title: Text
    issuer: Text
    dated: date
    in_force_from: date
    in_force_to: date | None = None
    in_force_clause: str | None = None
    place: Text


class Funder(Strict):
    """Somebody who pays or receives: public ones make up the perspective ``all_public``."""

    id: str
    name: Text
    public: bool = True


class Way(Strict):
    """The law's own term for a way of getting a room, and what it means here."""

    term: str
    kind: Kind
    works: tuple[Works, ...]
    clause: str


class Term(Strict):
    """A word the law uses for a source, a provenance, a type of station or a rating: ``id`` is what a cell holds."""

    id: str
    name: Text
    clause: str


def by_name(text: str) -> dict[str, Decimal]:
    """Read ``name=number; name=number`` (Chinese punctuation allowed).

    Raises
    ------
    ValueError
        If a part has no ``=``, its number is not one or is negative, or a name is given twice.
    """
    found: dict[str, Decimal] = {}
    for part in text.replace("；", ";").replace("＝", "=").split(";"):
        if not part.strip():
            continue
        name, sign, number = (piece.strip() for piece in part.partition("="))
        try:
            amount = Decimal(number)
        except InvalidOperation:
            amount = Decimal(-1)
        if not name or not sign or name in found or not amount.is_finite() or amount < 0:
            raise ValueError(f"{part.strip()} is not name=number")
        found[name] = amount
    return found


def _people(raw: Any) -> Any:
    return by_name(raw) if isinstance(raw, str) else raw


PeopleByName = Annotated[dict[str, Decimal], BeforeValidator(_people)]
"""People by district: a mapping, or the text of a ``by_name`` input."""
