"""How a model must answer: a probability for each row, that is the row's own, from a table that stays as it is."""

from __future__ import annotations

import numpy as np

from sim.candidates.model import ask_model
from sim.study.contract.bench import MANY, SLOW_S, bytes_of, many_rows, pace, shuffled, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.model_bench import LIKE, ModelBench, short
from sim.study.contract.trial import Failed


def probabilities(bench: ModelBench) -> Finding:
    """Whether it gives each row a probability."""
    answer = bench.answer
    return Finding(GOOD, "probabilities", f"one for each row, from {answer.min():.4f} to {answer.max():.4f}")


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
    if apart > LIKE:
        return Finding(BROKEN, "row order", f"rows in another order get other answers, by up to {apart:.2g}", "let a row decide its answer")
    return Finding(GOOD, "row order", "does not matter")


def one_row(bench: ModelBench) -> Finding:
    """Whether it can be asked about a single row, and says the same of it."""
    place = len(bench.answer) // 2
    alone = bench.ask(bench.taught, bench.sample.table.iloc[[place]])
    apart = abs(float(alone[0] - bench.answer[place]))
    if apart > LIKE:
        return Finding(
            NOTE, "one row", f"alone it gets another answer, by {apart:.2g}: what a row gets depends on the others asked with it"
        )
    return Finding(GOOD, "one row", "gets the same answer alone")


def no_rows(bench: ModelBench) -> Finding:
    """What becomes of an empty table, which a run never asks about."""
    try:
        bench.ask(bench.taught, bench.sample.table.iloc[:0])
    except Failed as problem:
        return Finding(GOOD, "no rows", f"refused ({short(problem)}); a run never asks about none")
    return Finding(GOOD, "no rows", "no answers")


def speed_of_predict(bench: ModelBench) -> Finding:
    """How many rows a second predict_proba takes, and what a year of refreshes costs."""
    table = many_rows(bench.sample.table)
    _, took_s = bench.timed(lambda: bench.ask(bench.taught, table))
    ads, times, _ = yearly()
    once_s = took_s * ads / MANY
    found = f"{pace(MANY, took_s)}; three_objectives asks for {ads:,} {times} times: {span(once_s)} each, {span(times * once_s)} in all"
    return Finding(NOTE if times * once_s > SLOW_S else GOOD, "speed of predict", found)
