"""The published example of Open Bandit Pipeline: Thompson sampling valued from the uniform policy's log."""

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.policy.backtest import backtest_policy
from sim.calibrate.policy.results import UNKNOWN, dissenters
from tests.calibrate.policy.published import ALPHA, BETA
from tests.real_logs import DATA

RANDOM, BTS = DATA / "obd_small_random.csv.gz", DATA / "obd_small_bts_no_clicks.csv.gz"
pytestmark = pytest.mark.skipif(not RANDOM.exists(), reason="needs the Open Bandit logs, which are not part of the repository")

ROUNDS, SLOTS, STATE = 100_000, 3, 12_345  # of the published example


def thompson():
    """The chance of each ad in each position, simulated as the published example does it: in legacy NumPy's stream."""
    drawn = np.random.RandomState(STATE).beta(ALPHA, BETA, (ROUNDS, len(ALPHA)))
    best = drawn.argsort(axis=1)[:, ::-1][:, :SLOTS]
    shares = [np.bincount(best[:, slot], minlength=len(ALPHA)) / ROUNDS for slot in range(SLOTS)]
    tables = [pd.DataFrame({"ad": np.arange(len(ALPHA)), "position": slot + 1, "probability": share}) for slot, share in enumerate(shares)]
    return pd.concat(tables)


@pytest.fixture(scope="module")
def published():
    rows = pd.read_csv(RANDOM)
    return backtest_policy(rows[rows["campaign"] == "all"].drop(columns="campaign"), thompson(), confidence=0.95)


def test_the_published_estimate_comes_out_to_the_last_digit(published):
    found = published.total.by("IPS")
    assert found.relative == pytest.approx(1.1981263157894735, rel=1e-12)
    assert found.estimate == pytest.approx(0.00455288, rel=1e-9)
    assert published.total.by("SNIPS").estimate == pytest.approx(0.00477583308, rel=1e-8)
    assert found.ess == pytest.approx(1639.5, abs=0.05)
    assert found.max_weight == pytest.approx(19.598, abs=0.0005)
    assert found.mean_weight == pytest.approx(0.9533, abs=0.00005)


def test_its_interval_is_the_published_one_or_wider(published):
    found = published.total.by("IPS")
    assert found.bootstrap == pytest.approx((0.00158, 0.00956), abs=0.0006)  # 400 draws: sd of an end some 0.0002
    assert found.low <= min(found.bootstrap.low, found.normal.low)
    assert found.high >= max(found.bootstrap.high, found.normal.high)


def test_no_campaign_can_rank_two_policies():
    found = backtest_policy(RANDOM, BTS)
    assert [one.name for one in found.campaigns] == ["all", "men", "women"]
    for one in found.campaigns:
        assert one.clicks < 50
        assert one.answer == UNKNOWN
        assert any(note.startswith(f"{one.name}: {one.clicks} clicks; with fewer than 100 no estimator can rank") for note in found.notes)
        for estimate in one.estimates:
            assert estimate.lift_low < 0 < estimate.lift_high
            assert estimate.low < one.logged[0] < estimate.high
        assert one.least > 0.5
    assert found.total.answer == UNKNOWN  # 130 clicks: DR by itself says more, half of the eight do not
    assert len(dissenters(found.total.estimates, found.total.by("DR").leans)) == 4
    assert found.total.rows == sum(one.rows for one in found.campaigns)
