"""Logs of a bandit whose truth is known: ads with given click rates, under policies with given chances."""

import numpy as np
import pandas as pd

RATES = np.array([0.02, 0.05, 0.08, 0.11, 0.14])
SHY = np.array([0.4, 0.3, 0.1, 0.1, 0.1])
BOLD = np.array([0.05, 0.05, 0.2, 0.3, 0.4])
MILD = np.array([0.3, 0.25, 0.15, 0.15, 0.15])
WORTH = np.array([1.0, 0.6])  # of the positions


def truth(chances=BOLD):
    return float(chances @ RATES * WORTH.mean())


def log(rows=4_000, seed=0, chances=SHY):
    """Event rows with clicks and propensities."""
    rng = np.random.default_rng(seed)
    ad, position = rng.choice(len(RATES), rows, p=chances), rng.integers(0, len(WORTH), rows)
    clicked = rng.random(rows) < RATES[ad] * WORTH[position]
    return pd.DataFrame({"item_id": ad, "position": position + 1, "click": clicked.astype(int), "propensity_score": chances[ad]})


def policy(chances=BOLD):
    """The same chances in each position."""
    return pd.DataFrame({"ad": np.arange(len(chances)), "probability": chances})
