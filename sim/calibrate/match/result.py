"""How like its log a calibrated world is, frozen, for a screen."""

from __future__ import annotations

from typing import NamedTuple

MATCH, OFF, UNSURE = "match", "off", "can't tell"


class Statistic(NamedTuple):
    """A figure of the log that was not fitted, beside the same figure of simulated logs.

    Attributes
    ----------
    key, name
        What it is called in a document, and on a screen.
    real
        Of the log.
    simulated, low, high
        Median of the simulated logs, and where one more of them would lie.
    verdict
        MATCH where the interval holds the real figure, OFF where it does not and that is beyond chance with all
        figures looked at together, UNSURE where it is not, or where the interval is too wide to contradict anything.
    share
        Whether it is a share of something, to be said in percent.
    why
        Why nothing can be told, and what to know; often empty.
    """

    key: str
    name: str
    real: float
    simulated: float
    low: float
    high: float
    verdict: str
    share: bool = False
    why: tuple[str, ...] = ()


class Match(NamedTuple):
    """The match of a world and its log.

    Attributes
    ----------
    statistics
        The worst first.
    played
        What was simulated, in words; empty where nothing was.
    replications
        How many logs were simulated.
    confidence
        Of the intervals, and one less the chance that any figure of a world that matches is called off.
    lacks
        Why figures could not be compared, a sentence each.
    """

    statistics: tuple[Statistic, ...]
    played: tuple[str, ...]
    replications: int
    confidence: float
    lacks: tuple[str, ...] = ()

    def having(self, verdict: str) -> int:
        """How many figures have that verdict."""
        return sum(one.verdict == verdict for one in self.statistics)
