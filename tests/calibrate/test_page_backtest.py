"""Later pages predicted without their clicks: simulated ones many times, the real ones once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.backtest import PREDICTED
from sim.calibrate.clicks.backtest import backtest_pages
from sim.calibrate.clicks.moving import Moves, Past, Table, fit_moves
from sim.calibrate.clicks.pages import Pages, pages_of
from sim.errors import BadInput
from tests.calibrate.made_pages import as_log, clicked, lists, looked, world_cascade
from tests.real_logs import DATA

REAL = DATA / "yandex_serp_train.csv.gz"


def mixed(seed: int, n: int) -> tuple[Pages, Pages]:
    """Pages with clicks, and later ones of the same users but mostly of the last queries."""
    pages = lists(seed, 2 * n)
    model = world_cascade(seed, pages, 0.6, 0.3)
    better = np.clip(model.attraction.value * (0.6 + 0.15 * (model.attraction.pairs >> 32)), 0, 0.95)
    pages = clicked(seed, replace(model, attraction=replace(model.attraction, value=better)), pages)
    first, last = pages.take(slice(0, n)), pages.take(slice(n, None))
    keep = np.random.default_rng(seed).random(n) < np.where(last.query > 5, 1.0, 0.1)
    return first, last.take(keep)


def test_another_mix_is_foreseen_where_carrying_forward_fails():
    """Intervals of 90 % for 5 ranks and 5 logs; as ranks of a log move together, 18 of 25 is what less than 1 % fall below."""
    covered, mine, carried = 0, [], []
    for seed in range(5):
        first, last = mixed(seed, 1200)
        found = backtest_pages(as_log(first), as_log(last))
        covered += found.scores[PREDICTED].covered
        mine.append(found.scores[PREDICTED].by_position)
        carried.append(found.scores["carry forward by rank"].by_position)
        assert found.predicted.no_click == pytest.approx(found.actual.no_click, abs=0.08)
        assert found.predicted.two_or_more == pytest.approx(found.actual.two_or_more, abs=0.08)
    assert covered >= 18
    assert np.mean(mine) < 0.8 * np.mean(carried)


def test_the_prediction_does_not_look_at_the_clicks():
    first, last = mixed(1, 600)
    seen, blind = (backtest_pages(as_log(first), as_log(last, clicks)) for clicks in (True, False))
    assert seen.predicted == blind.predicted
    assert seen.baselines == blind.baselines
    assert blind.actual is None
    assert blind.scores is None
    other = clicked(99, looked(99, last), last)
    assert backtest_pages(as_log(first), as_log(other)).predicted == blind.predicted


def test_queries_errors_are_weighed_by_results_as_those_of_counted_logs_are():
    pages = lists(5, 400)
    pages = replace(pages, docs=np.where((pages.query[:, None] > 3) & (np.arange(5) > 0), -1, pages.docs))  # one result, not five
    found = backtest_pages(as_log(clicked(5, looked(5, pages), pages)), within=False)
    came, shown = dict(found.actual.by_query), found.weights["query"]
    assert max(shown) > 3 * min(shown)
    off = [abs(rate.ctr - came[name].ctr) for name, rate in found.predicted.by_query]
    assert found.scores[PREDICTED].by_query == pytest.approx(np.average(off, weights=shown), rel=1e-12)


def test_a_log_sorted_by_query_is_cut_within_each():
    pages = lists(2, 800)
    pages = clicked(2, looked(2, pages), pages)
    blocks = pages.take(np.argsort(pages.query, kind="stable"))
    found = backtest_pages(as_log(blocks))
    assert any("sorted by query" in note for note in found.notes)
    assert len(found.actual.by_query) == 8
    apart = backtest_pages(as_log(blocks), within=False)
    assert len(apart.actual.by_query) < 8
    assert any("never seen" in note for note in apart.notes)
    assert sum(found.weights["query"]) == pytest.approx(5 * 200, abs=40)


def test_a_log_with_days_is_cut_at_a_day():
    pages = lists(5, 400)
    log = as_log(clicked(5, looked(5, pages), pages))
    log = replace(log, days=4, pages=log.pages.assign(day=np.repeat(np.arange(4), 100)))
    found = backtest_pages(log, fit_until=date(2024, 1, 3))
    assert found.log == "made, to 2024-01-03"
    assert sum(found.weights["query"]) == 500
    with pytest.raises(BadInput, match="0 to predict"):
        backtest_pages(log, fit_until=date(2024, 1, 4))


def test_the_sum_of_parts_is_the_whole():
    first, last = mixed(3, 600)
    found = backtest_pages(as_log(first), as_log(last))
    for one in (found.predicted, found.actual, *found.baselines.values()):
        assert np.mean([rate.ctr for _, rate in one.by_position]) == pytest.approx(one.total.ctr)
        total = np.average([rate.ctr for _, rate in one.by_query], weights=found.weights["query"])
        assert total == pytest.approx(one.total.ctr)
    for _, rate in (*found.predicted.by_position, *found.predicted.by_query):
        assert 0 <= rate.low <= rate.ctr <= rate.high <= 1


def test_too_little_is_refused_in_words():
    pages = lists(2, 30)
    with pytest.raises(BadInput, match="to fit"):
        backtest_pages(as_log(clicked(2, looked(2, pages), pages)))
    with pytest.raises(BadInput, match="no clicks"):
        backtest_pages(as_log(pages, clicks=False))


@pytest.mark.parametrize("ranks", [1, 2])
@pytest.mark.parametrize("queries", [1, 3])
def test_small_worlds(ranks, queries):
    pages = lists(3, 200, queries=queries, docs=3, ranks=ranks)
    for seen in (clicked(3, looked(3, pages), pages), replace(pages, clicked=np.zeros(pages.docs.shape, dtype=bool))):
        found = backtest_pages(as_log(seen))
        assert found.predicted.total.ctr == pytest.approx(found.actual.total.ctr, abs=0.15)
        assert len(found.predicted.by_position) == ranks


def test_later_pages_may_be_longer_or_shorter():
    pages = lists(3, 400)
    short = lists(4, 300, ranks=3)
    long, brief = clicked(3, looked(3, pages), pages), clicked(3, looked(3, short), short)
    down = backtest_pages(as_log(long), as_log(brief))
    assert down.actual.by_position[4][1].ctr == 0
    up = backtest_pages(as_log(brief), as_log(long))
    assert any("longer" in note for note in up.notes)
    assert len(up.predicted.by_position) == 5


def test_moves_are_found_again():
    """Spreads of 0.3 by query and 0.15 by place, from 40 queries: within a third of each."""
    rng = np.random.default_rng(4)
    shown, rate = np.full((40, 6), 4e4), np.full((40, 6), 0.1)
    shift = 0.3 * rng.normal(size=(40, 1)) + 0.15 * rng.normal(size=(40, 6))
    came = rate / (rate + (1 - rate) * np.exp(-shift))
    table = Table(np.arange(40), shown[:, 0], rate, shown)
    clicks = (rate + rate * (1 - rate) * shift) * shown  # as one Newton step sees it
    assert np.abs(came - clicks / shown).max() < 0.05
    found = fit_moves([Past(table, table, clicks)])
    assert found.query == pytest.approx(0.3, rel=0.34)
    assert found.place == pytest.approx(0.15, rel=0.34)
    assert found.common < 0.15
    assert found.scaled(4.0) == pytest.approx(Moves(2 * found.common, 2 * found.query, 2 * found.place))


@pytest.mark.skipif(not REAL.exists(), reason="needs the Yandex pages, which are not part of the repository")
def test_the_last_quarter_of_the_real_pages():
    rows = pd.read_csv(REAL, dtype=str, keep_default_na=False)
    query, queries = pd.factorize(rows["query_region"])
    ids = rows["results"].str.split()
    ads = {name: code for code, name in enumerate(dict.fromkeys(name for one in ids for name in one))}
    clicks = [tuple(shown.index(one) for one in made.split() if one in shown) for shown, made in zip(ids, rows["clicks"], strict=True)]
    pages = pd.DataFrame({"day": 0, "query": query, "results": [tuple(ads[one] for one in shown) for shown in ids], "clicks": clicks})
    log = replace(
        as_log(lists(0, 2), clicks=False), queries=tuple(queries), ads=tuple(ads), pages=pages, has=frozenset({"pages", "clicks"})
    )
    found = backtest_pages(log)
    score, plain = found.scores[PREDICTED], found.scores["carry forward by rank"]
    assert score.by_position <= 0.006
    assert score.by_position < plain.by_position
    assert score.covered >= 7  # of ten: fewer has a chance of 1 % at 90 %
    assert found.predicted.no_click == pytest.approx(found.actual.no_click, abs=0.015)
    assert found.predicted.two_or_more == pytest.approx(found.actual.two_or_more, abs=0.015)
    assert len(pages_of(log).query) == len(rows)
