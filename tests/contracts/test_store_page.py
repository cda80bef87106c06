"""docs/store.md: it tells every table and column, and its queries answer what they say."""

from __future__ import annotations

import re

import duckdb
import numpy as np
import pandas as pd
import pytest

import sim
from sim.columns import REVENUE
from sim.study.store import tables
from tests.contracts.documents import ROOT, blocks, code
from tests.laws.tiny import learner, policy, tiny

PAGE = ROOT / "docs" / "store.md"
MONTHS, RUNS, DAYS = blocks(PAGE, "sql")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A store with three runs, and the runs in the order in which they were stored."""
    file = tmp_path_factory.mktemp("page") / "foreshow.duckdb"
    scenario = tiny(policy("keyword"), policy("never_show"), learner("clicks"), horizon="40 days")
    runs = [sim.run(scenario, seed=seed, replications=2) for seed in (4, 3)] + [sim.run(scenario, replications=3)]
    for run in runs:
        sim.keep(run, file)
    return file, runs


@pytest.fixture
def ask(played):
    def of(query: str) -> pd.DataFrame:
        with duckdb.connect(str(played[0]), read_only=True) as store:
            return store.execute(query).df()

    return of


def test_every_column_of_every_table_is_told_and_no_other():
    text = PAGE.read_text(encoding="utf-8")
    told = {
        name: [column for row in rows.splitlines()[2:] for column in code(row.split("|")[1])]
        for name, rows in re.findall(r"^`(\w+)`: [^\n]*\n\n((?:\|.*\n)+)", text, flags=re.MULTILINE)
    }
    assert {name: sorted(columns) for name, columns in told.items()} == {name: sorted(of) for name, of in tables.TABLES.items()}


def test_the_months_are_those_of_the_run(ask, played):
    found = ask(MONTHS)
    frame = played[1][-1].frame.groupby(["candidate", "month"])[["clicks", "impressions"]].sum().reset_index()
    assert found[["candidate", "month"]].to_numpy().tolist() == frame[["candidate", "month"]].to_numpy().tolist()
    shown = frame["impressions"].where(frame["impressions"] > 0)
    np.testing.assert_allclose(found["ctr"].to_numpy(float), (frame["clicks"] / shown).to_numpy(float), rtol=1e-12)
    assert found["ctr"].isna().sum() == 2  # never_show shows nothing


def test_a_candidate_is_told_over_all_runs(ask, played):
    found = ask(RUNS)
    runs = sorted(played[1], key=lambda run: (run.seed, run.run))
    assert found["run"].tolist() == [run.run for run in runs]
    for row, run in zip(found.itertuples(), runs, strict=True):
        mine, today = (run.candidate(name).days[..., REVENUE].sum() for name in ("clicks", "keyword"))
        assert (row.seed, row.version) == (run.seed, sim.__version__)
        assert row.revenue == pytest.approx(mine / 1e6 / run.replications)
        assert row.lift_percent == pytest.approx(100 * (mine / today - 1))


def test_days_after_a_deployment_are_those_of_the_ledger(ask, played):
    found = ask(DAYS)
    run = played[1][-1]
    one, today = run.candidate("clicks"), run.candidate("keyword")
    gap = one.days[..., REVENUE] - today.days[..., REVENUE]
    deployed = [(entry.replication, entry.day) for entry in one.chronicle if entry.event == "deploy"]
    expected = {(r, first, day): gap[r, day] / 1e6 for r, first in deployed for day in range(first, min(first + 7, 40)) if gap[r, day] < 0}
    assert 0 < len(expected) < 7 * len(deployed)
    assert {(row.replication, row.deployed, row.day): row.difference for row in found.itertuples()} == pytest.approx(expected)
    assert found["difference"].is_monotonic_increasing


def test_the_example_in_python_runs(played, monkeypatch, capsys):
    monkeypatch.chdir(played[0].parent)
    (example,) = blocks(PAGE, "python")
    exec(compile(example, "store.md", "exec"), {})
    assert all(run.run in capsys.readouterr().out for run in played[1][:1])


def test_the_commands_are_commands():
    import click

    from sim.cli import main

    for words in re.findall(r"^foreshow ([^#\n]+)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        name, *rest = words.split()
        command = main.get_command(click.Context(main), name)
        assert command is not None
        command.make_context(name, rest)
