"""`foreshow run --profile`."""

import time

import pytest

from sim import stopwatch
from tests.commands.conftest import SCENARIO

pytestmark = pytest.mark.usefixtures("folder")
SLOW = """
import time
import numpy as np


class Slow:
    def fit(self, X, y, sample_weight=None):
        time.sleep(3600)
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)
"""


def test_the_profile_follows_the_screen(foreshow):
    screen = foreshow("run", "small.toml").out
    done = foreshow("run", "small.toml", "--profile")
    assert done.code == 0
    assert done.out.startswith(screen)
    told = done.out.removeprefix(screen)
    for word in ("of the time", "before day 1", "keyword", "random", "store", "start, rest", "sampling"):
        assert word in told


@pytest.fixture
def clock(monkeypatch):
    """A clock on which a step takes a microsecond, and sleep what it takes, on a machine that is however busy."""

    class Clock:
        now_ns = 0

        def ticks(self):
            self.now_ns += 1_000
            return self.now_ns

        def sleep(self, seconds):
            self.now_ns += int(seconds * 1e9)

    one = Clock()
    for module in ("sim.commands.profiling", "sim.study.timings"):
        monkeypatch.setattr(f"{module}.perf_counter_ns", one.ticks)
    monkeypatch.setattr(stopwatch.Stopwatch.__init__, "__defaults__", (one.ticks,))
    monkeypatch.setattr(time, "sleep", one.sleep)


def test_a_model_of_ones_own_that_takes_the_time_is_told_first(foreshow, folder, clock):
    (folder / "mine.py").write_text(SLOW)
    (folder / "small.toml").write_text(SCENARIO + "[[candidate]]\nobjective = 'clicks'\nmodel = 'mine:Slow'\nretrain = 'never'\n")
    done = foreshow("run", "small.toml", "--profile", "--quiet", "--no-store", "--workers", "1")
    assert done.code == 0
    first, sentence = done.out.splitlines()[0], " ".join(done.out.splitlines()[1:])
    assert first.startswith("[")
    assert "in mine:Slow (fit" in sentence
    assert "the simulator itself takes" in sentence


@pytest.mark.parametrize("option", ["--json", "--csv"])
def test_standard_output_stays_the_file_alone(foreshow, option):
    plain = foreshow("run", "small.toml", option, "-")
    done = foreshow("run", "small.toml", option, "-", "--profile")
    assert done.out == plain.out
    assert "of the time" in done.err
    assert plain.err == ""


def test_what_is_stored_knows_nothing_of_the_profile(foreshow):
    screen = foreshow("run", "small.toml").out
    foreshow("run", "small.toml", "--profile")
    assert foreshow("report").out == screen
    assert len(foreshow("list", "--runs").out.splitlines()) == 2
