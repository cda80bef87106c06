"""Comparisons with the best, as a comparison of a fixed number of replications makes them."""

import numpy as np

from sim.study.compare.margins import Margins
from sim.study.decision.selection import constrained


def mcb(values, confidence):
    """Each candidate minus the best of the others, all of which may be chosen."""
    half = Margins(confidence, sequential=False).pairs(values)
    return constrained(values.mean(axis=0), half, np.ones(values.shape[1], np.bool_))
