"""What tests of `foreshow compare` share: a scenario that is compared in a second, and models that misbehave on time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.commands.shell import Done

WORLD = """
[traffic]
queries     = "2k/day"
query_types = 100
topics      = 4

[market]
ads         = 200
advertisers = 20
matched     = 8
worthy      = "0.5%"

[history]
days = "14 days"
"""
MODULE = """
import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np


class Model:
    "Counts its fits in a file, and does what it is told at one of them; or when it meets some data."

    def __init__(self, how="", at=0, met=0.0, p=0.3):
        self.how, self.at, self.met, self.p = how, at, met, p

    def fit(self, X, y, sample_weight=None):
        file, met = Path(f"fits of {self.how}.txt"), float(X.select_dtypes("number").to_numpy().sum())
        with file.open("a") as stream:
            stream.write(f"{met!r}\\n")
        count = len(file.read_text().splitlines())
        if count == self.at or (self.met and abs(met - self.met) < 1e-6):
            getattr(self, self.how)()
        return self

    def predict_proba(self, X):
        p = np.full(len(X), np.nan if self.how == "nan" else self.p)
        return np.column_stack([1 - p, p])

    def stumble(self):
        raise RuntimeError("it stumbled")

    def stop(self):
        os.kill(os.getpid(), signal.SIGINT)

    def stop_parent(self):
        if Path("stopped").exists():
            return
        wait_for("whole")
        Path("stopped").touch()
        os.kill(multiprocessing.parent_process().pid, signal.SIGINT)
        time.sleep(300)

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def leave(self):
        os._exit(0)

    def sleep(self):
        wait_for("told")


def wait_for(name):
    "Wait until the test has made a file of that name."
    patience = time.monotonic() + 300
    while not Path(name).exists() and time.monotonic() < patience:
        time.sleep(0.02)
"""
NEEDED = re.compile(r", [\d.]+ (?:s|min|h)\)")  # how long it takes to decide it, on this machine
KEYWORD, RANDOM = 'policy = "keyword"', 'policy = "random"'
SIX = ("--replications", "6")
SHIPS = ("--primary", "impressions", "--replications", "3")  # `random` shows far more than `keyword` in every world


def model(name: str, **given: object) -> str:
    """A candidate with the model of `MODULE`."""
    words = "".join(f", {key} = {json.dumps(value)}" for key, value in given.items())
    return f'name = "{name}"\nobjective = "clicks"\nmodel = {{ use = "mine:Model"{words} }}'


def write(*candidates: str, days: int = 2, rules: tuple[str, ...] = (), limit: int = 12, more: str = "", world: str = WORLD) -> None:
    """Write `small.toml` and its module to the current folder."""
    text = f'name = "small"\nhorizon = "{days} days"\n{more}\n{world}\n[compare]\nreplications = {limit}\n'
    text += f"[guardrails]\nrules = {json.dumps(rules)}\n"
    text += "".join(f"\n[[candidate]]\n{one}\n" for one in (candidates or (KEYWORD, RANDOM)))
    Path("small.toml").write_text(text, encoding="utf-8")
    Path("mine.py").write_text(MODULE, encoding="utf-8")


def found(done: Done) -> dict[str, Any]:
    """The JSON on standard output, without what a clock has measured."""
    return untimed(json.loads(done.out))


def untimed(value):
    """A value of the document without the seconds that are needed, however deep they are."""
    if isinstance(value, dict):
        return {key: untimed(inner) for key, inner in value.items() if key != "needed_seconds"}
    return [untimed(inner) for inner in value] if isinstance(value, list) else value
