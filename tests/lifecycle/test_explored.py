"""A rule that explored before day 1 leaves a log in which more stands than what it likes."""

import numpy as np
import pytest

import sim
from sim.lifecycle.play import set_stage
from tests.small import SMALL_WORLD

WORLD = SMALL_WORLD.replace("[history]", '[history]\nexplored = "SHARE"')
TEXT = f"""
name = "small"
horizon = "14 days"
{WORLD}
[[candidate]]
policy = "keyword"
[[candidate]]
objective = "clicks"
model     = "sklearn.linear_model:LogisticRegression"
"""


@pytest.fixture
def stage(tmp_path):
    def of(share):
        file = tmp_path / "small.toml"
        file.write_text(TEXT.replace("SHARE", share), encoding="utf-8")
        return set_stage(sim.load(file), 0)

    return of


def shown(stage):
    """Impressions of each ad by query type before day 1."""
    found = {}
    for spell in stage.past.spells:
        for row, number in zip(spell.row.tolist(), spell.shown.tolist(), strict=True):
            found[row] = found.get(row, 0) + number
    return {row for row, number in found.items() if number}


def test_more_pairs_are_in_an_explored_log_and_all_of_a_narrow_one(stage):
    narrow, explored = shown(stage("0%")), shown(stage("20%"))
    assert narrow < explored
    assert len(explored) > 1.5 * len(narrow)


def test_the_share_explores_and_no_more(stage):
    """Of each cell's queries a fifth: what the rule itself shows is logged with a propensity of at least four fifths."""
    for spell in stage("20%").past.spells:
        likely = spell.propensity > 0.5
        assert (np.abs(spell.propensity[likely] - 0.8) <= 0.2 + 1e-6).all()
        assert (spell.propensity[~likely] <= 0.2 + 1e-6).all()
        assert likely.any()
        assert (~likely).any()


def test_the_rule_explores_no_more_from_day_1_on(tmp_path):
    """The same pages, so as many ads a query as without; the clicks differ by what users are used to."""
    found = []
    for share in ("0%", "20%"):
        file = tmp_path / "small.toml"
        file.write_text(TEXT.replace("SHARE", share), encoding="utf-8")
        found.append(sim.run(file).candidates[0].days)
    assert (found[0][..., 1] == found[1][..., 1]).all()
