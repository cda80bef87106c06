"""What the variance of a lift is made of: each source is found where it was put in."""

import numpy as np
import pytest

from sim import seeds
from sim.study.compare.variance import WORLDS, shares
from tests.laws.tiny import tiny

N = 4_000  # worlds, and all of them are played again: so a share is known to 0.1 (5 sigma)
MEAN, PLAIN = (tiny(engine={"sampler": sampler}) for sampler in ("mean", "queries"))


def made(world, queries, clicks, learning):
    """Differences in N worlds, and a replay that draws anew what is not the world's."""

    def luck(spread, part):
        return spread * seeds.normals(seeds.key(4, "decision", part), N)

    def replay(scenario, again):
        left = luck(world, 0) + luck(learning, 10 + again)
        sampler = scenario.engine.sampler
        if sampler != "mean":
            left = left + luck(queries, 20 + again)
        return left if sampler in {"mean", "asked"} else left + luck(clicks, 30 + again)

    return replay


@pytest.mark.parametrize("parts", [(1, 1, 1, 1), (3, 0, 0, 0), (0, 0, 2, 0), (1, 0, 2, 1), (0.5, 2, 0.5, 0)])
def test_each_source_has_the_share_that_was_put_in(parts):
    replay = made(*parts)
    found = shares(PLAIN, replay(PLAIN, 0), replay)
    assert list(found) == ["world", "queries", "clicks", "learning"]
    assert sum(found.values()) == pytest.approx(1)
    assert list(found.values()) == pytest.approx(np.square(parts) / np.square(parts).sum(), abs=0.1)


def test_of_expectations_what_is_not_the_worlds_is_learnings():
    replay = made(1, 5, 5, 1)
    found = shares(MEAN, replay(MEAN, 0), replay)
    assert (found["queries"], found["clicks"]) == (0, 0)
    assert found["learning"] == pytest.approx(0.5, abs=0.1)


def test_fewer_worlds_are_played_again_than_there_are():
    replay = made(1, 0, 0, 1)
    found = shares(MEAN, replay(MEAN, 0), lambda scenario, again: replay(scenario, again)[:WORLDS])
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) >= 0


def test_nothing_is_made_of_nothing():
    assert shares(PLAIN, np.zeros(3), lambda scenario, again: np.zeros(3)) == {}
    assert shares(PLAIN, np.arange(3.0), lambda scenario, again: np.full(3, np.nan)) == {}
    assert shares(MEAN, np.full(3, np.nan), lambda scenario, again: np.zeros(3)) == {}
