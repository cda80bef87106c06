"""A made-up market for the data plane: pages compiled by the real auction, chances of clicks, and budgets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.candidates.offers import Offers
from sim.kernels.arrays import solid
from sim.kernels.play import FRAILTIES, Users
from sim.kernels.tables import LANES, Truth
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.slate import Auction, SlateTable, compile_slates
from sim.traffic.arrivals import Drawn, cell_table
from sim.traffic.queries import QueryBoard
from sim.traffic.users import fates

FULL = 2.0**32


class Made(NamedTuple):
    """Everything that a board needs, and the shares that queries are drawn from."""

    slates: SlateTable
    truth: Truth
    users: Users
    shares: np.ndarray
    pricing: type
    advertisers: int


def made_market(
    types=60, devices=2, ads=80, advertisers=12, matched=8, slots=4, variants=1, *,
    seed=1, cut=0.0, reserve=50_000, pricing=SecondPrice, chance=(1.18, 35.9), cascade=False, after_click=0.3,
    invalid=0.0, convert=0.0, sight=1.0, by_bid=True, budgets=None,
):  # fmt: skip
    """A market of types × devices cells; ties of value and score are common where *by_bid* is False."""
    rng = np.random.Generator(np.random.PCG64(seed))
    ad = np.sort(np.stack([rng.choice(ads, matched, replace=False) for _ in range(types)]), axis=1).astype(np.int32)
    bid = np.maximum(np.rint(rng.lognormal(0, 0.85, ads) * 1e6), 1).astype(np.int64)[ad]
    payer = (np.arange(ads) % advertisers).astype(np.int32)
    looks = (1 / np.arange(1, slots + 1))[None] ** np.linspace(1.0, 1.2, devices)[:, None]
    pull = rng.beta(*chance, (types * devices, matched)) if chance else np.full((types * devices, matched), 0.5)
    shape = (variants, types, devices, matched)
    quality = rng.lognormal(0, 0.3, shape).astype(np.float32) if by_bid else np.ones(shape, np.float32)
    if by_bid:
        value = (quality * bid[:, None, :] / 1e6).astype(np.float32)
    else:
        bid = np.rint(bid / 1e6).astype(np.int64).clip(1, 3) * 1_000_000
        value = rng.integers(0, 3, shape).astype(np.float32)
    offers = Offers(value, quality, np.zeros_like(value) if by_bid else value, cut, np.full(variants, 1 / variants))
    slates = compile_slates(
        offers,
        ad,
        bid,
        Auction(slots, reserve, pricing, payer, looks),
        np.zeros(advertisers, np.bool_) if budgets is None else budgets == 0,
    )
    lanes = -(-slots // LANES) * LANES
    padded = np.zeros((devices, lanes))
    padded[:, :slots] = looks
    truth = Truth(
        solid(pull, np.float32), fates(np.full((types, matched), convert), rng.random((types, matched)) < 0.5),
        padded, int(cascade),
    )  # fmt: skip
    factor = np.full((devices, FRAILTIES), round(sight * FULL), np.uint64)
    reach = np.rint(padded * FULL).astype(np.uint64)
    users = Users(int(cascade or sight < 1), factor, reach, int(cascade), round(after_click * FULL), round(invalid * FULL))
    shares = np.repeat(1 / np.arange(1, types + 1) ** 0.9, devices) / devices
    return Made(slates, truth, users, shares / shares.sum(), pricing, advertisers)


def day_of(made, per_day, key=7):
    """A day of drawn queries."""
    return Drawn(key, cell_table(made.shares), per_day)


def board_of(made, budgets=None, *, keep=True, kind=QueryBoard):
    """A board that serves it."""
    board = kind(budgets, made.advertisers, made.pricing, keep=keep)
    board.meet(made.users, None)
    board.serve(made.slates, made.truth)
    return board
