"""The three samplers: one law without budgets, and near it with them.

The bounds are 4.5 standard errors, so that each comparison raises fewer than one false alarm in
100,000. An error of 1.5 % in a mean or of 30 % in a variance is found with a power of over 99 %.
"""

from itertools import pairwise

import numpy as np
import pytest

from sim.kernels import tables as kernel
from sim.traffic.arrivals import DAY_S, Replayed, cumulative_bars
from sim.traffic.counting import CountBoard
from sim.traffic.expecting import MeanBoard
from sim.traffic.queries import QueryBoard
from tests.laws.chance import SIGMAS, near
from tests.traffic.market import board_of, day_of, made_market

DAYS = 250
PER_DAY = 8_000
MARKETS = {
    "position": {},
    "variants": {"variants": 3},
    "sales and invalid clicks": {"invalid": 0.2, "convert": 0.3, "chance": (2, 20)},
    "cascade": {"cascade": True, "chance": (2, 6)},
    "tired eyes": {"sight": 0.6},
    "ten slots": {"slots": 10, "matched": 14},
}


def arrivals(made, day, kind):
    if kind == "drawn":
        return day_of(made, PER_DAY, key=day + 1)
    queries = np.rint(PER_DAY * made.shares.reshape(-1, 2).sum(axis=1)).astype(np.int64)
    return Replayed(day + 1, queries, cumulative_bars(np.array([0.3, 0.7])))


def figures(board, made, kind="drawn", days=DAYS, cut=None):
    """Of each day the tallies, conversions and what users met, shape (days, ...)."""
    found = []
    for day in range(days):
        board.begin_day()
        edges = [0, DAY_S] if cut is None else [0, cut, DAY_S]
        parts = [board.play(arrivals(made, day, kind), *part) for part in pairwise(edges)]
        found.append(sum(np.concatenate([one.tallies, [one.sales.number.sum()], one.met.ravel()]) for one in parts))
    return np.array(found, dtype=float)


def frail(made):
    """The same market, whose queries differ in how readily they click."""
    factor = made.users.factor * np.linspace(0.1, 1.0, made.users.factor.shape[1])[None]
    return made._replace(users=made.users._replace(judged=1, factor=np.rint(factor).astype(np.uint64)))


def agree(found, other):
    """Whether means, variances and the covariance of clicks and revenue are the same as far as their spread tells."""
    moving = np.maximum(found.std(axis=0), other.std(axis=0)) > 0
    error = np.sqrt((found.var(axis=0) + other.var(axis=0)) / len(found))
    assert near(found.mean(axis=0)[moving], other.mean(axis=0)[moving], error[moving])
    assert (found[:, ~moving] == other[:, ~moving]).all()
    spread = np.log(found[:, moving].var(axis=0) / other[:, moving].var(axis=0))
    assert near(spread, 0, np.sqrt(2 * (2 + 6 / 20) / len(found)))
    joint = [np.arctanh(np.corrcoef(part[:, kernel.CLICKS], part[:, kernel.REVENUE])[0, 1]) for part in (found, other)]
    assert near(joint[0], joint[1], np.sqrt(2 / (len(found) - 3)))


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
@pytest.mark.parametrize("market", MARKETS)
def test_counts_have_the_law_of_queries(market, kind):
    made = made_market(**MARKETS[market])
    agree(figures(board_of(made, kind=CountBoard), made, kind), figures(board_of(made), made, kind))


def test_counts_have_the_law_of_queries_that_differ_in_frailty():
    made = frail(made_market(types=5, devices=1, chance=(4, 6)))
    agree(figures(board_of(made, kind=CountBoard), made), figures(board_of(made), made))


@pytest.mark.parametrize("market", MARKETS)
def test_means_are_the_means_of_counts(market):
    made = made_market(**MARKETS[market])
    drawn, expected = figures(board_of(made, kind=CountBoard), made), figures(board_of(made, kind=MeanBoard), made, days=20)
    error = drawn.std(axis=0) / np.sqrt(DAYS) + 1 / 20
    assert near(expected.mean(axis=0), drawn.mean(axis=0), error)
    assert np.ptp(expected[:, kernel.CLICKS]) <= 1  # the whole number moves by the rest that is carried on


@pytest.mark.parametrize("kind", [QueryBoard, CountBoard])
def test_the_law_of_clicks_in_closed_form(kind):
    """Poisson queries of a cell with chances p: clicks have mean λ Σp and variance λ (Σp + Σ of p p' over pairs of slots)."""
    made = made_market(types=5, devices=1, chance=(4, 6), slots=3)
    board = board_of(made, kind=kind)
    clicks = figures(board, made)[:, kernel.CLICKS]
    lanes = kernel.LANES
    p = board.pages.table.reshape(-1, 2, lanes)[:, 1] / 2.0**32
    rate = PER_DAY * made.shares
    mean = (rate * p.sum(axis=1)).sum()
    variance = mean + (rate * (p.sum(axis=1) ** 2 - (p**2).sum(axis=1))).sum()
    assert near(clicks.mean(), mean, np.sqrt(variance / DAYS))
    assert near(clicks.var() / variance, 1, np.sqrt(2 / DAYS))
    assert variance > 1.3 * mean  # slots of a page share their queries


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
def test_a_stretch_that_is_cut_has_the_same_law(kind):
    """One uniform number for both halves of a day would double the variance, which this would find."""
    made = made_market(types=5, devices=2, chance=(2, 20))
    whole, cut = figures(board_of(made, kind=CountBoard), made, kind), figures(board_of(made, kind=CountBoard), made, kind, cut=DAY_S // 2)
    agree(whole, cut)
    assert np.log(2) > SIGMAS * np.sqrt(2 * (2 + 6 / 20) / DAYS)
    halves = [[], []]
    board = board_of(made, kind=CountBoard)
    for day in range(DAYS):
        for half in (0, 1):
            part = board.play(arrivals(made, day, "drawn"), half * DAY_S // 2, (half + 1) * DAY_S // 2)
            halves[half].append(part.tally(kernel.CLICKS))
    assert near(np.corrcoef(halves)[0, 1], 0, 1 / np.sqrt(DAYS))


@pytest.mark.parametrize("kind", [CountBoard, MeanBoard])
def test_the_log_of_counts_adds_up_to_what_was_played(kind):
    made = made_market(invalid=0.1, convert=0.2, variants=2)
    for budgets in (None, np.full(made.advertisers, 200_000_000, np.int64)):
        board = board_of(made, budgets, kind=kind)
        found = sum(board.play(day_of(made, 50_000), first, first + DAY_S // 2).tallies for first in (0, DAY_S // 2))
        shown = board.close()
        error = 0 if kind is CountBoard else 0.03
        assert shown.queries.sum() == pytest.approx(found[kernel.QUERIES], rel=error)
        assert shown.shown.sum() == pytest.approx(found[kernel.IMPRESSIONS], rel=error)
        assert shown.clicks.sum() == pytest.approx(found[kernel.CLICKS], rel=2 * error)


@pytest.mark.parametrize("kind", [CountBoard, MeanBoard])
@pytest.mark.parametrize("money", [0.05, 1.0, 30.0])
def test_nobody_spends_more_than_the_budget(kind, money):
    made = made_market()
    budgets = np.rint(np.random.Generator(np.random.PCG64(2)).lognormal(0, 1, made.advertisers) * money * 1e6).astype(np.int64)
    budgets[0] = 0
    made = made_market(budgets=budgets)
    board = board_of(made, budgets, kind=kind)
    for day in range(3):
        board.begin_day()
        assert (board.left == budgets).all()
        found = sum(board.play(day_of(made, 30_000, key=day), first, end).tallies for first, end in ((0, 30_000), (30_000, DAY_S)))
        assert (board.left >= 0).all()
        assert found[kernel.REVENUE] == (budgets - board.left).sum()
        assert found[kernel.EXHAUSTED] == board.exhausted == ((board.left == 0) & (budgets > 0)).sum()


@pytest.mark.parametrize("kind", [CountBoard, MeanBoard])
def test_new_pages_in_the_middle_of_a_day_leave_out_whoever_has_spent_a_budget(kind):
    budgets = np.rint(np.geomspace(0.5, 5_000, 12) * 1e6).astype(np.int64)
    made = made_market(budgets=budgets)
    board, day = board_of(made, budgets, kind=kind), day_of(made, 20_000)
    board.play(day, 0, DAY_S // 2)
    broke = board.left == 0
    board.close()
    board.serve(made.slates, made.truth)
    later = board.play(day, DAY_S // 2, DAY_S)
    assert 0 < broke.sum() < 12
    assert later.tally(kernel.REVENUE) > 0
    assert (board.left[broke] == 0).all()


@pytest.mark.parametrize(("money", "ended"), [(20.0, (0.3, 0.6)), (4.0, (0.85, 1.0))], ids=["some exhausted", "nearly all exhausted"])
def test_budgets_by_the_count_are_near_those_to_the_click(money, ended):
    """Some hundred clicks to a budget: spend, clicks and impressions within half a percent, and what spend's spread is."""
    per_day, days, market = 150_000, 60, {"types": 200, "ads": 400, "advertisers": 40, "chance": (2, 6)}
    made = made_market(**market)
    drawn = np.random.Generator(np.random.PCG64(2)).lognormal(0, 0.7, made.advertisers)
    budgets = np.rint(drawn * money * per_day / 1000 * 1e6).astype(np.int64)
    made = made_market(budgets=budgets, **market)
    found, exhausted = {}, []
    for kind in (QueryBoard, CountBoard, MeanBoard):
        board, tallies = board_of(made, budgets, kind=kind, keep=False), []
        for day in range(days):
            board.begin_day()
            tallies.append(board.play(day_of(made, per_day, key=day + 1), 0, DAY_S).tallies)
            exhausted.append(board.exhausted / made.advertisers)
        found[kind] = np.array(tallies, dtype=float)
    assert ended[0] < np.mean(exhausted) < ended[1]
    for column in (kernel.REVENUE, kernel.CLICKS, kernel.IMPRESSIONS):
        played, counted, expected = (found[kind][:, column] for kind in (QueryBoard, CountBoard, MeanBoard))
        error = SIGMAS * np.sqrt((played.var() + counted.var()) / days) + 0.005 * played.mean()
        assert abs(counted.mean() - played.mean()) < error
        assert abs(expected.mean() - played.mean()) < error
    ratio = found[CountBoard][:, kernel.REVENUE].std() / found[QueryBoard][:, kernel.REVENUE].std()
    assert abs(np.log(ratio)) < SIGMAS / np.sqrt(days)


def test_candidates_meet_near_counts():
    """Two pages that share three of four ads differ far less under one day's keys than under two."""
    made = made_market(types=200, chance=(2, 20))
    other = made_market(types=200, chance=(2, 20), reserve=400_000)
    one, same = (figures(board_of(market, kind=CountBoard), market, days=80)[:, kernel.CLICKS] for market in (made, other))
    alone = np.roll(same, 1)
    assert (same - one).var() < 0.5 * (alone - one).var()
