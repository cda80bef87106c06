"""Speed and memory targets, each as a ratio to a reference timed in the same run.

Seconds are turned into seconds of the machine for which the targets were set: this machine's
speed on `score_every_query` against that one's.
"""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.reference import TARGET_MACHINE, bare, reference_speed, seconds
from tests.traffic.market import board_of, day_of, made_market

CELLS, SLOTS, PER_DAY = 20_000, 4, 1_000_000


def told(what, value, target):
    print(f"\n{what}: {value} (target {target})")


@pytest.fixture(scope="module")
def reference():
    speed = reference_speed()
    print(f"\nreference loop: {speed / 1e6:.1f} M queries/s here, {TARGET_MACHINE / 1e6:.1f} M on the target machine")
    return speed


@pytest.fixture(scope="module")
def world():
    made = made_market(CELLS // 2, 2, 5_000, 500, slots=SLOTS)
    return board_of(made, keep=False), day_of(made, PER_DAY)


def kernel_seconds(world, days=5):
    board, arrivals = world
    return seconds(lambda: [board.play(arrivals, 0, 86_400) for _ in range(days)]) / days


def test_the_kernel_plays_sixty_million_queries_a_second(reference, world):
    speed = PER_DAY / kernel_seconds(world)
    ratio, target = speed / reference, 60e6 / TARGET_MACHINE
    told("kernel, 20,000 cells × 4 slots", f"{speed / 1e6:.0f} M queries/s, {ratio:.1f} × the reference", f"{target:.1f} ×")
    assert ratio >= target


def test_the_kernel_reaches_four_fifths_of_a_bare_one(world):
    board, arrivals = world
    counts, clicks = np.zeros(CELLS, np.int64), np.zeros(CELLS * SLOTS, np.int64)
    bare_s = seconds(lambda: bare(5 * PER_DAY, arrivals.cells, board._pages.table, counts, clicks)) / 5
    ratio = bare_s / kernel_seconds(world)
    told("kernel against one that only draws and adds", f"{ratio:.0%}", "80%")
    assert ratio >= 0.8


def test_end_to_end_twenty_million_queries_a_second(reference):
    from sim.lifecycle.play import play as play_candidate
    from sim.lifecycle.play import set_stage
    from sim.scenario.schema import Scenario

    settings = {
        "name": "speed",
        "horizon": "60 days",
        "traffic": {"queries": "1M/day"},
        "history": {"days": "7 days"},
        "drift": [{"kind": "random_walk", "what": "clicks", "by": 0.5}],
        "candidate": [{"policy": "keyword"}],
    }
    scenario = Scenario.model_validate(settings)
    stage = set_stage(scenario, 0)
    queries = play_candidate(stage, scenario.candidates[0]).ledger[:, 0].sum()
    speed = queries / seconds(lambda: play_candidate(stage, scenario.candidates[0]), repeats=3)
    ratio, target = speed / reference, 20e6 / TARGET_MACHINE
    told("end to end, 1 M queries a day, drift, ledger", f"{speed / 1e6:.0f} M queries/s, {ratio:.1f} × the reference", f"{target:.1f} ×")
    assert ratio >= target


def command(*words, cache):
    script = f"import sys; sys.argv = {['foreshow', *words]!r}; from sim.cli import entry; entry()"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment(cache))


def environment(cache):
    import os

    return os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(Path(__file__).parents[2])}


def test_first_year_within_a_minute_and_a_gibibyte_from_a_cold_cache(reference, tmp_path):
    import time

    begun = time.perf_counter()
    done = command("run", "first_year", "--quiet", "--workers", "2", cache=tmp_path)
    took = time.perf_counter() - begun
    assert done.returncode == 0, done.stderr
    there = took * reference / TARGET_MACHINE
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    told(
        "first_year, 2 workers, cold cache",
        f"{took:.0f} s here, {there:.0f} s on the target machine; {peak:.2f} GiB a process",
        "60 s, 1 GiB",
    )
    assert there <= 60
    assert peak <= 1


def test_help_and_a_mistake_are_answered_at_once(tmp_path):
    typo = tmp_path / "typo.toml"
    typo.write_text((Path(__file__).parents[2] / "scenarios" / "first_year.toml").read_text().replace("queries ", "querys "))
    numpy_s = seconds(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), repeats=9)
    help_s = seconds(lambda: command("--help", cache=tmp_path), repeats=9)
    mistake_s = seconds(lambda: command("check", str(typo), cache=tmp_path), repeats=9)
    assert command("check", str(typo), cache=tmp_path).returncode == 2
    told("--help against import numpy", f"{help_s / numpy_s:.1f} ×", "4 ×")
    told("a mistake against import numpy", f"{mistake_s / numpy_s:.1f} ×", "6 ×")
    assert help_s <= 4 * numpy_s
    assert mistake_s <= 6 * numpy_s
