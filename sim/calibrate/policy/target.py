"""What the other policy shows: the chance of each ad in each place, from its own log or as it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.policy.rows import Rows
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GIVEN = ("campaign", "query", "segment", "position")  # a policy chooses for each of these by itself
_SUM = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The other policy.

    Attributes
    ----------
    frame
        A row for each place and ad that it may show: the columns of *given*, ad, place (code of the place), count (how
        often its log shows it; 0 where chances were given) and probability, which adds up to 1 over a place.
    given
        What a place is made of: the position, and campaign, query and segment where both logs have them.
    source
        The files, as they were named.
    counted
        Whether it was counted in a log, so that it has an error of its own.
    """

    frame: pd.DataFrame
    given: tuple[str, ...]
    source: str
    counted: bool

    @property
    def places(self) -> int:
        """How many there are."""
        return int(self.frame["place"].max()) + 1


def from_log(other: Rows, log: Rows) -> Target:
    """The shares of the ads in each place of the other policy's log.

    This is what the examples of Open Bandit Pipeline do with a policy that is known by its choices only: its chances
    are taken to hang on nothing but the place.
    """
    given = _given(other, log)
    frame = other.frame.groupby([*given, "ad"], sort=True)[["count"]].sum().reset_index()
    return _placed(frame, given, other.source, counted=True)


def from_chances(chances: pd.DataFrame, log: Rows, source: str = "chances") -> Target:
    """A policy that says the chance of every ad.

    Parameters
    ----------
    chances
        Columns ad and probability and, where the policy tells them apart, position, campaign, query, segment. The
        probabilities of a place must add up to 1.
    source
        What they are called.

    Raises
    ------
    BadInput
        When a column is missing, or the probabilities of a place are not such.
    """
    lacking = [Mistake("target policy", f"has no column '{name}'") for name in ("ad", "probability") if name not in chances]
    if lacking:
        raise BadInput(lacking)
    given = tuple(name for name in GIVEN if name in chances and name in log.frame)
    if "position" not in given:
        chances = chances.merge(log.frame[["position"]].drop_duplicates(), how="cross")
        given = (*given, "position")
    texts = {name: chances[name].astype(int if name == "position" else str) for name in (*given, "ad")}
    frame = chances.assign(**texts)[[*given, "ad", "probability"]].assign(count=0.0)
    sums = frame.groupby(list(given))["probability"].sum()
    if frame["probability"].lt(0).any() or sums.sub(1).abs().gt(_SUM).any():
        off = float(sums.to_numpy()[sums.sub(1).abs().to_numpy().argmax()])
        raise BadInput([Mistake("target policy", f"its probabilities add up to {off:.6g} in a place", "1, and none below 0")])
    return _placed(frame, given, source, counted=False)


def _given(other: Rows, log: Rows) -> tuple[str, ...]:
    return tuple(name for name in GIVEN if name in other.frame and name in log.frame)


def _placed(frame: pd.DataFrame, given: tuple[str, ...], source: str, *, counted: bool) -> Target:
    place = frame.groupby(list(given), sort=True).ngroup().to_numpy()
    frame = frame.assign(place=place).sort_values(["place", "ad"], kind="stable").reset_index(drop=True)
    if counted:
        frame["probability"] = frame["count"] / frame.groupby("place")["count"].transform("sum")
    return Target(frame, given, source, counted)


def redrawn(target: Target, rng: np.random.Generator) -> Floats:
    """The probabilities as another log of the same length would have them; shape (rows of the frame,).

    The counts are drawn as Poisson numbers about those that were seen. Where chances were given they are exact.
    """
    chance = target.frame["probability"].to_numpy(dtype=np.float64)
    if not target.counted:
        return chance
    place = target.frame["place"].to_numpy()
    drawn = rng.poisson(target.frame["count"].to_numpy(dtype=np.float64)).astype(np.float64)
    sums = np.bincount(place, drawn, minlength=target.places)[place]
    return np.where(sums > 0, drawn / np.where(sums > 0, sums, 1), chance)
