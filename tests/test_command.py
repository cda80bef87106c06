"""The command as a shell sees it: what goes to which stream, and the exit code of every way to end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.errors import BadInput
from tests.small import SMALL_WORLD

ROOT = Path(__file__).parents[1]
MODULE = """
import os, signal, sys
import numpy as np


class Fair:
    def fit(self, X, y, sample_weight=None):
        return self

    def predict_proba(self, X):
        return np.full(len(X), 0.3)


class Chatty(Fair):
    def fit(self, X, y, sample_weight=None):
        print("hello from a model", flush=True)
        os.write(1, b"and from below\\n")
        return self


class Leaver(Fair):
    def fit(self, X, y, sample_weight=None):
        sys.exit(3)


class Dead(Fair):
    def fit(self, X, y, sample_weight=None):
        os._exit(9)


class Interrupter(Fair):
    def fit(self, X, y, sample_weight=None):
        os.kill(os.getpid(), signal.SIGINT)
        return self


def a_pipeline(C=1.0):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=C))
"""
SCENARIO = f"""
name    = "small"
horizon = "9 days"
{SMALL_WORLD}
[[candidate]]
policy = "keyword"

[[candidate]]
objective = "clicks"
model     = "models:{{model}}"
"""


@pytest.fixture
def small(tmp_path):
    """A scenario with some model of `MODULE`, as a file."""
    (tmp_path / "models.py").write_text(MODULE, encoding="utf-8")

    def of(model):
        file = tmp_path / "small.toml"
        file.write_text(SCENARIO.format(model=model), encoding="utf-8")
        return str(file)

    return of


def foreshow(*words, out=subprocess.PIPE):
    script = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
    # Errors as warnings everywhere: a run may print nothing but its report.
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", script, *words]
    return subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True, check=False)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_a_model_prints_does_not_reach_the_json(small, workers):
    done = foreshow("run", small("Chatty"), "--json", "-", "--workers", workers)
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "foreshow/run/1"
    assert "hello from a model" in done.stderr
    assert "and from below" in done.stderr


def test_a_model_that_leaves_is_left_out_and_the_others_are_reported(small):
    done = foreshow("run", small("Leaver"), "--workers", "1")
    assert done.returncode == 4
    assert "SystemExit: 3; it is left out" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr


def test_a_worker_that_dies_costs_its_candidate_only(small):
    done = foreshow("run", small("Dead"), "--workers", "2", "--replications", "2")
    assert done.returncode == 4
    assert "a worker process died" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_leaves_a_partial_report_and_130(small):
    done = foreshow("run", small("Interrupter"), "--workers", "1")
    assert done.returncode == 130
    assert done.stdout.startswith("[PARTIAL]")
    assert "before clicks" in " ".join(done.stdout.split())


def test_an_output_that_takes_no_more_is_told_without_a_traceback(small):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = foreshow("run", small("Fair"), out=full)
    assert done.returncode == 70
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_could_not_be_written_does_not_cost_the_report(small):
    done = foreshow("run", small("Fair"), "--json", "/dev/full")
    assert done.returncode == 70
    assert "could not be written" in done.stderr
    assert "whole horizon" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_fault(small):
    command = f"{sys.executable} -m sim run {small('Fair')} | head -1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("[ONE RUN]")
    assert done.stderr == ""


def test_check_draws_what_a_world_will_do_and_plays_nothing(small, capsys, monkeypatch):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sim.lifecycle.play.play", None)
    cli.main(["check", small("Fair"), "--plot", "--width", "60", "--ascii"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert shown.startswith("What this world will do: ")
    assert shown.isascii()
    assert max(map(len, shown.splitlines())) <= 60
    cli.main(["check", small("Fair")], standalone_mode=False)
    assert "sound" in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--width", "80"], ["--ascii"]])
def test_an_option_of_the_plot_without_the_plot_is_a_mistake(small, option):
    with pytest.raises(BadInput, match=f"{option[0]}: has no effect without --plot"):
        cli.main(["check", small("Fair"), *option], standalone_mode=False)


def test_a_fault_of_ours_ends_in_70(monkeypatch, capsys):
    def broken(*_words, **_options):
        raise RuntimeError("the roof fell in")

    monkeypatch.setattr(cli, "main", broken)
    with pytest.raises(SystemExit) as ended:
        cli.entry()
    assert ended.value.code == 70
    assert "a fault of ours: RuntimeError: the roof fell in" in capsys.readouterr().err


def test_a_function_that_makes_a_pipeline_is_a_model(small):
    run = sim.run(small("a_pipeline"))
    assert run.failed == ()
    assert run.candidate("clicks").days[:, :, 3].sum() > 0


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": "x"}, {"replications": 0}, {"replications": True}, {"workers": 0}])
def test_wrong_arguments_in_python_are_told_like_those_of_a_file(wrong):
    with pytest.raises(BadInput, match="a whole number from"):
        sim.run("quiet", **wrong)


def test_results_are_frozen(small):
    run = sim.run(small("Fair"))
    with pytest.raises(ValueError, match="read-only"):
        run.candidates[0].days[0, 0, 0] = 99
    with pytest.raises(AttributeError):
        run.seed = 2
