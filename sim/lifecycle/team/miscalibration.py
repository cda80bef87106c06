"""Miscalibrated: whether what a model says comes true as often as it says, on a rated sample of the traffic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.findings import Finding

Said = NDArray[np.floating]
_LEAST = 20.0  # rated positives below which nothing is said: the interval's normal law needs some


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
    from scipy.special import ndtri

    observed, predicted = float(label.sum()), float(said.sum(dtype=np.float64))
    evidence = {"observed": observed, "predicted": predicted}
    if observed < _LEAST or predicted <= 0:
        story = f"{observed:,.0f} pairs are rated 'show', {predicted:,.1f} predicted: too few to say whether the model is calibrated"
        return Finding("miscalibrated", False, evidence, story)
    ratio = observed / predicted
    error_of_log = float(np.sqrt(np.square(label - ratio * said.astype(np.float64)).sum())) / observed
    reach = float(np.exp(-ndtri(error / 2) * error_of_log))
    low, high = ratio / reach, ratio * reach
    evidence |= {"ratio": ratio, "ratio_low": low, "ratio_high": high, "allowed": factor}
    story = (
        f"{observed:,.0f} pairs are rated 'show' where {predicted:,.0f} were predicted: {ratio:.2f} of them ({low:.2f} to {high:.2f}), "
        f"{1 / factor:.2f} to {factor:.2f} would do"
    )
    return Finding("miscalibrated", low > factor or high < 1 / factor, evidence, story)
