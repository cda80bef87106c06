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
from sim.world.relevance import Relevance
from sim.world.sight import Sight

if TYPE_CHECKING:
    import pandas as pd


class TrainingSet(NamedTuple):
    """Features, labels and weights, and in words what they came from."""

    table: pd.DataFrame
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    story: str


def click_set(features: Features, spells: list[Spell]) -> TrainingSet:
    """Every shown ad of the log, once for its clicks and once for its impressions without one.

    A row's histories are those that were known when its page was made, so nothing of the label is
    in its features.
    """
    tables, labels, weights = [], [], []
    for spell in spells:
        table = features.rows(spell.histories, spell.row, spell.position, spell.sight)
        clicked = spell.clicks > 0
        passed = spell.shown > spell.clicks
        tables += [table[clicked], table[passed]]
        labels += [np.ones(clicked.sum(), np.int8), np.zeros(passed.sum(), np.int8)]
        weights += [spell.clicks[clicked], (spell.shown - spell.clicks)[passed]]
    shown = int(sum(spell.shown.sum() for spell in spells))
    clicks = int(sum(spell.clicks.sum() for spell in spells))
    label = np.concatenate(labels) if labels else np.zeros(0, np.int8)
    weight = np.concatenate(weights).astype(np.float64) if weights else np.zeros(0)
    return TrainingSet(features.frame(tables), label, weight, f"{shown:,} impressions with {clicks:,} clicks")


def show_set(features: Features, spells: list[Spell], histories: Histories, relevance: Relevance, labels: Labels, key: int) -> TrainingSet:
    """Pairs of the traffic's queries and the ads retrieved for them, each labelled by a rater."""
    sight = features.sight
    asked = np.sum([spell.queries for spell in spells], axis=0, dtype=np.float64) if spells else np.zeros(sight.cells)
    if asked.sum() == 0:
        return TrainingSet(features.frame([]), np.zeros(0, np.int8), np.zeros(0), "no traffic to label")
    pick = seeds.uniforms(key, 2 * labels.rows)
    edges = np.cumsum(asked) / asked.sum()
    cell = np.minimum(np.searchsorted(edges, pick[: labels.rows], side="right"), len(edges) - 1)
    query, now = cell // len(sight.devices), spells[-1].sight
    place = _living(pick[labels.rows :], query, now)
    said = rate(relevance, query, place, labels.error, seeds.mix(key))
    table = features.rows(histories, cell * sight.matched + place, np.zeros(labels.rows, np.int8), now)
    story = f"{labels.rows:,} labelled pairs, {int(said.sum()):,} of them 'show'"
    return TrainingSet(features.frame([table]), said, np.ones(labels.rows), story)


def _living(pick: NDArray[np.float64], query: NDArray[np.intp], sight: Sight) -> NDArray[np.intp]:
    """For each *query* the place of one of the ads that exist now, by a uniform number."""
    living = sight.bid_micros > 0
    first = np.argsort(~living, axis=1, kind="stable")
    return np.asarray(first[query, (pick * living.sum(axis=1)[query]).astype(np.intp)], dtype=np.intp)
