"""The contract of a model: what `fit` and `predict_proba` must do, and what a run makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.model import ask_model, weight_name
from sim.scenario import plugins
from sim.study.contract.afresh import Arrays, say_afresh
from sim.study.contract.bench import KEY, MANY, OTHER_KEY, SLOW_S, Bench, bytes_of, many_rows, pace, shuffled, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.part import Part, is_class
from sim.study.contract.sample import without_a_topic
from sim.study.contract.trial import Failed, attempt

if TYPE_CHECKING:
    import pandas as pd

_LIKE = 1e-6
_FEW = 2_000


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


def methods(bench: ModelBench) -> Finding:
    """Whether it has the two methods, and its fit takes weights."""
    model = bench.make()
    lacking = [method for method in ("fit", "predict_proba") if not callable(getattr(model, method, None))]
    if lacking:
        return Finding(BROKEN, "methods", f"has no {lacking[0]}", "a model has fit(X, y, sample_weight) and predict_proba(X)")
    seen = plugins.signature_of(model.fit)
    if seen.parameters is not None and not seen.takes_any and "sample_weight" not in seen.parameters:
        return Finding(BROKEN, "methods", "fit takes no sample_weight", "rows of the log carry counts, which reach the model as weights")
    return Finding(GOOD, "methods", "fit(X, y, sample_weight) and predict_proba(X)")


def arguments(bench: ModelBench) -> Finding:
    """Whether what it was given stands in attributes of the same names, as scikit-learn wants it."""
    if not is_class(bench.part):
        return Finding(GOOD, "arguments", "a function makes it: what it does with its arguments is its own business")
    model, given = bench.make(), bench.part.arguments
    seen = plugins.signature_of(type(model))
    nothing = object()
    names = [name for name in seen.parameters or () if name != "sample_weight"]
    lost = [name for name in names if getattr(model, name, nothing) is nothing]
    changed = [name for name in names if name in given and name not in lost and not _alike(getattr(model, name), given[name])]
    if lost or changed:
        found = f"{' and '.join(lost)} can't be read from it" if lost else f"{changed[0]} is no longer what it was given"
        name = (lost or changed)[0]
        return Finding(BROKEN, "arguments", found, f"write self.{name} = {name} in __init__, as scikit-learn's models do")
    return Finding(GOOD, "arguments", f"kept as given: {_some(names)}" if names else "it takes none")


def fit(bench: ModelBench) -> Finding:
    """Whether it can be fitted, and what fit returns."""
    model, returned = bench.training.model, bench.training.returned
    if returned is model:
        return Finding(GOOD, "fit", "returns the object itself")
    if returned is None:
        return Finding(NOTE, "fit", "returns nothing, so the object itself serves; scikit-learn wants 'return self'")
    if callable(getattr(returned, "predict_proba", None)):
        return Finding(NOTE, "fit", f"returns another object, a {type(returned).__name__}, and that one serves")
    return Finding(BROKEN, "fit", f"returns a {type(returned).__name__}", "return self, or an object with predict_proba")


def probabilities(bench: ModelBench) -> Finding:
    """Whether it gives each row a probability."""
    answer = bench.answer
    return Finding(GOOD, "probabilities", f"one for each row, from {answer.min():.4f} to {answer.max():.4f}")


def same_seed(bench: ModelBench) -> Finding:
    """Whether two fresh objects with one seed say the same."""
    again = bench.ask(_taught(bench, bench.make()), bench.sample.table)
    if not np.array_equal(again, bench.answer):
        apart = float(np.abs(again - bench.answer).max())
        hint = "draw from the constructor's random_state only, which a run fills in"
        return Finding(BROKEN, "same seed", f"two fresh objects differ by up to {apart:.2g}", hint)
    other = bench.ask(_taught(bench, bench.make(OTHER_KEY)), bench.sample.table)
    draws = "another seed, another answer" if not np.array_equal(other, bench.answer) else "another seed changes nothing"
    return Finding(GOOD, "same seed", f"same answer; {draws}")


def fresh_process(bench: ModelBench) -> Finding:
    """Whether a process that has just begun finds it and says the same, as workers must."""
    sample = bench.sample
    arrays = {"names": np.array(sample.rows.columns, dtype=str), "rows": sample.rows.to_numpy(), "label": sample.label}
    arrays |= {"weight": sample.weight, "table": sample.table.iloc[:_FEW].to_numpy()}
    there = say_afresh(say, bench.part, arrays, bench.limit_s)
    if not np.array_equal(there, say(bench.part, arrays, bench.limit_s)):  # the very same arrays: layout decides last digits
        hint = "does it go over a set, or draw from something that is not its random_state?"
        return Finding(BROKEN, "fresh process", "says something else there than here", hint)
    return Finding(GOOD, "fresh process", "found there, and says the same")


def say(part: Part, arrays: Arrays, limit_s: float) -> NDArray[Any]:
    """What a fresh model says of some rows after a training; the same everywhere, as for a worker."""
    import pandas as pd

    def told() -> NDArray[np.float32]:
        model = part.make(KEY)
        names = [str(name) for name in arrays["names"]]
        fitted = model.fit(pd.DataFrame(arrays["rows"], columns=names), arrays["label"], **{weight_name(model): arrays["weight"]})
        return ask_model(model if fitted is None else fitted, pd.DataFrame(arrays["table"], columns=names), "it")

    return attempt(told, part.folder, limit_s)


def input_of_fit(bench: ModelBench) -> Finding:
    """Whether fit leaves its input alone."""
    if touched := bench.training.touched:
        return Finding(BROKEN, "input of fit", f"{' and '.join(touched)} changed", "work on a copy")
    return Finding(GOOD, "input of fit", "untouched")


def input_of_predict(bench: ModelBench) -> Finding:
    """Whether predict_proba leaves its input alone."""
    table = bench.sample.table.copy()
    before = bytes_of(table)
    bench.call(lambda: ask_model(bench.taught, table, "it"))
    if bytes_of(table) != before:
        return Finding(BROKEN, "input of predict", "X changed", "work on a copy: the objective gets the same table")
    return Finding(GOOD, "input of predict", "untouched")


def row_order(bench: ModelBench) -> Finding:
    """Whether a row's answer is its own, wherever it stands."""
    order = shuffled(len(bench.sample.table))
    moved = bench.ask(bench.taught, bench.sample.table.iloc[order].reset_index(drop=True))
    apart = float(np.abs(moved - bench.answer[order]).max())
    if apart > _LIKE:
        return Finding(BROKEN, "row order", f"rows in another order get other answers, by up to {apart:.2g}", "let a row decide its answer")
    return Finding(GOOD, "row order", "does not matter")


def one_row(bench: ModelBench) -> Finding:
    """Whether it can be asked about a single row, and says the same of it."""
    place = int(np.argmax(bench.answer))
    alone = bench.ask(bench.taught, bench.sample.table.iloc[[place]])
    apart = abs(float(alone[0] - bench.answer[place]))
    if apart > _LIKE:
        return Finding(
            NOTE, "one row", f"alone it gets another answer, by {apart:.2g}: what a row gets depends on the others asked with it"
        )
    return Finding(GOOD, "one row", "gets the same answer alone")


def no_rows(bench: ModelBench) -> Finding:
    """What becomes of an empty table, which a run never asks about."""
    try:
        bench.ask(bench.taught, bench.sample.table.iloc[:0])
    except Failed as problem:
        return Finding(GOOD, "no rows", f"refused ({_short(problem)}); a run never asks about none")
    return Finding(GOOD, "no rows", "no answers")


def one_class(bench: ModelBench) -> Finding:
    """What becomes of labels that are all 0, which a run never hands on."""
    instead = "a run puts a constant in its place then"
    try:
        taught = bench.fit(bench.make(), bench.sample.rows, np.zeros_like(bench.sample.label), bench.sample.weight)
        said = bench.ask(taught, bench.sample.table)
    except Failed as problem:
        return Finding(GOOD, "one class", f"not survived ({_short(problem)}); {instead}")
    return Finding(GOOD, "one class", f"survived, it says {said.mean():.2g}; {instead} all the same")


def weights(bench: ModelBench) -> Finding:
    """Whether a row of weight 3 is like three rows."""
    rows, label = bench.sample.rows, bench.sample.label
    times = 1 + np.arange(len(label)) % 3
    repeated = np.repeat(np.arange(len(label)), times)
    ones = np.ones(len(label))
    weighted = bench.ask(bench.fit(bench.make(), rows, label, times.astype(np.float64)), bench.sample.table)
    again = bench.fit(bench.make(), rows.iloc[repeated].reset_index(drop=True), label[repeated], ones[:1].repeat(len(repeated)))
    apart = float(np.abs(weighted - bench.ask(again, bench.sample.table)).max())
    moved = float(np.abs(weighted - bench.ask(bench.fit(bench.make(), rows, label, ones), bench.sample.table)).max())
    if moved <= _LIKE < apart:
        found = "are ignored: a row that stands for 1,000 impressions counts like one that stands for 1"
        return Finding(NOTE, "weights", found, "use sample_weight in fit, else clicks look far too likely")
    if apart > max(0.1 * moved, _LIKE):
        found = (
            f"count, but a row of weight 3 is not quite three rows: answers differ by up to {apart:.2g} (leaving weights out: {moved:.2g})"
        )
        return Finding(NOTE, "weights", found)
    return Finding(GOOD, "weights", f"a row of weight 3 is like three rows (within {apart:.1g})")


def columns(bench: ModelBench) -> Finding:
    """Whether it can do with the columns of another scenario."""
    rows, table = without_a_topic(bench.sample.rows), without_a_topic(bench.sample.table)
    try:
        bench.ask(bench.fit(bench.make(), rows, bench.sample.label, bench.sample.weight), table)
    except Failed as problem:
        lost = next(name for name in bench.sample.table.columns if name not in table.columns)
        return Finding(NOTE, "columns", f"needs {lost}, which a scenario with fewer topics has not ({_short(problem)})")
    return Finding(GOOD, "columns", f"takes the {len(bench.sample.table.columns)} of this world, and fewer where there are fewer topics")


def speed_of_fit(bench: ModelBench) -> Finding:
    """How many rows a second fit takes, and what a year of trainings costs."""
    rows = many_rows(bench.sample.rows)
    place = np.arange(MANY) % len(bench.sample.label)
    label, weight = bench.sample.label[place], bench.sample.weight[place]
    few_s = bench.training.took_s
    expected_s = few_s * MANY / len(bench.sample.label)
    if expected_s > bench.limit_s:
        said, took_s = f"{pace(len(bench.sample.label), few_s)}; {MANY:,} would take about {span(expected_s)}", expected_s
    else:
        _, took_s = bench.timed(lambda: bench.fit(bench.make(), rows, label, weight))
        said = pace(MANY, took_s)
    trainings = yearly()[2]
    year_s = trainings * took_s
    return Finding(NOTE if year_s > SLOW_S else GOOD, "speed of fit", f"{said}; a year of {trainings} such trainings: {span(year_s)}")


def speed_of_predict(bench: ModelBench) -> Finding:
    """How many rows a second predict_proba takes, and what a year of refreshes costs."""
    table = many_rows(bench.sample.table)
    _, took_s = bench.timed(lambda: bench.ask(bench.taught, table))
    ads, times, _ = yearly()
    once_s = took_s * ads / MANY
    found = f"{pace(MANY, took_s)}; first_year asks for {ads:,} {times} times: {span(once_s)} each, {span(times * once_s)} in all"
    return Finding(NOTE if times * once_s > SLOW_S else GOOD, "speed of predict", found)


ModelBench.bearable, ModelBench.never_asked = (arguments,), (no_rows, one_class)
FIRST: tuple[Callable[[ModelBench], Finding], ...] = (methods, arguments, fit, probabilities)
THEN: tuple[Callable[[ModelBench], Finding], ...] = (
    same_seed, fresh_process, input_of_fit, input_of_predict, row_order, one_row, no_rows, one_class, weights, columns,
    speed_of_fit, speed_of_predict,
)  # fmt: skip


def _taught(bench: ModelBench, model: Any) -> Any:
    return bench.fit(model, bench.sample.rows, bench.sample.label, bench.sample.weight)


def _alike(kept: Any, given: Any) -> bool:
    try:
        return kept is given or bool(np.all(kept == given))
    except (TypeError, ValueError):
        return False


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:6])}{f' and {len(names) - 6} more' if len(names) > 6 else ''}"


def _short(problem: Failed) -> str:
    words = str(problem)
    return words if len(words) <= 60 else f"{words[:57]}..."
