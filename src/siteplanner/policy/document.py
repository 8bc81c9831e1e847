"""Write docs/policies.md from the packs, so that the page can never say anything else than the program does."""

from __future__ import annotations

import sys

from siteplanner.policy.load import pack_ids, raw_pack
from siteplanner.policy.tables import Table, clause_table, compare_table, input_table, switch_table
from siteplanner.texts import LANGS, say


def policies_page() -> str:
    """Return the page: side by side first, then each policy clause by clause, in Chinese and English."""
    parts = [f"# {_both('policy.doc.title')}"]
    parts += [say("policy.doc.about", lang) for lang in LANGS]
    parts.append(f"## {_both('policy.doc.compare')}")
    parts += [_markdown(compare_table(pack_ids(), lang)) for lang in LANGS]
    for policy in pack_ids():
        parts += _policy(policy)
    return "\n\n".join(parts) + "\n"


def _policy(policy: str) -> list[str]:
    document = raw_pack(policy)["document"]
    parts = [f"## {policy}", *(f"{document['title'][lang]} ({document['number']})" for lang in LANGS)]
    for lang in LANGS:
        parts += [f"### {say('policy.doc.clauses', lang)} · {policy} · {lang}", _markdown(clause_table(policy, lang))]
    for name, table in (("switches", switch_table), ("inputs", input_table)):
        tables = [table(policy, lang) for lang in LANGS]
        if tables[0].rows:
            parts += [f"### {_both(f'policy.doc.{name}')} · {policy}", *(_markdown(one) for one in tables)]
    return parts


def _both(key: str) -> str:
    return " / ".join(say(key, lang) for lang in LANGS)


def _markdown(table: Table) -> str:
    lines = [table.headings, tuple("---" for _ in table.headings), *table.rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.stdout.buffer.write(policies_page().encode("utf-8"))
