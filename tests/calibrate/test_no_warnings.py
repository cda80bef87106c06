"""Logs of an odd kind are fitted and compared without a warning of what computes them."""

from __future__ import annotations

import warnings
from datetime import date, timedelta

from sim.calibrate.fitting import fit_world
from sim.calibrate.match.matching import match
from sim.calibrate.reading import read_log
from tests.calibrate.logs import written


def test_a_click_for_every_impression(tmp_path):
    counts = [(day, name, 20 + (day * size) % 9) for day in range(84) for size, name in enumerate("abcdefghijkl", 3)]
    rows = [f"{date(2024, 1, 1) + timedelta(day)},{name},{shown},{shown + 5}" for day, name, shown in counts]
    text = "\n".join(["date,query,impressions,clicks", *rows])
    log = read_log([written(tmp_path, text)])
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert match(log, fit_world(log), replications=2).statistics
