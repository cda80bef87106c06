"""One campaign, or the whole log, through all estimators."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.policy import estimators, intervals, slope, words
from sim.calibrate.policy.cells import Cells, cells_of, gathered
from sim.calibrate.policy.estimators import NAMES, SHRINKING, Made
from sim.calibrate.policy.outcome import Outcome, outcome_of
from sim.calibrate.policy.results import (
    CHIEF,
    FEWEST_CLICKS,
    FEWEST_EFFECTIVE,
    MODELS,
    NO_LOG,
    UNKNOWN,
    Ends,
    Estimate,
    Part,
    dissenters,
)  # fmt: skip
from sim.calibrate.policy.rows import Rows
from sim.calibrate.policy.target import Target, redrawn
from sim.calibrate.policy.world import replay
from sim.errors import BadInput, Mistake

Floats = NDArray[np.float64]

DRAWS = 400
_FEWEST_DRAWS = 100
_MOST = 20_000_000  # cells times draws
_POWER = 0.8
_UNEVEN = 0.2  # a mean weight farther from 1 than that speaks of wrong chances, not of another policy
_LARGEST = 1e9


class _Ground(NamedTuple):
    """What all estimates of a part stand on."""

    cells: Cells
    outcome: Outcome
    chance: Floats
    model_error: float
    settings: dict[str, float]
    draws: Floats  # shape (draws, estimators and the log's own CTR)
    supported: float
    confidence: float

    @property
    def own(self) -> float:
        """The CTR of the log's own policy."""
        return float(self.cells.count @ self.cells.clicked) / self.cells.total


def evaluate(name: str, log: Rows, target: Target, confidence: float, seed: int) -> Part:
    """Estimate what *target* would have got in *log*, eight times.

    Raises
    ------
    BadInput
        When the target says nothing of any place in the log.
    """
    cells = cells_of(log, target, seed)
    if not len(cells.count):
        raise BadInput([Mistake(target.source, f"says nothing of any place in {log.source}", f"the same {', '.join(target.given)}")])
    ground = _ground(cells, target, confidence, seed)
    rows, clicks = round(cells.total), round(float(cells.count @ cells.clicked))
    estimates = [_estimate(number, one, ground) for number, one in enumerate(NAMES)]
    estimates.append(_simulated(replay(log, target, seed), ground, clicks))
    answer, least = _answer(estimates, ground, clicks)
    logged = (ground.own, *intervals.wilson(clicks, rows, confidence))
    return Part(name, rows, clicks, logged, tuple(estimates), answer, least, cells.total / cells.rows, ground.supported)


def _ground(cells: Cells, target: Target, confidence: float, seed: int) -> _Ground:
    outcome, chance = outcome_of(cells), target.frame["probability"].to_numpy(dtype=np.float64)
    size = np.bincount(cells.place, cells.count, minlength=target.places)[cells.entry_place] / cells.total
    error = outcome.error(chance * size)
    settings = {name: slope.chosen(name, cells, outcome, chance, confidence, error) for name in SHRINKING}
    seen = np.bincount(cells.entry[cells.entry >= 0], minlength=len(chance)) > 0
    return _Ground(
        cells, outcome, chance, error, settings, _draws(cells, outcome, target, settings, seed),
        float((chance * size)[seen].sum()), confidence,
    )  # fmt: skip


def _draws(cells: Cells, outcome: Outcome, target: Target, settings: dict[str, float], seed: int) -> Floats:
    """The bootstrap: impressions of the log and of the target's log drawn anew, the model kept."""
    rng = np.random.default_rng(seeds.key(seed, "calibrate", 1))
    cells, expected = gathered(cells, outcome.of_cells)
    outcome = replace(outcome, of_cells=expected)
    draws = np.empty((max(_FEWEST_DRAWS, min(DRAWS, _MOST // len(cells.count))), len(NAMES) + 1))
    for row in draws:
        count, chance = rng.poisson(cells.count).astype(np.float64), redrawn(target, rng)
        if not count.any():
            row[:] = np.nan
            continue
        for number, name in enumerate(NAMES):
            row[number] = estimators.make(name, cells, outcome, chance, count, settings.get(name, np.inf)).value
        row[-1] = float(count @ cells.clicked) / float(count.sum())
    return draws


def _estimate(number: int, name: str, ground: _Ground) -> Estimate:
    cells, whole = ground.cells, estimators.weights_of(ground.cells, ground.chance)
    setting = ground.settings.get(name)
    made = estimators.make(name, cells, ground.outcome, ground.chance, cells.count, np.inf if setting is None else setting)
    ess, largest, mean = estimators.size(made.weights, cells.count)
    refused = "" if name in MODELS else words.refusal(estimators.size(whole, cells.count)[0] if name not in SHRINKING else ess)
    told = None if setting is None else min(setting, _LARGEST)
    if refused:
        return Estimate(name, None, ess=ess, max_weight=largest, mean_weight=mean, setting=told, warning=refused)
    error = ground.model_error if name == "DM" else slope.error(made, whole, cells.count, ground.model_error * (name in SHRINKING))
    plain = intervals.normal(made.value, error, ground.confidence)
    drawn = None if name == "DM" else intervals.around(ground.draws[:, number], ground.confidence)
    several = [plain] if drawn is None else [plain, drawn, _few(made, cells, ground.confidence)]
    if name in SHRINKING:  # nothing in the log tells whether the shrunk estimate is right or that which is not shrunk
        unshrunk = estimators.make(CHIEF, cells, ground.outcome, ground.chance, cells.count).value
        several.append(Ends(unshrunk, unshrunk))
    low, high = intervals.widest(*several)
    lift = _lift(name, made, error, ground, ground.draws[:, number] - ground.draws[:, -1])
    weighs = name != "DM"
    return Estimate(
        name, made.value, min(low, made.value), max(high, made.value), plain, drawn,
        relative=made.value / ground.own if ground.own else None,
        lift=made.value - ground.own, lift_low=lift.low, lift_high=lift.high,
        ess=ess if weighs else None, max_weight=largest if weighs else None, mean_weight=mean if weighs else None,
        setting=told, warning=_warning(name, made, whole, ground),
    )  # fmt: skip


def _few(made: Made, cells: Cells, confidence: float) -> Ends:
    """The interval for few clicks, about what does not come from them."""
    ends = intervals.few_counts(made.scale * made.weights, cells.count * cells.clicked, made.scale * float(made.weights.max()), confidence)
    return Ends(made.base + ends.low, made.base + ends.high)


def _lift(name: str, made: Made, error: float, ground: _Ground, drawn: Floats) -> Ends:
    """The interval of the difference from the log's own CTR, on the same impressions."""
    cells = ground.cells
    own = intervals.spread(cells.clicked, cells.count)
    apart = float(np.hypot(error, own)) if name == "DM" else intervals.spread(made.parts - cells.clicked, cells.count)
    if name in SHRINKING:
        apart = max(apart, error)
    plain = intervals.normal(made.value - ground.own, apart, ground.confidence)
    several = [plain, intervals.around(drawn, ground.confidence)]
    if name != "DM":
        extra = made.scale * made.weights - 1 / cells.total
        ends = intervals.difference_of_few(extra, cells.count * cells.clicked, ground.confidence)
        several.append(Ends(made.base + ends.low, made.base + ends.high))
    return Ends(min(one.low for one in several), max(one.high for one in several))


def _warning(name: str, made: Made, whole: Floats, ground: _Ground) -> str:
    cells = ground.cells
    clicks = round(float(cells.count @ cells.clicked))
    if name == "DM":
        return words.of_model(name, clicks, cells.levels[0], ground.supported)
    _, largest, mean = estimators.size(made.weights, cells.count)
    if name in SHRINKING:
        return words.of_shrinking(mean, float(whole @ cells.count) / cells.total, clicks)
    return words.of_weights(mean, largest, intervals.spread(whole, cells.count), made.value, cells.total)


def _simulated(replays: Floats, ground: _Ground, clicks: int) -> Estimate:
    """The replays' mean and their own spread; nothing is weighed, so nothing is refused."""
    value, ends, own = float(replays.mean()), intervals.around(replays, ground.confidence), ground.own
    clicked = intervals.wilson(clicks, round(ground.cells.total), ground.confidence)
    plain = intervals.normal(value, float(replays.std()), ground.confidence)
    return Estimate(
        "simulation", value, *intervals.widest(plain, ends), plain, ends, value / own if own else None, value - own,
        ends.low - clicked.high, ends.high - clicked.low,
        warning=words.of_model("simulation", clicks, ground.cells.levels[0], ground.supported),
    )  # fmt: skip


def _answer(estimates: list[Estimate], ground: _Ground, clicks: int) -> tuple[str, float | None]:
    """Whether the other policy gets more clicks, and the smallest difference that could have been told."""
    from scipy.special import ndtri

    chief = next(one for one in estimates if one.name == CHIEF)
    if chief.estimate is None or chief.lift_low is None or chief.lift_high is None:
        return NO_LOG, None
    reach = intervals.quantile(ground.confidence)
    least = (chief.lift_high - chief.lift_low) / 2 / reach * (reach + float(ndtri(_POWER)))
    share = least / ground.own if ground.own else None
    even = abs((chief.mean_weight or 0) - 1) <= _UNEVEN
    enough = even and clicks >= FEWEST_CLICKS and (chief.ess or 0) >= FEWEST_EFFECTIVE
    against = dissenters(estimates, chief.leans)
    agreed = 2 * len(against) < sum(one.lift_low is not None for one in estimates)
    return (chief.leans if chief.leans and enough and agreed else UNKNOWN), share
