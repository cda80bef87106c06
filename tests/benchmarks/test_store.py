"""A run goes into the store and comes out of it while nobody notices; a hundred years of runs are a small file."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read
from tests.reports.made_up import FIVE, Kind, make_run

EIGHT = (*FIVE, Kind("always_show", 5, 0.003), Kind("random", 5, 0.002), Kind("never_show", 0, 0))


def a_year(number):
    """Eight candidates in four replications of 365 days, with counts that compress as little as real ones."""
    run = make_run(EIGHT, run=f"first-year-{number}", replications=4, settings="x" * 3_500, text="x" * 2_500)
    draw = np.random.default_rng(number)
    return replace(run, candidates=tuple(replace(one, days=one.days + draw.poisson(one.days / 3)) for one in run.candidates))


def test_a_hundred_years_of_runs(tmp_path):
    place, took = place_of(tmp_path / "runs.duckdb"), []
    for number in range(100):
        run = a_year(number)
        begun = time.perf_counter()
        keep(run, place)
        took.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    assert read("first-year-7", place).fingerprint == a_year(7).fingerprint
    reading_s = time.perf_counter() - begun
    size_mb = place.file.stat().st_size / 1e6
    print(f"\nstored in {np.median(took):.2f} s (0.3 s), read in {reading_s:.2f} s, a hundred of them {size_mb:.0f} MB (50 MB)")
    assert np.median(took) < 0.3
    assert size_mb < 50
