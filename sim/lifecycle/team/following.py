"""How a model's own score of each day's pages is had from the team's log, spell by spell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.columns import CLICKS, IMPRESSIONS
from sim.lifecycle.log import Spell
from sim.lifecycle.team.expecting import Course
from sim.lifecycle.team.team import Team
from sim.scenario.schema import DAY_S


def followed(team: Team, now_s: int) -> Course:
    """The course with all whole days up to now; within a spell an impression is worth the same every day."""
    first, end = team.course.first_day + len(team.course.clicks), now_s // DAY_S
    if end <= first:
        return team.course
    team.log.close(now_s)
    fit = np.zeros(end - first)
    for spell in team.log.since(first * DAY_S):
        share = _share_of_days(spell, first, end)
        if share.any():
            fit += share * _fit_an_impression(team, spell)
    days = team.platform.ledger.days[first:end]
    return team.course.grown(fit * days[:, IMPRESSIONS], days[:, CLICKS].astype(np.float64))


def _share_of_days(spell: Spell, first: int, end: int) -> NDArray[np.float64]:
    """How much of each day from *first* to *end* the spell covers, shape (days,)."""
    begins = np.arange(first, end) * DAY_S
    covered = np.minimum(begins + DAY_S, spell.end_s) - np.maximum(begins, spell.start_s)
    return np.asarray(np.maximum(covered, 0) / DAY_S, dtype=np.float64)


def _fit_an_impression(team: Team, spell: Spell) -> float:
    """Examination times prediction, on average over what the spell showed."""
    shown = spell.shown.astype(np.float64)
    if shown.sum() == 0:
        return 0.0
    features = team.stage.features
    table = features.rows(spell.histories, spell.row, np.zeros(len(spell.row), np.int8), spell.sight)
    said = team.ask_table(table)
    look = team.log.histories.examination[spell.position]
    return float((shown * look * said).sum() / shown.sum())
