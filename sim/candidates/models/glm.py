"""A generalised linear model with standard errors: statsmodels behind scikit-learn's two methods."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

_LINKS = {"logit": "Logit", "probit": "Probit", "cloglog": "CLogLog"}
_FAR = 30.0  # log-odds beyond which a probability is 0 or 1 for every purpose


class Glm:
    """A binomial GLM of counted rows.

    Parameters
    ----------
    link
        "logit", "probit" or "cloglog".
    alpha
        Ridge: the inverse variance of a normal prior on each coefficient but the intercept (of a
        log-likelihood that counts every event). 0 is plain maximum likelihood.

    Examples
    --------
    >>> import pandas as pd
    >>> table, label = pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0]}), [0, 1, 0, 1]
    >>> model = Glm().fit(table, label, sample_weight=[90, 10, 50, 50])
    >>> model.predict_proba(table)[[0, 2], 1].round(4).tolist()
    [0.1, 0.5]

    The standard error of the log-odds of 10 in 100 is sqrt(1/10 + 1/90):

    >>> float(model.predict_sd(table)[0].round(4))
    0.3333
    """

    def __init__(self, link: str = "logit", alpha: float = 0.0) -> None:
        if link not in _LINKS:
            raise ValueError(f"'link' is one of {', '.join(_LINKS)}, not {link!r}")
        if alpha < 0:
            raise ValueError(f"'alpha' is 0 or more, not {alpha!r}")
        self.link, self.alpha = link, alpha

    def fit(self, X: pd.DataFrame, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Fit the coefficients and their covariance.

        Parameters
        ----------
        X
            The features, shape (rows, columns).
        y
            0 or 1, shape (rows,).
        sample_weight
            How often each row happened, shape (rows,).
        """
        from statsmodels.genmod import families
        from statsmodels.genmod.generalized_linear_model import GLM

        design, label = _design(X), np.asarray(y, np.float64)
        counts = np.ones(len(label)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        family = families.Binomial(getattr(families.links, _LINKS[self.link])())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # separable or collinear columns: the pseudo-inverse copes
            model = GLM(label, design, family=family, freq_weights=counts)
            self.coefficients_ = np.asarray(self._solve(model, label, counts), np.float64)
            information = -np.asarray(model.hessian(self.coefficients_, observed=False, scale=1.0), np.float64)
        self.covariance_ = np.linalg.pinv(information + np.diag(self._ridge(design.shape[1])), hermitian=True)
        return self

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:  # noqa: N803
        """Both probabilities of each row, shape (rows, 2)."""
        p = self._inverse(np.clip(_design(X) @ self.coefficients_, -_FAR, _FAR))
        return np.column_stack([1 - p, p])

    def predict_sd(self, X: pd.DataFrame) -> NDArray[np.float64]:  # noqa: N803
        """The standard error of each row's log-odds (of its linear predictor, under another link), shape (rows,)."""
        design = _design(X)
        return np.asarray(np.sqrt(np.maximum(((design @ self.covariance_) * design).sum(axis=1), 0.0)), np.float64)

    def _solve(self, model: Any, label: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
        share = float(np.average(label, weights=counts))
        start = np.zeros(model.exog.shape[1])
        start[0] = np.log(share / (1 - share)) if 0 < share < 1 else 0.0
        if self.alpha == 0:
            return np.asarray(model.fit(maxiter=50).params)
        ridge = self._ridge(len(start)) / model.nobs
        return np.asarray(model.fit_regularized(alpha=ridge, L1_wt=0, start_params=start).params)

    def _ridge(self, columns: int) -> NDArray[np.float64]:
        return np.concatenate([[0.0], np.full(columns - 1, self.alpha)])

    def _inverse(self, linear: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.link == "probit":
            from scipy.special import ndtr

            return np.asarray(ndtr(linear), np.float64)
        if self.link == "cloglog":
            return np.asarray(-np.expm1(-np.exp(linear)), np.float64)
        return np.asarray(1 / (1 + np.exp(-linear)), np.float64)


def _design(table: pd.DataFrame) -> NDArray[np.float64]:
    """The table with a column of ones before it."""
    return np.column_stack([np.ones(len(table)), np.asarray(table, np.float64)])
