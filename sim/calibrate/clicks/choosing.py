"""Which click model tells best what later people click: held-out likelihood, perplexity as the literature reports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.calibrate.backtest import ClickModel
from sim.calibrate.clicks.bayesian import bayesian, simplified_bayesian
from sim.calibrate.clicks.cascade import cascade
from sim.calibrate.clicks.dependent import browsing, dependent, leaving
from sim.calibrate.clicks.model import Model, foreseen, given
from sim.calibrate.clicks.pages import Pages
from sim.calibrate.clicks.position_based import position_based
from sim.calibrate.clicks.residual import with_residual

Fit = Callable[[Pages], Model]

MODELS: tuple[Fit, ...] = (position_based, cascade, dependent, leaving, browsing, simplified_bayesian, bayesian)


class Choice(NamedTuple):
    """What came out best.

    Attributes
    ----------
    fit
        Fits the winner to any pages.
    scores
        Of all that were tried, the best first.
    """

    fit: Fit
    scores: tuple[ClickModel, ...]


def score(model: Model, pages: Pages) -> ClickModel:
    """A model on pages that it has not seen.

    Parameters
    ----------
    pages
        With clicks.

    Returns
    -------
    Its log-likelihood, natural and per result as PyClick reports it (the mean over ranks, then over pages), from chances
    given the clicks above. Its perplexity at each rank, 2 ** -(mean log2 of what was seen), from chances that
    don't know the clicks above, and the mean of it over ranks.

    Examples
    --------
    >>> pages = Pages(np.zeros(4, int), np.zeros((4, 1), int), np.array([[True], [False], [True], [False]]), np.ones(4))
    >>> round(score(position_based(pages), pages).perplexity, 2)
    2.0
    """
    pages = pages.grouped()
    weight = pages.weight[:, None] * pages.shown
    seen, blind = given(model, pages), foreseen(model, pages).click
    told = np.log(np.where(pages.clicks, seen, 1 - seen))
    surprise = -np.log2(np.where(pages.clicks, blind, 1 - blind))
    by_rank = 2 ** ((weight * surprise).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-12))
    per_page = (told * pages.shown).sum(axis=1) / pages.shown.sum(axis=1)
    likelihood = float(pages.weight @ per_page / pages.weight.sum())
    return ClickModel(model.name, likelihood, float(by_rank.mean()), tuple(float(x) for x in by_rank))


def choose(fit: Pages, held: Pages) -> Choice:
    """Fit every model to *fit*, alone and with its residual, and take the likeliest on *held*; ties go to perplexity."""
    tried: list[tuple[ClickModel, Fit]] = []
    for make in MODELS:
        model = make(fit)
        tried += [(score(model, held), make), (score(with_residual(model, fit), held), _corrected(make))]
    tried.sort(key=lambda pair: (-pair[0].log_likelihood, pair[0].perplexity))
    return Choice(tried[0][1], tuple(scored for scored, _ in tried))


def _corrected(make: Fit) -> Fit:
    return lambda pages: with_residual(make(pages), pages)
