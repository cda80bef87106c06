"""Makes `made_up_panel.csv.gz`: 80 invented keywords over 120 days, with a few dirty rows left in.

python scenarios/make_panel.py
"""

import gzip
from datetime import date, timedelta
from pathlib import Path

import numpy as np


def main() -> None:
    """Write the panel beside this file; the same bytes every time."""
    rng = np.random.Generator(np.random.PCG64(20260101))
    things = ["tent", "boots", "rope", "stove", "lamp", "jacket", "pack", "map", "kayak", "axe"]
    moods = ["buy", "cheap", "best", "used", "review", "repair", "light", "kids"]
    words = [f"{mood} {thing}" for thing in things for mood in moods]
    volume = 400 / (np.arange(len(words)) + 3) ** 0.9
    rate = rng.beta(1.16, 33.6, len(words))
    rows = ["date,keyword,impressions,clicks"]
    for day in range(120):
        when = date(2026, 1, 1) + timedelta(days=day)
        wave = 1 + 0.25 * np.sin(2 * np.pi * day / 7) + day / 400
        for word, mean, chance in zip(words, volume, rate, strict=True):
            shown = rng.poisson(mean * wave)
            if shown:
                rows.append(f"{when},{word},{shown},{rng.binomial(shown, min(1, chance * (1 + day / 600)))}")
    rows[50] = "2026-01-01,buy tent,3,5"  # the kinds of dirt that real logs have
    rows[700] = "not a day,buy tent,3,0"
    rows[900] = "2026-01-12,best rope,-4,0"
    rows.append(rows[1000])
    with Path(__file__).with_name("made_up_panel.csv.gz").open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        packed.write("\n".join([*rows, ""]).encode())


if __name__ == "__main__":
    main()
