"""Who is best, against whom, and whether that is proven: asked here once, by every part of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reports.glyphs import clean
from reports.parts import numbers
from reports.teams import objectives, switched
from sim.columns import REVENUE
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import CandidateRun, Run

ORACLE = "oracle"
ABOVE, BELOW, UNDECIDED, UNKNOWN = "above", "below", "undecided", ""


class Standing(NamedTuple):
    """A candidate's place in the order of revenue.

    Attributes
    ----------
    lift
        Its revenue against the incumbent's, relative and paired; None inside where there is none.
    answer
        "above", "below" or "undecided" when an interval proves it or fails to; "" for the incumbent
        and for a single replication.
    """

    candidate: CandidateRun
    lift: Estimate
    answer: str


def ranked(run: Run) -> tuple[Standing, ...]:
    """All candidates, the one with the most revenue first; ties stay in the scenario's order."""
    order = sorted(run.candidates, key=lambda one: -int(one.days[:, :, REVENUE].sum()))
    base = incumbent(run)
    return tuple(against(one, base) for one in order)


def incumbent(run: Run) -> CandidateRun | None:
    """Today's rule, None when it is not among the candidates."""
    return next((one for one in run.candidates if one.name == run.incumbent), None)


def is_oracle(candidate: CandidateRun) -> bool:
    """Whether this is the baseline that knows the truth, which nobody can deploy."""
    return ORACLE in (candidate.policy, candidate.name) and not candidate.objective


def challengers(run: Run) -> tuple[Standing, ...]:
    """Everyone that could be deployed in place of the incumbent, the most revenue first."""
    return tuple(
        one for one in ranked(run) if one.candidate.name != run.incumbent and not is_oracle(one.candidate)
    )  # fmt: skip


def oracle(run: Run) -> CandidateRun | None:
    """The baseline that knows the truth, if it took part and isn't the incumbent."""
    return next((one for one in run.candidates if is_oracle(one) and one.name != run.incumbent), None)


def short(path: str) -> str:
    """The last part of an import path.

    Examples
    --------
    >>> short("sklearn.linear_model:LogisticRegression"), short("clicks")
    ('LogisticRegression', 'clicks')
    """
    return path.rpartition(":")[2]


def doing(candidate: CandidateRun) -> str:
    """A candidate as the subject of a sentence.

    Examples
    --------
    >>> import numpy as np
    >>> doing(CandidateRun("clicks first", "clicks", "m:Model", np.zeros((1, 1, 13), np.int64), ()))
    'Optimising clicks (clicks first)'
    """
    name, objective = clean(candidate.name), clean(short(candidate.objective))
    if not objective:
        return f"The rule {name}"
    first = " at first" if switched(candidate) else ""
    return f"Optimising {objective}{first}" + (f" ({name})" if name.lower() != objective.lower() else "")


def named(candidate: CandidateRun) -> str:
    """A candidate within a sentence: a rule by its name, a learner by what it does.

    Examples
    --------
    >>> import numpy as np
    >>> named(CandidateRun("keyword", "", "", np.zeros((1, 1, 13), np.int64), ()))
    'keyword'
    """
    return doing(candidate).replace("Optimising", "optimising", 1) if candidate.objective else clean(candidate.name)


def role(run: Run, candidate: CandidateRun) -> str:
    """What a candidate is, in a word or two."""
    if candidate.name == run.incumbent:
        return "today's rule" if not candidate.objective else f"today's {aims(run, candidate)}"
    if is_oracle(candidate):
        return "knows the truth"
    return aims(run, candidate) or "rule"


def aims(run: Run, candidate: CandidateRun) -> str:
    """What a candidate optimises, one after the other; nothing for a rule."""
    return ", then ".join(map(short, objectives(run, candidate)))


def roles(run: Run, candidate: CandidateRun) -> tuple[str, ...]:
    """The same at more length: for a learner what it optimises, and its model."""
    if not candidate.objective:
        return (role(run, candidate),)
    optimises = f"optimises {aims(run, candidate)}"
    return (role(run, candidate) if candidate.name == run.incumbent else optimises, short(candidate.model))


def levels(found: Mapping[str, Estimate]) -> str:
    """Impressions and CTR in words."""
    return f"impressions {numbers.count(found['impressions'].mean)}, CTR {numbers.percent(found['ctr'].mean)}"


def earned(candidate: CandidateRun) -> int:
    """Its revenue over everything, in millionths."""
    return int(candidate.days[:, :, REVENUE].sum())


def against(candidate: CandidateRun, base: CandidateRun | None) -> Standing:
    """A candidate's standing against *base*."""
    if base is None or candidate is base:
        return Standing(candidate, Estimate(None), UNKNOWN)
    lift = estimates.lift(candidate, base, "revenue")
    sure = _gain(candidate, base) if lift.mean is None else lift
    if sure.low is None or sure.high is None:
        return Standing(candidate, lift, UNKNOWN)
    return Standing(candidate, lift, ABOVE if sure.low > 0 else BELOW if sure.high < 0 else UNDECIDED)


def _gain(candidate: CandidateRun, base: CandidateRun) -> Estimate:
    """The difference in money, for an incumbent that earned nothing to be relative to."""
    ours, theirs = (one.days[:, :, REVENUE].sum(axis=1).astype(float) for one in (candidate, base))
    return estimates.mean(ours - theirs)


def needed(lift: Estimate, replications: int, most: int) -> int | None:
    """How many replications would take zero out of an interval, if mean and spread stay as they are.

    Examples
    --------
    >>> needed(Estimate(0.02, -0.01, 0.05), 4, 100), needed(Estimate(0.001, -0.9, 0.902), 4, 100)
    (6, None)
    """
    from scipy.special import stdtrit

    half = numbers.half_width(lift)
    if not lift.mean or half is None:
        return None
    spread = half * replications**0.5 / stdtrit(replications - 1, 0.975)
    more = range(replications + 1, most + 1)
    return next((n for n in more if stdtrit(n - 1, 0.975) * spread / n**0.5 < abs(lift.mean)), None)
