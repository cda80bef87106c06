"""A crowd of users: what they meet by day, and what a night makes of it."""

import numpy as np
import pytest

from sim.lifecycle.crowd import Crowd
from sim.world.memory import Memory

SHARE = np.array([0.4, 0.6])
MEMORY = Memory(60.0, 0.5, 0.3, np.array([0.5, 0.25]), np.array([0.9, 0.8]))
MET = np.array([[10.0, 6.0, 2.0], [20.0, 3.0, 9.0]])


def test_they_learn_overnight_from_all_that_they_met_by_day():
    one, other = Crowd(SHARE, MEMORY), Crowd(SHARE, MEMORY)
    one.meet(MET)
    for part in (0.25, 0.75):
        other.meet(part * MET)
    assert (one.sightedness == 1).all()  # nothing is learned before the night
    assert (one.satisfaction == MEMORY.stayed).all()
    one.sleep()
    other.sleep()
    assert one.sightedness == pytest.approx(MEMORY.sightedness_after(np.ones(2), MET, 1.0))
    assert one.satisfaction == pytest.approx(MEMORY.satisfaction_after(MEMORY.stayed, MET, 1.0))
    assert (other.sightedness == one.sightedness).all()


def test_each_day_is_learned_from_once():
    crowd = Crowd(SHARE, MEMORY)
    crowd.meet(MET)
    crowd.sleep()
    learned = crowd.sightedness.copy(), crowd.satisfaction.copy()
    crowd.sleep()
    assert (crowd.sightedness == learned[0]).all()
    assert (crowd.satisfaction == learned[1]).all()


def test_devices_count_by_their_share_of_the_queries():
    crowd = Crowd(SHARE, MEMORY)
    crowd.sightedness = np.array([0.5, 1.0])
    assert crowd.levels_ppm == (800_000, 840_000)


def test_without_a_memory_nothing_ever_changes():
    crowd = Crowd(SHARE, None)
    crowd.meet(MET)
    crowd.sleep()
    assert crowd.levels_ppm == (1_000_000, 1_000_000)
    assert not crowd.remembers
    assert crowd.at_ease is None


@pytest.mark.parametrize(("blindness", "leaving", "remembers", "leaves"), [(0, 0, False, False), (1, 0, True, False), (0, 1, True, True)])
def test_what_can_change_is_known_beforehand(blindness, leaving, remembers, leaves):
    crowd = Crowd(SHARE, Memory(60.0, blindness, leaving, np.ones(2), np.ones(2)))
    assert crowd.remembers == remembers
    assert (crowd.at_ease is not None) == leaves
