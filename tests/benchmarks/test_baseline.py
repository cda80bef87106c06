"""A run is held against what was accepted: worse ratios, new misses and lost figures fail it, and nothing else does."""

from dataclasses import replace

import pytest

from tests.benchmarks import baseline
from tests.benchmarks.apart import Broken
from tests.benchmarks.baseline import Accepted, Baseline, complaints
from tests.benchmarks.figure import Figure

FAST = Figure(60e6, "queries/s", 6.0, "reference loop", "more", 5.0, aim="≥ 46 M queries/s")
SHORT = Figure(0.008, "s", 0.07, "reference loop, 1 M queries", "less", 0.074, aim="≤ 8 ms")


def accepted(**ones):
    return Baseline("a processor", {name: Accepted(one.ratio, one.met, one.gated) for name, one in ones.items()})


@pytest.mark.parametrize(("figure", "worse", "better"), [(FAST, 6 * 0.84, 6 * 0.86), (SHORT, 0.07 * 1.16, 0.07 * 1.14)])
def test_fifteen_percent_worse_fails_and_less_does_not(figure, worse, better):
    free = replace(figure, target=None)
    before = accepted(it=free)
    assert complaints({"it": replace(free, ratio=better)}, before) == []
    (told,) = complaints({"it": replace(free, ratio=worse)}, before)
    assert f"{figure.ratio:.3g} × before" in told
    assert f"{worse:.3g} × now: 16% worse" in told


@pytest.mark.parametrize(("figure", "better"), [(FAST, 12.0), (SHORT, 0.01)])
def test_better_never_fails(figure, better):
    assert complaints({"it": replace(figure, ratio=better)}, accepted(it=figure)) == []


def test_a_target_that_was_met_may_not_be_missed_by_a_hair():
    (told,) = complaints({"it": replace(FAST, ratio=4.99)}, accepted(it=replace(FAST, ratio=5.01)))
    assert "MISSED" in told
    assert "met before at 5.01" in told


def test_a_miss_fails_until_it_is_accepted(tmp_path):
    missed, file = {"it": replace(FAST, ratio=4.0)}, tmp_path / "ratios.json"
    (told,) = complaints(missed, baseline.read(file))
    assert "nobody has accepted" in told
    baseline.accept(missed, "a processor", baseline.read(file), file)
    assert baseline.read(file) == Baseline("a processor", {"it": Accepted(4.0, False, True)})
    assert complaints(missed, baseline.read(file)) == []


def test_what_others_wrote_is_told_and_not_held():
    theirs = replace(FAST, target=None, gated=False)
    before = accepted(it=theirs)
    assert complaints({"it": replace(theirs, ratio=1.0)}, before) == []
    assert complaints({"it": "not installed here"}, before) == []
    assert complaints({}, before) == []


def test_a_figure_can_not_be_lost_in_silence():
    before = accepted(it=FAST)
    assert "can't be measured now: no sampler" in complaints({"it": "no sampler"}, before)[0]
    assert "no benchmark of that name" in complaints({}, before)[0]
    assert complaints({"it": "no sampler"}, accepted()) == []


def test_a_benchmark_that_breaks_fails_the_run_even_when_it_is_new():
    assert complaints({"it": Broken("failed with KeyError: 'x'")}, accepted()) == ["it: failed with KeyError: 'x'."]


def test_accepting_keeps_what_was_not_measured(tmp_path):
    file, before = tmp_path / "ratios.json", accepted(first=FAST, second=SHORT, gone=FAST)
    baseline.accept({"first": replace(FAST, ratio=7.0), "second": "not installed"}, "new", before, file)
    assert {name: one.ratio for name, one in baseline.read(file).ratios.items()} == {"first": 7.0, "second": 0.07}
    baseline.accept({"first": replace(FAST, ratio=8.0)}, "new", before, file, everything=False)
    assert {name: one.ratio for name, one in baseline.read(file).ratios.items()} == {"first": 8.0, "second": 0.07, "gone": 6.0}
