"""Models and objectives that remember what they were given, or misbehave; named in scenarios by their import paths."""

from __future__ import annotations

import numpy as np

GIVEN = []  # (what, its arguments) in the order in which they came


class Spy:
    """A model that keeps everything it is given and knows only how often the label was 1."""

    def fit(self, X, y, sample_weight=None):
        GIVEN.append(("fit", (X, y, sample_weight)))
        self.share_ = np.average(y, weights=sample_weight)
        return self

    def predict_proba(self, X):
        GIVEN.append(("predict", (X,)))
        return np.tile([1 - self.share_, self.share_], (len(X), 1))


class Rate:
    """A model that learns how often there was a click and how well texts matched; a process that plays it begins in half the time."""

    def fit(self, X, y, sample_weight=None):
        self.rate_ = np.average(y, weights=sample_weight) / X["text_match"].mean()
        return self

    def predict_proba(self, X):
        p = np.clip(self.rate_ * X["text_match"].to_numpy(), 0, 1)
        return np.column_stack([1 - p, p])


def spying_objective(columns, weight=1.0):
    """An objective that keeps its columns."""
    GIVEN.append(("value", (columns,)))
    return columns["probability"] * columns["bid"] * weight


def steady_objective(columns):
    """Bid and text only: nothing of it ever changes."""
    return (columns["bid"] * np.exp(columns["text_match"])).to_numpy()


class Bad:
    """A model that fails in the way it is told to."""

    def __init__(self, how="", when="predict"):
        self.how, self.when = how, when

    def fit(self, X, y, sample_weight=None):
        if self.when == "fit":
            raise RuntimeError(self.how)
        return self

    def predict_proba(self, X):
        p = np.full(len(X), 0.1)
        if self.how == "raises":
            raise KeyError("no such column")
        if self.how == "short":
            return np.column_stack([1 - p, p])[:-1]
        if self.how == "wide":
            return np.column_stack([p, p, p])
        if self.how == "words":
            return np.full((len(X), 2), "likely")
        p[0] = {"nan": np.nan, "above": 1.5, "below": -0.1, "inf": np.inf}[self.how]
        return np.column_stack([1 - p, p])


class Stubborn:
    """A model that takes no weights and returns nothing from fit, with a random state of its own."""

    def __init__(self, random_state=None, depth=1):
        self.random_state, self.depth = random_state, depth

    def fit(self, X, y, sample_weight=None):
        self.fitted_ = True

    def predict_proba(self, X):
        return np.tile([0.75, 0.25], (len(X), 1))


class Plain:
    """A model without a random state."""

    def __init__(self, depth=1):
        self.depth = depth


class Counting:
    """A model that goes on learning and counts."""

    def __init__(self):
        self.seen_, self.weight_ = 0, 0.0

    def fit(self, X, y, sample_weight=None):
        raise AssertionError("it goes on, it is not fitted")

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        GIVEN.append(("partial_fit", (X, y, sample_weight)))
        self.seen_ += len(y)
        self.weight_ += float(np.sum(sample_weight))
        self.classes_ = list(classes)

    def predict_proba(self, X):
        return np.tile([0.9, 0.1], (len(X), 1))


class Explorer:
    """An explorer that keeps what it is given and changes nothing."""

    def explore(self, prospect, key):
        GIVEN.append(("explore", (prospect, key)))
        return prospect.offers


class Drawn:
    """A model that keeps its random state and what it is fitted to."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        GIVEN.append(("fit", (self.random_state, X, y)))

    def predict_proba(self, X):
        return np.tile([0.9, 0.1], (len(X), 1))
