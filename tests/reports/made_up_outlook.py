"""Outlooks made by hand: every kind of pattern, without a world behind them."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.study.outlook import COUNT, FACTOR, SHARE, Outage, Outlook, Series
from sim.study.results import WorldEvent


def outlook(*series, days=365, outages=(), events=(), **settings):
    """A year's outlook; demand alone stands still unless told otherwise."""
    made = {
        "scenario": "made up", "question": "What comes?", "source": "made_up", "seed": 7, "replications": 4, "start": date(2026, 1, 1)
    } | settings  # fmt: skip
    found = series or (Series("demand", COUNT, np.full(days, 20_000.0)),)
    return Outlook(days=days, series=tuple(found), outages=tuple(outages), events=tuple(events), **made)


def everything(days=365):
    """Every pattern moves."""
    day = np.arange(days)
    wave = np.sin(2 * np.pi * day / 365)
    spread = np.minimum(day / 90, 1) * 0.8
    return outlook(
        Series("demand", COUNT, (100_000 * (1 + 0.2 * wave) * np.where((day >= 330) & (day < 333), 4, 1))),
        Series("topics", SHARE, np.clip((day - 90) / 60, 0, 1) * 0.3),
        Series("clicks", FACTOR, 1 + 0.05 * wave, np.exp(-spread), np.exp(spread)),
        Series("worthiness", SHARE, np.clip((day - 30) / 100, 0, 1) * 0.25),
        Series("bids", FACTOR, np.where(day < 200, 1, 0.8), np.where(day < 200, 1, 0.8), np.where(day < 200, 1, 0.8)),
        Series("devices", SHARE, 0.4 - np.clip((day - 200) / 30, 0, 1) * 0.1, detail="desktop"),
        Series("ads", SHARE, np.clip(day / 365, 0, 1) * 0.33),
        Series("types", SHARE, (day >= 250) * 0.12),
        days=days,
        outages=(Outage("tracking", 150, 180, 1.0), Outage("model", 300, 301, 1.0), Outage("tracking", 320, 330, 0.4)),
        events=[
            WorldEvent(0, "drift", "random walk: clicks 0.6 in log-odds a month"),
            WorldEvent(90, "drift", "ramp: 30% of the traffic moves to other topics over 60 days"),
            WorldEvent(200, "drift", "step: bids -20%"),
            WorldEvent(330, "drift", "step: demand +300% for 3 days"),
        ],
    )


OUTLOOKS = {
    "everything": everything(),
    "nothing": outlook(),
    "only the calendar": outlook(Series("demand", COUNT, np.linspace(100_000, 140_000, 365))),
    "one day": outlook(Series("demand", COUNT, np.array([7.0])), days=1, replications=1),
    "ten years": everything(3_650),
    "an outage": outlook(outages=[Outage("model", 3, 5, 1.0)], events=[WorldEvent(3, "drift", "outage: model for 2 days")]),
    "foreign names": outlook(
        Series("demand", COUNT, np.full(60, 5e8)),
        Series("devices", SHARE, np.linspace(0.4, 0.6, 60), detail="größe[bold]\x1b[31m " + "x" * 40),
        days=60,
        scenario="größe\x1b[31m",
        events=[WorldEvent(0, "drift", "\x1b[31mred")],
    ),
}
