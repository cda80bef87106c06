"""Simulated pages give every click model's parameters back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.calibrate.clicks.bayesian import bayesian, simplified_bayesian
from sim.calibrate.clicks.cascade import cascade
from sim.calibrate.clicks.chain import Chain
from sim.calibrate.clicks.choosing import choose
from sim.calibrate.clicks.dependent import browsing, dependent, leaving
from sim.calibrate.clicks.examination import counts_of, fit_examination
from sim.calibrate.clicks.figures import AFTER, LOOK, as_cascade, figures_of_pages
from sim.calibrate.clicks.position_based import Looked, position_based
from tests.calibrate.made_pages import as_log, attraction, clicked, lists, looked, world_cascade

SEEDS = (11, 12, 13)
N = 8000  # pages: a chance of a look at the fifth place is known to about 0.012 then; tolerances are four times that


@pytest.mark.parametrize("seed", SEEDS)
def test_position_based(seed):
    pages = lists(seed, N)
    truth = looked(seed, pages)
    fitted = position_based(clicked(seed, truth, pages))
    np.testing.assert_allclose(fitted.look[:, 0], truth.look[:, 0], atol=0.05)
    assert np.corrcoef(fitted.attraction.value, truth.attraction.value)[0, 1] > 0.95  # about 0.98 is due: 250 looks a pair
    assert fitted.attraction.weight == pytest.approx(6.0, rel=0.6)  # 80 pairs: its log has an error of about 0.15


@pytest.mark.parametrize("seed", SEEDS)
def test_user_browsing(seed):
    pages = lists(seed, N)
    rank, last = np.arange(1, 6)[:, None], np.arange(5)[None, :]
    look = np.where(last < rank, 1 / (1 + 0.4 * np.maximum(rank - last - 1, 0)) ** 1.2, 0.5)
    fitted = browsing(clicked(seed, Looked("made", attraction(seed, pages), look), pages))
    below = np.tril_indices(5)
    np.testing.assert_allclose(fitted.look[below], look[below], atol=0.12)  # cells of several hundred pages
    assert np.abs(fitted.look[below] - look[below]).mean() < 0.04


@pytest.mark.parametrize("seed", SEEDS)
def test_dependent_and_cascade(seed):
    pages = lists(seed, N)
    after = np.array([0.8, 0.6, 0.5, 0.4, 0.4])
    truth = Chain("made", attraction(seed, pages), np.ones(5), after)
    fitted = dependent(clicked(seed, truth, pages))
    np.testing.assert_allclose(fitted.after[:4], after[:4], atol=0.08)
    assert np.corrcoef(fitted.attraction.value, truth.attraction.value)[0, 1] > 0.95  # about 0.98 is due: 250 looks a pair
    once = replace(truth, after=np.zeros(5))
    fitted = cascade(clicked(seed, once, pages))
    assert np.corrcoef(fitted.attraction.value, truth.attraction.value)[0, 1] > 0.95  # about 0.98 is due: 250 looks a pair


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worlds_cascade(seed):
    pages = lists(seed, N)
    pages = clicked(seed, world_cascade(seed, pages), pages)
    fitted = as_cascade(leaving(pages), pages)
    assert fitted.exponent == pytest.approx(0.6, abs=0.1)
    assert fitted.after_click == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("seed", SEEDS)
def test_bayesian(seed):
    pages = lists(seed, N)
    satisfaction = attraction(seed + 50, pages, 3.0, 3.0)
    truth = Chain("made", attraction(seed, pages), np.full(5, 0.85), np.full(5, 0.85), satisfaction)
    fitted = bayesian(clicked(seed, truth, pages))
    assert fitted.on[0] == pytest.approx(0.85, abs=0.05)
    assert np.corrcoef(fitted.attraction.value, truth.attraction.value)[0, 1] > 0.97
    assert np.corrcoef(fitted.satisfaction.value, satisfaction.value)[0, 1] > 0.6
    simple = simplified_bayesian(clicked(seed, replace(truth, on=np.ones(5), after=np.ones(5)), pages))
    assert np.corrcoef(simple.satisfaction.value, satisfaction.value)[0, 1] > 0.7
    assert (simple.on == 1).all()


def test_the_true_kind_is_chosen():
    pages = lists(5, 6000)
    for truth, name in ((looked(5, pages), "PBM"), (world_cascade(5, pages, 0.6, 0.1), "DCM+leaving")):
        seen = clicked(5, truth, pages)
        best = choose(seen.take(slice(0, 4500)), seen.take(slice(4500, None))).scores
        plain = [one for one in best if "residual" not in one.name]
        behind = {one.name: plain[0].log_likelihood - one.log_likelihood for one in plain}
        assert behind[name] < 0.001  # richer models that hold it may tie with it
        assert max(behind.values()) > 0.003


def test_the_exponents_interval_holds():
    """95 % intervals of 60 logs. Fewer than 50 hold with a chance of 0.04 %."""
    held = 0
    for seed in range(60):
        pages = lists(seed, 2500)
        seen = fit_examination(counts_of(clicked(seed, looked(seed, pages), pages)))
        held += abs(seen.exponent - 0.8) < 1.96 * seen.error
    assert held >= 50


def test_figures_say_which_way_users_go():
    pages = lists(3, 4000)
    figures, unknown = figures_of_pages(as_log(clicked(3, world_cascade(3, pages, 0.6, 0.2), pages)))
    keyed = {figure.key: figure for figure in figures if figure.key}
    assert set(keyed) == {LOOK, AFTER}
    assert not unknown
    assert abs(keyed[LOOK].value - 0.6) < 4 * keyed[LOOK].error < 0.6
    assert abs(keyed[AFTER].value - 0.2) < 4 * keyed[AFTER].error < 0.4
    figures, unknown = figures_of_pages(as_log(clicked(3, looked(3, pages), pages)))
    keyed = {figure.key: figure for figure in figures if figure.key}
    assert set(keyed) == {LOOK}
    assert abs(keyed[LOOK].value - 0.8) < 4 * keyed[LOOK].error < 0.4
    assert {one.key for one in unknown} == {"users.click_model", AFTER}
