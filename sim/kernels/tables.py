"""What the kernels are handed: tuples of arrays, and the names of their columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LANES = 4
# One, for a bar or a coin.
FULL = 4294967296.0
# Of each slot: the price of a click, its terms (who pays, upper half; bar of a conversion, lower half),
# the clicks since the page was made, and the place of the ad among the matched (-1 for none).
PRICE, TERMS, MADE, PLACE = range(4)
DEAL = 4
# Of each row: queries already in the tallies, ads shown, and ads looked at that belong there and that do not (in 2^-20).
SETTLED, SHOWN, GOOD, BAD = range(4)
STATE = 4
PART = 2.0**20
# The page of midnight; one that spent budgets have changed; one to be made again before its next query.
CLEAN, CHANGED, STALE = range(3)
QUERIES, WITH_ADS, IMPRESSIONS, CLICKS, REVENUE, INVALID_CLICKS, INVALID_MICROS, EXHAUSTED = range(8)
TALLIES = 8


class Pages(NamedTuple):
    """What each row shows now.

    Attributes
    ----------
    table
        Flat over (rows, blocks, 2, LANES): the ads' words, then the bars that a click's coin must stay below.
    deals
        Of each slot price, terms, clicks and place, shape (rows, lanes, DEAL).
    state
        What else is known of a row, shape (rows, STATE).
    counts
        Queries since the page was made, shape (rows,).
    says, able
        A bit for each ad that has a say in the page, and for each whose advertiser can pay, in the order of choice, shape (rows,).
    status
        CLEAN, CHANGED or STALE, shape (rows,).
    """

    table: NDArray[np.uint32]
    deals: NDArray[np.int64]
    state: NDArray[np.int64]
    counts: NDArray[np.int64]
    says: NDArray[np.uint64]
    able: NDArray[np.uint64]
    status: NDArray[np.uint8]


class Books(NamedTuple):
    """What was shown on pages that are gone.

    Attributes
    ----------
    queries
        Of each row, shape (rows,).
    shown
        Impressions and clicks of each slot and place, shape (rows × lanes × matched, 2); no rows where no
        log is kept or no page ever goes.
    """

    queries: NDArray[np.int64]
    shown: NDArray[np.int64]


class Truth(NamedTuple):
    """What decides a click on a page.

    Attributes
    ----------
    chance
        Upper bound of the chance of a click by someone who looks, shape (cells, matched).
    fate
        Bar of a conversion of a click, of 2^32, its last bit 1 for an ad that belongs there, shape (types, matched).
    looks
        Probability that a slot is looked at, shape (devices, lanes).
    scanned
        1 where looking is decided slot by slot from the top (cascade), 0 where it is part of the bars.
    """

    chance: NDArray[np.float32]
    fate: NDArray[np.uint32]
    looks: NDArray[np.float64]
    scanned: int


class Bidding(NamedTuple):
    """What an auction needs to be run again.

    Attributes
    ----------
    value, without_bid, quality
        What is offered, shape (rows, matched); row = (variant × types + type) × devices + device.
    ad, bid
        The ads matched to each query type and their bids, shape (types, matched).
    payer
        The advertiser of each ad, shape (ads,).
    order, entered
        The places of the ads that entered each row's auction, most value first, shape (rows, matched), and how many.
    looks
        Probability that a slot is looked at, shape (devices, slots).
    second
        1 where a click costs what was needed to hold the slot, which needs no rule to be asked.
    """

    value: NDArray[np.float32]
    without_bid: NDArray[np.float32]
    quality: NDArray[np.float32]
    ad: NDArray[np.int32]
    bid: NDArray[np.int64]
    payer: NDArray[np.int32]
    order: NDArray[np.int8]
    entered: NDArray[np.int64]
    looks: NDArray[np.float64]
    slots: int
    cut: float
    reserve: float
    second: int
