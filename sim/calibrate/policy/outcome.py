"""What a click on each ad is worth to a model: a logistic regression that never sees the rows it is applied to.

Ad, position, pair of query and ad, and each column of the context have an effect of their own on the log odds of a
click. The effects are drawn towards 0 (a ridge), so that an ad that was hardly shown is taken for an average one; how
strongly is not known: several strengths are averaged, by the likelihood of the rows that were held out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.policy.cells import FOLDS, Cells

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VARIANCES = (0.03, 0.3, 2.0)  # of the effects beforehand, in log odds
_OF_ADS = 3  # the first features are what the target chooses: ad, position, pair
_CHUNK = 2_000_000
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """The model with one strength of the ridge.

    Attributes
    ----------
    weight
        How likely it is, as the rows that were held out tell; the weights of all variants add up to 1.
    of_entries
        As in `Outcome`.
    gradient
        How the chance of a click on each of the target's rows moves with each effect, shape (rows, effects).
    information
        The inverse of the effects' covariance (Laplace); shape (effects, effects).
    """

    weight: float
    of_entries: Floats
    gradient: csr_matrix
    information: csr_matrix


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the model says.

    Attributes
    ----------
    of_cells
        Chance of a click on the ad that was shown, by the model that was fitted without the cell's fold; shape (cells,).
    of_entries
        The same for each ad that the target may show, averaged over the impressions of its place; shape (rows,).
    variants
        What it is the average of.
    """

    of_cells: Floats
    of_entries: Floats
    variants: tuple[Variant, ...]

    def error(self, weights: Floats) -> float:
        """Standard error of the sum of `of_entries` times *weights*: within each variant (delta method) and between them.

        Parameters
        ----------
        weights
            Of the target's rows, adding up to 1.
        """
        from scipy.sparse.linalg import cg

        middle, squares = float(weights @ self.of_entries), 0.0
        for one in self.variants:
            slope = np.asarray(one.gradient.T @ weights).ravel()
            solved, _ = cg(one.information, slope, rtol=_CLOSE, maxiter=2000)
            squares += one.weight * (max(0.0, float(slope @ solved)) + (float(weights @ one.of_entries) - middle) ** 2)
        return float(np.sqrt(squares))


def outcome_of(cells: Cells) -> Outcome:
    """Fit the model, fold by fold and with each strength of the ridge, and average what they say."""
    design = _design(cells.features, cells.levels)
    fits = [[_fit(design, cells, cells.fold != fold, variance) for fold in range(FOLDS)] for variance in VARIANCES]
    likely = np.array([_held_out(design, cells, one) for one in fits])
    weights = np.exp(likely - likely.max()) / np.exp(likely - likely.max()).sum()
    of_cells, variants = np.zeros(len(cells.count)), []
    size = np.bincount(cells.place, cells.count).astype(np.float64)
    everything = np.ones(len(cells.count), dtype=bool)
    for variance, folds, weight in zip(VARIANCES, fits, weights, strict=True):
        if weight < _CLOSE:
            continue
        of_entries = np.zeros(len(cells.entry_features))
        for fold, effects in enumerate(folds):
            inside = cells.fold == fold
            of_cells[inside] += weight * _chance(design[inside] @ effects[1:] + effects[0])
            of_entries += _of_entries(cells, inside, effects, size)
        curvature = _curvature(cells, design, _fit(design, cells, everything, variance), of_entries, variance)
        variants.append(Variant(float(weight), of_entries, *curvature))
    mean = np.sum([one.weight * one.of_entries for one in variants], axis=0)
    return Outcome(of_cells, np.asarray(mean, dtype=np.float64), tuple(variants))


def _design(codes: Ints, levels: tuple[int, ...]) -> csr_matrix:
    """A column of zeros and ones for each level of each feature; a code of -1 has none."""
    from scipy.sparse import csr_matrix

    starts = np.concatenate([[0], np.cumsum(levels)])
    row = np.repeat(np.arange(len(codes)), codes.shape[1])
    there = codes.ravel() >= 0
    column = (codes + starts[:-1][: codes.shape[1]]).ravel()[there]
    return csr_matrix((np.ones(there.sum()), (row[there], column)), shape=(len(codes), int(starts[-1])))


def _fit(design: csr_matrix, cells: Cells, inside: NDArray[np.bool_], variance: float) -> Floats:
    """The intercept and the effects; a constant where all or none were clicked, since nothing can be told apart."""
    clicked, count = cells.clicked[inside], cells.count[inside]
    if not inside.any() or clicked.min() == clicked.max():
        share = (clicked @ count + 0.5) / (count.sum() + 1)
        return np.concatenate([[np.log(share / (1 - share))], np.zeros(design.shape[1])])
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=variance, max_iter=500, tol=1e-6).fit(design[inside], clicked, sample_weight=count)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _held_out(design: csr_matrix, cells: Cells, fits: list[Floats]) -> float:
    """Log-likelihood of each fold under the model that did not see it."""
    total = 0.0
    for fold, effects in enumerate(fits):
        inside = cells.fold == fold
        score = design[inside] @ effects[1:] + effects[0]
        likely = cells.clicked[inside] * score - np.logaddexp(0, score)
        total += float(likely @ cells.count[inside])
    return total


def _of_entries(cells: Cells, inside: NDArray[np.bool_], effects: Floats, size: Floats) -> Floats:
    """One fold's part of the average over a place's impressions, for each ad that the target may show there."""
    levels, place_of = np.array(cells.levels), cells.entry_place
    context = _design(cells.features[inside, _OF_ADS:], tuple(levels[_OF_ADS:])) @ effects[1 + levels[:_OF_ADS].sum() :]
    own = _design(cells.entry_features, cells.levels[:_OF_ADS]) @ effects[1 : 1 + levels[:_OF_ADS].sum()] + effects[0]
    seen = np.stack([cells.place[inside], np.round(context, 9)], axis=1)
    alike, code = np.unique(seen, axis=0, return_inverse=True)
    count = np.bincount(code.ravel(), cells.count[inside], minlength=len(alike))
    found = np.zeros(len(own))
    place = alike[:, 0].astype(np.int64)
    for one in np.unique(place):
        ads, here = np.flatnonzero(place_of == one), place == one
        for chunk in np.array_split(ads, max(1, len(ads) * here.sum() // _CHUNK)):
            found[chunk] = _chance(own[chunk, None] + alike[here, 1]) @ count[here] / size[one]
    return found


def _curvature(cells: Cells, design: csr_matrix, effects: Floats, chance: Floats, variance: float) -> tuple[csr_matrix, csr_matrix]:
    """Gradient and information; a place's context is its average, which is exact where effects are small."""
    from scipy.sparse import csr_matrix, diags, hstack

    ones = csr_matrix(np.ones((design.shape[0], 1)))
    full = hstack([ones, design], format="csr")
    shown = _chance(full @ effects)
    ridge = diags(np.concatenate([[0.0], np.full(design.shape[1], 1 / variance)]))
    information = csr_matrix(full.T @ diags(cells.count * shown * (1 - shown)) @ full + ridge)
    places = int(cells.entry_place.max()) + 1
    share = csr_matrix((cells.count, (cells.place, np.arange(len(cells.count)))), shape=(places, len(cells.count)))
    size = np.maximum(np.asarray(share.sum(axis=1)).ravel(), 1)
    context = diags(1 / size) @ share @ _design(cells.features[:, _OF_ADS:], cells.levels[_OF_ADS:])
    own = _design(cells.entry_features, cells.levels[:_OF_ADS])
    inputs = hstack([csr_matrix(np.ones((own.shape[0], 1))), own, csr_matrix(context)[cells.entry_place]], format="csr")
    return csr_matrix(diags(chance * (1 - chance)) @ inputs), information


def _chance(score: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(score), dtype=np.float64)
