"""From a log to a training table: rows with counts as weights, or pairs with a rater's label."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.features import Features
from sim.candidates.histories import Histories
from sim.lifecycle.labelling import rate
from sim.lifecycle.log import Spell
from sim.scenario.schema import Labels
from sim.stopwatch import timed
from sim.world.sight import Sight

if TYPE_CHECKING:
    import pandas as pd

_POSITIONS = 128  # a position is an int8


class TrainingSet(NamedTuple):
    """Features, labels and weights, in words what they came from, and the row of the feature table each is about."""

    table: pd.DataFrame
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    story: str
    row: NDArray[np.intp]


class _Trials(NamedTuple):
    """How often something could have happened, and did, in each row of a spell."""

    row: NDArray[np.intp]
    position: NDArray[np.integer]
    tried: NDArray[np.int64]
    happened: NDArray[np.int64]


@timed("features")
def click_set(features: Features, spells: list[Spell]) -> TrainingSet:
    """Every shown ad of the log, once for its clicks and once for its impressions without one.

    A row's histories are those that were known when its page was made, so nothing of the label is
    in its features.
    """
    shown = int(sum(spell.shown.sum() for spell in spells))
    clicks = int(sum(spell.clicks.sum() for spell in spells))
    story = f"{shown:,} impressions with {clicks:,} clicks"
    return _weighed(features, spells, [(spell.shown, spell.clicks) for spell in spells], story)


@timed("features")
def conversion_set(features: Features, spells: list[Spell], now_s: int) -> TrainingSet:
    """Every clicked ad of the log, once for the conversions known by *now_s* and once for its other clicks.

    A conversion that has not arrived looks like none: the fresher the clicks, the fewer of theirs are known.
    """
    known = [spell.conversions(now_s) for spell in spells]
    clicks = int(sum(spell.clicks.sum() for spell in spells))
    story = f"{clicks:,} clicks with {int(sum(one.sum() for one in known)):,} conversions known"
    return _weighed(features, spells, [(spell.clicks, one) for spell, one in zip(spells, known, strict=True)], story)


@timed("features")
def show_set(
    features: Features, spells: list[Spell], histories: Histories, margin: NDArray[np.float32], labels: Labels, key: int
) -> TrainingSet:
    """Pairs of the traffic's queries and the ads retrieved for them, each labelled by a rater.

    Parameters
    ----------
    margin
        The truth that raters see darkly, shape (types, matched).
    """
    sight = features.sight
    asked = np.sum([spell.queries for spell in spells], axis=0, dtype=np.float64) if spells else np.zeros(sight.cells)
    if asked.sum() == 0:
        return TrainingSet(features.frame([]), np.zeros(0, np.int8), np.zeros(0), "no traffic to label", np.zeros(0, np.intp))
    pick = seeds.uniforms(key, 2 * labels.rows)
    edges = np.cumsum(asked) / asked.sum()
    cell = np.minimum(np.searchsorted(edges, pick[: labels.rows], side="right"), len(edges) - 1)
    query, now = cell // len(sight.devices), spells[-1].sight
    place = _living(pick[labels.rows :], query, now)
    said = rate(margin, query, place, labels.error, seeds.mix(key))
    row = cell * sight.matched + place
    table = features.rows(histories, row, np.zeros(labels.rows, np.int8), now)
    story = f"{labels.rows:,} labelled pairs, {int(said.sum()):,} of them 'show'"
    return TrainingSet(features.frame([table]), said, np.ones(labels.rows), story, row)


def _weighed(features: Features, spells: list[Spell], counts: list[tuple[NDArray[np.int64], NDArray[np.int64]]], story: str) -> TrainingSet:
    """What happened as rows of label 1, what might have and did not as rows of label 0, their counts as weights."""
    tables, labels, weights, rows = [], [], [], []
    for spell, (tried, happened) in zip(spells, counts, strict=True):
        trials = _merged(_Trials(spell.row, spell.position, tried, happened))
        table = features.rows(spell.histories, trials.row, trials.position, spell.sight)
        yes, no = trials.happened > 0, trials.tried > trials.happened
        tables += [table[yes], table[no]]
        labels += [np.ones(yes.sum(), np.int8), np.zeros(no.sum(), np.int8)]
        weights += [trials.happened[yes], (trials.tried - trials.happened)[no]]
        rows += [trials.row[yes], trials.row[no]]
    label = np.concatenate(labels) if labels else np.zeros(0, np.int8)
    weight = np.concatenate(weights).astype(np.float64) if weights else np.zeros(0)
    row = np.concatenate(rows) if rows else np.zeros(0, np.intp)
    return TrainingSet(features.frame(tables), label, weight, story, row)


def _merged(trials: _Trials) -> _Trials:
    """The trials with one row for each ad and position of a cell: the variants of an exploring policy share many."""
    place, first, which = np.unique(trials.row * _POSITIONS + trials.position, return_index=True, return_inverse=True)
    if len(place) == len(trials.row):
        return trials
    tried, happened = (np.bincount(which, count, len(place)).astype(np.int64) for count in (trials.tried, trials.happened))
    return _Trials(trials.row[first], trials.position[first], tried, happened)


def _living(pick: NDArray[np.float64], query: NDArray[np.intp], sight: Sight) -> NDArray[np.intp]:
    """For each *query* the place of one of the ads that exist now, by a uniform number."""
    living = sight.bid_micros > 0
    first = np.argsort(~living, axis=1, kind="stable")
    return np.asarray(first[query, (pick * living.sum(axis=1)[query]).astype(np.intp)], dtype=np.intp)
