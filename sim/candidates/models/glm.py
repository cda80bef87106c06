"""A generalised linear model with standard errors: statsmodels behind scikit-learn's two methods."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

_LINKS = {"logit": "Logit", "probit": "Probit", "cloglog": "CLogLog"}
_STEPS = 30
_LEAST = 1e-6  # of log-likelihood, and of a coefficient: far below what chance does to either
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
            warnings.simplefilter("ignore")  # separable columns: the steps end at some point
            self._climb(GLM(label, design, family=family, freq_weights=counts), float(np.average(label, weights=counts)))
        return self

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:  # noqa: N803
        """Both probabilities of each row, shape (rows, 2)."""
        p = self._inverse(np.clip(_design(X) @ self.coefficients_, -_FAR, _FAR))
        return np.column_stack([1 - p, p])

    def predict_sd(self, X: pd.DataFrame) -> NDArray[np.float64]:  # noqa: N803
        """The standard error of each row's log-odds (of its linear predictor, under another link), shape (rows,)."""
        design = _design(X)
        return np.asarray(np.sqrt(np.maximum(((design @ self.covariance_) * design).sum(axis=1), 0.0)), np.float64)

    def _climb(self, model: Any, share: float) -> None:
        """Newton's steps up the penalised likelihood.

        statsmodels' own fit takes a pseudo-inverse of all rows, gigabytes for a year's log, and its
        regularised fit some hundred steps; its score and Hessian are all that is needed.
        """
        ridge = np.concatenate([[0.0], np.full(model.exog.shape[1] - 1, self.alpha)])
        at = np.zeros(len(ridge))
        at[0] = model.family.link(np.clip(share, 1e-6, 1 - 1e-6))
        height = model.loglike(at)
        for _ in range(_STEPS):
            precision = np.diag(ridge) - model.hessian(at, observed=False, scale=1.0)
            covariance = np.linalg.pinv(precision, hermitian=True)
            step = covariance @ (model.score(at) - ridge * at)
            gain = -np.inf
            while gain < 0 and np.abs(step).max() > _LEAST:
                reached = model.loglike(at + step) - (ridge * (at + step) ** 2).sum() / 2
                gain = reached - height if np.isfinite(reached) else -np.inf
                step = step if gain >= 0 else step / 2
            if gain < _LEAST:
                break
            at, height = at + step, reached
        self.coefficients_, self.covariance_ = np.asarray(at, np.float64), np.asarray(covariance, np.float64)

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
