"""Rated pairs by hand: features, labels and predictions whose truth is known."""

from __future__ import annotations

import numpy as np

NAMES = (
    "text_match",
    "commercial",
    "never_seen",
    "log_bid",
    "device_mobile",
    "topic_1",
    "topic_2",
    "ad_lift",
    "query_lift",
    "log_position",
)


def pairs(rows, rng, off=None, shift=0.0):
    """A table, predictions, and labels that come true as predicted, but for *off* times as often in topic 1.

    Predictions are about 5 % on average; *shift* moves the text match.
    """
    topic = rng.integers(0, 3, rows)
    table = np.zeros((rows, len(NAMES)), np.float32)
    table[:, 0] = rng.normal(shift, 1, rows)
    table[:, 1] = rng.random(rows) < 0.2
    table[:, 2] = rng.random(rows) < 0.15
    table[:, 3] = rng.normal(0, 1, rows)
    table[:, 4] = rng.random(rows) < 0.6
    table[:, 5], table[:, 6] = topic == 1, topic == 2
    table[:, 7:9] = rng.normal(0, 0.3, (rows, 2))
    said = 1 / (1 + np.exp(3.4 - 0.9 * (table[:, 0] - shift)))
    true = np.clip(said * np.where(topic == 1, 1.0 if off is None else off, 1.0), 0, 1)
    return table, said.astype(np.float32), (rng.random(rows) < true).astype(np.int8)
