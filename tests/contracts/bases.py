"""Scenarios that are played in a moment, for settings to be laid over."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import sim
from reports.export import run_json
from tests.small import SMALL_WORLD

TINY = f"""
name = "tiny"
horizon = "13 days"
{SMALL_WORLD}
[labels]
rows = 500

[[candidate]]
policy = "keyword"
"""
LEARNING = """
extends = "tiny.toml"

[[candidate]]
objective = "clicks"
model = "sklearn.linear_model:LogisticRegression"
retrain = "7 days"
window = "14 days"

[[candidate]]
objective = "impressions"
model = "sklearn.linear_model:LogisticRegression"
retrain = "7 days"
window = "14 days"
"""

MODULE = """
import dataclasses
import numpy as np

class ByName:
    \"\"\"Believes in the text match, and in whatever the second device is called.\"\"\"

    def fit(self, X, y, sample_weight=None):
        return self

    def predict_proba(self, X):
        called = sum(map(ord, [name for name in X.columns if name.startswith("device_")][0])) % 7
        p = np.clip(X["text_match"].to_numpy() / (10 + called), 0, 1)
        return np.column_stack([1 - p, p])

class Halfway:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return (bid + thresholds[0]) / 2

def value(columns, share=1.0):
    return share * columns["probability"] * columns["bid"]

class HalfOfThem:
    \"\"\"Half of the queries get no page.\"\"\"

    def __init__(self, nothing=0.5):
        self.nothing = nothing

    def explore(self, prospect, key):
        from dataclasses import replace
        offers = prospect.offers
        both = {name: np.concatenate([getattr(offers, name)] * 2) for name in ("quality", "value_without_bid")}
        value = np.concatenate([offers.value, np.full_like(offers.value, -np.inf)])
        return replace(offers, value=value, weights=np.array([1 - self.nothing, self.nothing]), **both)

class Surge:
    \"\"\"Twice the demand, or as many times as it is told.\"\"\"

    def __init__(self, by=2.0):
        self.by = by

    def times(self, end_s):
        return [3 * 86400]

    def apply(self, patterns, at_s):
        return dataclasses.replace(patterns, demand=patterns.demand * self.by) if at_s >= 3 * 86400 else patterns
"""

HEADER = "day,date,query,keyword,queries,asked,impressions,shown,clicks,pressed\n"
LOG = HEADER + "".join(
    f"2026-03-{day:02},2026-03-{31 - day:02},a{query},b{4 - query},{90 + day},{80 + day},{70 + day},{60 + day},{query},{day % 9}\n"
    for day in range(1, 31)
    for query in range(5)
)
TYPES = "share,click_rate\n" + "".join(f"{400 - query},0.0{1 + query % 9}\n" for query in range(400))
TABLED = TINY.replace("query_types = 400\n", 'types = "types.csv"\n')
LOGGED = TINY.replace('queries     = "5k/day"\nquery_types = 400\n', 'replay = "log.csv"\n')


class Played(NamedTuple):
    """What a run came to."""

    ledgers: list[Any]
    document: dict[str, Any]
    settings: str


class Bases:
    """Plays a base with some lines laid over it; each is played once."""

    def __init__(self, folder: Path) -> None:
        for name, text in {
            "tiny.toml": TINY,
            "learning.toml": LEARNING,
            "logged.toml": LOGGED,
            "own_parts.py": MODULE,
            "log.csv": LOG,
            "tabled.toml": TABLED,
            "types.csv": TYPES,
            "others.csv": TYPES.replace("400,", "900,", 1),
        }.items():
            (folder / name).write_text(text)
        (folder / "other.csv").write_text(LOG.replace(",a1,", ",a0,", 1))
        self._file = folder / "moved.toml"
        self._played: dict[tuple[str, str], Played] = {}

    def __call__(self, lines: str, base: str = "tiny") -> Played:
        if (lines, base) not in self._played:
            self._file.write_text(f"extends = '{base}.toml'\n{lines}\n")
            found = sim.run(self._file)
            assert not found.failed
            document = run_json(found)
            del document["run"]  # a hash of all settings
            self._played[lines, base] = Played([one.days for one in found.candidates], document, found.settings)
        return self._played[lines, base]
