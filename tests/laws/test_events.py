"""Nothing is lost between the ledger and the event log: added up, its rows are each day's figures, to the last millionth."""

import pandas as pd
import pytest

import sim
from sim.columns import CLICKS, CONVERSIONS, IMPRESSIONS, INVALID_CLICKS, QUERIES_WITH_ADS, REFUNDS, REVENUE
from tests.laws.tiny import learner, policy, tiny

EXPLORER = learner("revenue", name="explorer", explore={"use": "epsilon", "share": 0.4, "variants": 5})
DRIFT = [
    {"kind": "random_walk", "what": "clicks", "by": 0.6, "every": "36 h"},
    {"kind": "outage", "what": "tracking", "at": "day 6", "lasts": "5 days", "by": 0.7},
    {"kind": "outage", "what": "model", "at": "day 9", "lasts": "1 day"},
]
WORLDS = {
    "budgets": {"market": {"budget": 3.0, "invalid": 0.1}},
    "memory and a cascade": {"users": {"leaving": 0.3, "click_model": "cascade", "frailty": 0.4}, "drift": DRIFT},
    "everything": {
        "market": {"budget": 3.0, "invalid": 0.1, "pricing": "vickrey", "refunds_after": "3 days"},
        "users": {"leaving": 0.3, "click_model": "cascade", "frailty": 0.4},
        "conversions": {"rate": 0.3},
        "drift": DRIFT,
    },
}  # fmt: skip


@pytest.mark.parametrize("world", WORLDS)
def test_event_files_add_up_to_the_ledger_of_each_day(world, tmp_path):
    scenario = tiny(policy("always_show"), EXPLORER, **WORLDS[world])
    run = sim.run(scenario, events=tmp_path / "events")
    assert run.fingerprint == sim.run(scenario).fingerprint  # and being watched changes nothing
    rows = pd.read_parquet(tmp_path / "events")
    midnight = pd.Timestamp(scenario.start)
    for candidate in run.candidates:
        for replication, ledger in enumerate(candidate.days):
            own = rows[(rows["candidate"] == candidate.name) & (rows["replication"].astype(int) == replication)]
            assert ((own["time"] - midnight).dt.days == own["day"]).all()
            assert own["time"].is_monotonic_increasing
            refunded = own[own["refunded"].notna()]
            due = refunded.groupby((refunded["refunded"] - midnight).dt.days)["charge_micros"].sum()
            by_day = own.groupby("day")
            sums = {
                QUERIES_WITH_ADS: by_day["query"].nunique(),
                IMPRESSIONS: by_day.size(),
                CLICKS: by_day["clicked"].sum(),
                CONVERSIONS: by_day["converted"].sum(),
                INVALID_CLICKS: refunded.groupby("day").size(),
                REFUNDS: due,
                REVENUE: by_day["charge_micros"].sum().sub(due, fill_value=0),
            }
            for column, found in sums.items():
                assert found.reindex(range(scenario.days), fill_value=0).tolist() == ledger[:, column].tolist()
            assert ledger[:, [CLICKS, CONVERSIONS, INVALID_CLICKS]].sum(axis=0).min() > 0


def test_a_row_keeps_what_every_row_must(tmp_path):
    run = sim.run(tiny(EXPLORER, **WORLDS["everything"]), events=tmp_path / "events")
    rows = pd.read_parquet(tmp_path / "events")
    assert len(rows) == run.candidates[0].days[:, :, IMPRESSIONS].sum()
    assert rows["propensity"].between(0, 1, inclusive="right").all()
    assert (rows["propensity"] < 1).any()
    assert rows["position"].between(1, 4).all()
    assert (rows.loc[~rows["clicked"], "charge_micros"] == 0).all()
    assert (rows["charge_micros"] <= rows["price_micros"]).all()
    assert (rows["charge_micros"] < rows["price_micros"])[rows["clicked"]].any()  # the last click of a budget
    assert not rows["converted"][~rows["clicked"] | rows["refunded"].notna()].any()
    assert (rows["conversion_known"].notna() == rows["converted"]).all()
    assert (rows["conversion_known"] >= rows["time"])[rows["converted"]].all()
    assert (rows["refunded"] - rows["time"]).dropna().eq(pd.Timedelta(days=3)).all()
    pages = rows.groupby(["time", "query"], sort=False)["position"]
    assert (rows["position"] == pages.cumcount() + 1).all()
    assert not rows.duplicated(["query", "ad"]).any()
