"""A candidate's diary: what happened to it, and when."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import NamedTuple

from sim.scenario.schema import DAY_S


class Line(NamedTuple):
    """One line of the diary; day 0 is the first of the horizon."""

    day: int
    event: str
    detail: str
    finding: str = ""
    evidence: str = ""
    cost: float = 0.0


class Chronicle:
    """Lines in the order in which they were written."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(
        self, at_s: int, event: str, detail: str, finding: str = "", evidence: Mapping[str, float] | None = None, cost: float = 0.0
    ) -> None:  # fmt: skip
        """Note that *event* happened at *at_s*; evidence that is no number (of a set with one class only) is null."""
        told = json.dumps({name: float(f"{value:.6g}") if math.isfinite(value) else None for name, value in (evidence or {}).items()})
        self.lines.append(Line(at_s // DAY_S, event, detail, finding, told if evidence else "", cost))
