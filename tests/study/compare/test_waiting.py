"""How many replications would decide it, if things stay as they look: and then they do."""

import numpy as np
import pytest

from sim.study.compare.choice import choose
from sim.study.compare.comparison import FAIL, HOLD, SHIP, UNDECIDED, Verdicted
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.compare.waiting import needed
from sim.study.decision.paired import varies
from tests.study.compare.made_up import against, around, asked

FIXED, WATCHED = Margins(0.95, sequential=False), Margins(0.95, sequential=True)
BOTH = pytest.mark.parametrize("margins", [FIXED, WATCHED])
ZONE = 0.005


def chosen(lifts, margins, rules=()):
    lifts = np.column_stack([np.zeros(len(lifts)), lifts])
    return choose(lifts, 0, margins, ZONE, rules, ["base", *(f"c{number}" for number in range(lifts.shape[1] - 1))])


def wait(lifts, margins, rules=()):
    figures = Figures(against(lifts), "base")
    return needed(figures, chosen(lifts, margins, rules), asked(), margins, rules)


def longer(lifts, n):
    """More of the same: *n* replications with the same means and deviations."""
    more = np.resize(lifts - lifts.mean(axis=0), (n, *lifts.shape[1:]))
    more -= more.mean(axis=0)
    moving = varies(more)
    more[:, moving] *= lifts.std(axis=0, ddof=1)[moving] / more.std(axis=0, ddof=1)[moving]
    return lifts.mean(axis=0) + more


@BOTH
@pytest.mark.parametrize(
    ("lifts", "then"),
    [
        (around(0.008, 0.02)[:, None], SHIP),
        (around(-0.002, 0.02)[:, None], HOLD),
        (np.column_stack([around(0.004, 0.02), around(0.012, 0.02)[::-1]]), SHIP),
    ],
)
def test_after_so_many_it_is_decided_and_not_much_before(lifts, then, margins):
    assert chosen(lifts, margins).verdict == UNDECIDED
    n = wait(lifts, margins)
    assert n > 8
    assert chosen(longer(lifts, n + 2), margins).verdict == then
    assert chosen(longer(lifts, int(0.8 * n)), margins).verdict == UNDECIDED


def test_an_open_rule_of_the_leader_is_waited_for():
    lifts = around(0.05, 0.02)[:, None]
    rule = Verdicted("a rule", "c0", UNDECIDED, 0.0, 0.0, needed_replications=77)
    assert wait(lifts, FIXED, (rule,)) == 77
    assert wait(lifts, FIXED, (rule._replace(needed_replications=None),)) is None  # nobody knows


@BOTH
def test_nobody_waits_to_be_told_apart_from_one_who_breaks_a_rule(margins):
    lifts = np.column_stack([around(0.05, 0.001), around(0.008, 0.02)[::-1]])
    broken = (Verdicted("a rule", "c0", FAIL, 0.0, 0.0),)
    assert wait(lifts, margins) is not None
    n = wait(lifts, margins, broken)
    assert n > 8
    assert chosen(longer(lifts, n + 2), margins, broken).verdict == SHIP


def test_nothing_is_said_where_nothing_reasonable_would_do():
    assert wait(np.array([[0.03]]), FIXED) is None
    assert wait(around(1e-9, 0.02)[:, None] - ZONE, FIXED) is not None  # a baseline that leads needs not be told apart
    twins = np.column_stack([around(0.00001, 0.05)] * 2)
    assert wait(twins, FIXED) is None
