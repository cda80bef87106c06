"""A candidate's diary: what happened to it, and when."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.schema import DAY_S


class Line(NamedTuple):
    """One line of the diary; day 0 is the first of the horizon."""

    day: int
    event: str
    detail: str


class Chronicle:
    """Lines in the order in which they were written."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(self, at_s: int, event: str, detail: str) -> None:
        """Note that *event* happened at *at_s*."""
        self.lines.append(Line(at_s // DAY_S, event, detail))
