"""Mistakes in the input, all at once and in plain words, on standard error."""

from __future__ import annotations

from dataclasses import replace
from typing import TextIO

from reports.console import open_console
from reports.glyphs import clean
from reports.parts.numbers import many
from sim.errors import BadInput

_INDENT = " " * 6


def print_mistakes(error: BadInput, stream: TextIO) -> None:
    """Print how many mistakes there are, then a line for each, wrapped under itself, and the text that it marks."""
    console = open_console(stream)
    files = {mistake.file for mistake in error.mistakes}
    file = files.pop() if len(files) == 1 else ""
    where = f" in {clean(file)}" if file else ""
    console.say(f"{many(len(error.mistakes), 'mistake')}{where}", "head")
    for mistake in error.mistakes:
        told = replace(mistake, file="" if file else mistake.file, marked="")
        console.say(str(told).strip(), lead=[("  ", "")])
        for line in filter(None, mistake.marked.split("\n")):
            console.row([(_INDENT + line, "")])
