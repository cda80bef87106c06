"""The one door to rich: where a report goes, how wide it may be, and what colour means.

Kept in one place because rich has traps that every page would otherwise meet again: `no_color=False`
overrides NO_COLOR, a style that does not parse is ignored in silence, a dumb terminal forgets the
width it was given, and bold survives NO_COLOR.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import IO, Literal, TextIO, cast

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from reports.glyphs import ASCII, UNICODE, Glyphs, clean, translate

__all__ = ["Line", "Piece", "Screen", "cells", "fit", "glyphs_for", "open_console", "pad"]

Line = Text
Piece = tuple[str, str]

WIDEST = 120
NARROWEST = 20
NOT_A_TERMINAL = 100

# Colour is a decision, not a sign: proven, breached, undecided; blue is an estimate, dim is context.
_STYLES = {
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "estimate": "blue",
    "context": "dim",
    "head": "bold",
    "badge.good": "bold white on green",
    "badge.bad": "bold white on red",
    "badge.warn": "bold black on yellow",
    "badge.estimate": "bold white on blue",
}


class Screen(Console):
    """A rich console that knows its glyphs and never lets a line run over."""

    def __init__(self, file: IO[str], width: int, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        super().__init__(
            file=file, width=width, height=50, color_system=_colour(), no_color=None, theme=Theme(_STYLES),
            highlight=False, markup=False, emoji=False, soft_wrap=False, force_jupyter=False,
        )  # fmt: skip

    def on_broken_pipe(self) -> None:
        """Let the command decide what it means when nobody reads on; rich would leave with 1."""
        raise BrokenPipeError

    def row(self, line: Line | Iterable[Piece] = ()) -> None:
        """Print one line as it is, cut at the edge."""
        text = line if isinstance(line, Line) else Line.assemble(*((self.glyphs.swap(words), style) for words, style in line))
        text.rstrip()
        self.print(text, no_wrap=True, overflow="crop", crop=True)

    def title(self, name: str, note: str) -> None:
        """Print an empty line, and what comes now with a word on it."""
        self.row()
        self.say(note, "context", [(name, "head"), ("  ", "")])

    def say(self, words: str, style: str = "", lead: Iterable[Piece] = ()) -> None:
        """Print a sentence, wrapped; what follows the first line stands under the end of *lead*."""
        start = Line.assemble(*((self.glyphs.swap(piece), look) for piece, look in lead))
        margin = start.cell_len if start.cell_len <= self.width // 2 else 2
        text = Line(self.glyphs.swap(clean(words)), style=style)
        if margin != start.cell_len:
            for line in start.wrap(self, self.width):
                self.row(line)
            start = Line(" " * margin)
        for number, line in enumerate(text.wrap(self, max(1, self.width - margin))):
            line.rstrip()
            self.row(Line.assemble(start if number == 0 else " " * margin, line))


class _AsciiOnly:
    """A stream that lets nothing but ASCII through: the net below everything that was swapped before."""

    encoding = "ascii"

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(translate(text))

    def flush(self) -> None:
        self._file.flush()

    def isatty(self) -> bool:
        return self._file.isatty()


def open_console(file: TextIO | None = None, width: int | None = None, ascii_only: bool | None = None) -> Screen:
    """Open a screen on *file* (default: standard output).

    Parameters
    ----------
    file
        Where the report goes.
    width
        Columns; by default those of the terminal or of COLUMNS, else 100. Never above 120.
    ascii_only
        Whether to draw with ASCII only; always when the stream does not take UTF-8. NO_COLOR,
        FORCE_COLOR and TERM are read from the environment.
    """
    file = sys.stdout if file is None else file
    glyphs = glyphs_for(file, ascii_only)
    columns = _width(file) if width is None else width
    stream = cast("IO[str]", _AsciiOnly(file)) if glyphs.ascii else file
    return Screen(stream, max(NARROWEST, min(WIDEST, columns)), glyphs)


def glyphs_for(file: TextIO, ascii_only: bool | None = None) -> Glyphs:
    """The glyphs that *file* can take: those of Unicode only if its encoding is."""
    encoding = (getattr(file, "encoding", None) or "utf-8").lower()
    return ASCII if ascii_only or not encoding.startswith("utf") else UNICODE


def cells(text: str) -> int:
    """How many columns *text* takes on a terminal."""
    return cell_len(text)


def fit(text: str, width: int, glyphs: Glyphs) -> str:
    """*text*, shortened to *width* columns if it must be."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + glyphs.ellipsis if width > 0 else ""


def pad(text: str, width: int, side: str = "left") -> str:
    """*text* filled with blanks to *width* columns, standing on *side*."""
    blank = " " * max(0, width - cell_len(text))
    return blank + text if side == "right" else text + blank


def _width(file: TextIO) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(file.fileno()).columns or NOT_A_TERMINAL
    except (AttributeError, OSError, ValueError):
        return NOT_A_TERMINAL


def _colour() -> Literal["auto", "standard"] | None:
    if os.environ.get("NO_COLOR"):
        return None
    dumb = os.environ.get("TERM", "").lower() in {"dumb", "unknown"}
    return "standard" if os.environ.get("FORCE_COLOR") and dumb else "auto"
