"""Laws of drift: pure functions of time, in any company, in any order where order can't matter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import sim
from sim.lifecycle.log import Log
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.scenario.schema import DAY_S
from sim.traffic.board import Board
from sim.world.drift.patterns import Patterns
from tests.laws.tiny import EVERYONE, learner, policy, stage_of, tiny, world_of

DAYS = 20
WHATS = ("demand", "topics", "clicks", "worthiness", "bids", "devices")
KINDS = {
    "step": {"at": "day 4", "by": 0.3, "lasts": "9 days"},
    "ramp": {"at": "day 4", "by": 0.3, "lasts": "9 days"},
    "random_walk": {"by": 0.3, "every": "40 h"},
    "season": {"by": 0.3, "peak": "day 9", "period": "12 days"},
    "shock": {"at": "day 4", "by": 0.3, "half_life": "30 h"},
}
EVERY = [settings | {"kind": kind, "what": what} for kind, settings in KINDS.items() for what in WHATS]
EVERY += [KINDS[kind] | {"kind": kind, "what": what, "by": 0.2} for kind in ("step", "ramp") for what in ("ads", "types")]
EVERY += [{"kind": "outage", "what": what, "at": "day 5", "lasts": "50 h"} for what in ("tracking", "model")]
COMMUTING = [drift for drift in EVERY if (drift["what"] not in ("topics", "devices", "worthiness")) or drift["kind"] == "random_walk"]
PARTS = tuple(Patterns.__dataclass_fields__)


def name(drift):
    return f"{drift['kind']} of {drift['what']}"


def state(patterns):
    """A copy of everything a moment is made of."""
    return [np.array(getattr(patterns, part)) for part in PARTS]


def equal(one, other, rel=0.0):
    return all(
        np.array_equal(a, b) if rel == 0 or a.dtype == bool else np.allclose(a, b, rtol=rel, atol=rel)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("drift", EVERY, ids=name)
def test_a_drift_is_a_pure_function_of_time(drift):
    world, again = world_of(drift=[drift]), world_of(drift=[drift])
    moments = [at for day in range(-14, DAYS) for at in (day * DAY_S, day * DAY_S + 40_000)]
    forth = [state(world.patterns_at(at)) for at in moments]
    back = [state(again.patterns_at(at)) for at in reversed(moments)]
    assert all(map(equal, forth, reversed(back)))


@pytest.mark.parametrize("drift", EVERY, ids=name)
def test_a_drift_changes_nothing_but_at_its_times(drift):
    world = world_of(drift=[drift])
    times = world.drift_times(DAYS * DAY_S)
    assert times == sorted(set(times))
    edges = [world.first_day * DAY_S, *(at for at in times if at > 0), DAYS * DAY_S]
    states = []
    for begin, end in pairwise(edges):
        inside = [state(world.patterns_at(at)) for at in (begin, (begin + end) // 2, end - 1)]
        assert equal(inside[0], inside[1])
        assert equal(inside[0], inside[2])
        states.append(inside[0])
    assert any(not equal(one, other) for one, other in pairwise(states))


@pytest.mark.parametrize("drift", [drift for drift in EVERY if drift["kind"] != "season"], ids=name)
def test_the_world_of_the_history_has_not_drifted(drift):
    if drift["what"] in ("ads", "types"):
        return  # those that are not born yet; see tests/world/test_turnover.py
    world = world_of(drift=[drift])
    assert equal(state(world.patterns_at(world.first_day * DAY_S)), state(world.calm))


@pytest.mark.parametrize("drift", EVERY, ids=name)
def test_what_a_drift_does_not_touch_it_hands_on_as_it_is(drift):
    world = world_of(drift=[drift])
    touched = {
        "demand": {"demand"}, "topics": {"topic_shares"}, "devices": {"device_shares"}, "clicks": {"topic_odds", "ad_odds"},
        "bids": {"topic_bids", "ad_bids"}, "worthiness": {"margin"}, "ads": {"ads_alive"}, "types": {"types_asked"},
        "tracking": {"tracking"}, "model": {"model_up"},
    }[drift["what"]]  # fmt: skip
    now = world.patterns_at(9 * DAY_S)
    assert {part for part in PARTS if getattr(now, part) is not getattr(world.calm, part)} <= touched


@pytest.mark.parametrize("drift", COMMUTING, ids=name)
def test_drifts_that_multiply_or_add_do_so_in_any_order(drift):
    others = [other for other in COMMUTING if other["what"] not in ("ads", "types") or other["what"] != drift["what"]]
    kinds = [drift, *others[::4]]
    one = world_of(drift=kinds)
    for day in (2, 5, 9, 19):
        forth = back = one.calm
        for part in one.drifts:
            forth = part.apply(forth, day * DAY_S)
        for part in reversed(one.drifts):
            back = part.apply(back, day * DAY_S)
        assert equal(state(forth), state(back), rel=1e-5)


def test_drifts_of_parts_apply_to_what_the_ones_above_them_left():
    topics = [{"kind": "step", "what": "topics", "by": by, "at": "day 3"} for by in (0.2, 0.3)]
    world = world_of(drift=topics)
    first, second = world.drifts
    at = 9 * DAY_S
    assert (world.patterns_at(at).topic_shares == second.apply(first.apply(world.calm, at), at).topic_shares).all()


def test_all_kinds_at_once_leave_a_sound_world():
    parts = [drift | ({"by": 0.05} if drift["what"] in ("ads", "types") else {}) for drift in EVERY]
    world = world_of(drift=parts)
    for day in (0, 5, 9, 13, 19):
        moment = world.at(day * DAY_S)
        assert moment.cell_shares.sum() == pytest.approx(1)
        assert (moment.cell_shares >= 0).all()
        assert ((moment.chance > 0) & (moment.chance < 1)).all()
        assert (moment.margin > 0).sum() == world.relevance.worthy.sum()
        assert moment.sight.bid_micros.min() >= 0
        assert moment.demand > 0
        assert moment.cell_shares.reshape(world.sight.types, -1)[world.sight.is_tail].sum() == pytest.approx(0.15)


@pytest.fixture(scope="module")
def spied():
    """What every candidate showed while a third of the ads and of the query types were born: day, ads, and queries of each cell."""
    turning = [{"kind": "ramp", "what": what, "by": 0.3, "at": "day 4", "lasts": "9 days"} for what in ("ads", "types")]
    scenario = tiny(*EVERYONE, drift=turning, market={"reserve": 0.0})
    stage, seen = stage_of(scenario), []
    booked, begun = Platform.book, Board.__init__

    def book(self, outcome):
        booked(self, outcome)
        if self.log is None:  # else the log closes the books
            shown = self.board.close()
            ads = self.moment.sight.ad[shown.row % self.slates.matched.shape[1] // 2, shown.place]
            seen.append((self._day, ads[shown.shown > 0], shown.queries.reshape(len(self.slates.weights), -1).sum(axis=0)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Platform, "book", book)
        patch.setattr(Board, "__init__", lambda self, *rest, **_: begun(self, *rest, keep=True))
        patch.setattr(Log, "close", closing(Log.close, seen))
        for candidate in scenario.candidates:
            play(stage, candidate)
    return stage.world, seen


def closing(close, seen):
    """`Log.close`, which tells what each of its spells has shown."""

    def closed(self, now_s):
        before = len(self.spells)
        close(self, now_s)
        for spell in self.spells[-1:] if len(self.spells) != before or self.spells[-1].end_s == now_s else ():
            ads = spell.sight.ad[spell.row // (2 * spell.sight.matched), spell.row % spell.sight.matched]
            seen.append((spell.start_s // DAY_S, ads[spell.shown > 0], spell.queries))

    return closed


def test_nobody_is_shown_before_his_birth_or_after_his_death(spied):
    world, seen = spied
    assert sum(len(ads) for _, ads, _ in seen) > 10_000
    for day, ads, _ in seen:
        assert world.patterns_at(max(day, 0) * DAY_S).ads_alive[ads].all()


def test_nobody_asks_a_type_before_its_birth_or_after_its_end(spied):
    world, seen = spied
    for day, _, queries in seen:
        asked = world.patterns_at(max(day, 0) * DAY_S).types_asked
        by_type = queries.reshape(world.sight.types, -1).sum(axis=1)[: len(asked)]
        assert (by_type[~asked] == 0).all()
        assert by_type[asked].sum() > 0


def test_the_log_of_a_learner_knows_nothing_of_those_who_are_not_born():
    turning = [{"kind": "step", "what": what, "by": 0.3, "at": "day 15"} for what in ("ads", "types")]
    stage = stage_of(tiny(learner("clicks"), drift=turning))
    patterns = stage.world.patterns_at(0)
    assert (stage.past.histories.ad_expected[~patterns.ads_alive] == 0).all()
    assert (stage.past.histories.query_expected[: len(patterns.types_asked)][~patterns.types_asked] == 0).all()
    assert stage.past.histories.ad_expected.sum() > 0


NOTHING = {"kind": "step", "what": "clicks", "by": 0.0, "at": "day 7", "lasts": "33333 s"}


@pytest.mark.parametrize("drift", [drift for drift in EVERY if drift["kind"] in ("step", "outage", "season")], ids=name)
@pytest.mark.parametrize("candidate", [policy("oracle"), learner("revenue")], ids=["oracle", "revenue"])
def test_a_cut_that_changes_nothing_changes_no_byte_of_a_world_that_drifts(drift, candidate):
    drift = drift | ({"by": 0.4} if drift["what"] == "tracking" else {})
    calm, cut = tiny(candidate, drift=[drift]), tiny(candidate, drift=[drift, NOTHING])
    assert (play(stage_of(calm), calm.candidates[0]).ledger == play(stage_of(cut), cut.candidates[0]).ledger).all()


def test_the_same_scenario_gives_the_same_bytes_in_one_process_or_two():
    drift = [*EVERY[::3], {"kind": "outage", "what": "tracking", "at": "day 3", "lasts": "9 days", "by": 0.4}]
    scenario = tiny(policy("keyword"), learner("revenue"), drift=drift, replications=2)
    one, two = (sim.run(scenario, workers=workers) for workers in (1, 2))
    assert one.fingerprint == two.fingerprint
