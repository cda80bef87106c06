"""How a model must learn: from counted rows that stay as they are, and from the columns of any scenario."""

from __future__ import annotations

import numpy as np

from sim.study.contract.bench import MANY, SLOW_S, many_rows, pace, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.model_bench import LIKE, ModelBench, short
from sim.study.contract.sample import without_a_topic
from sim.study.contract.trial import Failed


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


def input_of_fit(bench: ModelBench) -> Finding:
    """Whether fit leaves its input alone."""
    if touched := bench.training.touched:
        return Finding(BROKEN, "input of fit", f"{' and '.join(touched)} changed", "work on a copy")
    return Finding(GOOD, "input of fit", "untouched")


def one_class(bench: ModelBench) -> Finding:
    """What becomes of labels that are all 0, which a run never hands on."""
    instead = "a run puts a constant in its place then"
    try:
        taught = bench.fit(bench.make(), bench.sample.rows, np.zeros_like(bench.sample.label), bench.sample.weight)
        said = bench.ask(taught, bench.sample.table)
    except Failed as problem:
        return Finding(GOOD, "one class", f"not survived ({short(problem)}); {instead}")
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
    if moved <= LIKE < apart:
        found = "are ignored: a row that stands for 1,000 impressions counts like one that stands for 1"
        return Finding(NOTE, "weights", found, "use sample_weight in fit, else clicks look far too likely")
    if apart > max(0.1 * moved, LIKE):
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
        return Finding(NOTE, "columns", f"needs {lost}, which a scenario with fewer topics has not ({short(problem)})")
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
