"""The same question put to a simulation: a click model fitted to the log, and the other policy's pages replayed in it.

Position-based: an ad's attraction times what its position is worth. The attraction of an ad (of a query, where the
log knows queries) is drawn towards its campaign's mean as far as the ads of the campaign are alike, which the log
decides (empirical Bayes, Gamma and Poisson); how alike they are, the mean, every attraction and the positions are drawn
anew for each replay, and so are the clicks. Its interval is thus one of what the other log will show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.policy.rows import Rows
from sim.calibrate.policy.target import Target

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REPLAYS = 1_000
_SHAPES = np.geomspace(0.1, 1_000, 41)  # how alike ads are: 1 over the squared coefficient of variation
_ROUNDS = 30
_MOST = 20_000_000
_HALF = 0.5
_TINY = 1e-9


class Pairs(NamedTuple):
    """What the click model is fitted to, one row for each ad and position that was shown.

    Attributes
    ----------
    ad, position
        Codes, of shape (pairs,).
    shown, clicks
        Counts in the log.
    replayed
        How often the other policy shows it.
    """

    ad: Ints
    position: Ints
    shown: Floats
    clicks: Floats
    replayed: Floats


def replay(log: Rows, target: Target, seed: int) -> Floats:
    """The other policy's CTR in each replay; shape (replays,).

    Its own traffic is replayed where its log is there, else the log's.
    """
    rng = np.random.default_rng(seeds.key(seed, "calibrate", 2))
    owner = [name for name in ("campaign", "query") if name in target.given]
    clicks, shown = [], 0.0
    table = _table(log, target, [*owner, "ad"])
    for _, campaign in table.groupby("campaign") if "campaign" in table else [("", table)]:
        pairs = Pairs(
            campaign.groupby([*owner, "ad"]).ngroup().to_numpy().astype(np.int64),
            campaign["position"].factorize(sort=True)[0].astype(np.int64),
            *(campaign[name].to_numpy(dtype=np.float64) for name in ("shown", "clicks", "replayed")),
        )  # fmt: skip
        clicks.append(_clicks(pairs, rng))
        shown += pairs.replayed.sum()
    draws = min(map(len, clicks))
    return np.asarray(np.sum([one[:draws] for one in clicks], axis=0) / shown, dtype=np.float64)


def _table(log: Rows, target: Target, names: list[str]) -> pd.DataFrame:
    """Counts of the log and of the replay side by side."""
    keys = [*names, "position"]
    ours = log.frame.assign(clicks=log.frame["clicked"] * log.frame["count"]).groupby(keys, as_index=False)[["count", "clicks"]].sum()
    theirs = target.frame
    if not target.counted:
        given = list(target.given)
        theirs = theirs.merge(log.frame.groupby(given, as_index=False)["count"].sum(), on=given, suffixes=("_none", ""))
        theirs = theirs.assign(count=theirs["count"] * theirs["probability"])
    theirs = theirs.groupby(keys)[["count"]].sum().reset_index().rename(columns={"count": "replayed"})
    both = ours.rename(columns={"count": "shown"}).merge(theirs, on=keys, how="outer").fillna({"shown": 0, "clicks": 0, "replayed": 0})
    return both.sort_values(keys, kind="stable").reset_index(drop=True)


def _clicks(pairs: Pairs, rng: np.random.Generator) -> Floats:
    """Clicks of each replay."""
    ads, positions = int(pairs.ad.max()) + 1, int(pairs.position.max()) + 1
    worth, shape = _fit(pairs, ads, positions)
    exposure = np.bincount(pairs.ad, pairs.shown * worth[pairs.position], minlength=ads)
    got = np.bincount(pairs.ad, pairs.clicks, minlength=ads)
    at = np.bincount(pairs.position, pairs.clicks, minlength=positions)
    draws = min(REPLAYS, max(200, _MOST // len(pairs.ad)))
    found = np.empty(draws)
    for number, alike in enumerate(rng.choice(_SHAPES, draws, p=shape)):
        mean = rng.gamma(got.sum() + _HALF) / max(exposure.sum(), 1)
        attraction = rng.gamma(alike + got) / (alike / mean + exposure)
        moved = rng.gamma(at + _HALF) / (at + _HALF)
        moved /= (moved * (at + _HALF)).sum() / (at + _HALF).sum()
        rate = attraction[pairs.ad] * (worth * moved)[pairs.position]
        found[number] = rng.poisson((pairs.replayed * np.minimum(rate, 1.0)).sum())
    return found


def _fit(pairs: Pairs, ads: int, positions: int) -> tuple[Floats, Floats]:
    """What each position is worth, 1 on average over clicks, and how likely each shape is."""
    from scipy.special import gammaln

    got = np.bincount(pairs.ad, pairs.clicks, minlength=ads)
    at = np.bincount(pairs.position, pairs.clicks, minlength=positions) + _HALF
    worth, shape = np.ones(positions), np.full(len(_SHAPES), 1 / len(_SHAPES))
    for _ in range(_ROUNDS):
        exposure = np.bincount(pairs.ad, pairs.shown * worth[pairs.position], minlength=ads)
        mean = (got.sum() + _HALF) / max(exposure.sum(), 1)
        alike = _SHAPES[:, None]
        likely = (gammaln(alike + got) - gammaln(alike) + alike * np.log(alike) - (alike + got) * np.log(alike + mean * exposure)).sum(
            axis=1
        )
        shape = np.exp(likely - likely.max())
        shape /= shape.sum()
        middle = float(shape @ _SHAPES)
        attraction = (middle + got) / (middle / mean + exposure)
        expected = np.bincount(pairs.position, pairs.shown * attraction[pairs.ad], minlength=positions)
        usual = max(at.sum() / max(expected.sum(), 1.0), _TINY)
        worth = (at + 1) / (expected + 1 / usual)  # as if one click more had come at the usual rate
        worth /= (worth * at).sum() / at.sum()
    return worth, shape
