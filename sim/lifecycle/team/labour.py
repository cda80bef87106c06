"""What a team does with its hands: it collects pairs, has them rated, and trains. Each takes days and costs money."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import collecting
from sim.lifecycle.team.collecting import Snapshot
from sim.lifecycle.team.raters import ballots_for, takes_s
from sim.lifecycle.team.sample import Sample, joined
from sim.lifecycle.team.team import Step, Team

_MISLEADS = 3  # what is drawn of a pair for all raters, beside what is drawn for each
_DESIGNS = {"retrieved": collecting.retrieved, "targeted": collecting.targeted, "served": collecting.served}


def collect(
    team: Team, clock: Clock, design: str, days: Sequence[Snapshot], rows: int, why: str, *, adjudicate: bool = True,
    judges: bool = False,
) -> Step:  # fmt: skip
    """Choose pairs by a design and have them rated; returns the sample.

    Parameters
    ----------
    design
        "uniform" over the whole index, "retrieved" by the traffic of *days*, "targeted" at likely positives among these, or
        "served", which has been shown.
    adjudicate
        Whether what the first rater calls "show" goes to two more.
    judges
        Whether they are bought to judge models by, so that none will learn from them.
    """
    begun_s = clock.now_s
    features, key = team.stage.features, team.key("labels")
    sample = collecting.uniform(features, days[-1], rows, key) if design == "uniform" else _DESIGNS[design](features, days, rows, key)
    sample, labels = asked(team, sample, np.ones(len(sample), np.bool_), 1)
    if adjudicate:
        sample, more = adjudicated(team, sample)
        labels += more
    team.write(begun_s, "collect", f"{len(sample):,} pairs, {why}", evidence={"rows": len(sample)})
    yield from wait_for(team, clock, labels)
    shown = int(sample.label.sum())
    team.write(
        clock.now_s, "label", f"{labels:,} labels are in: {shown:,} {'pair is' if shown == 1 else 'pairs are'} to be shown",
        cost=labels * team.raters.cost, evidence={"labels": labels, "show": shown},
    )  # fmt: skip
    if judges:
        team.judged.append(sample)
    return sample


def wait_for(team: Team, clock: Clock, labels: int) -> Step:
    """Until so many labels are there: raters do one order after the other, and what they said is sent late.

    Whoever waits writes down what they cost; what is on order when the horizon ends is written down then.
    """
    if labels:
        team.on_order += labels
        yield from team.crew.work(takes_s(labels, team.raters), Rank.LABELS)
        yield clock.at(clock.now_s + team.raters.delay, Rank.LABELS)
        team.on_order -= labels


def asked(team: Team, sample: Sample, which: NDArray[np.bool_], count: int) -> tuple[Sample, int]:
    """So many raters for some of the pairs, and how many labels that took."""
    key = team.key("labels")
    luck = seeds.uniforms(seeds.mix(key + _MISLEADS), len(sample)) if sample.luck is None else sample.luck
    ballots = ballots_for(sample.margin[which], team.raters, count, key, luck[which])
    return replace(sample, luck=luck).rated(which, ballots, by_rater=team.raters.aggregate == "dawid_skene"), ballots.size


def adjudicated(team: Team, sample: Sample) -> tuple[Sample, int]:
    """Two more raters for what a single one called "show", and how many labels that took."""
    return asked(team, sample, (sample.votes == 1) & (sample.yes == 1), 2)


def rebar(team: Team, cut: float) -> None:
    """Another bar from now on: what is shown is what the model gives at least so much."""
    objective: Any = copy.copy(team.objective)
    objective.cut = cut
    team.objective = objective


def train(team: Team, clock: Clock) -> Step:
    """Train a model on all rated pairs; it is not served by that."""
    begun_s = clock.now_s
    yield clock.at(begun_s + team.settings.takes, Rank.TRAINING)
    team.model = team.fit()
    data = joined(list(team.pairs.values()))
    shown = int(data.label.sum())
    story = f"on {len(data):,} rated pairs, {shown:,} of them to be shown"
    if shown in (0, len(data)):
        story += f"; only one class is in them, so it says {min(shown, 1)} to everything"
    if team.negatives < 1:
        story += f"; of the others {team.negatives:.1%} are kept, and what it says is put right for that"
    team.write(clock.now_s, "train", story, cost=team.plan.training_cost, evidence={"rows": len(data), "show": shown})
