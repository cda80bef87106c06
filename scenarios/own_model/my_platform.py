"""A model and an objective of your own: copy this folder and change them. Nothing of Foreshow is imported."""

import numpy as np


class ClicksPerBucket:
    """The click rate of similar ads: rows are put into buckets of text match and of the ad's own history.

    Any class with these two methods will do. `X` is a pandas table of features, `y` is 0 or 1, and
    `sample_weight` says how often each row happened.
    """

    def __init__(self, buckets=12, prior_clicks=5.0):
        self.buckets = buckets
        self.prior_clicks = prior_clicks

    def fit(self, X, y, sample_weight=None):
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        self.edges_ = {
            name: np.unique(np.quantile(X[name], np.linspace(0, 1, self.buckets + 1)[1:-1])) for name in ("text_match", "ad_lift")
        }
        bucket = self._bucket(X)
        size = (self.buckets + 1) ** 2 * 2
        shown = np.bincount(bucket, weight, size)
        clicks = np.bincount(bucket, weight * np.asarray(y), size)
        overall = clicks.sum() / shown.sum()
        self.rate_ = (clicks + self.prior_clicks) / (shown + self.prior_clicks / overall)
        return self

    def predict_proba(self, X):
        p = self.rate_[self._bucket(X)]
        return np.column_stack([1 - p, p])

    def _bucket(self, X):
        text = np.searchsorted(self.edges_["text_match"], X["text_match"])
        lift = np.searchsorted(self.edges_["ad_lift"], X["ad_lift"])
        return ((text * (self.buckets + 1) + lift) * 2 + X["commercial"].to_numpy().astype(int)).astype(int)


def margin_after_annoyance(columns, annoyance=0.03):
    """What a look at an ad brings, less what it costs us in goodwill: money per look.

    `columns` has the features, "probability" (what the model says) and "bid". The value should be
    linear in the bid, so that a price can be worked out from it.
    """
    return columns["probability"] * columns["bid"] - annoyance
