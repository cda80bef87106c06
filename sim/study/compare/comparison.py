"""What a comparison found: frozen, and the only thing that its report may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.study.decision.lopsided import Lopsided
from sim.study.estimates import Estimate
from sim.study.results import Run

SHIP, HOLD, UNDECIDED, INVALID = "SHIP", "HOLD", "UNDECIDED", "INVALID"  # a verdict
PASS, FAIL = "PASS", "FAIL"  # a rule's states, beside UNDECIDED and INVALID
EXITS = {SHIP: 0, HOLD: 1, UNDECIDED: 3, INVALID: 4}


class Difference(NamedTuple):
    """A candidate against the baseline, over the whole horizon.

    Attributes
    ----------
    lift
        Relative to the baseline (0.03 is +3 %), with an interval that holds for all candidates at once.
    level
        The candidate's own figure (a total, or a ratio of totals), for one candidate alone.
    p_best
        The probability that it is the best of all in the primary metric; None for other metrics.
    mcb
        The primary metric minus that of the best of the others, relative to the baseline's, from … to.
    """

    candidate: str
    metric: str
    lift: Estimate
    level: Estimate
    p_best: float | None = None
    mcb: tuple[float, float] | None = None


class MonthlyDifference(NamedTuple):
    """A candidate against the baseline in a month; the band holds for all months at once."""

    candidate: str
    metric: str
    month: str
    lift: Estimate


class Verdicted(NamedTuple):
    """A guardrail and a candidate.

    Attributes
    ----------
    status
        PASS, FAIL, UNDECIDED or INVALID.
    estimate, bound
        The figure that the rule is about and the end of its interval that decided, fractions where
        the *unit* is "%" or "pp"; None where there is none.
    needed_replications, needed_seconds
        For UNDECIDED: how many replications in all would decide it as things look, and how long the
        missing ones take.
    """

    text: str
    candidate: str
    status: str
    estimate: float | None
    bound: float | None
    unit: str = ""
    needed_replications: int | None = None
    needed_seconds: float | None = None


class Factor(NamedTuple):
    """A part of a candidate's lift in revenue: *change* is its ratio to the baseline's less one."""

    name: str
    change: float
    share: float  # of the logarithm of the revenue ratio: the shares of all factors add up to 1


class Reason(NamedTuple):
    """Why a candidate earns what it earns, from the ledger.

    Attributes
    ----------
    factors
        queries × ads per query × clicks per ad × price per click = revenue, each against the rival's.
    against
        Whom it is compared with here: the best, for the losers.
    sight
        Eyes for ads at the end, the candidate's and the rival's, 1 is as at the start.
    exhausted
        Advertisers with a spent budget at the end of a day, the candidate's and the rival's.
    early, late
        Revenue against the rival's in the first and the last whole month, relative.
    """

    candidate: str
    against: str
    revenue: Estimate
    factors: tuple[Factor, ...]
    sight: tuple[float, float]
    exhausted: tuple[float, float]
    early: float | None
    late: float | None


class Check(NamedTuple):
    """A condition without which no figure can be trusted, and whether it holds."""

    name: str
    holds: bool
    detail: str = ""


class Common(NamedTuple):
    """What playing all candidates in the same worlds bought.

    Attributes
    ----------
    correlation
        Of the primary metric, between the baseline and *candidate*.
    gain
        Variance of their difference in separate worlds over that in common ones; below 1 it hurts.
    variance
        Shares of the variance of that difference: "world", "queries", "clicks", "learning"; empty where unknown.
    candidate
        Who ships, else the best in the primary metric that may.
    """

    correlation: float
    gain: float
    variance: Mapping[str, float]
    candidate: str = ""


class TooSure(NamedTuple):
    """A lift in the primary metric whose worlds are lopsided: rare ones lie far from the rest."""

    candidate: str
    found: Lopsided


class Frontier(NamedTuple):
    """Two metrics that can't both be had, and who may be on the frontier.

    Attributes
    ----------
    x, y
        The metrics, both the more the better.
    on
        Candidate -> the probability that nobody beats it in both.
    """

    x: str
    y: str
    on: Mapping[str, float]


class Curve(NamedTuple):
    """A setting that was swept: its values with the candidates that have them, in order.

    Attributes
    ----------
    sure
        Whether *best* is within the indifference zone of the best of all points, corrected for their number.
    """

    candidate: str
    key: str
    points: tuple[tuple[str, str], ...]
    best: str
    sure: bool


class Failed(NamedTuple):
    """A candidate that is left out, since it could not be played or has no figure: why, and the file that tells it in full."""

    candidate: str
    why: str
    file: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A finished (or interrupted) comparison.

    Attributes
    ----------
    run
        The ledgers of all candidates that could be played.
    sequential
        Whether it stopped when it was decided; its intervals then hold at every number of replications.
    looked
        Whether someone saw these worlds at another number of replications than was planned.
    precision
        For a comparison up to a precision: the half width that was asked for; else None.
    frontier
        The primary metric (x) against another one, None with fewer than two candidates beside the baseline.
    settings
        What differs between the candidates' settings: key -> a value for each candidate of `run`, "" for none.
    needed_replications, needed_seconds
        For UNDECIDED: what would decide it, as things look; None where nothing reasonable would.
    warm_up
        Days at the start that differ from the rest by the MSER-5 rule, None where the run is too short to tell.
    too_sure
        Candidates whose intervals are too sure on one side, as their lifts are lopsided.
    """

    run: Run
    verdict: str
    ship: str
    baseline: str
    primary: str
    confidence: float
    indifference: float
    sequential: bool
    differences: tuple[Difference, ...]
    months: tuple[MonthlyDifference, ...]
    rules: tuple[Verdicted, ...]
    reasons: tuple[Reason, ...]
    checks: tuple[Check, ...]
    common: Common | None
    frontier: Frontier | None
    curves: tuple[Curve, ...]
    settings: Mapping[str, tuple[str, ...]]
    failed: tuple[Failed, ...]
    precision: float | None = None
    warm_up: int | None = None
    needed_replications: int | None = None
    needed_seconds: float | None = None
    why: str = ""
    too_sure: tuple[TooSure, ...] = ()
    looked: bool = False

    @property
    def anytime(self) -> bool:
        """Whether its intervals hold at every number of replications."""
        return self.sequential or self.looked

    @property
    def exit(self) -> int:
        """The exit code of the command: 130 for an interrupted one."""
        return 130 if self.run.interrupted else EXITS[self.verdict]

    def difference(self, candidate: str, metric: str) -> Difference:
        """One candidate's, in one metric."""
        return next(one for one in self.differences if (one.candidate, one.metric) == (candidate, metric))
