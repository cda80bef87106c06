"""What the checks of every role share: fresh parts, calls that may fail, bytes that may not change, and rows a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.read import load
from sim.scenario.schema import DAY_S
from sim.study.contract.part import Part
from sim.study.contract.sample import Sample
from sim.study.contract.trial import attempt
from sim.world.catalogue import TAIL_BINS

if TYPE_CHECKING:
    import pandas as pd

Answer = TypeVar("Answer")
KEY, OTHER_KEY = seeds.key(1, "model", 0, 0), seeds.key(1, "model", 0, 1)
MANY = 100_000
SLOW_S = 600.0  # what a year may cost before it is worth a note
_REFERENCE = "three_objectives"


@dataclass(frozen=True)
class Bench:
    """A part, and what it is tried on.

    Attributes
    ----------
    bearable
        Checks without which the others can be made all the same.
    never_asked
        Checks of what a run never asks for.
    """

    part: Part
    sample: Sample
    limit_s: float = 60.0
    bearable: ClassVar[tuple[Any, ...]] = ()
    never_asked: ClassVar[tuple[Any, ...]] = ()

    def make(self, key: int = KEY) -> Any:
        """A fresh one, or `Failed`."""
        return self.call(lambda: self.part.make(key))

    def call(self, call: Callable[[], Answer]) -> Answer:
        """What a user's code returns, or `Failed`."""
        return attempt(call, self.part.folder, self.limit_s)

    def timed(self, call: Callable[[], Answer]) -> tuple[Answer, float]:
        """The same, and the seconds that it took."""
        begun = time.perf_counter()
        return self.call(call), time.perf_counter() - begun


def bytes_of(table: pd.DataFrame | NDArray[Any]) -> tuple[Any, ...]:
    """What must be the same afterwards: values, and for a table its columns and index as well."""
    if isinstance(table, np.ndarray):
        return table.shape, table.tobytes()
    return tuple(table.columns), tuple(map(str, table.dtypes)), table.index.to_numpy().tobytes(), table.to_numpy().tobytes()


def shuffled(rows: int) -> NDArray[np.intp]:
    """An order that is not the given one, the same each time."""
    return np.argsort(seeds.words(seeds.key(1, "policy", 0), rows), kind="stable")


def many_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The table again and again, as `MANY` rows."""
    return table.iloc[np.arange(MANY) % len(table)].reset_index(drop=True)


@lru_cache(maxsize=1)
def yearly() -> tuple[int, int, int]:
    """Of the scenario `three_objectives`: ads to be scored each time pages are made, how often that is, and trainings."""
    scenario = load(_REFERENCE)
    traffic, learner = scenario.traffic, scenario.candidates[-1]
    ads = (traffic.query_types + TAIL_BINS * traffic.topics) * scenario.market.matched * len(scenario.devices)
    every_s = learner.retrain if isinstance(learner.retrain, int) else scenario.days * DAY_S
    trainings = -(-scenario.days * DAY_S // every_s)
    return ads, scenario.days * DAY_S // learner.refresh + trainings, trainings


def pace(rows: int, took_s: float) -> str:
    """How fast that is.

    Examples
    --------
    >>> pace(100_000, 0.25)
    '100,000 rows in 0.25 s (400 k rows/s)'
    """
    return f"{rows:,} rows in {span(took_s)} ({amount(rows / max(took_s, 1e-9))} rows/s)"


def amount(value: float) -> str:
    """A large number in three digits.

    Examples
    --------
    >>> amount(1234567.0), amount(98_700.0), amount(12.0)
    ('1.23 M', '98.7 k', '12')
    """
    size, unit = (1e6, " M") if value >= 999_500 else (1e3, " k") if value >= 1_000 else (1.0, "")
    return f"{value / size:.3g}{unit}"


def span(seconds: float) -> str:
    """Seconds as a person says them.

    Examples
    --------
    >>> span(0.0012), span(4.26), span(372.0)
    ('1.2 ms', '4.3 s', '6.2 min')
    """
    if seconds < 0.0995:
        return f"{1000 * seconds:.2g} ms"
    return f"{seconds:.2g} s" if seconds < 99.5 else f"{seconds / 60:.2g} min"
