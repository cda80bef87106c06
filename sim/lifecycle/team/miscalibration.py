"""Miscalibrated: whether what a model says comes true as often as it says, on a rated sample of the traffic or on the log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.scores import Judged

Said = NDArray[np.floating]
_RATED = "pairs are rated 'show'"
_LEAST = 20.0  # positives below which nothing is said: the interval's normal law needs some


def miscalibrated(label: NDArray[np.int8], said: Said, factor: float, error: float = 0.05) -> Finding:
    """Whether observed over predicted lies outside 1 / factor to *factor*, all of its interval.

    Parameters
    ----------
    label, said
        What raters said and what the model says of the same pairs, drawn as the traffic asks them, shape (rows,).
    factor
        What is still called calibrated, above 1.
    error
        Two-sided, of the interval; a model at the very edge is found with half of it, one inside with less.

    Notes
    -----
    Rows are a sample of the traffic, so the ratio of two means has log variance Σ(y - R p)² / (Σ y)² (delta method).

    Examples
    --------
    Half of what is predicted comes true:

    >>> label = np.array([1] * 100 + [0] * 900, np.int8)
    >>> found = miscalibrated(label, np.full(1000, 0.2), factor=1.25)
    >>> found.found, round(found.evidence["ratio"], 3)
    (True, 0.5)
    """
    observed, predicted = float(label.sum()), float(said.sum(dtype=np.float64))
    ratio = observed / predicted if predicted > 0 else 0.0
    off = float(np.square(label - ratio * said.astype(np.float64)).sum())
    return held_against(observed, predicted, off, factor, error)


def clicked_as_said(judged: Judged, factor: float, error: float = 0.05) -> Finding:
    """The same of impressions and their clicks; what is drawn is pairs of query and ad, since each is shown many times.

    Examples
    --------
    >>> judged = Judged(np.full(400, 0.2), np.full(400, 1.0), np.full(400, 9.0), np.ones(400), np.arange(400))
    >>> found = clicked_as_said(judged, factor=1.25)
    >>> found.found, found.story
    (True, '400 clicks where 800 were predicted: 0.50 of them (0.50 to 0.50), 0.80 to 1.25 would do')
    """
    expected = judged.weight * judged.said
    observed, predicted = float(judged.yes.sum()), float(expected.sum())
    ratio = observed / predicted if predicted > 0 else 0.0
    off = float(np.square(np.bincount(judged.who, judged.yes - ratio * expected)).sum())
    return held_against(observed, predicted, off, factor, error, "clicks")


def held_against(observed: float, predicted: float, off: float, factor: float, error: float, what: str = _RATED) -> Finding:
    """Observed over predicted, with its interval.

    Parameters
    ----------
    off
        The squares of what each thing that was drawn is off by, at that ratio, added up.
    """
    from scipy.special import ndtri

    evidence = {"observed": observed, "predicted": predicted}
    if observed < _LEAST or predicted <= 0:
        story = f"{observed:,.0f} {what}, {predicted:,.1f} predicted: too few to say whether the model is calibrated"
        return Finding("miscalibrated", False, evidence, story)
    ratio, error_of_log = observed / predicted, float(np.sqrt(off)) / observed
    reach = float(np.exp(-ndtri(error / 2) * error_of_log))
    low, high = ratio / reach, ratio * reach
    evidence |= {"ratio": ratio, "ratio_low": low, "ratio_high": high, "allowed": factor}
    story = (
        f"{observed:,.0f} {what} where {predicted:,.0f} were predicted: {ratio:.2f} of them ({low:.2f} to {high:.2f}), "
        f"{1 / factor:.2f} to {factor:.2f} would do"
    )
    return Finding("miscalibrated", low > factor or high < 1 / factor, evidence, story)
