"""Write docs/model.md from the docstrings of the model, so that the page says what the rows do."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator

from siteplanner.model import constraints, objective
from siteplanner.model.variables import Variables
from siteplanner.texts import LANGS, say

_IN_WORDS = "In words: "


def model_page() -> str:
    """Return the page: sets, variables, objectives, and each family with its equations and its sentence in words."""
    parts = [f"# {_both('title')}", *(say("model.doc.about", lang) for lang in LANGS)]
    parts += [f"## {_both('sets')}", *(say("model.doc.set_rows", lang) for lang in LANGS)]
    parts += [f"## {_both('variables')}", "\n".join(_variables())]
    parts += [f"## {_both('objective')}", *_body(_doc(objective))]
    parts.append(f"## {_both('families')}")
    for _, doc in sorted(_families()):
        heading, *rest = doc.split("\n\n")
        parts += [f"### {heading.rstrip('.')}", *_body("\n\n".join(rest))]
    parts += [f"## {_both('proof')}", *(say("model.doc.proof_rows", lang) for lang in LANGS)]
    return "\n\n".join(parts) + "\n"


def _both(key: str) -> str:
    return " / ".join(say(f"model.doc.{key}", lang) for lang in LANGS)


def _doc(thing: object) -> str:
    doc = inspect.getdoc(thing)
    assert doc is not None, f"{thing} has no docstring"
    return doc


def _families() -> Iterator[tuple[int, str]]:
    """Yield the number and docstring of each family."""
    for module in pkgutil.iter_modules(constraints.__path__):
        doc = _doc(importlib.import_module(f"{constraints.__name__}.{module.name}"))
        number = re.match(r"Family (\d+), ", doc)
        assert number, f"{module.name} does not begin with its family"
        yield int(number[1]), doc


def _variables() -> Iterator[str]:
    """Yield a list item for each variable of the class's docstring."""
    text = re.sub(r"\s+", " ", _doc(Variables).split("\n\n", 1)[1])
    for name, about in re.findall(r"``(\w+\[[^`]*\])`` ([^`]*)", text):
        yield f"- `{name}`: {about.strip().removesuffix(' and').rstrip('.')}"


def _body(doc: str) -> list[str]:
    """Return the paragraphs of a docstring: equations as they are, sentences as sentences."""
    found = []
    for paragraph in doc.split("\n\n"):
        if paragraph.startswith(_IN_WORDS):
            found.append(f"*In words.* {_sentence(paragraph)}")
        elif re.search(r"[Σ≤≥=∈]", paragraph):
            found.append(f"```text\n{paragraph}\n```")
        else:
            found.append(re.sub(r"\s+", " ", paragraph))
    return found


def _sentence(paragraph: str) -> str:
    text = re.sub(r"\s+", " ", paragraph.removeprefix(_IN_WORDS))
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    sys.stdout.buffer.write(model_page().encode("utf-8"))
