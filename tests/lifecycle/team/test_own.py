"""A user's own looks and remedies: what they are given, and what is made of what they return."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from sim.errors import InvalidRun
from sim.lifecycle.team.own import View, found_by, labels_for, planned_by
from tests.lifecycle.team.played import a_team, events

NOTHING = pd.DataFrame()
VIEW = View(3, 0.2, NOTHING, NOTHING, NOTHING, NOTHING)
MINE = """
SEEN = []

def look(view):
    SEEN.append(view)
    gap = float(view.rated["prediction"].mean() - view.rated["label"].mean())
    return view.day < 12, {"gap": gap, "fresh": len(view.fresh)}, "what is said\\n is not what is"

def paid(view):
    SEEN.append(view)
    return False, {"label": view.fresh["label"].mean()}, "labels were bought"

paid.labels = 300

def remedy(view):
    return {"collect": "retrieved", "rows": 800, "drop": ["first"], "cut": 0.4}
"""


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "mine_sb.py").write_text(MINE)
    yield tmp_path
    sys.modules.pop("mine_sb", None)


def test_a_look_and_a_remedy_of_ones_own_take_their_place_in_the_story(mine):
    played = a_team(mine, looks_for=["mine_sb:look"], watches_for=[], remedies={"mine_sb:look": "mine_sb:remedy"})
    (view, *_) = sys.modules["mine_sb"].SEEN
    (seen,) = events(played, "analyse")
    assert (seen.finding, seen.detail) == ("mine_sb:look", "what is said is not what is")
    (_, _, third) = events(played, "collect")
    assert third.detail == "800 pairs, for mine_sb:remedy"
    assert events(played, "train")[-1].detail.startswith("on 800 rated pairs")  # the first were dropped
    assert {"text_match", "label", "prediction", "day", "weight"} <= set(view.rated)
    assert set(view.learned["collected"]) == {"first"}
    assert "label" not in view.fresh
    assert list(view.daily) == ["queries", "impressions", "clicks", "revenue"]
    assert len(view.daily) == view.day
    assert view.daily["queries"].min() > 0


def test_nothing_that_is_true_but_hidden_is_in_a_view(mine):
    a_team(mine, looks_for=["mine_sb:look"], watches_for=[])
    (view, *_) = sys.modules["mine_sb"].SEEN
    for table in (view.rated, view.learned, view.fresh):
        assert not {"margin", "worthy", "truth", "yes"} & set(table)
    assert view.rated["prediction"].between(0, 1).all()


def test_a_look_may_buy_labels_and_pays_for_them(mine):
    played = a_team(mine, looks_for=["mine_sb:paid"], watches_for=[])
    line = events(played, "label")[-1]
    assert line.cost >= 300 * 0.1
    assert len(sys.modules["mine_sb"].SEEN[0].fresh) == 300


def test_a_look_of_ones_own_watches_as_well(mine):
    played = a_team(mine, use="set_and_forget", watches_for=["mine_sb:look"], look_every="2 days")
    assert any(line.finding == "mine_sb:look" for line in events(played, "analyse"))


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, "returned None; expected \\(found, evidence, sentence\\)"),
        ((1, {}, "x"), "says 1 for found; expected True or False"),
        ((True, {"a": float("nan")}, "x"), "expected finite numbers by name"),
        ((True, [1], "x"), "expected finite numbers by name"),
        ((True, {"a": "b"}, "x"), "expected finite numbers by name"),
        ((True, {}, " "), "for its sentence; expected some text"),
    ],
)
def test_a_look_that_returns_something_else_is_told(told, says):
    with pytest.raises(InvalidRun, match=f"^candidate 'a': .*mine:look.*{says}"):
        found_by("mine:look", lambda view: told, VIEW, "a")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("retrain", "expected a dict"),
        ({"colect": "uniform"}, "the key 'colect'; did you mean 'collect'"),
        ({"collect": "all", "rows": 5}, "'all' for 'collect'; expected one of uniform, retrieved, targeted"),
        ({"collect": "uniform"}, "None for 'rows'; expected how many pairs"),
        ({"collect": ["uniform"], "rows": 5}, "for 'collect'; expected one of"),
        ({"collect": "uniform", "rows": "5"}, "'5' for 'rows'; expected a whole number"),
        ({"collect": "uniform", "rows": -5}, "-5 for 'rows'; expected a whole number"),
        ({"collect": "uniform", "rows": 5, "from": "today"}, "'today' for 'from'; expected one of fresh, archive"),
        ({"drop": "last"}, "'last' for 'drop'; expected some of first"),
        ({"drop": "first"}, "expected something left to learn from"),
        ({"cut": "high"}, "'high' for 'cut'; expected a finite number"),
    ],
)
def test_a_remedy_that_asks_for_what_there_is_not_is_told(told, says):
    with pytest.raises(InvalidRun, match=f"candidate 'a': mine:mend.*{says}"):
        planned_by("mine:mend", lambda view: told, VIEW, ("first",), "a")


def test_a_remedy_that_is_taken_again_may_drop_the_first_pairs_again():
    told = {"collect": "retrieved", "rows": 800, "drop": ["first"]}
    assert planned_by("mine:mend", lambda view: told, VIEW, ("mine:mend",), "a").drop == ("first",)


@pytest.mark.parametrize("rows", [-1, 2.5, True, "many"])
def test_labels_that_can_not_be_bought_are_told(rows):
    def look(view): ...

    look.labels = rows
    with pytest.raises(InvalidRun, match=r"mine:look\.labels is"):
        labels_for(look, "mine:look", "a")
