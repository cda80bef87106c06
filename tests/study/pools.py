"""What tests of the pool share: a scenario with a model of its own, and what single tasks say of the same."""

from __future__ import annotations

import json

import numpy as np

from sim.scenario.read import load
from sim.study.worker import Failure, Task, work
from tests.laws.tiny import learner, policy, tiny
from tests.small import SMALL_WORLD

RATE = {"use": "tests.candidates.spies:Rate"}
TWO = tiny(policy("keyword"), learner("clicks", RATE), horizon="2 days")

OWN = """
import os
from pathlib import Path

import numpy as np

import helper_of_the_pool


class Model:
    def __init__(self, how="", once=""):
        self.how, self.once = how, once

    def fit(self, X, y, sample_weight=None):
        if self.how == "kill" or (self.once and not Path(self.once).exists()):
            if self.once:
                Path(self.once).touch()
            os.kill(os.getpid(), 9)
        return self

    def predict_proba(self, X):
        if self.how == "raise":
            try:
                raise KeyError("first")
            except KeyError:
                helper_of_the_pool.fall()
        p = np.full(len(X), np.nan if self.how == "nan" else helper_of_the_pool.P)
        return np.column_stack([1 - p, p])


class Explorer:
    def __init__(self):
        raise ValueError("an explorer that can't be made")
"""
HELPER = "P = 0.25\n\n\ndef fall():\n    raise RuntimeError('fell\\nover')\n"


def own(folder, *models, horizon="2 days"):
    """A scenario beside a model of its own, with a candidate for each of *models* after `keyword`."""
    (folder / "own_of_the_pool.py").write_text(OWN, encoding="utf-8")
    (folder / "helper_of_the_pool.py").write_text(HELPER, encoding="utf-8")
    text = f'name = "own"\nhorizon = "{horizon}"\n{SMALL_WORLD}\n[[candidate]]\npolicy = "keyword"\n'
    for number, model in enumerate(models):
        given = "".join(f", {key} = {json.dumps(str(value))}" for key, value in model.items())
        text += f'[[candidate]]\nname = "m{number}"\nobjective = "clicks"\nmodel = {{ use = "own_of_the_pool:Model"{given} }}\n'
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return load(folder / "own.toml")


def both():
    return (0, 1)


def equal(one, other):
    if isinstance(one, Failure) or isinstance(other, Failure):
        return one == other
    return np.array_equal(one.ledger, other.ledger) and one[1:] == other[1:]


def same(one, other):
    return one.keys() == other.keys() and all(
        one[number].keys() == other[number].keys() and all(equal(one[number][place], other[number][place]) for place in one[number])
        for number in one
    )


def alone(scenario, numbers, candidates):
    """What a worker says of each task for itself, as a run asks for it."""
    return {number: {place: work(scenario, Task(number, place)) for place in candidates} for number in numbers}
