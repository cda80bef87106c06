"""How attractive each document is for its query, shrunk to what its query and its rank promise as far as the data are few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.pages import Pages

Array = NDArray[np.float64]

_LOWEST, _HIGHEST = np.log(0.3), np.log(3e4)  # of a prior's weight: wider laws are bimodal, narrower ones are one value
_SURE = 1e-6  # no document is clicked never or always


@dataclass(frozen=True, slots=True, eq=False)
class Attraction:
    """Chance of a click by someone who looks, for each (query, document), with its Beta prior.

    Attributes
    ----------
    pairs
        Codes query << 32 | document, ascending, shape (pairs,).
    value
        Posterior means, shape (pairs,).
    usual
        The rank from 0 where each pair usually stands, shape (pairs,): engines put better documents higher.
    query_mean
        The prior's mean by query code, shape (queries,), of documents of all ranks.
    rank_ratio
        What the rank makes of it, a factor around 1, shape (ranks,).
    mean, weight
        The prior's mean for a query never seen, and its weight in looks.
    """

    pairs: NDArray[np.int64]
    value: Array
    usual: NDArray[np.int64]
    query_mean: Array
    rank_ratio: Array
    mean: float
    weight: float

    @classmethod
    def start(cls, pages: Pages, mean: float = 0.3) -> Self:
        """All alike, for the pairs of *pages*."""
        pairs, which = np.unique(_codes(pages)[pages.shown], return_inverse=True)
        weight = np.repeat(pages.weight[:, None], pages.ranks, axis=1)[pages.shown]
        rank = np.broadcast_to(np.arange(pages.ranks), pages.docs.shape)[pages.shown]
        usual = np.rint(np.bincount(which, weight * rank) / np.bincount(which, weight)).astype(np.int64)
        queries = int(pages.query.max()) + 1
        return cls(pairs, np.full(len(pairs), mean), usual, np.full(queries, mean), np.ones(pages.ranks), mean, 2.0)

    def index(self, pages: Pages) -> NDArray[np.int64]:
        """Which pair stands at each place of *pages*, -1 for none or one never seen; shape (n, ranks)."""
        codes = _codes(pages)
        found = np.minimum(np.searchsorted(self.pairs, codes), len(self.pairs) - 1)
        return np.where(pages.shown & (self.pairs[found] == codes), found, -1)

    def of(self, pages: Pages) -> Array:
        """Attraction at each place of *pages*; the prior's mean for what was never seen, 0 where nothing stands."""
        return self.at(self.index(pages), pages)

    def at(self, index: NDArray[np.int64], pages: Pages) -> Array:
        """The same, where the *index* of the pages is there already."""
        known = pages.query < len(self.query_mean)
        query = np.where(known, self.query_mean[np.where(known, pages.query, 0)], self.mean)
        prior = _inside(query[:, None] * self.rank_ratio[np.minimum(np.arange(pages.ranks), len(self.rank_ratio) - 1)])
        return np.where(pages.shown, np.where(index >= 0, self.value[index], prior), 0.0)

    def learned(self, index: NDArray[np.int64], clicks: Array, looks: Array, *, prior: bool) -> Self:
        """The M-step: expected clicks and looks at each place (each of shape (n, ranks)) → posterior means.

        *prior* says whether to fit the prior again too.
        """
        seen = index >= 0
        s = np.bincount(index[seen], clicks[seen], len(self.pairs)).astype(np.float64)
        n = np.bincount(index[seen], looks[seen], len(self.pairs)).astype(np.float64)
        better = self._prior(s, n) if prior else self
        value = (s + better._expected() * better.weight) / (n + better.weight)
        return replace(better, value=_inside(value))

    def _expected(self) -> Array:
        """The prior's mean of each pair."""
        return _inside(self.query_mean[self.pairs >> 32] * self.rank_ratio[self.usual])

    def _prior(self, s: Array, n: Array) -> Self:
        """Means by query and rank, each shrunk by one document's worth, and the weight by maximum likelihood.

        A document counts by how well its own rate is known, not by how often it is shown.
        """
        query, rate = self.pairs >> 32, s / np.maximum(n, _SURE)
        worth = n / (n + self.weight)
        mean = float(_inside(np.sum(worth * rate) / max(np.sum(worth), _SURE)))
        size, ranks = len(self.query_mean), len(self.rank_ratio)
        promised = worth * self.rank_ratio[self.usual]
        query_mean = _inside((np.bincount(query, worth * rate, size) + mean) / (np.bincount(query, promised, size) + 1))
        promised = worth * query_mean[query]
        ratio = (np.bincount(self.usual, worth * rate, ranks) + mean) / (np.bincount(self.usual, promised, ranks) + mean)
        better = replace(self, query_mean=query_mean, rank_ratio=ratio, mean=mean)
        return replace(better, weight=prior_weight(s, n, better._expected()))


def prior_weight(s: Array, n: Array, mean: Array | float) -> float:
    """Weight a + b of the Beta prior with this mean under which *s* of *n* are likeliest (beta-binomial; fractions may be).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> round(prior_weight(rng.binomial(200, rng.beta(2, 6, 4000)).astype(float), np.full(4000, 200.0), 0.25))
    8
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import betaln

    some = n > 0.5
    if some.sum() < 2:
        return 2.0
    s, n, mean = s[some], n[some], np.broadcast_to(mean, some.shape)[some]
    rest = np.maximum(n - s, 0.0)

    def loss(log_weight: float) -> float:
        a, b = mean * np.exp(log_weight), (1 - mean) * np.exp(log_weight)
        return -float(np.sum(betaln(s + a, rest + b) - betaln(a, b)))

    return float(np.exp(minimize_scalar(loss, bounds=(_LOWEST, _HIGHEST), method="bounded").x))


def _inside(chance: Array | float) -> Array:
    return np.clip(chance, _SURE, 1 - _SURE)


def _codes(pages: Pages) -> NDArray[np.int64]:
    return (pages.query[:, None] << 32) | np.maximum(pages.docs, 0)
