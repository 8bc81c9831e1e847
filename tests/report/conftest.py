"""One example plan for all tests of the report; making it costs a quarter of a second."""

from __future__ import annotations

import pytest

from report.example import Example, example


@pytest.fixture(scope="session")
def made() -> Example:
    """Thirty estates, walks by straight line."""
    return example()


@pytest.fixture(scope="session")
def hostile() -> Example:
    """The same with names that would do harm if they were ever read as anything but text."""
    return example(**HOSTILE)


HOSTILE = {
    "title": "=1+1</title><script>alert(1)</script>",
    "town": "@SUM(A1)\"'><img src=x onerror=alert(2)>",
    "E001": "=1+1",
    "E002": "<script>alert(1)</script>",
    "E003": '"><img src=x>',
    "E004": "\u202eabc\u202c\u200f",
    "E005": "长" * 200,
    "E006": "+cmd|' /C calc'!A0",
    "E007": "-2+3",
    "E008": "{{ 7 * 7 }}{% raw %}",
    "E009": "[bold red]x[/]$\\frac{1}{2}$",
    "E010": "\x07bell\x1b[31m",
    "S002": "</script><script>alert(3)</script>",
    "S003": "http://example.org/x",
    "S004": "${1+1}",
    "P01": '=HYPERLINK("x")',
    "P02": "]]>&lt;b&gt;",
}
