"""The event log as off-policy libraries read it: from Python, and as the SQL view of docs/events.md."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import sim
from sim.columns import MICROS
from sim.errors import BadInput
from tests.laws.tiny import learner, policy, tiny

DOCS = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
EXPLORER = learner("revenue", name="explorer", explore={"use": "epsilon", "share": 0.4, "variants": 5})
SCENARIO = tiny(policy("keyword"), EXPLORER, horizon="6 days", market={"invalid": 0.2})


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log") / "events"
    sim.run(SCENARIO, events=folder)
    return folder


def own(events, name="explorer"):
    rows = pd.read_parquet(events)
    return rows[rows["candidate"] == name].reset_index(drop=True)


def test_it_has_the_keys_and_shapes_of_open_bandit_pipeline(events):
    rounds, rows = sim.bandit_feedback(events, "explorer"), own(events)
    assert set(rounds) == {"n_rounds", "n_actions", "context", "action", "position", "reward", "pscore"}
    assert rounds["n_rounds"] == len(rows)
    assert rounds["n_actions"] == SCENARIO.market.ads > rounds["action"].max()
    assert rounds["context"].shape == (len(rows), len(SCENARIO.devices) + 1)
    assert (rounds["context"][:, :-1].sum(axis=1) == 1).all()
    assert (rounds["context"][:, -1] == rows["query_type"]).all()
    for place, device in enumerate(SCENARIO.devices):
        assert (rounds["context"][:, place] == (rows["segment"] == device.name)).all()
    assert all(rounds[key].shape == (len(rows),) for key in ("action", "position", "reward", "pscore"))
    assert rounds["action"].dtype == rounds["position"].dtype == np.int64
    assert (rounds["action"] == rows["ad"]).all()
    assert (rounds["position"] == rows["position"] - 1).all()
    assert (rounds["pscore"] == rows["propensity"]).all()
    assert rounds["pscore"].min() < 1


def test_each_reward_is_what_it_says(events):
    rows = own(events)
    kept = rows["charge_micros"].where(rows["refunded"].isna(), 0) / MICROS
    for reward, expected in {"clicked": rows["clicked"], "converted": rows["converted"], "revenue": kept}.items():
        found = sim.bandit_feedback(events, "explorer", reward=reward)["reward"]
        assert found.sum() > 0
        assert found == pytest.approx(expected.astype(float))
    assert rows["refunded"].notna().sum() > 3


def test_days_take_a_part(events):
    rows = own(events)
    part = sim.bandit_feedback(events, "explorer", first_day=2, end_day=4)
    assert (part["action"] == rows[rows["day"].between(2, 3)]["ad"]).all()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "candidate: is not said, and there are several; one of explorer, keyword"),
        ({"candidate": "explore"}, "found 'explore'; one of explorer, keyword; did you mean 'explorer'?"),
        ({"candidate": "explorer", "replication": 3}, "replication: found 3"),
        (
            {"candidate": "explorer", "reward": "click"},
            "reward: found 'click'; one of clicked, converted, revenue; did you mean 'clicked'?",
        ),
    ],
)
def test_what_is_not_there_is_told(events, asked, told):
    with pytest.raises(BadInput, match=re.escape(told)):
        sim.bandit_feedback(events, **asked)


def test_another_folder_is_no_event_log(tmp_path):
    with pytest.raises(BadInput, match="holds no event log"):
        sim.bandit_feedback(tmp_path)


def blocks():
    return re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)


def test_the_sql_of_the_docs_says_the_same(events):
    rounds, asked = sim.bandit_feedback(events, "explorer"), [block.replace("'events/", f"'{events}/") for block in blocks()]
    store = duckdb.connect()
    by_position = store.sql(asked[0]).df()
    assert by_position["ctr"].between(0, 1).all()
    store.execute(asked[1])
    wanted = "sum(reward), sum(reward_revenue), sum(1 / pscore), count(*)"
    (view,) = store.execute(f"SELECT {wanted} FROM bandit_feedback WHERE candidate = 'explorer'").fetchall()
    revenue = sim.bandit_feedback(events, "explorer", reward="revenue")["reward"].sum()
    assert view == pytest.approx((rounds["reward"].sum(), revenue, (1 / rounds["pscore"]).sum(), rounds["n_rounds"]))
    store.execute("CREATE TABLE best AS SELECT DISTINCT query_type, segment, action FROM bandit_feedback WHERE position = 0")
    top = rounds["position"] == 0
    assert store.execute(asked[2]).fetchone() == pytest.approx(((rounds["reward"] / rounds["pscore"])[top].sum(),))


def test_the_docs_name_every_column(events):
    told = re.findall(r"^\| (`[^|]*) \|", DOCS.partition("## Reading it")[0], re.MULTILINE)
    assert [name for cell in told for name in re.findall(r"`(\w+)`", cell)][2:] == list(own(events).columns[:-2])
