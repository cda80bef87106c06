"""The contract of an objective function: a value for each ad, linear in the bid, and a cut that cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.candidates.learned import columns_of, settle, values
from sim.candidates.objectives.objective import Outlook, labels_of
from sim.study.contract.afresh import Arrays, say_afresh
from sim.study.contract.bench import KEY, MANY, SLOW_S, Bench, bytes_of, many_rows, pace, shuffled, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.part import Part
from sim.study.contract.sample import prediction
from sim.study.contract.trial import Failed, attempt

if TYPE_CHECKING:
    import pandas as pd

_LIKE = 1e-5
_SEEN = 1e-3  # of a value: what is less is lost in 32 bits
_FEW = 2_000


@dataclass(frozen=True)
class ObjectiveBench(Bench):
    """An objective on the bench, with the columns that it gets: features, predictions, the bid, and a conversion's value."""

    @cached_property
    def made(self) -> Any:
        """The objective as it is built; one that looks at whole pages is not settled yet."""
        return self.make()

    @cached_property
    def predicted(self) -> list[str]:
        """The columns that hold what models say."""
        return [*self.call(lambda: labels_of(self.made)), "probability"]

    @cached_property
    def columns(self) -> pd.DataFrame:
        """The columns of a refresh, with the predictions of plain logistic regressions."""
        said = {label: prediction(label) for label in self.predicted[:-1]}
        return columns_of(self.made, self.sample.table, said, self.sample.stage.world.sight)

    @cached_property
    def objective(self) -> Any:
        """The objective that looks at one ad at a time."""
        return self.call(lambda: settle(self.made, self.columns.copy(), self.sample.outlook).objective)

    @cached_property
    def value(self) -> NDArray[np.float32]:
        """What it says of them."""
        return self.ask(self.columns)

    def ask(self, columns: pd.DataFrame) -> NDArray[np.float32]:
        """Its values for a copy of these rows, looked through as in a run."""
        return self.call(lambda: values(self.objective, columns.copy(), "it"))


def worth(bench: ObjectiveBench) -> Finding:
    """Whether it gives each row a number."""
    try:
        value = bench.value
    except Failed as problem:
        return Finding(BROKEN, "values", str(problem), "it is taken for an objective, whose first parameter gets the columns")
    finite = value[np.isfinite(value)]
    forbidden = f", {len(value) - len(finite):,} of them forbidden" if len(finite) < len(value) else ""
    reach = f", from {finite.min():.3g} to {finite.max():.3g}" if len(finite) else ""
    return Finding(GOOD, "values", f"one for each row{reach}{forbidden}")


def same_again(bench: ObjectiveBench) -> Finding:
    """Whether it says the same when it is asked again."""
    if not np.array_equal(bench.ask(bench.columns), bench.value):
        return Finding(BROKEN, "same again", "says something else the second time", "let nothing but the columns decide")
    return Finding(GOOD, "same again", "same values")


def fresh_process(bench: ObjectiveBench) -> Finding:
    """Whether a process that has just begun finds it and says the same, as workers must."""
    few = bench.columns.iloc[:_FEW]
    outlook = bench.sample.outlook
    arrays = {"names": np.array(few.columns, dtype=str), "columns": few.to_numpy(dtype=np.float64), "reserve": np.array(outlook.reserve)}
    arrays |= {"queries": outlook.queries, "examination": outlook.examination, "all": bench.columns.to_numpy(dtype=np.float64)}
    there = say_afresh(say, bench.part, arrays, bench.limit_s)
    if not np.array_equal(there, say(bench.part, arrays, bench.limit_s)):
        return Finding(BROKEN, "fresh process", "says something else there than here", "let nothing but the columns decide")
    return Finding(GOOD, "fresh process", "found there, and says the same")


def say(part: Part, arrays: Arrays, limit_s: float) -> NDArray[Any]:
    """What the objective says of some rows; the same everywhere, as for a worker."""
    import pandas as pd

    names = [str(name) for name in arrays["names"]]
    outlook = Outlook(arrays["queries"].copy(), arrays["examination"].copy(), float(arrays["reserve"]))

    def told() -> NDArray[np.float32]:
        whole = pd.DataFrame(arrays["all"].copy(), columns=names)
        objective = settle(part.make(KEY), whole, outlook).objective
        return values(objective, pd.DataFrame(arrays["columns"].copy(), columns=names), "it")

    return attempt(told, part.folder, limit_s)


def its_input(bench: ObjectiveBench) -> Finding:
    """Whether it leaves its columns alone."""
    columns = bench.columns.copy()
    before = bytes_of(columns)
    bench.call(lambda: values(bench.objective, columns, "it"))
    if bytes_of(columns) != before:
        return Finding(BROKEN, "input", "the columns changed", "work on a copy: they are used again for the prices")
    return Finding(GOOD, "input", "untouched")


def row_order(bench: ObjectiveBench) -> Finding:
    """Whether a row's value is its own, wherever it stands."""
    order = shuffled(len(bench.columns))
    moved = bench.ask(bench.columns.iloc[order].reset_index(drop=True))
    if not np.allclose(moved, bench.value[order], rtol=_LIKE, atol=0):
        return Finding(BROKEN, "row order", "rows in another order get other values", "let a row decide its value")
    return Finding(GOOD, "row order", "does not matter")


def one_row(bench: ObjectiveBench) -> Finding:
    """Whether it can value a single row, and the same."""
    place = len(bench.value) // 2
    alone = bench.ask(bench.columns.iloc[[place]])
    if not np.allclose(alone, bench.value[place], rtol=_LIKE, atol=0):
        return Finding(NOTE, "one row", "gets another value alone: what an ad is worth depends on the others asked with it")
    return Finding(GOOD, "one row", "gets the same value alone")


def no_rows(bench: ObjectiveBench) -> Finding:
    """What becomes of an empty table, which a run never hands on."""
    try:
        bench.ask(bench.columns.iloc[:0])
    except Failed as problem:
        return Finding(GOOD, "no rows", f"refused ({problem}); a run never asks about none")
    return Finding(GOOD, "no rows", "no values")


def linear_in_bid(bench: ObjectiveBench) -> Finding:
    """Whether its value is a straight line in the bid, since prices are read off one.

    The price is the bid at which the line between bid 0 and the ad's own bid meets a bar. Where the true value
    half-way is off the line by a part of the whole rise, a price may be off by that part of the bid.
    """
    none, whole = bench.ask(bench.columns.assign(bid=0.0)), bench.value.astype(np.float64)
    half = bench.ask(bench.columns.assign(bid=bench.columns["bid"] / 2))
    with np.errstate(invalid="ignore"):  # -inf forbids an ad, with and without its bid
        rise = whole - none
        seen = np.isfinite(whole) & np.isfinite(none) & (np.abs(rise) > _SEEN * np.maximum(np.abs(whole), np.abs(none)))
    if not seen.any():
        return Finding(GOOD, "bid", "plays no part: no bid buys a place, and rank and reserve alone make the price")
    if (rise[seen] < 0).any():
        share = (rise[seen] < 0).mean()
        return Finding(NOTE, "bid", f"for {share:.0%} of the ads the value falls as the bid rises: who pays more is worth less")
    off = np.abs(half[seen] - (whole[seen] + none[seen]) / 2) / rise[seen]
    most = float(np.nan_to_num(off, nan=np.inf).max())
    if most > 0.005:
        hint = "price by a value of the form a + b * bid"
        return Finding(NOTE, "bid", f"not linear: a price may be off by about {most:.0%} of the bid", hint)
    return Finding(GOOD, "bid", "linear, so prices are right")


def log_bid(bench: ObjectiveBench) -> Finding:
    """Whether it looks at `log_bid`, which stays as it is when the bid is set to 0 for the price."""
    moved = bench.ask(bench.columns.assign(log_bid=bench.columns["log_bid"] + np.float32(1)))
    if not np.array_equal(moved, bench.value):
        hint = "use the column bid"
        return Finding(NOTE, "log_bid", "is used, and it does not follow the bid when a price is found: ads are priced wrongly", hint)
    return Finding(GOOD, "log_bid", "not used")


def the_models_part(bench: ObjectiveBench) -> Finding:
    """Whether what the model says plays a part."""
    moved = bench.ask(bench.columns.assign(**{name: bench.columns[name] / 2 for name in bench.predicted}))
    if np.array_equal(moved, bench.value):
        return Finding(NOTE, "probability", "plays no part: any model would do")
    return Finding(GOOD, "probability", "plays a part")


def the_cut(bench: ObjectiveBench) -> Finding:
    """How many ads are left above the cut."""
    cut = bench.objective.cut
    share = float((bench.value >= cut).mean())
    found = f"{share:.1%} of the retrieved ads are at or above {cut:g}"
    if share == 0:
        return Finding(NOTE, "cut", f"no ad is at or above {cut:g}: nothing would be shown", "a lower cut")
    if share == 1:
        return Finding(NOTE, "cut", f"every ad is at or above {cut:g}: every slot is filled", "a higher cut, or a cost in the value")
    return Finding(GOOD, "cut", found)


def speed(bench: ObjectiveBench) -> Finding:
    """How many rows a second it values, and what a year of refreshes costs."""
    columns = many_rows(bench.columns)
    _, took_s = bench.timed(lambda: bench.ask(columns))
    ads, times, _ = yearly()
    year_s = 2 * times * took_s * ads / MANY
    found = f"{pace(MANY, took_s)}; three_objectives asks for {ads:,} {times} times, twice each: {span(year_s)} in all"
    return Finding(NOTE if year_s > SLOW_S else GOOD, "speed", found)


ObjectiveBench.never_asked = (no_rows,)
FIRST: tuple[Callable[[ObjectiveBench], Finding], ...] = (worth,)
THEN: tuple[Callable[[ObjectiveBench], Finding], ...] = (
    same_again, fresh_process, its_input, row_order, one_row, no_rows, linear_in_bid, log_bid, the_models_part, the_cut, speed,
)  # fmt: skip
