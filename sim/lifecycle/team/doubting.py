"""Before an objective is blamed: what a query earns must have fallen by more than chance, and the model must still do its own job."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from sim.lifecycle.clock import Clock
from sim.lifecycle.team.bounds import NOTHING, Bounded
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.deploying import revenue_a_query
from sim.lifecycle.team.falling import change_of_weeks
from sim.lifecycle.team.labour import collect
from sim.lifecycle.team.ranking import Ranked, change_of_auc, ranked
from sim.lifecycle.team.team import Step, Team, Week
from sim.scenario.schema import DAY_S

_AT_FIRST = 4  # weeks after deployment that revenue a query is held against
_LATELY = 4  # weeks that are held against them
_WEEK = 7


class Fall(NamedTuple):
    """Whether what a query earns has fallen, and the figures and the words for it."""

    found: bool
    evidence: dict[str, float]
    story: str


def fall(team: Team, deployed: int, today: int) -> Fall:
    """What a query earns lately against the first weeks after deployment; nothing is found while these are not over.

    A fall counts from the share on that the playbook names, and where chance alone would hardly make it. Where it names 0 a team
    always asks on.
    """
    change, least = _change(team, deployed, today), team.plan.fallen
    found = least == 0 or (change.value <= -least and change.high < 0)
    evidence = {"revenue_change": change.value, "revenue_change_low": change.low, "revenue_change_high": change.high}
    first = f"the first {_AT_FIRST * _WEEK} days after deployment"
    if not isfinite(change.value):
        return Fall(found, evidence, f"revenue a query can't be held against {first} yet")
    between = f"between {change.low:+.0%} and {change.high:+.0%}"
    return Fall(found, evidence, f"revenue a query changed by {change.value:+.0%} ({between}) since {first}")


def _change(team: Team, deployed: int, today: int) -> Bounded:
    if today < deployed + (_AT_FIRST + _LATELY) * _WEEK:
        return NOTHING
    at_first = [deployed + week * _WEEK for week in range(_AT_FIRST)]
    lately = [today - week * _WEEK for week in range(_LATELY, 0, -1)]
    return change_of_weeks(*([revenue_a_query(team, day, day + _WEEK) for day in side] for side in (at_first, lately)))


class Doubt:
    """What a team asks before it blames an objective.

    Parameters
    ----------
    deployed
        The day on which its first model was deployed.
    """

    def __init__(self, deployed: int) -> None:
        self._deployed = deployed
        self._at_first: Ranked | None = None

    def fall(self, team: Team, today: int) -> Fall:
        """Whether what a query earns has fallen."""
        return fall(team, self._deployed, today)

    def metric_holds(self, team: Team, clock: Clock) -> Step:
        """Whether the models do their own job as well as in the first weeks after deployment; None where rated pairs can't tell.

        Pages of the same weeks are rated in which revenue is compared, and each is judged by the model that served it: one day is
        too little, since days differ by more than most models do. Those of the first weeks are bought once.

        It holds where the most that the AUC may have lost is less than what the playbook allows; it is worse where even the least
        is a loss. Between the two nothing is found.
        """
        if self._at_first is None:
            end = self._deployed + _AT_FIRST * _WEEK
            first = [one for one in team.weeks if self._deployed < one.snapshot.day <= end]
            self._at_first, _ = yield from _ranked(team, clock, first, "of the first weeks of the model, to hold the last against")
        today = clock.now_s // DAY_S
        lately = [one for one in team.weeks if today - _LATELY * _WEEK < one.snapshot.day < today]
        lately.append(Week(team.now(clock.now_s), team.models["show"]))
        now, sample = yield from _ranked(team, clock, lately, "of the last weeks, to see if the model is worse")
        latest = sample.only(sample.day == today)
        team.judged.append(latest)
        note(team, clock.now_s, "at an alarm", fresh=latest)
        return _said(team, clock.now_s, self._at_first, now)


def _ranked(team: Team, clock: Clock, weeks: Sequence[Week], why: str) -> Step:
    """How well the models that served in some weeks rank freshly rated pairs of these; and the pairs."""
    served = [one for one in weeks if one.model is not None]
    if not served:
        return Ranked(float("nan"), float("nan")), None
    sample = yield from collect(team, clock, "retrieved", [one.snapshot for one in served], team.plan.check_rows, why)
    said = np.zeros(len(sample), np.float32)
    for one in served:
        which = sample.day == one.snapshot.day
        said[which] = team.ask_table(sample.table[which], one.model)
    return ranked(sample.label, said), sample


def _said(team: Team, at_s: int, before: Ranked, now: Ranked) -> bool | None:
    """What the two come to, which goes into the diary."""
    change = change_of_auc(before, now)
    holds = True if change.low > -team.plan.holds else False if change.high < 0 else None
    evidence = {"auc_before": before.auc, "auc_now": now.auc, "auc_change_low": change.low, "auc_change_high": change.high}
    found = {True: "wrong objective", False: "stale", None: ""}[holds]
    team.write(at_s, "analyse", _told(holds, before, now, change, team.plan.holds), finding=found, evidence=evidence)
    return holds


def _told(holds: bool | None, before: Ranked, now: Ranked, change: Bounded, allowed: float) -> str:
    """Words for what was found of the model's own metric."""
    if not isfinite(change.low):
        return "whether the model's own metric holds can't be told: in the first weeks or the last too few pairs of a label were rated"
    weeks = f"in its first {_AT_FIRST} weeks, {now.auc:.3f} in the last {_LATELY}"
    seen = f"AUC {before.auc:.3f} {weeks}, changed by {change.low:+.3f} to {change.high:+.3f}"
    if holds is None:
        return f"whether the model's own metric holds can't be told: {seen}; a loss of {allowed:.3f} is not ruled out"
    return f"the model's own metric {'holds' if holds else 'is worse as well'}: {seen}"
