"""Result pages drawn from click models whose parameters are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from sim.calibrate.clicks.attraction import Attraction
from sim.calibrate.clicks.chain import Chain
from sim.calibrate.clicks.model import Model, simulated
from sim.calibrate.clicks.pages import Pages
from sim.calibrate.clicks.position_based import Looked
from sim.calibrate.log import Log


def lists(seed: int, n: int, queries: int = 8, docs: int = 10, ranks: int = 5) -> Pages:
    """Pages of random lists, without clicks; good documents tend to stand higher, but not always."""
    rng = np.random.default_rng(seed)
    query = rng.integers(0, queries, n)
    order = np.argsort(rng.normal(size=(n, docs)) + 0.15 * np.arange(docs), axis=1)[:, :ranks]
    return Pages(query, query[:, None] * docs + order, None, np.ones(n))


def attraction(seed: int, pages: Pages, a: float = 2.0, b: float = 4.0) -> Attraction:
    """Each pair's own attraction, of a Beta law."""
    start = Attraction.start(pages)
    return replace(start, value=np.random.default_rng(seed + 1).beta(a, b, len(start.pairs)))


def clicked(seed: int, model: Model, pages: Pages) -> Pages:
    """*pages* with clicks drawn from *model*."""
    uniform = np.random.default_rng(seed + 2).random(pages.docs.shape)
    return replace(pages, clicked=simulated(model.hazards(pages), uniform) & pages.shown)


def looked(seed: int, pages: Pages, exponent: float = 0.8) -> Looked:
    """Places looked at one by one, 1 / position ** exponent."""
    curve = np.arange(1, pages.ranks + 1) ** -exponent
    return Looked("made", attraction(seed, pages), np.repeat(curve[:, None], pages.ranks, axis=1))


def world_cascade(seed: int, pages: Pages, exponent: float = 0.6, after_click: float = 0.5) -> Chain:
    """The world's cascade: users come as far as 1 / position ** exponent, and some go on after a click."""
    place = np.arange(1, pages.ranks + 1)
    on = (place / (place + 1)) ** exponent
    return Chain("made", attraction(seed, pages), on, on * after_click)


def as_log(pages: Pages, clicks: bool = True) -> Log:
    """The pages as a reader would hand them on."""
    rows = pd.DataFrame({"day": 0, "query": pages.query, "results": [tuple(int(x) for x in row if x >= 0) for row in pages.docs]})
    has = {"pages", "position", "ad"}
    if clicks:
        rows["clicks"] = [tuple(map(int, np.flatnonzero(row))) for row in pages.clicks]
        has.add("clicks")
    queries = tuple(f"q{k}" for k in range(int(pages.query.max()) + 1))
    ads = tuple(f"d{k}" for k in range(int(pages.docs.max()) + 1))
    return Log("made", date(2024, 1, 1), 1, pd.DataFrame(), queries, ads, pages=rows, has=frozenset(has))
