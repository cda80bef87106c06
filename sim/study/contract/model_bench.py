"""A model on the bench: trained once, for all checks that only look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.model import ask_model, weight_name
from sim.study.contract.bench import Bench, bytes_of
from sim.study.contract.trial import Failed

if TYPE_CHECKING:
    import pandas as pd

LIKE = 1e-6


class Training(NamedTuple):
    """One training: the model, what fit returned, which of its inputs it changed, and the seconds that it took."""

    model: Any
    returned: Any
    touched: tuple[str, ...]
    took_s: float


@dataclass(frozen=True)
class ModelBench(Bench):
    """A model on the bench, fitted once for all checks that only look at it."""

    @cached_property
    def training(self) -> Training:
        """A fresh model's training on the sample, and whatever could be seen of it."""
        model = self.make()
        given: dict[str, Any] = {"X": self.sample.rows.copy(), "y": self.sample.label.copy(), "sample_weight": self.sample.weight.copy()}
        before = {name: bytes_of(one) for name, one in given.items()}
        returned, took_s = self.timed(lambda: model.fit(given["X"], given["y"], **{weight_name(model): given["sample_weight"]}))
        return Training(model, returned, tuple(name for name, one in given.items() if bytes_of(one) != before[name]), took_s)

    @property
    def taught(self) -> Any:
        """The model that serves after it."""
        return self.training.model if self.training.returned is None else self.training.returned

    @cached_property
    def answer(self) -> NDArray[np.float32]:
        """What it says of the sample's ads."""
        return self.ask(self.taught, self.sample.table)

    def fit(self, model: Any, rows: pd.DataFrame, label: NDArray[Any], weight: NDArray[Any]) -> Any:
        """What serves after a training on copies of these rows."""
        returned = self.call(lambda: model.fit(rows.copy(), label.copy(), **{weight_name(model): weight.copy()}))
        return model if returned is None else returned

    def ask(self, model: Any, table: pd.DataFrame) -> NDArray[np.float32]:
        """Its probabilities for a copy of these rows, looked through as in a run."""
        return self.call(lambda: ask_model(model, table.copy(), "it"))


def short(problem: Failed) -> str:
    """What went wrong, cut where it is long: it is told beside something else."""
    words = str(problem)
    return words if len(words) <= 60 else f"{words[:57]}..."
