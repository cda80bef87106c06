"""What a backtest of another policy comes to: one estimate for each estimator, and what each of them is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

FEWEST_EFFECTIVE = 100  # below it nothing is estimated by weights
FEWEST_CLICKS = 100  # below it no two policies are ranked
CHIEF = "DR"  # whose difference decides the answer
WHOLE = "the whole log"
MODELS = ("DM", "simulation")  # these stand on a model of the clicks and not on weights

NO_LOG, UNKNOWN, MORE, FEWER = "no estimate", "can't tell", "more", "fewer"


class Ends(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimator's CTR of the other policy.

    Attributes
    ----------
    name
        "IPS", "SNIPS", "DM", "DR", "SNDR", "Switch-DR", "DRos" or "simulation".
    estimate
        Clicks for each impression; None where it was refused.
    low, high
        The interval that is stated: the widest of those below and, for estimators with weights, of that for a
        weighted sum of few counts (Fay and Feuer 1997); that of Switch-DR and DRos reaches to the estimate of DR too,
        since it can't know how far its bias goes. None where the estimate is.
    normal, bootstrap
        The usual intervals, of which the first is too narrow and too symmetric with few clicks. The bootstrap
        draws the target's log anew too, and keeps the model: DM, which is all model, has none. For the simulation both
        are what its replays show.
    relative
        The estimate over the CTR of the log's own policy.
    lift, lift_low, lift_high
        The estimate less the CTR of the log's own policy, on the same rows; from
        the lowest to the highest of normal, bootstrap and one for few counts.
    ess, max_weight, mean_weight
        Of the weights it used; the mean should be about 1, unless the estimator shrinks them. None where it uses none.
    setting
        The threshold tau of Switch-DR or the lambda of DRos, as SLOPE chose it; None for the others.
    warning
        In words, empty where nothing is wrong.
    """

    name: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    normal: Ends | None = None
    bootstrap: Ends | None = None
    relative: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    ess: float | None = None
    max_weight: float | None = None
    mean_weight: float | None = None
    setting: float | None = None
    warning: str = ""

    @property
    def leans(self) -> str:
        """What the interval of its own difference says: "more", "fewer", or nothing where it holds 0.

        Examples
        --------
        >>> Estimate("DR", 0.02, lift_low=0.001, lift_high=0.01).leans, Estimate("DM", 0.02, lift_low=-0.001, lift_high=0.01).leans
        ('more', '')
        """
        if self.lift_low is None or self.lift_high is None:
            return ""
        return MORE if self.lift_low > 0 else FEWER if self.lift_high < 0 else ""


def dissenters(estimates: Sequence[Estimate], answer: str) -> list[str]:
    """Which estimators' own differences do not say *answer*; those that were refused say nothing.

    Examples
    --------
    >>> dissenters([Estimate("DR", 0.02, lift_low=0.001, lift_high=0.01), Estimate("DM", 0.02, lift_low=-0.001, lift_high=0.01)], "more")
    ['DM']
    """
    return [one.name for one in estimates if one.lift_low is not None and one.leans != answer]


@dataclass(frozen=True, slots=True)
class Part:
    """A campaign of the log, or all of it.

    Attributes
    ----------
    name
        The campaign, or WHOLE.
    rows, clicks
        Impressions and clicks that were evaluated.
    logged
        The CTR that the log's own policy got on them, with the interval of Wilson (1927).
    estimates
        By estimator, in the order of `sim.calibrate.policy.backtest.ORDER`.
    answer
        "more" or "fewer" clicks, "can't tell", or "no estimate".
    least
        The smallest difference from the log's own CTR, as a share of it, that this log would have told with a chance
        of 80 %; None without an estimate.
    covered
        Share of the log's impressions for which the target says what it would have shown.
    supported
        Share of the target's own choices that the log has shown in their place at least once.
    """

    name: str
    rows: int
    clicks: int
    logged: tuple[float, float, float]
    estimates: tuple[Estimate, ...]
    answer: str
    least: float | None
    covered: float
    supported: float

    def by(self, name: str) -> Estimate:
        """The estimate of one estimator.

        Raises
        ------
        KeyError
            When there is no such estimator.
        """
        for one in self.estimates:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class PolicyBacktest:
    """A log's policy against another.

    Attributes
    ----------
    log, target
        The files, as they were named.
    confidence
        Of every interval, such as 0.9.
    total
        The whole log, each campaign with its own ads.
    campaigns
        Each campaign alone, where there are several.
    notes
        What was wrong with the logs, and what the figures rest on.
    """

    log: str
    target: str
    confidence: float
    total: Part
    campaigns: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
