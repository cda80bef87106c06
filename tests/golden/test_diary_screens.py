"""The diary of a story that was played, as text, and the piece of it that the README shows."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest

from reports.console import open_console
from reports.diary import print_diary
from tests.golden.played_story import load
from tests.golden.test_screens import HERE, same_as

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"(<!-- diary -->\n)```text\n.*?```\n", re.DOTALL)
_DAYS_SHOWN = 90


def diary(width, monkeypatch, *, ascii_only=False):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    stream = StringIO()
    print_diary(load(), open_console(stream, width=width, ascii_only=ascii_only))
    return stream.getvalue()


@pytest.mark.parametrize(("width", "ascii_only"), [(80, False), (120, False), (80, True), (120, True)])
def test_the_diary_is_as_it_was(width, ascii_only, request, monkeypatch):
    same_as(HERE / f"diary_{width}{'_ascii' if ascii_only else ''}.txt", diary(width, monkeypatch, ascii_only=ascii_only), request)


def test_the_readme_shows_the_diary_of_the_first_team(request, monkeypatch):
    """Up to the first model of the new objective; then how often it went so, and what it was worth."""
    whole = diary(100, monkeypatch)
    first, rest = whole.split("\nwhen each step came", 1)
    days = [int(found[1]) if (found := re.match(r" {,4}(\d+)  ", line)) else 0 for line in first.splitlines()]
    end = next(number for number, day in enumerate(days) if day > _DAYS_SHOWN)
    told = "\n".join(first.splitlines()[:end])
    rest = rest.split("\nthe diary of ", 1)[0]
    shown = f"```text\n{told}\n  …\n\nwhen each step came{rest}```\n"
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        README.write_text(BLOCK.sub(lambda found: found[1] + shown, text), encoding="utf-8")
        return
    assert f"<!-- diary -->\n{shown}" in text
