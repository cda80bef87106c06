"""All that `foreshow calibrate` finds, frozen, for its screen and its document."""

from __future__ import annotations

from dataclasses import dataclass

from sim.calibrate.calibration import Calibration
from sim.calibrate.match.result import Match
from sim.calibrate.receipt import Reading


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was read, what was fitted to it, and how like it the fitted world is.

    Attributes
    ----------
    into
        Where the world was written; empty where it was not.
    """

    reading: Reading
    calibration: Calibration
    match: Match
    into: str = ""
