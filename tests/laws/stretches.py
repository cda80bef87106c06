"""What happens in each stretch of traffic of a run, cell by cell: for laws that add a run up again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernels.tables import MADE
from sim.lifecycle.platform import Platform
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Outcome
from sim.world.world import Moment


class Stretch(NamedTuple):
    """Queries of shape (variants, cells) and clicks of shape (variants, cells, slots), of one day, page and moment."""

    day: int
    moment: Moment
    slates: SlateTable
    queries: np.ndarray
    clicks: np.ndarray
    outcome: Outcome


def watch(monkeypatch) -> list[Stretch]:
    """A list that fills with the stretches of whatever is played from now on; only for worlds without budgets."""
    seen = []

    def counts(board, shape):
        pages = board._pages
        clicks = pages.deals[:, : shape[2], MADE]
        return pages.counts.reshape(shape[:2]).copy(), clicks.reshape(shape).copy()

    def flow(self, now_s, horizon_s):
        shape = self.slates.matched.shape
        before = counts(self.board, shape)
        outcome = original(self, now_s, horizon_s)
        queries, clicks = (after - old for after, old in zip(counts(self.board, shape), before, strict=True))
        seen.append(Stretch(self._day, self.moment, self.slates, queries, clicks, outcome))
        return outcome

    original = Platform.flow
    monkeypatch.setattr(Platform, "flow", flow)
    return seen
