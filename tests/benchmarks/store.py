"""A run goes into the store and comes out of it while nobody notices; a hundred years of runs are a small file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read
from tests.benchmarks.beside import beside_the_loop
from tests.benchmarks.figure import Figure, duration
from tests.reports.made_up import FIVE, Kind, make_run

EIGHT = (*FIVE, Kind("always_show", 5, 0.003), Kind("random", 5, 0.002), Kind("never_show", 0, 0))


def a_year(number):
    """Eight candidates in four replications of 365 days, with counts that compress as little as real ones."""
    run = make_run(EIGHT, run=f"three-objectives-{number}", replications=4, settings="x" * 3_500, text="x" * 2_500)
    draw = np.random.default_rng(number)
    return replace(run, candidates=tuple(replace(one, days=one.days + draw.poisson(one.days / 3)) for one in run.candidates))


def keep_a_run() -> Figure:
    """Keep a year of eight candidates in the store"""
    with tempfile.TemporaryDirectory() as folder:
        place, number = place_of(Path(folder) / "runs.duckdb"), count()
        years = [a_year(one) for one in range(20)]
        return duration(beside_the_loop(lambda: keep(years[next(number)], place), repeats=19), 0.3)


def read_a_run() -> Figure:
    """Read it from among a hundred"""
    with tempfile.TemporaryDirectory() as folder:
        place = a_hundred(Path(folder))
        if read("three-objectives-7", place).fingerprint != a_year(7).fingerprint:
            raise AssertionError("what came out is not what went in")
        return duration(beside_the_loop(lambda: read("three-objectives-7", place)), 1.0)


def size_of_a_hundred() -> Figure:
    """The store with a hundred of them"""
    with tempfile.TemporaryDirectory() as folder:
        size_mb = a_hundred(Path(folder)).file.stat().st_size / 1e6
        return Figure(size_mb, "MB", size_mb / 50, "50 MB", "less", 1.0, aim="≤ 50 MB")


def a_hundred(folder):
    place = place_of(folder / "runs.duckdb")
    for number in range(100):
        keep(a_year(number), place)
    return place
