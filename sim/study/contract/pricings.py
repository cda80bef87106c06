"""The contract of a pricing rule: compiled, and never more than the bid nor less than the reserve."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.serving.auction import compiled
from sim.study.contract.bench import KEY, Bench, pace
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding

_AUCTIONS = 20_000
_SLOTS = 4
_RESERVE = 50_000.0
_MOST_BID = 5_000_000.0
_LIKE = 1e-6


@dataclass(frozen=True)
class PricingBench(Bench):
    """A pricing rule on the bench, and winners of drawn auctions: bids, the thresholds below them, and how slots are looked at."""

    @cached_property
    def rule(self) -> Any:
        """The rule as the kernels call it."""
        return self.call(lambda: compiled(self.part.make(KEY)))

    @cached_property
    def bids(self) -> NDArray[np.float64]:
        """What the winner bids and the thresholds of its slots, the highest first, shape (auctions, 1 + slots), in micro-units."""
        drawn = seeds.uniforms(KEY, _AUCTIONS * (_SLOTS + 1)).reshape(_AUCTIONS, _SLOTS + 1)
        return np.asarray(np.sort(_RESERVE + drawn * (_MOST_BID - _RESERVE), axis=1)[:, ::-1])

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """What the rule asks."""
        return self.ask(self.bids)

    def ask(self, bids: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the rule asks of each winner, with one to four slots left."""
        looks = 1 / np.arange(1.0, _SLOTS + 1)

        def told() -> NDArray[np.float64]:
            many = [1 + number % _SLOTS for number in range(len(bids))]  # it is told no more than the slots there are
            return np.array(
                [self.rule(row[0], row[1 : 1 + slots].copy(), looks[:slots].copy(), slots) for row, slots in zip(bids, many, strict=True)]
            )

        return self.call(told)


def price(bench: PricingBench) -> Finding:
    """Whether it can be compiled, and asks a number."""
    wrong = int((~np.isfinite(bench.prices)).sum())
    if wrong:
        return Finding(BROKEN, "price", f"{wrong:,} of {_AUCTIONS:,} prices are no finite number")
    return Finding(GOOD, "price", f"compiled; a number for each of {_AUCTIONS:,} winners")


def at_most_the_bid(bench: PricingBench) -> Finding:
    """Whether anybody is asked for more than the bid, which a run lowers."""
    over = bench.prices > bench.bids[:, 0] * (1 + _LIKE)
    if over.any():
        return Finding(NOTE, "at most the bid", f"{over.mean():.1%} of the winners are asked for more; a run lowers them to it")
    return Finding(GOOD, "at most the bid", "nobody is asked for more")


def at_least_the_reserve(bench: PricingBench) -> Finding:
    """Whether anybody pays less than the reserve, which a run raises."""
    under = bench.prices < _RESERVE * (1 - _LIKE)
    if under.any():
        return Finding(NOTE, "at least the reserve", f"{under.mean():.1%} of the winners are asked for less; a run raises them to it")
    return Finding(GOOD, "at least the reserve", "nobody is asked for less")


def in_any_currency(bench: PricingBench) -> Finding:
    """Whether twice the money makes twice the price."""
    if not np.allclose(bench.ask(2 * bench.bids), 2 * bench.prices, rtol=_LIKE):
        return Finding(NOTE, "in any currency", "twice all bids is not twice the price: the rule has an amount of money of its own")
    return Finding(GOOD, "in any currency", "twice all bids, twice the price")


def same_again(bench: PricingBench) -> Finding:
    """Whether it asks the same again."""
    if not np.array_equal(bench.ask(bench.bids), bench.prices):
        return Finding(BROKEN, "same again", "asks something else the second time", "let nothing but its arguments decide")
    return Finding(GOOD, "same again", "same prices")


def speed(bench: PricingBench) -> Finding:
    """How many prices a second, called from Python; kernels call it in place."""
    begun = time.perf_counter()
    bench.ask(bench.bids)
    return Finding(GOOD, "speed", f"{pace(_AUCTIONS, time.perf_counter() - begun)} called one by one; a run is faster")


FIRST: tuple[Callable[[PricingBench], Finding], ...] = (price,)
THEN: tuple[Callable[[PricingBench], Finding], ...] = (at_most_the_bid, at_least_the_reserve, in_any_currency, same_again, speed)
