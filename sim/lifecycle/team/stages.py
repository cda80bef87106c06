"""Stages between a gate and everyone: in the shadow nobody sees a model, in the canary a share of the users does."""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

from sim.candidates.objectives.objective import Objective
from sim.columns import IMPRESSIONS, QUERIES
from sim.lifecycle.arms import Difference, against_others, ctr_against_others
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.gate import SURE
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_WEEK = 7


class Shadow(NamedTuple):
    """What was seen of a model in the shadow: ads a query as it would show them and as they are shown, and whether it goes for money."""

    would_show: float
    shown: float
    by_bid: bool

    @property
    def told(self) -> str:
        """In words."""
        return f"shadow (it would show {self.would_show:.2f} ads a query, {self.shown:.2f} are shown)"

    @property
    def evidence(self) -> dict[str, float]:
        """In numbers."""
        return {"shadow_ads": self.would_show, "ads_before": self.shown}


class Canary(NamedTuple):
    """What the canary's users brought against the others on the same days."""

    revenue: Difference
    ctr: Difference

    @property
    def evidence(self) -> dict[str, float]:
        """In numbers."""
        return {"canary_revenue_change": self.revenue.change, "canary_revenue_error": self.revenue.error}

    @property
    def evidence_of_ctr(self) -> dict[str, float]:
        """In numbers."""
        return {"canary_ctr_change": self.ctr.change, "canary_ctr_error": self.ctr.error}


def shadow(team: Team, clock: Clock, models: dict[str, Any], objective: Objective) -> Step:
    """Some days in which it is only looked at what the models would show."""
    yield clock.at(clock.now_s + team.plan.shadow, Rank.DEPLOYMENT)
    would, today = team.promised(models, objective), clock.now_s // DAY_S
    days = team.platform.ledger.days[max(today - _WEEK, 0) : today]
    return Shadow(would.ads, float(days[:, IMPRESSIONS].sum() / max(days[:, QUERIES].sum(), 1)), would.by_bid)


def canary(team: Team, clock: Clock) -> Step:
    """Serve a share of the traffic, and hold what it brings against what served before, on the same days."""
    team.served = team.plan.canary
    team.serve(clock.now_s)
    team.log.arms = []
    yield clock.at(clock.now_s + team.plan.canary_lasts, Rank.DEPLOYMENT)
    team.log.close(clock.now_s)
    stretches, team.log.arms = team.log.arms, None
    own, rivals, incumbents = team.variants
    arms = (own, rivals, incumbents) if rivals else (own, incumbents, 0)
    return Canary(against_others(stretches, *arms), ctr_against_others(stretches, *arms))


def harms(team: Team, seen: Difference) -> bool:
    """Whether a canary has lost more than the playbook allows, and than chance explains."""
    return seen.change < -max(team.plan.canary_loss, SURE * seen.error)


def in_words(what: str, seen: Difference, nothing: str) -> str:
    """A difference with its error.

    Examples
    --------
    >>> in_words("CTR", Difference(2.5, 0.125), "nothing clicked"), in_words("CTR", Difference(0.0, float("inf")), "nothing clicked")
    ('CTR +250% ± 12%', 'nothing clicked')
    """
    return f"{what} {seen.change:+.0%} ± {seen.error:.0%}" if isfinite(seen.error) else nothing
