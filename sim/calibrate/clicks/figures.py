"""What a log tells of how users go down a page, as settings of a scenario."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.clicks.chain import Chain
from sim.calibrate.clicks.choosing import score
from sim.calibrate.clicks.cutting import in_blocks, when
from sim.calibrate.clicks.dependent import leaving
from sim.calibrate.clicks.examination import Counts, Examination, counts_in, counts_of, fit_examination
from sim.calibrate.clicks.pages import Pages, pages_of
from sim.calibrate.clicks.position_based import position_based
from sim.calibrate.log import Figure, Log, Unknown

LOOK, AFTER, MODEL = "device.examination", "users.after_click", "users.click_model"
PARTS = 8  # of the pages, each left out once

Found = tuple[tuple[Figure, ...], tuple[Unknown, ...]]


class Cascade(NamedTuple):
    """The world's cascade in a fitted chain: how far down users come, and how many go on after a click."""

    exponent: float
    after_click: float


def figures_of_pages(log: Log) -> Found:
    """Figures of a log of result pages, or of one counted by position.

    Parameters
    ----------
    log
        With clicks and positions, or else everything is unknown.

    Returns
    -------
    Figures and what stays unknown. `device.examination` holds for all devices. Where `users.after_click` is among the
    figures, the cascade was likelier on the held-back quarter and `users.click_model` is "cascade"; else it is "position".

    Notes
    -----
    For the position model see `examination`. The cascade's are those of `DCM+leaving`: the chance to go on
    by rank gives the share that comes so far down, and the exponent is a straight line through its logarithm,
    weighted by the looks there; errors leave out an eighth of the pages in turn (jackknife).
    """
    if "clicks" not in log.has:
        return (), tuple(Unknown(key, "the log has no clicks") for key in (LOOK, MODEL, AFTER))
    if log.pages is None:
        return _of_counts(counts_in(log.counted) if "position" in log.has else None)
    pages = pages_of(log).thinned()
    if pages.ranks < 2 or not pages.clicks.any():
        why = "each page has one result" if pages.ranks < 2 else "no result was clicked"
        return (), tuple(Unknown(key, why) for key in (LOOK, MODEL, AFTER))
    gain = _gain(pages)
    told = f"log-likelihood of the cascade over the position model, per result of the last quarter: {gain:+.4f}"
    gained = Figure("", "cascade over position, log-likelihood per result", gain, None, told)
    looks, unknown = _of_counts(counts_of(pages))
    if gain <= 0:
        return (gained, *looks), unknown
    spare = tuple(figure._replace(key="", name="examination if users looked at places one by one") for figure in looks if figure.key)
    return (gained, *_of_cascade(pages), *spare, *(figure for figure in looks if not figure.key)), ()


def as_cascade(chain: Chain, pages: Pages) -> Cascade:
    """The exponent and the share of a chain by rank, as the world's cascade has them."""
    depth = np.cumsum(np.log(chain.on[:-1]))
    reached = np.exp(depth) * pages.shown[:, 1:].mean(axis=0)  # looks that a straight line has to honour
    steep = np.log(np.arange(2, len(depth) + 2))
    clicked = (pages.weight[:, None] * pages.clicks)[:, :-1].sum(axis=0)
    goes = np.clip(chain.after[:-1] / chain.on[:-1], 0, 1)
    exponent = -float((reached * depth * steep).sum() / (reached * steep**2).sum())
    return Cascade(exponent, float(np.average(goes, weights=clicked + 1e-9)))


def _gain(pages: Pages) -> float:
    at = when(pages, within=in_blocks(pages))
    first, last = pages.take(at < 0.75), pages.take(at >= 0.75)
    return score(leaving(first), last).log_likelihood - score(position_based(first), last).log_likelihood


def _of_cascade(pages: Pages) -> tuple[Figure, ...]:
    whole = as_cascade(leaving(pages), pages)
    part = np.arange(len(pages.query)) % PARTS
    rest = np.array([as_cascade(leaving(kept), kept) for kept in (pages.take(part != k) for k in range(PARTS))])
    error = np.sqrt((PARTS - 1) * rest.var(axis=0))
    told = f"EM of the cascade with leaving on {len(pages.query)} pages; error: jackknife over {PARTS} parts"
    return (
        Figure(LOOK, "how fast users leave down the page", whole.exponent, float(error[0]), told),
        Figure(AFTER, "how many go on after a click", whole.after_click, float(error[1]), told + '; click_model = "cascade"'),
    )


def _of_counts(counts: Counts | None) -> Found:
    no_pages = tuple(Unknown(key, "it takes pages with all their clicks, and the cascade likelier there") for key in (MODEL, AFTER))
    if counts is None:
        return (), (Unknown(LOOK, "the log has no positions"), *no_pages)
    seen = fit_examination(counts)
    if seen is None:
        return (), (Unknown(LOOK, "no ad with clicks was seen at two positions for the same query"), *no_pages)
    return _figures(seen), no_pages


def _figures(seen: Examination) -> tuple[Figure, ...]:
    told = f"{seen.moved} ads compared with themselves at other positions for the same query (conditional Poisson); error: by clusters"
    curve, error = (tuple(float(x) for x in part) for part in (seen.curve, seen.curve_error))
    return (
        Figure(LOOK, "how fast attention falls with the position", seen.exponent, seen.error, told),
        Figure("", "examination by position, relative to the top", curve, error, told),
    )
