"""The contract of a model: its methods and arguments, the same answer wherever it is asked, and the order of all checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.candidates.model import ask_model, weight_name
from sim.scenario import plugins
from sim.study.contract.afresh import Arrays, say_afresh
from sim.study.contract.answering import input_of_predict, no_rows, one_row, probabilities, row_order, speed_of_predict
from sim.study.contract.bench import KEY, OTHER_KEY
from sim.study.contract.findings import BROKEN, GOOD, Finding
from sim.study.contract.learning import columns, fit, input_of_fit, one_class, speed_of_fit, weights
from sim.study.contract.model_bench import ModelBench
from sim.study.contract.part import Part, is_class
from sim.study.contract.trial import attempt

_FEW = 2_000


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
        rows, table = (pd.DataFrame(arrays[name].copy(), columns=names) for name in ("rows", "table"))
        fitted = model.fit(rows, arrays["label"].copy(), **{weight_name(model): arrays["weight"].copy()})
        return ask_model(model if fitted is None else fitted, table, "it")

    return attempt(told, part.folder, limit_s)


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
