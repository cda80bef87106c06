"""Every benchmark, in the order of the table. Its name is its function's, what it measures the first line of that one's words."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks import command, counting, kernel, logs, store
from tests.benchmarks.figure import Figure

ALL: tuple[Callable[[], Figure], ...] = (
    kernel.queries_kernel,
    kernel.queries_against_bare,
    kernel.queries_with_budgets,
    kernel.queries_with_tight_budgets,
    kernel.end_to_end,
    counting.counts_a_day,
    counting.mean_a_day,
    counting.flat_in_traffic,
    counting.linear_in_cells,
    counting.a_year_at_a_billion,
    command.three_objectives,
    command.three_objectives_counts,
    command.help_at_once,
    command.a_mistake_at_once,
    store.keep_a_run,
    store.read_a_run,
    store.size_of_a_hundred,
    logs.read_events_csv,
    logs.read_events_parquet,
    logs.calibrate_events_csv,
    logs.calibrate_events_parquet,
)


def what(benchmark: Callable[..., object]) -> str:
    """What it measures, in words."""
    return (benchmark.__doc__ or benchmark.__name__).splitlines()[0]
