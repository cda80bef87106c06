"""The contract of an explorer: variants of the offers it is given, drawn from its key alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.candidates.exploration.explorer import Explorer, Prospect, explore
from sim.candidates.learned import build_objective, columns_of, make_offers
from sim.candidates.offers import Offers
from sim.scenario.kinds import Plugin
from sim.study.contract.bench import KEY, OTHER_KEY, SLOW_S, Bench, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.sample import prediction

_LABEL = "click"
_DOUBT = 0.3  # standard error of the log-odds, where a model is asked how sure it is


@dataclass(frozen=True)
class ExplorerBench(Bench):
    """An explorer on the bench, and what it starts from: offers by revenue, of a plain model of clicks."""

    @cached_property
    def prospect(self) -> Prospect:
        """What it is given."""
        stage = self.sample.stage
        sight, objective = stage.world.sight, build_objective(Plugin(use="revenue"), Path())

        def offer(said: Any) -> Offers:
            return make_offers(objective, columns_of(objective, self.sample.table, said, sight), sight, "it")

        said = {_LABEL: prediction(_LABEL)}
        bid = np.broadcast_to(sight.bid_micros[:, None, :], sight.shape)
        doubt: dict[str, NDArray[np.float32] | None] = {_LABEL: np.full(len(said[_LABEL]), _DOUBT, np.float32)}
        return Prospect(offer(said), bid >= stage.world.reserve_micros, sight, stage.past.histories, said, doubt, offer)

    @cached_property
    def explorer(self) -> Explorer:
        """The explorer itself."""
        return self.make()  # type: ignore[no-any-return]

    @cached_property
    def offers(self) -> Offers:
        """What it makes of them."""
        return self.ask(self.explorer, KEY)

    def ask(self, explorer: Explorer, key: int) -> Offers:
        """Its offers, looked through as in a run."""
        return self.call(lambda: explore(explorer, self.prospect, key, "it"))


def variants(bench: ExplorerBench) -> Finding:
    """Whether it returns offers in variants, with weights that sum to 1."""
    weights = bench.offers.weights
    found = f"{len(weights)}, the first for {weights[0]:.1%} of the queries"
    if len(weights) == 1:
        return Finding(NOTE, "variants", "one only: nothing is drawn, and the log tells nothing of other pages")
    return Finding(GOOD, "variants", found)


def same_key(bench: ExplorerBench) -> Finding:
    """Whether one key gives one answer, and another key another."""
    if _bytes(bench.ask(bench.make(), KEY)) != _bytes(bench.offers):
        return Finding(BROKEN, "same key", "two fresh objects differ", "draw from the key only, such as numpy.random.default_rng(key)")
    draws = _bytes(bench.ask(bench.make(), OTHER_KEY)) != _bytes(bench.offers)
    return Finding(GOOD, "same key", f"the same offers; another key {'draws anew' if draws else 'changes nothing'}")


def its_input(bench: ExplorerBench) -> Finding:
    """Whether it leaves what it is given alone."""
    before = _given(bench.prospect)
    bench.ask(bench.make(), KEY)
    if _given(bench.prospect) != before:
        return Finding(BROKEN, "input", "the prospect changed", "work on copies, and return dataclasses.replace(prospect.offers, ...)")
    return Finding(GOOD, "input", "untouched")


def speed(bench: ExplorerBench) -> Finding:
    """What a year of refreshes costs."""
    _, took_s = bench.timed(lambda: bench.ask(bench.explorer, KEY))
    ads, times, _ = yearly()
    once_s = took_s * ads / len(bench.sample.table)
    return Finding(
        NOTE if times * once_s > SLOW_S else GOOD,
        "speed",
        f"{span(once_s)} at each refresh of three_objectives, {span(times * once_s)} a year",
    )


FIRST: tuple[Callable[[ExplorerBench], Finding], ...] = (variants,)
THEN: tuple[Callable[[ExplorerBench], Finding], ...] = (same_key, its_input, speed)


def _bytes(offers: Offers) -> list[bytes]:
    return [np.asarray(getattr(offers, one.name)).tobytes() for one in fields(offers) if getattr(offers, one.name) is not None]


def _given(prospect: Prospect) -> list[bytes]:
    doubts = [one.tobytes() for one in prospect.log_odds_sd.values() if one is not None]
    return [*_bytes(prospect.offers), prospect.may_show.tobytes(), *(one.tobytes() for one in prospect.said.values()), *doubts]
