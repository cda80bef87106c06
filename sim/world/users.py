"""Who clicks: examination by position and device times the pull of an ad on those who look at it.

A click needs both: examination(position, device) = 1 / position ** exponent, and a propensity whose
log-odds add up from query type, ad, worthiness and device. The type's part is set so that the
*realised* click rates of worthy ads follow the Beta law measured on a real panel, or, when a log is
replayed, equal that log's own rates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario import schema
from sim.world.relevance import Relevance


@dataclass(frozen=True, slots=True, eq=False)
class Users:
    """How users of each device look and click.

    Attributes
    ----------
    device_share
        Share of queries, shape (devices,).
    examination
        Probability that a position is looked at, shape (devices, slots).
    device_odds
        What a device adds to the log-odds of a click, shape (devices,).
    odds
        Log-odds of a click by someone who looks, before drift, shape (types, matched).
    cascade, after_click
        Whether users go down the page and may stop at a click, and how many go on after one.
    frailty
        Spread (sd of the log) of the chance of a click between queries that look all the same.
    worthy_lift
        How much larger the odds of a click are on a worthy ad.
    """

    device_share: NDArray[np.float64]
    examination: NDArray[np.float64]
    device_odds: NDArray[np.float64]
    odds: NDArray[np.float64]
    worthy_lift: float
    cascade: bool = False
    after_click: float = 0.0
    frailty: float = 0.0


def build_users(
    settings: schema.Users,
    devices: tuple[schema.Device, ...],
    relevance: Relevance,
    commercial: NDArray[np.bool_],
    bids: NDArray[np.int64],
    slots: int,
    logged: NDArray[np.float64] | None,
    seed: int,
    replication: int,
) -> Users:
    """Draw the users of one replication.

    Parameters
    ----------
    commercial
        Which query types are about buying, shape (types,): the panel's keywords all are, so its law
        holds for these; the others click `intent_lift` times less readily.
    bids
        Bid of every ad in micro-units, shape (ads,): worthy ads stand on a real page in their order.
    logged
        Realised click rate of each type where a log tells it, shape (types,), or of the head types, shape
        (heads,), whose tail is drawn; None where all are.
    """

    def key(part: int) -> int:
        return seeds.key(seed, "users", replication, part)

    share = np.array([device.share for device in devices])
    look = np.array([[k**-device.examination for k in range(1, slots + 1)] for device in devices])
    device_odds = np.log1p(np.array([device.clicks for device in devices]))
    ads = seeds.normals(key(0), len(bids)) * settings.ad_spread
    odds = ads[relevance.ad] + np.log(settings.worthy_lift) * relevance.worthy
    from scipy.special import betaincinv

    rates = betaincinv(settings.click_rate[0], settings.click_rate[1], seeds.uniforms(key(1), len(odds)))
    if logged is not None:
        rates[: len(logged)] = logged
    rates = rates / np.where(commercial, 1.0, settings.intent_lift)
    # A row of a log counts one ad shown to one query: its rate is that of a page with a single ad.
    pages = _worthy_pages(relevance, bids, slots if logged is None else 1)
    known = pages[:, 0] >= 0
    cascade = settings.click_model == "cascade"
    users = Users(share / share.sum(), look, device_odds, odds, settings.worthy_lift, cascade, settings.after_click, settings.frailty)
    level = np.zeros(len(odds))
    level[known] = _solve(users, odds[known], pages[known], rates[known])
    for kind in (commercial, ~commercial):
        # A type with no worthy ad is as lively as its like; its ads are just the wrong ones.
        without, like = kind & ~known, kind & known
        like = like if like.any() else known
        if without.any() and like.any():
            pick = (seeds.uniforms(key(2), len(odds))[without] * like.sum()).astype(np.intp)
            level[without] = level[like][pick]
    return replace(users, odds=odds + level[:, None])


def _worthy_pages(relevance: Relevance, bids: NDArray[np.int64], slots: int) -> NDArray[np.intp]:
    """The matched ads of each type's page of worthy ads, by bid; -1 where a slot stays empty."""
    ranked = np.where(relevance.worthy, bids[relevance.ad], -1)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :slots]
    return np.asarray(np.where(np.take_along_axis(ranked, order, axis=1) >= 0, order, -1), dtype=np.intp)


def _solve(users: Users, odds: NDArray[np.float64], pages: NDArray[np.intp], rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level of each type at which its page's clicks per impression equal its rate, by bisection."""
    shown = pages >= 0
    on_page = np.take_along_axis(odds, np.maximum(pages, 0), axis=1)
    weight = users.device_share[:, None] * users.examination[:, : pages.shape[1]]
    low, high = np.full(len(odds), -30.0), np.full(len(odds), 30.0)
    for _ in range(50):
        middle = (low + high) / 2
        realised = np.zeros(len(odds))
        for device, extra in enumerate(users.device_odds):
            chance = 1 / (1 + np.exp(-(on_page + middle[:, None] + extra)))
            realised += (chance * weight[device] * shown).sum(axis=1)
        above = realised / shown.sum(axis=1) > rates
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2, dtype=np.float64)
