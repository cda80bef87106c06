"""The screens of docs/own_parts.md are the commands' own: `make golden` writes them, and this compares their form."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.commands import new
from tests.commands.shell import foreshow_in

PAGE = Path(__file__).parents[2] / "docs" / "own_parts.md"
SCREEN = re.compile(r"<!-- screen: foreshow (?P<words>[^\n]*) -->\n```text\n(?P<shown>.*?)```\n", re.DOTALL)
FIGURE = re.compile(r"[-+]?\d[\d.,]*(e-\d+)?( [kM]\b| ms\b| s\b| min\b)?")


def shown_for(words: str) -> re.Match[str]:
    return next(found for found in SCREEN.finditer(PAGE.read_text(encoding="utf-8")) if found["words"] == words)


def form(screen: str) -> list[str]:
    """A screen without its figures, which differ between machines, and without the breaks in its lines."""
    return [FIGURE.sub("0", " ".join(line.split())) for line in re.sub(r"\n {8,}", " ", screen).splitlines()]


@pytest.mark.parametrize("words", [match["words"] for match in SCREEN.finditer(PAGE.read_text(encoding="utf-8"))])
def test_a_screen_is_what_the_command_prints(words, tmp_path, monkeypatch, capsys, request):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    if not words.startswith("new"):
        new._make(Path(), {file: text for file, text in new.starter("shop").items() if file.endswith((".py", ".toml"))})
    done = foreshow_in(monkeypatch, capsys)(*shlex.split(words))
    assert (done.code, done.err) == (0, "")
    match = shown_for(words)
    if request.config.getoption("--update-golden"):
        text = PAGE.read_text(encoding="utf-8")
        block = f"<!-- screen: foreshow {words} -->\n```text\n{done.out}```\n"
        PAGE.write_text(text[: match.start()] + block + text[match.end() :], encoding="utf-8")
        return
    assert form(done.out) == form(match["shown"])
