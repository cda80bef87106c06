"""Models, objectives and drifts that break one rule each; named by their import paths."""

from __future__ import annotations

import contextlib
import os
import time
import warnings
from dataclasses import replace

import numpy as np

DAY_S = 86_400


class Good:
    """The click rate of each level of text: keeps every rule."""

    def __init__(self, digits=0, random_state=None):
        self.digits = digits
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        level = np.round(X["text_match"].to_numpy(), self.digits)
        self.levels_ = np.unique(level)
        place = np.searchsorted(self.levels_, level)
        shown = np.bincount(place, weight, len(self.levels_))
        self.rate_ = (np.bincount(place, weight * y, len(self.levels_)) + 0.01) / (shown + 1)
        return self

    def predict_proba(self, X):
        level = np.round(X["text_match"].to_numpy(), self.digits)
        p = self.rate_[np.searchsorted(self.levels_, level).clip(0, len(self.levels_) - 1)]
        return np.column_stack([1 - p, p])


class NoPredict:
    def fit(self, X, y, sample_weight=None):
        return self


class NoWeights(Good):
    def fit(self, X, y):
        return super().fit(X, y)


class Forgets(Good):
    def __init__(self, levels=0):
        super().__init__(levels)


class Changes(Good):
    def __init__(self, digits=0):
        super().__init__(digits + 1)


class ReturnsNothing(Good):
    def fit(self, X, y, sample_weight=None):
        super().fit(X, y, sample_weight)


class ReturnsAnother(Good):
    def fit(self, X, y, sample_weight=None):
        return Good(self.digits).fit(X, y, sample_weight)


class ReturnsNumber(Good):
    def fit(self, X, y, sample_weight=None):
        super().fit(X, y, sample_weight)
        return 3


class Raises(Good):
    def fit(self, X, y, sample_weight=None):
        return self._inner(X)

    def _inner(self, X):
        raise RuntimeError("no\n  luck")


class Leaves(Good):
    def fit(self, X, y, sample_weight=None):
        raise SystemExit(7)


class Slow(Good):
    def fit(self, X, y, sample_weight=None):
        with contextlib.suppress(Exception):
            time.sleep(300)
        return self


class Short(Good):
    def predict_proba(self, X):
        return super().predict_proba(X)[:-1]


class Wide(Good):
    def predict_proba(self, X):
        return np.zeros((len(X), 3))


class AboveOne(Good):
    def predict_proba(self, X):
        return super().predict_proba(X) + 1


class Missing(Good):
    def predict_proba(self, X):
        p = super().predict_proba(X)
        p[3] = np.nan
        return p


class Lucky(Good):
    def predict_proba(self, X):
        p = super().predict_proba(X)[:, 1] * np.random.default_rng().uniform(0.5, 1, len(X))
        return np.column_stack([1 - p, p])


class Seeded(Good):
    def fit(self, X, y, sample_weight=None):
        self.shift_ = np.random.default_rng(self.random_state).uniform(0, 0.1)
        return super().fit(X, y, sample_weight)

    def predict_proba(self, X):
        p = super().predict_proba(X)[:, 1] * (1 - self.shift_)
        return np.column_stack([1 - p, p])


class ByProcess(Good):
    def predict_proba(self, X):
        return super().predict_proba(X) * (0.5 + 0.5 * (hash("anything") % 1000) / 1000)


class WritesRows(Good):
    def fit(self, X, y, sample_weight=None):
        super().fit(X, y, sample_weight)
        X["text_match"] = 0
        sample_weight[:] = 1
        return self


class WritesAsked(Good):
    def predict_proba(self, X):
        p = super().predict_proba(X)
        X["new"] = 1.0
        return p


class ByPlace(Good):
    def predict_proba(self, X):
        p = super().predict_proba(X)[:, 1] * np.linspace(0.5, 1, len(X))
        return np.column_stack([1 - p, p])


class ByRank(Good):
    def predict_proba(self, X):
        p = X["text_match"].rank(pct=True).to_numpy() / 2
        return np.column_stack([1 - p, p])


class ManyOnly(Good):
    def predict_proba(self, X):
        if len(X) < 2:
            raise ValueError("too few")
        return super().predict_proba(X)


class NeedsBoth(Good):
    def fit(self, X, y, sample_weight=None):
        if len(np.unique(y)) < 2:
            raise ValueError("two classes, please")
        return super().fit(X, y, sample_weight)


class Weightless(Good):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


class HalfWeights(Good):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y, np.sqrt(sample_weight))


class ByName(Good):
    def fit(self, X, y, sample_weight=None):
        self.last_ = X["topic_19"].mean()
        return super().fit(X, y, sample_weight)


class Warns(Good):
    def fit(self, X, y, sample_weight=None):
        warnings.warn("not converged", UserWarning, stacklevel=2)
        return super().fit(X, y, sample_weight)


class WarnsOfOneClass(Good):
    def fit(self, X, y, sample_weight=None):
        if len(np.unique(y)) < 2:
            warnings.warn("one class", UserWarning, stacklevel=2)
        return super().fit(X, y, sample_weight)


class NotThere(Good):
    def __init__(self, parent=None):
        super().__init__()
        self.parent = parent
        if parent is not None and parent != os.getpid():
            raise ImportError("only at home")


def a_model(digits=1):
    return Good(digits)


# --- objectives ----------------------------------------------------------------------------------------------------


def profit(columns, cost=0.001):
    return columns["probability"] * columns["bid"] - cost


def constant_bid(columns):
    return columns["probability"]


def curved(columns):
    return columns["probability"] * columns["bid"] ** 2


def falling(columns):
    return 1 - columns["bid"]


def by_log(columns):
    return columns["probability"] * columns["log_bid"]


def no_model(columns):
    return columns["bid"]


def too_few(columns):
    return columns["bid"][:-1]


def missing(columns):
    return columns["bid"] * np.nan


def changing(columns):
    columns["bid"] *= 2
    return columns["bid"] * columns["probability"]


def lucky(columns):
    return columns["probability"] * np.random.default_rng().uniform(size=len(columns))


def ranked(columns):
    return columns["probability"].rank(pct=True)


def placed(columns):
    return columns["probability"] * np.arange(len(columns))


def nobody(columns):
    return columns["probability"] - 2


def forbids(columns):
    return np.where(columns["text_match"] < 0, -np.inf, columns["probability"] * columns["bid"])


def needs_more(columns, cost):
    return columns["bid"] - cost


# --- drifts --------------------------------------------------------------------------------------------------------


class Sale:
    def __init__(self, day=10, by=0.5):
        self.day, self.by = day, by

    def times(self, end_s):
        return [self.day * DAY_S]

    def apply(self, patterns, at_s):
        return replace(patterns, demand=patterns.demand * (1 + self.by)) if at_s >= self.day * DAY_S else patterns


class Never(Sale):
    def times(self, end_s):
        return []

    def apply(self, patterns, at_s):
        return patterns


class OddTimes(Sale):
    def times(self, end_s):
        return [0.5]


class Negative(Sale):
    def apply(self, patterns, at_s):
        return replace(patterns, demand=-1.0)


class Rolls(Sale):
    def __init__(self):
        super().__init__(by=np.random.default_rng().uniform())


class Draws(Sale):
    def __init__(self, random_state=None):
        super().__init__(by=np.random.default_rng(random_state).uniform())


class Remembers(Sale):
    def __init__(self):
        super().__init__()
        self.asked = 0

    def apply(self, patterns, at_s):
        self.asked += 1
        return replace(patterns, demand=1.0 + self.asked)


class Creeps(Sale):
    def apply(self, patterns, at_s):
        return replace(patterns, demand=1.0 + at_s / 1e8)


class Often(Sale):
    def times(self, end_s):
        return range(0, 3000 * 3600, 3600)


# --- explorers -----------------------------------------------------------------------------------------------------


class Coin:
    def __init__(self, share=0.1):
        self.share = share

    def explore(self, prospect, key):
        offers = prospect.offers
        lot = np.random.default_rng(key).uniform(0.5, 1, offers.value.shape).astype(np.float32)
        drawn = np.where(prospect.may_show, offers.cut + lot, -np.inf).astype(np.float32)
        parts = {name: np.concatenate([getattr(offers, name), drawn]) for name in ("value", "value_without_bid")}
        quality = np.concatenate([offers.quality, np.ones_like(drawn)])
        return replace(offers, **parts, quality=quality, weights=np.array([1 - self.share, self.share]))


class Timid(Coin):
    def explore(self, prospect, key):
        return prospect.offers


class Heavy(Coin):
    def explore(self, prospect, key):
        return replace(super().explore(prospect, key), weights=np.array([1.0, 1.0]))


class OwnDice(Coin):
    def explore(self, prospect, key):
        return super().explore(prospect, np.random.default_rng().integers(1 << 32))


class Scribbles(Coin):
    def explore(self, prospect, key):
        prospect.offers.value[:] += 1
        return super().explore(prospect, key)


# --- pricing rules -------------------------------------------------------------------------------------------------


class HalfWay:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return (bid + thresholds[0]) / 2


class Greedy:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return 2.0 * bid


class Free:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return 0.1


class Undefined:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return np.nan


class Beyond:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return thresholds[slots]


class Words:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return "much"


class Tossed:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return bid * (0.5 + 0.5 * np.random.random())
