"""The propensities in the log are right: an exploring policy's log, reweighted, tells what another policy got.

Both are played on the same queries, so their counts go up and down together and the errors, added as
if they were independent, are if anything too large: the false-alarm rate is at most that of `near`,
7e-6 for each figure, 1e-3 for all figures here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from sim.lifecycle.log import Spell
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.lifecycle.reweighting import Reweighted, reweight, within
from sim.serving.placing import placing
from tests.laws.chance import near
from tests.laws.tiny import learner, stage_of, tiny

STEADY = {"retrain": "never", "refresh": "100 days", "takes": "1 s"}  # one set of pages from the first second on
EXPLORERS = {
    "half by lot": {"use": "epsilon", "share": 0.5, "variants": 8},
    "all by lot": {"use": "epsilon", "share": 1.0, "variants": 15},
    "thompson": {"use": "thompson", "variants": 16, "scale": 2.0},
}
TARGETS = {
    "clicks": learner({"use": "clicks", "cut": 0.02}, name="target", **STEADY),
    "belongs": learner("impressions", name="target", **STEADY),
    "another explorer": learner("revenue", name="target", explore={"use": "epsilon", "share": 0.3, "variants": 2}, **STEADY),
}


class Seen(NamedTuple):
    """What a candidate showed, and how likely it was to."""

    spells: list[Spell]
    placing: np.ndarray


@pytest.fixture(scope="module")
def seen():
    """The log of a candidate in a world, played once."""
    known = {}

    def of(candidate, seed):
        key = repr(candidate), seed
        if key not in known:
            known[key] = _watched(candidate, seed)
        return known[key]

    return of


def _watched(candidate, seed):
    kept = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.lifecycle.play.Platform", _kept_in(kept, Platform))
        scenario = tiny(candidate, seed=seed, traffic={"queries": 40_000}, market={"matched": 6})
        play(stage_of(scenario), scenario.candidates[0])
    platform = kept[-1]
    log = platform.log
    log.close(20 * 86_400)
    return Seen([spell for spell in log.spells if spell.start_s >= 1], placing(platform.slates, platform.world.sight.matched))


def _kept_in(kept, kind):
    class Kept(kind):
        def __init__(self, *rest, **named):
            super().__init__(*rest, **named)
            kept.append(self)

    return Kept


def compared(logged: Seen, target: Seen) -> tuple[Reweighted, Reweighted]:
    """What is estimated of the target from the log, and what it got, where the two overlap."""
    both = within(target.placing, logged.placing)
    in_overlap = [replace(spell, propensity=np.ones(len(spell.row), np.float32)) for spell in target.spells]
    return reweight(logged.spells, both), reweight(in_overlap, (both > 0).astype(np.float32))


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("explorer", EXPLORERS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_reweighted_log_tells_what_another_policy_gets(seen, explorer, target, seed):
    logged = seen(learner("revenue", name="logged", explore=EXPLORERS[explorer], **STEADY), seed)
    estimated, got = compared(logged, seen(TARGETS[target], seed))
    assert got.clicks.sum() > 300
    assert (got.shown[:2] > 10_000).all()
    assert near(estimated.shown, got.shown, np.hypot(estimated.shown_error, got.shown_error))
    assert near(estimated.clicks, got.clicks, np.hypot(estimated.clicks_error, got.clicks_error))


def test_a_policy_is_its_own_estimate(seen):
    one = seen(learner("revenue", name="logged", explore=EXPLORERS["half by lot"], **STEADY), 3)
    estimated = reweight(one.spells, one.placing)
    assert estimated.clicks.sum() == pytest.approx(sum(spell.clicks.sum() for spell in one.spells), rel=1e-6)
    assert estimated.effective == pytest.approx(estimated.shown, rel=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda p: np.full_like(p, 1 / 9), id="as if all were equal"),
        pytest.param(lambda p: np.minimum(p, np.float32(0.5)), id="of one variant, not added up"),
        pytest.param(lambda p: p[::-1].copy(), id="of other rows"),
        pytest.param(lambda p: p * np.float32(1.1), id="a tenth too large"),
    ],
)
def test_wrong_propensities_are_noticed(seen, wrong):
    logged = seen(learner("revenue", name="logged", explore=EXPLORERS["half by lot"], **STEADY), 3)
    planted = Seen([replace(spell, propensity=wrong(spell.propensity)) for spell in logged.spells], logged.placing)
    estimated, got = compared(planted, seen(TARGETS["clicks"], 3))
    assert not near(estimated.shown, got.shown, np.hypot(estimated.shown_error, got.shown_error))


def test_an_exploring_log_holds_most_of_what_another_policy_shows(seen):
    logged = seen(learner("revenue", name="logged", explore=EXPLORERS["all by lot"], **STEADY), 3)
    target = seen(TARGETS["clicks"], 3)
    assert within(target.placing, logged.placing).sum() > 0.5 * target.placing.sum()
