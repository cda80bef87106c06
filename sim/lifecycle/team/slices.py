"""A bad slice: a part of the traffic in which the model is off by far more than in the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.holm import holm
from sim.lifecycle.team.findings import Finding

Said = NDArray[np.floating]
_ENOUGH = 10.0  # expected positives below which a slice is not judged
_CUT_IN_FOUR = ("text_match", "log_bid", "query_lift", "ad_lift")
_FLAGS = ("commercial", "never_seen")
_FAMILIES = ("topic", "device")


class Slice(NamedTuple):
    """A part of the rows: its name, and which they are, shape (rows,)."""

    name: str
    rows: NDArray[np.bool_]


class Gap(NamedTuple):
    """How far a slice is from the rest: observed over expected, and the p-value, adjusted for all slices looked at."""

    name: str
    ratio: float
    observed: float
    expected: float
    adjusted: float


def slices(names: Sequence[str], table: NDArray[np.float32]) -> Iterator[Slice]:
    """The slices of a feature table: each topic, device and flag, and quarters of what is measured."""
    for family in _FAMILIES:
        columns = [(name, table[:, place] > 0) for place, name in enumerate(names) if name.startswith(f"{family}_")]
        if columns:
            yield Slice(f"{family} 0", ~np.any([rows for _, rows in columns], axis=0))
        for name, rows in columns:
            yield Slice(name.replace("_", " ", 1), rows)
    for name in (one for one in _FLAGS if one in names):
        flagged = table[:, names.index(name)] > 0
        yield Slice(name, flagged)
        yield Slice(f"not {name}", ~flagged)
    for name in (one for one in _CUT_IN_FOUR if one in names):
        column = table[:, names.index(name)]
        edges = np.quantile(column, (0.25, 0.5, 0.75)) if len(column) else np.zeros(3)
        quarter = np.searchsorted(edges, column, side="right")
        for number in range(4):
            yield Slice(f"{name}, quarter {number + 1}", quarter == number)


def gaps(label: NDArray[np.int8], said: Said, parts: Sequence[Slice]) -> tuple[Gap, ...]:
    """Each slice that holds enough against what the model expects there, once it is right on average; the surest first.

    The model's overall calibration is another diagnosis, so predictions are first scaled by observed over
    predicted of all rows.
    """
    from scipy.special import ndtr

    predicted = float(said.sum(dtype=np.float64))
    scaled = said.astype(np.float64) * (float(label.sum()) / predicted if predicted > 0 else 0.0)
    off = label - scaled
    found, p = [], []
    for part in parts:
        expected, observed = float(scaled[part.rows].sum()), float(label[part.rows].sum())
        if expected < _ENOUGH or part.rows.all():
            continue
        share = expected / scaled.sum()  # all slices together are right by construction: what is taken from one goes to the rest
        spread = np.square(off * (part.rows - share)).sum()
        binomial = (scaled * np.clip(1 - scaled, 0, 1) * np.square(part.rows - share)).sum()  # few positives make the other too small
        z = (observed - expected) / np.sqrt(max(spread, binomial, 1e-12))
        found.append((part.name, observed / expected, observed, expected))
        p.append(2 * float(ndtr(-abs(z))))
    adjusted = holm(np.array(p, np.float64))
    told = [Gap(*one, float(value)) for one, value in zip(found, adjusted, strict=True)]
    return tuple(sorted(told, key=lambda one: (one.adjusted, -abs(np.log(max(one.ratio, 1e-3))))))


def bad_slice(
    names: Sequence[str], table: NDArray[np.float32], label: NDArray[np.int8], said: Said, factor: float, error: float
) -> Finding:  # fmt: skip
    """Whether in some slice observed over expected lies outside 1 / factor to *factor*, surely so for all slices looked at.

    Parameters
    ----------
    factor
        What is still no bad slice, above 1.
    error
        The chance of any false finding among the slices (Holm).

    Returns
    -------
    Finding
        With `slices` (how many were judged), and `ratio`, `observed`, `expected` and `p` (adjusted) of the worst.
    """
    found = gaps(label, said, tuple(slices(names, table)))
    bad = [one for one in found if one.adjusted < error and not 1 / factor <= one.ratio <= factor]
    worst = bad[0] if bad else found[0] if found else None
    if worst is None:
        return Finding("bad slice", False, {"slices": 0.0}, "no slice holds enough rated positives to be judged")
    evidence = {
        "slices": float(len(found)), "bad": float(len(bad)), "ratio": worst.ratio,
        "observed": worst.observed, "expected": worst.expected, "p": worst.adjusted,
    }  # fmt: skip
    story = (
        f"{len(bad)} of {len(found)} slices are bad; {'worst' if bad else 'the most doubtful'}: {worst.name}, "
        f"{worst.observed:,.0f} rated 'show' where {worst.expected:,.0f} were to be expected ({worst.ratio:.2f} of them, "
        f"p {worst.adjusted:.2g} for all slices)"
    )
    return Finding("bad slice", bool(bad), evidence, story)
