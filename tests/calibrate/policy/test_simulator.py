"""Our own simulator knows the truth: what the other policy got on the same queries."""

from typing import NamedTuple

import pandas as pd
import pytest

import sim
from sim.calibrate.policy.backtest import backtest_policy
from sim.calibrate.policy.results import UNKNOWN, Part
from tests.laws.tiny import learner, policy, tiny


class Played(NamedTuple):
    """Rows of the log that explores, and of the policy that is asked about."""

    log: pd.DataFrame
    other: pd.DataFrame

    @property
    def truth(self) -> float:
        return float(self.other["clicked"].mean())


def play(folder, **market) -> Played:
    explore = {"use": "epsilon", "variants": 4}
    scenario = tiny(
        policy("keyword"),
        learner("revenue", name="explorer", explore=explore | {"share": 0.8}),
        learner("revenue", name="other", explore=explore | {"share": 0.1}),
        horizon="3 days", market={"invalid": 0.0, "slots": 1} | market, traffic={"queries": 20_000, "query_types": 60},
    )  # fmt: skip
    sim.run(scenario, events=folder)
    return Played(*(pd.read_parquet(folder / f"candidate={name}") for name in ("explorer", "other")))


def value(log: pd.DataFrame, other: pd.DataFrame) -> Part:
    return backtest_policy(log, other.drop(columns=["clicked", "propensity"]), confidence=0.95).total


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    return play(tmp_path_factory.mktemp("free") / "events")


def test_estimates_agree_with_what_the_other_policy_got(free):
    found = value(free.log, free.other)
    assert found.by("IPS").mean_weight == pytest.approx(1, abs=0.05)
    assert found.supported > 0.99
    for one in found.estimates:
        assert one.low < free.truth < one.high, one
    for name in ("IPS", "SNIPS", "DR", "SNDR"):
        assert found.by(name).estimate == pytest.approx(free.truth, rel=0.2)  # both have some 250 clicks


def test_bandit_feedback_is_a_log_like_any_other(free, tmp_path):
    play(tmp_path / "events")
    rounds = sim.bandit_feedback(tmp_path / "events", "explorer")
    log = pd.DataFrame({name: rounds[name] for name in ("action", "position", "pscore")}).assign(
        clicks=rounds["reward"], query=rounds["context"][:, -1].astype(int), segment=rounds["context"][:, :-1].argmax(axis=1)
    )
    found, same = value(log.assign(clicked=0, propensity=log["pscore"]), log.assign(clicked=0, propensity=0)), value(free.log, free.log)
    assert found.clicks == same.clicks
    assert found.by("IPS").estimate == pytest.approx(same.by("IPS").estimate)


def test_under_shared_budgets_the_estimates_are_off(free, tmp_path):
    """The other policy's choices at midnight are known; what budgets make of them in its own world is not in the log."""
    bound = play(tmp_path / "events", budget=0.2, budget_spread=0.5)
    found = value(bound.log, free.other)
    assert not found.by("IPS").low < bound.truth < found.by("IPS").high
    assert not found.by("DR").low < bound.truth < found.by("DR").high
    assert "mean weight" in found.by("IPS").warning
    assert found.answer == UNKNOWN
