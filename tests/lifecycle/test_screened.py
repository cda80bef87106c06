"""Where the index is screened nobody can show what does not belong, neither before day 1 nor after."""

import numpy as np
import pytest

import sim
from sim.columns import IMPRESSIONS
from sim.lifecycle.play import set_stage
from tests.small import SMALL_WORLD

TEXT = f"""
name = "small"
horizon = "21 days"
{SMALL_WORLD}
[engine]
sampler = "counts"
[[drift]]
kind = "random_walk"
what = "worthiness"
by = 2.0
[[candidate]]
policy = "always_show"
"""


@pytest.fixture
def scenario(tmp_path):
    def read(screened):
        file = tmp_path / f"{screened}.toml"
        file.write_text(TEXT.replace("[market]", f"[market]\nscreened = {screened}"), encoding="utf-8")
        return sim.load(file)

    return read


def impressions(scenario):
    return sim.run(scenario).candidates[0].days[..., IMPRESSIONS].sum()


def test_who_shows_everything_shows_only_what_belongs(scenario):
    assert impressions(scenario("true")) < impressions(scenario("false")) / 2


def test_users_are_used_to_pages_on_which_all_belongs(scenario):
    stage = set_stage(scenario("true"), 0)
    assert np.all(stage.memory.used_to > 0.999)
    assert np.all(set_stage(scenario("false"), 0).memory.used_to < 0.9)
