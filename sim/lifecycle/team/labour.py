"""What a team does with its hands: it collects pairs, has them rated, and trains. Each takes days and costs money."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import collecting
from sim.lifecycle.team.collecting import Snapshot
from sim.lifecycle.team.raters import takes_s, votes_for
from sim.lifecycle.team.sample import Sample, joined
from sim.lifecycle.team.team import Step, Team

_DESIGNS = {"retrieved": collecting.retrieved, "targeted": collecting.targeted}


def collect(
    team: Team, clock: Clock, design: str, days: Sequence[Snapshot], rows: int, why: str, *, adjudicate: bool = True
) -> Step:  # fmt: skip
    """Choose pairs by a design and have them rated; returns the sample.

    Parameters
    ----------
    design
        "uniform" over the whole index, "retrieved" by the traffic of *days*, or "targeted" at likely positives among these.
    adjudicate
        Whether what the first rater calls "show" goes to two more.
    """
    begun_s = clock.now_s
    features, key = team.stage.features, team.key("labels")
    sample = collecting.uniform(features, days[-1], rows, key) if design == "uniform" else _DESIGNS[design](features, days, rows, key)
    sample = sample.rated(np.ones(len(sample), np.bool_), votes_for(sample.margin, team.raters, 1, team.key("labels")), 1)
    labels = len(sample)
    if adjudicate:
        sample, more = adjudicated(team, sample)
        labels += more
    team.write(begun_s, "collect", f"{len(sample):,} pairs, {why}", evidence={"rows": len(sample)})
    yield from wait_for(team, clock, labels)
    shown = int(sample.label.sum())
    team.write(
        clock.now_s, "label", f"{labels:,} labels are in: {shown:,} pairs are to be shown",
        cost=labels * team.raters.cost, evidence={"labels": labels, "show": shown},
    )  # fmt: skip
    if design == "retrieved":
        team.judged.append(sample)
    return sample


def wait_for(team: Team, clock: Clock, labels: int) -> Step:
    """Until so many labels are there: raters are busy, and the first come late."""
    if labels:
        yield clock.at(clock.now_s + team.raters.delay + takes_s(labels, team.raters), Rank.LABELS)


def adjudicated(team: Team, sample: Sample) -> tuple[Sample, int]:
    """Two more raters for what a single one called "show", and how many labels that took."""
    doubtful = (sample.votes == 1) & (sample.yes == 1)
    more = votes_for(sample.margin[doubtful], team.raters, 2, team.key("labels"))
    return sample.rated(doubtful, more, 2), 2 * int(doubtful.sum())


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
    if team.negatives < 1:
        story += f"; of the others {team.negatives:.1%} are kept, and what it says is put right for that"
    team.write(clock.now_s, "train", story, cost=team.plan.training_cost, evidence={"rows": len(data), "show": shown})
