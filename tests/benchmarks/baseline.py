"""The figures that were accepted, and what a new run may not do to them.

A run fails where a gated ratio is more than 15 % worse than the accepted one, where a target is missed
that was met or that nobody has accepted as missed, and where what was measured before can't be any
more. `ratios.json` is what was accepted; to accept is to commit it, misses included, for all to see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.apart import Broken
from tests.benchmarks.figure import Figure

FILE = Path(__file__).with_name("ratios.json")
WORSE = 0.15
Found = Mapping[str, Figure | str]  # a figure, or why there is none


class Accepted(NamedTuple):
    """What one benchmark may be held to."""

    ratio: float
    met: bool | None
    gated: bool


class Baseline(NamedTuple):
    """All that was accepted, and on which processor."""

    processor: str
    ratios: dict[str, Accepted]


def read(file: Path = FILE) -> Baseline:
    """The accepted figures; none where there is no file yet."""
    if not file.exists():
        return Baseline("", {})
    held = json.loads(file.read_text(encoding="utf-8"))
    return Baseline(held["processor"], {name: Accepted(**one) for name, one in held["ratios"].items()})


def accept(found: Found, processor: str, before: Baseline, file: Path = FILE, *, everything: bool = True) -> None:
    """Write what was found as what is accepted; what could not be measured here keeps its old figure."""
    kept = {name: one for name, one in before.ratios.items() if not everything or isinstance(found.get(name), str)}
    new = {name: Accepted(_rounded(one.ratio), one.met, one.gated) for name, one in found.items() if isinstance(one, Figure)}
    ratios = {name: (kept | new)[name]._asdict() for name in sorted(kept | new)}
    file.write_text(json.dumps({"processor": processor, "ratios": ratios}, indent=1) + "\n", encoding="utf-8")


def regressed(name: str, figure: Figure, before: Baseline) -> bool:
    """Whether a gated ratio is more than 15 % worse than the accepted one."""
    accepted = before.ratios.get(name)
    return accepted is not None and figure.gated and figure.worse_than(accepted.ratio) > WORSE


def complaints(found: Found, before: Baseline) -> list[str]:
    """Why the run fails, one sentence each; none where it passes."""
    told = [sentence for name, one in found.items() if (sentence := _complaint(name, one, before))]
    gone = [name for name, one in before.ratios.items() if one.gated and name not in found]
    return told + [f"{name}: was measured before, and no benchmark of that name is left." for name in gone]


def _complaint(name: str, one: Figure | str, before: Baseline) -> str | None:
    accepted = before.ratios.get(name)
    if isinstance(one, Broken):
        return f"{name}: {one}."
    if isinstance(one, str):
        return f"{name}: was {accepted.ratio:.3g} ×, and can't be measured now: {one}." if accepted and accepted.gated else None
    if accepted and regressed(name, one, before):
        return f"{name}: {accepted.ratio:.3g} × before, {one.ratio:.3g} × now: {one.worse_than(accepted.ratio):.0%} worse ({one.against})."
    if one.met is False and not (accepted and accepted.met is False):
        was = f"met before at {accepted.ratio:.3g} ×" if accepted else "a miss that nobody has accepted"
        return f"{name}: MISSED its target {one.aim} ({one.target:.3g} ×) with {one.ratio:.3g} ×; {was}."
    return None


def _rounded(ratio: float) -> float:
    return float(f"{ratio:.4g}")
