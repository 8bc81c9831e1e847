"""What every page is made of: templates, inlined scripts and styles, a policy that admits just these, data that stays data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata, resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from pydantic import JsonValue

from siteplanner.texts import Lang, catalogue

_SHARED_SCRIPTS = ("base.js", "tables.js", "map.js")


def render(template: str, script: str, data: JsonValue, facts: Mapping[str, object], lang: Lang) -> bytes:
    """Return a page as UTF-8: a template filled with facts, and the scripts that read the data, `script` the last of them."""
    styles = [_leaflet("leaflet.css"), own("static/report.css")]
    scripts = [_leaflet("leaflet.js"), *(own(f"static/{name}") for name in (*_SHARED_SCRIPTS, script))]
    everything = {
        **facts,
        "lang": lang,
        "policy": content_policy(styles, scripts),
        "word": plain_words(lang),
        "data": Markup(script_json(data)),
        "styles": [Markup(style) for style in styles],
        "scripts": [Markup(one) for one in scripts],
    }
    return _environment().get_template(template).render(everything).encode("utf-8")


def content_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return a content policy that admits exactly these inline styles and scripts, data images, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {' '.join(_hash(style) for style in styles)}",
            f"script-src {' '.join(_hash(script) for script in scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def script_json(tree: JsonValue) -> str:
    """Return JSON that cannot end or change the script element it stands in."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def script_words(keys: Sequence[str], lang: Lang) -> dict[str, JsonValue]:
    """Return the words a script needs; patterns keep their placeholders."""
    return {key: catalogue(lang)[f"report.page.{key}"] for key in keys}


def plain_words(lang: Lang) -> dict[str, str]:
    """Return the words of pages that have no placeholders, by key."""
    prefix = "report.page."
    keys = [key.removeprefix(prefix) for key in catalogue(lang) if key.startswith(prefix)]
    return {key: text for key in keys if "." not in key and "{" not in (text := catalogue(lang)[prefix + key])}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def _environment() -> Environment:
    def template(name: str) -> str:
        return own(f"templates/{name}")

    return Environment(loader=FunctionLoader(template), autoescape=True, undefined=StrictUndefined)


@cache
def own(path: str) -> str:
    """Return a file of this package with lines ended by LF, as a browser hashes it."""
    return (resources.files("siteplanner.report") / path).read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _leaflet(name: str) -> str:
    """Return a file of Leaflet from its installed package, without references to other files."""
    path = metadata.distribution("XStatic-Leaflet").locate_file(f"xstatic/pkg/leaflet/data/{name}")
    with open(str(path), encoding="utf-8", newline=None) as file:
        text = file.read()
    if name.endswith(".css"):
        return re.sub(r"url\([^)]*\)", "none", text)
    return re.sub(r"\n//# sourceMappingURL=.*", "", text)
