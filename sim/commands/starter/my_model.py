"""A model of your own: any class with fit and predict_proba. Nothing of Foreshow is imported.

Try it alone with: foreshow check my_model:FewColumns C=0.5
"""

import numpy as np
from sklearn.linear_model import LogisticRegression


class FewColumns:
    """A logistic regression on a few columns, and on one that is made here.

    The arguments are those of the scenario's `model = { use = ..., ... }`. `random_state` comes from Foreshow, so
    that the same seed gives the same model.
    """

    def __init__(self, C=1.0, random_state=None):
        self.C = C
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        # X has a row for each ad that was shown, with named columns; y is 1 for clicked, 0 for not clicked.
        # The log is counted: sample_weight says how often each row happened, so it must be used.
        self.model_ = LogisticRegression(C=self.C, random_state=self.random_state, max_iter=300)
        self.model_.fit(self._columns(X), y, sample_weight)
        return self

    def predict_proba(self, X):
        # X has a row for each ad that could be shown; the answer is [not clicked, clicked] for each.
        return self.model_.predict_proba(self._columns(X))

    def _columns(self, X):
        text, commercial = X["text_match"].to_numpy(), X["commercial"].to_numpy()
        return np.column_stack(
            [
                text,
                commercial,
                text * commercial,  # a good text counts for more where people want to buy
                X["log_bid"],
                X["ad_lift"],  # how much more often the ad was clicked than its places on the page explain
                X["query_lift"],  # the same of the search
                X["log_position"],  # 0 on top of the page
            ]
        )
