"""The propensities of an event log are right: an exploring policy's rows, reweighted, tell what another policy got.

The other policy shows what the explorer thinks best, so that the explorer might have shown each of its
pages. Both are played on the same queries; errors are added as if they were independent, so they are if
anything too large, and the false-alarm rate of each figure is at most that of `near`, 7e-6.
"""

import numpy as np
import pandas as pd
import pytest

import sim
from tests.laws.chance import near
from tests.laws.tiny import learner, tiny

STEADY = {"retrain": "never", "refresh": "100 days", "takes": "1 s"}  # one set of pages from the first second on
EXPLORE = {"use": "epsilon", "share": 0.6, "variants": 8}
PLACE = ["query_type", "segment", "ad", "position"]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The rows of the explorer that another might have shown, and all of the other's."""
    folder = tmp_path_factory.mktemp("logs") / "events"
    explorer, target = learner("revenue", name="explorer", explore=EXPLORE, **STEADY), learner("revenue", name="target", **STEADY)
    scenario = tiny(explorer, target, traffic={"queries": 40_000}, market={"matched": 6})
    sim.run(scenario, events=folder)
    rows = pd.read_parquet(folder)
    rows = rows[rows["time"] > pd.Timestamp(scenario.start) + pd.Timedelta(seconds=1)]
    explored, best = (rows[rows["candidate"] == name] for name in ("explorer", "target"))
    return explored.merge(best[PLACE].drop_duplicates(), on=PLACE), best


def sums(rows, weight):
    """Impressions and clicks of each position with their errors, shape (2, positions) each."""
    parts = pd.DataFrame({"shown": weight, "clicks": weight * rows["clicked"]})
    by_position = parts.groupby(rows["position"])
    return by_position.sum().to_numpy().T, np.sqrt((parts**2).groupby(rows["position"]).sum().to_numpy().T)


def test_reweighted_rows_tell_what_another_policy_got(logs):
    explored, best = logs
    estimated, error = sums(explored, 1 / explored["propensity"])
    got, got_error = sums(best, pd.Series(1.0, best.index))
    assert got[1].sum() > 300
    assert (explored["propensity"] < 0.999).mean() > 0.9
    assert near(estimated, got, np.hypot(error, got_error))


@pytest.mark.parametrize("wrong", [lambda p: p * 0 + 1, lambda p: p * 1.05], ids=["none", "a twentieth too large"])
def test_wrong_propensities_are_noticed(logs, wrong):
    explored, best = logs
    estimated, error = sums(explored, 1 / wrong(explored["propensity"]))
    got, got_error = sums(best, pd.Series(1.0, best.index))
    assert not near(estimated, got, np.hypot(error, got_error))
