"""What follows from a model's table, against every possible page by hand; and what becomes of odd pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sim.calibrate.clicks.attraction import prior_weight
from sim.calibrate.clicks.bayesian import bayesian
from sim.calibrate.clicks.cascade import cascade
from sim.calibrate.clicks.chain import Chain
from sim.calibrate.clicks.choosing import MODELS, score
from sim.calibrate.clicks.cutting import aligned, in_blocks, when
from sim.calibrate.clicks.examination import Counts, counts_in, counts_of, fit_examination
from sim.calibrate.clicks.figures import figures_of_pages
from sim.calibrate.clicks.model import Hazards, conditional, outlook, simulated
from sim.calibrate.clicks.pages import UNKNOWN, Pages, pages_of
from sim.calibrate.clicks.position_based import Looked, position_based
from sim.calibrate.clicks.residual import with_residual
from sim.errors import BadInput
from tests.calibrate.made_pages import as_log, attraction, clicked, lists, looked, world_cascade

RNG = np.random.default_rng(3)


def every_page(ranks: int) -> Pages:
    patterns = np.array(list(product([False, True], repeat=ranks)))
    return Pages(np.zeros(len(patterns), int), np.tile(np.arange(ranks), (len(patterns), 1)), patterns, np.ones(len(patterns)))


def told(hazards: Hazards, pages: Pages) -> np.ndarray:
    given = conditional(hazards, pages)
    return np.where(pages.clicks, given, 1 - given).prod(axis=1)


@pytest.mark.parametrize("made", [fit.__name__ for fit in MODELS])
def test_chances_of_all_pages_add_up_and_agree(made):
    """Enumerated: the chances given the clicks above, those that don't know them, and the number of clicks."""
    fit = {one.__name__: one for one in MODELS}[made]
    seen = lists(1, 400, queries=1, docs=4, ranks=4)
    for model in (plain := fit(clicked(1, looked(1, seen), seen)), with_residual(plain, clicked(2, looked(2, seen), seen))):
        pages = every_page(4)
        hazards = model.hazards(pages)
        chance, blind, count = told(hazards, pages), outlook(hazards), pages.clicks.sum(axis=1)
        assert chance.sum() == pytest.approx(1)
        np.testing.assert_allclose(blind.click[0], chance @ pages.clicks)
        np.testing.assert_allclose(blind.counts[0], [chance[count == 0].sum(), chance[count == 1].sum(), chance[count > 1].sum()])


def test_a_chains_table_against_its_users():
    """Users walked one by one; each mean of 200,000 is within 5 standard errors (0.0056)."""
    pages = Pages(np.zeros(200_000, int), np.tile(np.arange(3), (200_000, 1)), None, np.ones(200_000))
    model = Chain(
        "made", replace(attraction(0, pages), value=np.array([0.5, 0.3, 0.6])), np.array([0.8, 0.7, 1.0]), np.array([0.4, 0.5, 1.0])
    )
    there, clicks = np.ones(200_000, dtype=bool), []
    for r in range(3):
        clicks.append(there & (RNG.random(200_000) < model.attraction.value[r]))
        there = there & (RNG.random(200_000) < np.where(clicks[-1], model.after[r], model.on[r]))
    walked = np.column_stack(clicks)
    one = pages.take(slice(0, 1))
    blind = outlook(model.hazards(one))
    np.testing.assert_allclose(walked.mean(axis=0), blind.click[0], atol=0.0056)
    np.testing.assert_allclose([(walked.sum(axis=1) == 0).mean(), (walked.sum(axis=1) > 1).mean()], blind.counts[0, [0, 2]], atol=0.0056)
    again = simulated(model.hazards(pages), RNG.random((200_000, 3)))
    np.testing.assert_allclose(again.mean(axis=0), blind.click[0], atol=0.0056)


def test_likelihood_and_perplexity_as_pyclick_defines_them():
    """By hand: two pages of two results, looked at surely and half the time, attraction 0.5 and 0.4."""
    pages = Pages(np.zeros(2, int), np.array([[0, 1], [0, 1]]), np.array([[True, False], [False, True]]), np.ones(2))
    model = Looked("made", replace(attraction(0, pages), value=np.array([0.5, 0.4])), np.array([[1.0, 0.5], [0.5, 0.5]]))
    seen = score(model, pages)
    assert seen.log_likelihood == pytest.approx((np.log(0.5) + np.log(0.8) + np.log(0.5) + np.log(0.2)) / 4)
    np.testing.assert_allclose(seen.by_rank, [2.0, 2 ** (-(np.log2(0.8) + np.log2(0.2)) / 2)])
    assert seen.perplexity == pytest.approx(np.mean(seen.by_rank))


def test_em_never_sees_what_the_cascade_forbids_as_impossible():
    pages = lists(4, 500)
    seen = clicked(4, looked(4, pages), pages)
    assert np.isfinite(score(cascade(seen), seen).log_likelihood)


def test_what_was_never_seen_gets_the_prior_and_short_pages_stay_short():
    pages = lists(6, 1500)
    pages = clicked(6, looked(6, pages), pages)
    docs = pages.docs.copy()
    docs[::3, 3:] = UNKNOWN
    short = replace(pages, docs=docs, clicked=pages.clicks & (docs != UNKNOWN))
    for fit in (position_based, bayesian):
        model = with_residual(fit(short), short)
        new = Pages(np.array([0, 99]), np.array([[900, 901, 902, 903, 904]] * 2), None, np.ones(2))
        blind = outlook(model.hazards(new))
        assert ((blind.click > 0.01) & (blind.click < 0.9)).all()
        assert (outlook(model.hazards(short.take(slice(0, 1)))).click[0, 3:] < 1e-4).all()


def test_a_residual_mends_what_is_wrong_and_leaves_what_is_right():
    pages = lists(7, 6000)
    right = position_based(clicked(7, looked(7, pages), pages))
    seen = clicked(8, right, pages)
    still = with_residual(right, seen)
    effects = (still.by_rank, still.by_count, still.by_query, still.by_place)
    assert max(np.sqrt(np.mean(part**2)) for part in effects) < 0.1
    cascading = clicked(7, world_cascade(7, pages, 0.6, 0.1), pages)
    wrong = position_based(cascading)
    count = cascading.clicks.sum(axis=1)
    before = outlook(wrong.hazards(pages)).counts.mean(axis=0)
    after = outlook(with_residual(wrong, cascading).hazards(pages)).counts.mean(axis=0)
    several = (count > 1).mean()
    assert abs(before[2] - several) > 0.05
    assert abs(after[2] - several) < 0.012
    assert abs(after[0] - (count == 0).mean()) < 0.012


def test_prior_weight_of_one_value_is_large():
    assert prior_weight(RNG.binomial(300, 0.2, 500).astype(float), np.full(500, 300.0), 0.2) > 1000


def test_pages_of_a_log_and_back():
    pages = lists(9, 50)
    pages = clicked(9, looked(9, pages), pages)
    read = pages_of(as_log(pages))
    assert (read.docs == pages.docs).all()
    assert (read.clicks == pages.clicks).all()
    assert pages_of(as_log(pages, clicks=False)).clicked is None
    assert read.grouped().weight.sum() == 50
    with pytest.raises(BadInput, match="no result pages"):
        pages_of(replace(as_log(pages), pages=None))


def test_cuts():
    pages = Pages(np.array([4, 4, 4, 4, 7, 7]), np.zeros((6, 1), int), None, np.ones(6))
    assert when(pages, within=True).tolist() == [0.125, 0.375, 0.625, 0.875, 0.25, 0.75]
    assert (np.diff(when(pages, within=False)) > 0).all()
    assert in_blocks(pages)
    assert not in_blocks(pages.take(np.array([0, 4, 1, 5, 2, 3])))


def test_codes_of_later_traffic_are_those_of_the_log():
    log = as_log(clicked(1, looked(1, lists(1, 30)), lists(1, 30)))
    turned = replace(log, queries=tuple(reversed(log.queries)), ads=(*reversed(log.ads), "new"))
    later, names = aligned(log, turned, pages_of(turned))
    first = pages_of(log)
    assert [names[k] for k in later.query] == [turned.queries[k] for k in first.query]
    assert (later.docs == len(log.ads) - 1 - first.docs).all()


def test_counts_of_pages_and_of_rows_agree():
    import pandas as pd

    pages = lists(2, 3000)
    pages = clicked(2, looked(2, pages), pages)
    counts = counts_of(pages)
    docs = np.unique((pages.query[:, None] << 32) | pages.docs)
    rows = pd.DataFrame({
        "day": 0, "query": docs[counts.group] >> 32, "ad": docs[counts.group] & (2**32 - 1), "segment": -1,
        "position": counts.position, "impressions": counts.impressions, "clicks": counts.clicks,
    })  # fmt: skip
    halves = rows.assign(impressions=rows["impressions"] / 2, clicks=rows["clicks"] / 2)
    one, two = fit_examination(counts), fit_examination(counts_in(pd.concat([halves.assign(day=1), halves])))
    assert one.exponent == pytest.approx(two.exponent)
    np.testing.assert_allclose(one.curve, two.curve)
    log = replace(as_log(pages), pages=None, counted=rows)
    figures, unknown = figures_of_pages(log)
    assert figures[0].value == pytest.approx(one.exponent)
    assert {gap.key for gap in unknown} == {"users.click_model", "users.after_click"}


def test_what_a_log_cant_tell_is_said():
    still = Counts(np.arange(4), np.arange(4), np.full(4, 100.0), np.full(4, 10.0))
    assert fit_examination(still) is None
    pages = lists(2, 100)
    silent = as_log(pages, clicks=False)
    figures, unknown = figures_of_pages(silent)
    assert not figures
    assert {gap.why for gap in unknown} == {"the log has no clicks"}
    figures, unknown = figures_of_pages(replace(silent, pages=None, has=frozenset({"clicks"})))
    assert not figures
    assert unknown[0].why == "the log has no positions"
