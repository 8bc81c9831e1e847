"""A command line that was not written as ``--help`` says, told in the user's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siteplanner.commands import Shown
from siteplanner.texts import Lang, default_lang, say

BAD_INPUT = 2
_MESSAGES = (
    (r"^Option '(.*)' requires an argument", "needs_value"),
    (r"^No such command '([^']*)'\. Did you mean (.*)\?", "no_such_command_near"),
    (r"^No such command '([^']*)'", "no_such_command"),
    (r"^Got unexpected extra argument\S* \((.*)\)", "extra"),
)
"""What the library says without a class of its own."""


def is_usage_error(error: Exception) -> bool:
    """Return whether the command-line library raised this; its classes stand in different places by version."""
    return hasattr(error, "format_message")


def usage(error: Exception, words: Sequence[str]) -> Shown:
    """Return what is wrong with the line and where the help is."""
    lang = asked_lang(words)
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or "siteplanner"
    if type(error).__name__ == "NoArgsIsHelpError":
        return Shown(str(error), {"error": say("cli.usage.no_command", lang), "problems": []}, BAD_INPUT, to_error=True)
    text = say("cli.usage.wrong", lang, detail=_detail(error, lang), command=command)
    return Shown(text, {"error": text, "problems": []}, BAD_INPUT, to_error=True)


def _detail(error: Exception, lang: Lang) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = ", ".join(sorted(getattr(error, "possibilities", None) or ())) or "--help"
        return say("cli.usage.no_option", lang, option=str(getattr(error, "option_name", "")), near=near)
    if kind == "MissingParameter":
        return say("cli.usage.missing", lang, name=_parameter(error))
    if kind == "BadParameter":
        return say("cli.usage.bad_value", lang, name=_parameter(error), must=str(getattr(error, "message", "")))
    message = str(getattr(error, "message", error))
    for pattern, key in _MESSAGES:
        if found := re.search(pattern, message):
            others = {"near": found[2].replace("'", "")} if found.re.groups > 1 else {}
            return say(f"cli.usage.{key}", lang, seen=found[1], **others)
    return message.rstrip(".")


def _parameter(error: Exception) -> str:
    hint, parameter = getattr(error, "param_hint", None), getattr(error, "param", None)
    if isinstance(hint, str):
        return hint
    return str(getattr(parameter, "metavar", None) or getattr(parameter, "name", "") or "-")


def asked_lang(words: Sequence[str]) -> Lang:
    """Return the language that a line asks for, as far as it can be read."""
    for word, after in zip(words, (*words[1:], ""), strict=False):
        asked = word.partition("=")[2] if word.startswith("--lang=") else after if word == "--lang" else ""
        if asked in ("zh", "en"):
            return "zh" if asked == "zh" else "en"
    return default_lang()
