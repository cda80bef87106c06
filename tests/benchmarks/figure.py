"""One benchmark's result as data: a value, its ratio to what was timed beside it, and the target it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.benchmarks.beside import MILLION, Beside
from tests.benchmarks.reference import TARGET_MACHINE

LOOP = "reference loop"


class NotHere(Exception):
    """What is to be measured does not exist here: its text says why."""


@dataclass(frozen=True)
class Figure:
    """What was measured.

    Attributes
    ----------
    value, unit
        The figure on this machine.
    ratio
        The figure as a multiple of what was timed beside it; this is what a target and the baseline are about.
    against
        What it is a multiple of.
    better
        Which way is better, for the ratio.
    target
        The ratio to reach; None where there is none.
    there
        The same figure where the reference loop runs at `TARGET_MACHINE`; None where it has no meaning.
    aim
        The target in words.
    gated
        Whether a worse ratio than the baseline's fails the run; what others wrote is not ours to hold.
    peak_mib
        The largest process of the measurement.
    """

    value: float
    unit: str
    ratio: float
    against: str
    better: Literal["more", "less"]
    target: float | None = None
    there: float | None = None
    aim: str = ""
    gated: bool = True
    peak_mib: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return bool(self.ratio >= self.target if self.better == "more" else self.ratio <= self.target)

    def worse_than(self, before: float) -> float:
        """By what share the ratio is worse than *before*: 0.2 for a fifth less speed or a fifth more time; negative where better."""
        return 1 - self.ratio / before if self.better == "more" else self.ratio / before - 1


def speed(count: float, timed: Beside, target: float | None = None, unit: str = "queries/s", *, gated: bool = True) -> Figure:
    """So many a second, against the reference loop's queries a second; *target* is per second on the target machine."""
    ratio = count / MILLION / timed.ratio
    return Figure(
        count / timed.seconds, unit, ratio, LOOP, "more", target and target / TARGET_MACHINE, ratio * TARGET_MACHINE,
        "" if target is None else f"≥ {target / 1e6:g} M {unit}", gated,
    )  # fmt: skip


def duration(timed: Beside, target_s: float, days: int = 1, unit: str = "s") -> Figure:
    """Seconds (or ms) of one of *days*, against the time of a million queries of the reference loop; *target_s* is for one of them."""
    scale = {"s": 1.0, "ms": 1e3}[unit]
    million_s = MILLION / TARGET_MACHINE
    ratio = timed.ratio / days
    return Figure(
        timed.seconds / days * scale, unit, ratio, f"{LOOP}, 1 M queries", "less", target_s / million_s, ratio * million_s * scale,
        f"≤ {target_s * scale:g} {unit}",
    )  # fmt: skip


def multiple(ratio: float, against: str, target: float, better: Literal["more", "less"]) -> Figure:
    """A plain ratio of two times that were taken side by side."""
    return Figure(ratio, "×", ratio, against, better, target, aim=f"{'≥' if better == 'more' else '≤'} {target:g} ×")
