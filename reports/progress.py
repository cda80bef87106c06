"""How far a long run is, on standard error, so that standard output stays the report alone."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import Self, TextIO

from reports.console import cells, fit, glyphs_for
from reports.glyphs import clean

_SHOWN_AFTER_S = 1.0
_REDRAWN_EVERY_S = 0.1
_PLAIN_EVERY_S = 30.0
_BAR = 24


class Progress:
    """A bar on a terminal; elsewhere a plain line every half minute. Nothing in the first second.

    Examples
    --------
    >>> with Progress() as progress:
    ...     progress.update(1, 2, "replication 1 of 2")
    """

    def __init__(self, stream: TextIO | None = None, ascii_only: bool | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._glyphs = glyphs_for(self._stream, ascii_only)
        self._began = time.monotonic()
        self._last = self._began + (_SHOWN_AFTER_S - _REDRAWN_EVERY_S if self._is_terminal else 0.0)
        self._drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.stop()

    def update(self, done: float, total: float, text: str) -> None:
        """Tell that *done* of *total* is behind us; *text* says what is going on."""
        self.tell(text, min(1.0, max(0.0, done / total)) if total > 0 else 0.0)

    def tell(self, text: str, share: float | None) -> None:
        """Tell what is going on and which *share* of it is behind us; None where nobody can know."""
        now = time.monotonic()
        if now - self._last < (_REDRAWN_EVERY_S if self._is_terminal else _PLAIN_EVERY_S):
            return
        self._last = now
        bar = "" if share is None or not self._is_terminal else self._bar(share)
        words = clean(text) if share is None else f"{share:4.0%}  {clean(text)}{_left(now - self._began, share)}"
        line = self._glyphs.swap(words)
        if self._is_terminal:
            self._draw(bar + line if cells(bar + line) < shutil.get_terminal_size().columns else line)  # words say more
        else:
            self._write(line + "\n")

    def say(self, text: str) -> None:
        """Write a line that stays, whatever the time."""
        self.stop()
        self._write(self._glyphs.swap(clean(text)) + "\n")

    def stop(self) -> None:
        """Take the bar away."""
        if self._drawn:
            self._write("\r" + " " * self._drawn + "\r")
            self._drawn = 0

    def _bar(self, share: float) -> str:
        full = round(share * _BAR)
        return self._glyphs.full * full + self._glyphs.empty * (_BAR - full) + " "

    def _draw(self, line: str) -> None:
        line = fit(line, shutil.get_terminal_size().columns - 1, self._glyphs)
        self._write("\r" + line + " " * (self._drawn - cells(line)))
        self._drawn = cells(line)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _left(passed_s: float, share: float) -> str:
    """How long it will still take.

    Examples
    --------
    >>> _left(10, 0.25), _left(60, 0.1), _left(1, 0.001)
    (', 30 s left', ', 9 min left', '')
    """
    if share < 0.02:
        return ""
    seconds = passed_s * (1 - share) / share
    return f", {seconds:.0f} s left" if seconds < 90 else f", {seconds / 60:.0f} min left"
