"""The page tells every figure, every miss and every gap, and nothing of whose machine it is."""

import getpass
import platform
from dataclasses import replace

from tests.benchmarks import machine, page
from tests.benchmarks.__main__ import WORDS
from tests.benchmarks.catalogue import ALL
from tests.benchmarks.figure import Figure, multiple
from tests.benchmarks.peers.engines import ENGINES
from tests.benchmarks.peers.side_by_side import Standing
from tests.benchmarks.reference import TARGET_MACHINE

FAST = Figure(30e6, "queries/s", 6.6, "reference loop", "more", 6.52, 6.6 * TARGET_MACHINE, "≥ 60 M queries/s", peak_mib=312.4)
SIDE = Standing(FAST, 0.0712, 0.371, 0.123, 61234.4, 0.0123, 0.111)
WORDS_HERE = {"kernel": "the kernel", "slow": "a slow one", "gone": "a lost one", "ours": "ours", "theirs": "theirs"}


def rows(text):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]


def written(fails=()):
    found = {"kernel": FAST, "slow": multiple(0.5, "a bare kernel", 0.8, "more"), "gone": "no sampler"}
    sides = {"ours": SIDE, "theirs": "not installed here; `make bench-peers` installs it"}
    return page.write(machine.describe(), found, sides, WORDS_HERE, list(fails))


def test_each_figure_has_a_row():
    told = rows(written())
    assert [
        "the kernel", "30 M queries/s", "60.7 M queries/s", "6.6 × reference loop", "≥ 60 M queries/s there (6.52 ×)", "met", "312 MiB",
    ] in told  # fmt: skip
    assert ["a slow one", "0.5 ×", "", "0.5 × a bare kernel", "≥ 0.8 ×", "**MISSED**", ""] in told
    assert ["ours", "30 M", "6.6", "0.0712", "0.371", "0.123", "61,234", "0.0123", "0.111"] in told


def test_what_could_not_be_measured_says_why():
    text = written()
    assert "| a lost one | not measured: no sampler |" in text
    assert "| theirs | not installed here; `make bench-peers` installs it |" in text


def test_the_rows_of_a_table_are_as_wide_as_its_head():
    blocks = [block.splitlines() for block in written().split("\n\n") if block.startswith("| ")]
    assert len(blocks) == 2
    for block in blocks:
        assert {line.count("|") for line in block} == {block[0].count("|")}


def test_why_the_run_fails_stands_on_the_page():
    assert "This run fails:\n\n- kernel: slower\n" in written(["kernel: slower"])
    assert "This run fails" not in written()


def test_it_does_not_tell_whose_machine_it_is():
    told = " ".join(machine.describe().values())
    assert platform.node() not in told
    assert "/" not in told
    assert getpass.getuser() not in told.split()


def test_every_benchmark_and_engine_says_what_it_is():
    assert set(WORDS) == {one.__name__ for one in ALL} | set(ENGINES) | {"memory"}
    assert len(set(WORDS.values())) == len(WORDS)
    assert len({one.__name__ for one in ALL}) == len(ALL)


def test_a_figure_at_its_target_has_met_it():
    assert replace(FAST, ratio=6.52).met
    assert replace(FAST, ratio=6.51).met is False
    assert replace(FAST, target=None).met is None
