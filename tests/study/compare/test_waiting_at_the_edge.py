"""How many more replications are told: as many as it then takes, and at least one while it is undecided."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.columns import COLUMNS, REVENUE
from sim.study.compare.choice import choose
from sim.study.compare.comparison import HOLD, SHIP, UNDECIDED
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.compare.question import Question
from sim.study.compare.waiting import needed
from sim.study.results import CandidateRun, Run
from tests.reports.made_up import RUNS


def figures_of(lifts):
    """Figures whose revenue lifts over a candidate of 1000 a replication are *lifts*, one for each replication."""

    def ledger(revenue):
        days = np.zeros((len(lifts), 1, len(COLUMNS)), dtype=np.int64)
        days[:, 0, REVENUE] = np.round(np.asarray(revenue) * 1e9)
        return days

    run: Run = RUNS["a year"]
    candidates = (CandidateRun("today", "", "", ledger(np.ones(len(lifts))), ()), CandidateRun("new", "", "", ledger(1 + lifts), ()))
    return Figures(replace(run, candidates=candidates, replications=len(lifts), planned=len(lifts), numbers=()), "today")


def waited(lifts, *, sequential):
    figures, margins = figures_of(lifts), Margins(0.95, sequential)
    question = Question("today", "revenue", 0.95, 0.01, None if sequential else len(lifts), None, 100)
    choice = choose(figures.lifts("revenue"), 0, margins, 0.01, (), figures.names)
    return choice, needed(figures, choice, question, margins, ())


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("mean", [0.11, 0.14, 0.16])
def test_what_is_told_decides_it_where_things_stay_as_they_are(mean, sequential):
    lifts = mean + np.array([-0.1, 0.1, -0.1, 0.1])
    choice, count = waited(lifts, sequential=sequential)
    assert choice.verdict == UNDECIDED
    assert count is not None
    assert count > 4
    more = mean + 0.1 * np.resize([-1.0, 1.0], count + count % 2)  # the spread of an even number, up to its degree of freedom
    assert waited(more, sequential=sequential)[0].verdict == SHIP


def test_an_undecided_lead_that_one_side_would_prove_needs_more_all_the_same():
    """The lift's interval has two sides: 0.16 ± 0.18 is undecided, and one side at 95 % would have it above 0."""
    choice, count = waited(0.16 + np.array([-0.1, 0.1, -0.1, 0.1]), sequential=False)
    assert choice.verdict == UNDECIDED
    assert count == 5


def test_no_lead_at_all_is_waited_for_until_the_baseline_may_stay():
    choice, count = waited(np.array([-0.1, 0.1, -0.1, 0.1]), sequential=False)
    assert choice.verdict == UNDECIDED
    assert count is not None
    assert waited(0.1 * np.resize([-1.0, 1.0], count + count % 2), sequential=False)[0].verdict == HOLD
