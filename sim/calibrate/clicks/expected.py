"""CTR of pages, as a model expects it with its interval, as plain baselines say, and as it came."""

from __future__ import annotations

import numpy as np

from sim import seeds
from sim.calibrate.backtest import Forecast, Rate
from sim.calibrate.clicks.model import Array, Model, foreseen
from sim.calibrate.clicks.moving import Moves, Table, table, unsure
from sim.calibrate.clicks.pages import Pages

DRAWS = 2000


def expected(model: Model, before: Pages, later: Pages, moves: Moves, confidence: float, names: tuple[str, ...]) -> Forecast:
    """What *model*, fitted to *before*, expects of *later*; intervals by drawing fits, moves and clicks."""
    before, later = before.grouped(), later.grouped()
    seen = foreseen(model, later)
    mine, fitted = table(later, seen.click), table(before, before.clicks.astype(np.float64))
    drawn = _drawn(mine, fitted, _correlation(before), moves)
    counts = later.weight @ seen.counts / later.weight.sum()
    return _forecast(mine, names, float(counts[0]), float(counts[2]), drawn, confidence)


def carried(before: Pages, later: Pages, names: tuple[str, ...], *, by_query: bool) -> Forecast:
    """The past's rates as they were: by rank, or by query and rank on the later mix (a new query has the past's of all)."""
    count = before.clicks.sum(axis=1)
    came = np.column_stack([before.clicks, count == 0, count > 1]) * before.weight[:, None]
    could = np.column_stack([before.shown, np.ones((len(count), 2))]) * before.weight[:, None]
    whole = came.sum(axis=0) / np.maximum(could.sum(axis=0), 1e-12)
    size = len(names)
    rate = np.tile(whole, (size, 1))
    if by_query:
        made, of = (np.column_stack([np.bincount(before.query, column, size) for column in part.T]) for part in (came, could))
        rate = np.where(of > 0, made / np.maximum(of, 1e-12), whole)
    click = rate[later.query, : later.ranks]
    none, several = (float(np.average(rate[later.query, k], weights=later.weight)) for k in (-2, -1))
    return _forecast(table(later, click), names, none, several)


def came(later: Pages, names: tuple[str, ...]) -> Forecast:
    """What came."""
    count = later.clicks.sum(axis=1)
    none, several = (float(np.average(which, weights=later.weight)) for which in (count == 0, count > 1))
    return _forecast(table(later, later.clicks.astype(np.float64)), names, none, several)


def _correlation(before: Pages) -> Array:
    """Of the clicks of one page at its ranks, within queries: chance moves ranks together."""
    mean = table(before, before.clicks.astype(np.float64))
    off = (before.clicks - mean.click[np.searchsorted(mean.queries, before.query)]) * before.shown
    made = (before.weight[:, None] * off).T @ off
    sd = np.sqrt(np.maximum(np.diag(made), 1e-12))
    return np.asarray(made / np.outer(sd, sd))


def _drawn(mine: Table, fitted: Table, correlation: Array, moves: Moves) -> Array:
    """Rates by query and rank, shape (DRAWS, queries, ranks): fits, moves, and the chance of clicks."""
    queries, ranks = mine.click.shape
    key = seeds.key(0, "calibrate", queries, ranks)
    normal = seeds.normals(key, DRAWS * (1 + queries + 2 * queries * ranks))
    common, own, place, chance = np.split(normal, np.cumsum([DRAWS, DRAWS * queries, DRAWS * queries * ranks]))
    shift = moves.common * common.reshape(DRAWS, 1, 1) + moves.query * own.reshape(DRAWS, queries, 1)
    shift = shift + np.sqrt(moves.place**2 + unsure(fitted, mine)) * place.reshape(DRAWS, queries, ranks)
    rate = np.clip(mine.click, 1e-9, 1 - 1e-9)
    rate = rate / (rate + (1 - rate) * np.exp(-shift))
    size = min(ranks, len(correlation))
    root = np.eye(ranks)
    root[:size, :size] = np.linalg.cholesky(correlation[:size, :size] + 1e-6 * np.eye(size))
    noise = chance.reshape(DRAWS, queries, ranks) @ root.T * np.sqrt(rate * (1 - rate) / mine.pages[:, None])
    return np.asarray(np.clip(rate + noise, 0.0, 1.0))


def _forecast(
    mine: Table, names: tuple[str, ...], none: float, several: float, drawn: Array | None = None, confidence: float = 0.9
) -> Forecast:
    share = mine.shown / mine.shown.sum()
    rank_share = mine.shown / np.maximum(mine.shown.sum(axis=0), 1e-12)
    query_share = mine.shown / mine.shown.sum(axis=1, keepdims=True)
    total = _rates(
        (mine.click * share).sum(keepdims=True).ravel(), None if drawn is None else (drawn * share).sum(axis=(1, 2))[:, None], confidence
    )
    ranks = _rates((mine.click * rank_share).sum(axis=0), None if drawn is None else (drawn * rank_share).sum(axis=1), confidence)
    own = _rates((mine.click * query_share).sum(axis=1), None if drawn is None else (drawn * query_share).sum(axis=2), confidence)
    order = np.argsort(-mine.shown.sum(axis=1), kind="stable")
    by_query = tuple((names[mine.queries[k]], own[k]) for k in order)
    return Forecast(total[0], (), tuple((k + 1, rate) for k, rate in enumerate(ranks)), by_query, none, several)


def _rates(ctr: Array, drawn: Array | None, confidence: float) -> list[Rate]:
    if drawn is None:
        return [Rate(float(x)) for x in ctr]
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return [Rate(float(x), float(min(a, x)), float(max(b, x))) for x, a, b in zip(ctr, low, high, strict=True)]
