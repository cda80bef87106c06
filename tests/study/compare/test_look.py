"""A look at a comparison that is under way: decided or not, and in words."""

import numpy as np
import pytest

from sim.study.compare.comparison import UNDECIDED
from sim.study.compare.judge import judge
from sim.study.compare.look import look
from sim.study.compare.margins import Margins
from sim.study.decision import anytime
from tests.study.compare.made_up import against, around, asked, run

WATCHED = asked(replications=None, limit=40)


def lifted(mean, spread, count=24):
    return against(around(mean, spread, count))


@pytest.mark.parametrize(
    ("mean", "spread", "decided"), [(0.03, 0.002, True), (0.003, 0.02, False), (-0.03, 0.002, True), (0.0, 0.001, True), (0.03, 0.2, False)]
)
def test_it_is_decided_when_the_verdict_is(mean, spread, decided):
    made = lifted(mean, spread)
    assert look(made, WATCHED).decided == decided == (judge(made, WATCHED).verdict != UNDECIDED)


def test_an_open_guardrail_keeps_it_going():
    made = against(around(0.03, 0.002, 24))
    assert look(made, WATCHED).decided
    assert not look(made, WATCHED._replace(rules=("revenue_vs_baseline >= 2.99%",))).decided
    assert look(made, WATCHED._replace(rules=("revenue_vs_baseline >= 5%",))).decided  # nothing can ship any more


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_a_precision_is_reached_when_every_lift_has_it(share):
    made = against(np.stack([around(0.03, 0.001, 24), around(0.5, 0.02, 24)[::-1]], axis=1))
    values = np.stack([around(0.03, 0.001, 24), around(0.5, 0.02, 24)[::-1]], axis=1)
    widest = Margins(0.95, sequential=True).family(np.hstack([np.zeros((24, 1)), values])).max()
    assert look(made, WATCHED._replace(precision=share * widest)).decided == (share > 1)


def test_it_says_how_the_best_stands():
    made = against(np.stack([around(0.03, 0.002, 24), around(0.01, 0.002, 24)], axis=1))
    half = 100 * Margins(0.95, sequential=True).family(np.stack([np.zeros(24), *[around(0.03, 0.002, 24)] * 2], axis=1))[1]
    assert look(made, WATCHED).text == f"c0: revenue +3.0 % (anytime 95 %: {3 - half:+.1f} to {3 + half:+.1f})"
    assert look(against(around(-0.02, 0.002, 1)), WATCHED._replace(confidence=0.9)).text == "c0: revenue -2.2 % (anytime 90 %: not yet)"


def test_a_fixed_question_is_looked_at_by_what_allows_it():
    made = lifted(0.005, 0.005, 8)
    assert not look(made, asked()).decided
    assert judge(made, asked()).verdict != UNDECIDED


@pytest.mark.parametrize(
    ("of", "text"),
    [({"c0": {}}, "the baseline failed"), ({"base": {}}, "nothing to compare with")],
)
def test_there_is_no_use_in_going_on_without_a_baseline_or_a_rival(of, text):
    assert look(run(of), WATCHED) == (True, text, None)


def test_nor_without_figures():
    assert look(run({"base": {"revenue": 0}, "c0": {}}), WATCHED).decided


def test_one_without_a_figure_does_not_end_it():
    """Whoever shows nothing has no CTR; those that do are looked at until it is decided."""
    silent = {"impressions": 0, "queries_with_ads": 0, "clicks": 0}
    of = {"base": {}, "silent": silent, "far": {"clicks": around(310, 60, 24)}}
    question = WATCHED._replace(primary="ctr")
    found = look(run(of), question)
    assert not found.decided
    assert found == look(run({name: sums for name, sums in of.items() if name != "silent"}), question)
    assert look(run({"base": {}, "silent": silent}), question) == (True, "nothing to compare with", None)


def test_it_says_how_many_would_decide_it():
    made = lifted(0.01, 0.05)
    found = look(made, WATCHED)
    assert not found.decided
    assert found.needed == judge(made, WATCHED).needed_replications > 24
    assert look(lifted(0.03, 0.002), WATCHED).needed is None
    two = against(np.stack([around(0.03, 0.001, 24), around(0.5, 0.02, 24)[::-1]], axis=1))
    needed = look(two, WATCHED._replace(precision=0.005)).needed
    spread = np.std(around(0.5, 0.02, 24), ddof=1)
    assert anytime.half_width([needed - 1, needed], spread, 0.05 / 2).round(9).tolist() == pytest.approx([0.005, 0.005], rel=0.05)
    assert anytime.half_width(needed, spread, 0.05 / 2) <= 0.005 < anytime.half_width(needed - 1, spread, 0.05 / 2)
