"""Ten million impressions of a real platform's kind, as a file, and how fast that becomes a `Log` and a world."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from sim.calibrate.fitting import fit_world
from sim.calibrate.match.matching import match
from sim.calibrate.reading import read_log
from tests.benchmarks.beside import beside_the_loop
from tests.benchmarks.figure import Figure, duration

ROWS = 10_000_000
_DRAW = "(hash(i + {seed}) % 1000003) / 1000003.0"
# Four months of 5,000 queries, a few of which make most of the traffic, eight ads each, four slots, two devices.
_EVENTS = f"""
SELECT (TIMESTAMP '2024-01-01' + to_seconds(i * 1.0368))::TIMESTAMP(0) AS timestamp, 'query ' || type AS query,
       'ad ' || (type * 7 + floor(8 * {_DRAW.format(seed=100_000_000)})::INT) % 3000 AS ad,
       1 + floor(4 * pow({_DRAW.format(seed=200_000_000)}, 2))::INT AS position,
       CASE WHEN {_DRAW.format(seed=300_000_000)} < 0.6 THEN 'phone' ELSE 'desktop' END AS device,
       ({_DRAW.format(seed=400_000_000)} < 0.03)::INT AS click, round(2 * {_DRAW.format(seed=500_000_000)}, 2) AS price
FROM (SELECT i, floor(5000 * pow({_DRAW.format(seed=0)}, 3))::INT AS type FROM range({ROWS}) t(i))
"""


def read_events_csv() -> Figure:
    """10 M impressions in a CSV.gz become a log"""
    return _timed("log.csv.gz", 20, _read)


def read_events_parquet() -> Figure:
    """10 M impressions in Parquet become a log"""
    return _timed("log.parquet", 20, _read)


def calibrate_events_csv() -> Figure:
    """10 M impressions in a CSV.gz become a world with its match report"""
    return _timed("log.csv.gz", 60, _calibrate)


def calibrate_events_parquet() -> Figure:
    """10 M impressions in Parquet become a world with its match report"""
    return _timed("log.parquet", 60, _calibrate)


def _read(file: Path) -> None:
    if int(read_log([file]).counted["impressions"].sum()) != ROWS:
        raise AssertionError("not every impression was read")


def _calibrate(file: Path) -> None:
    log = read_log([file])
    if not match(log, fit_world(log)).statistics:
        raise AssertionError("nothing was compared")


def _timed(name: str, target_s: float, run: Callable[[Path], None]) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        _write(file)
        return duration(beside_the_loop(lambda: run(file), repeats=1, warm=False), target_s)


def _write(file: Path) -> None:
    import duckdb

    with duckdb.connect(config={"threads": 2, "memory_limit": "500MiB"}) as bench:
        bench.execute("SET enable_progress_bar = false")
        bench.execute(f"COPY ({_EVENTS}) TO '{file}'")
