"""What was fitted and what was not fits every screen, and no name is cut."""

from __future__ import annotations

from io import StringIO

import pytest

from reports.console import open_console
from reports.fitted import print_fitted
from sim.calibrate.calibration import Calibration
from sim.calibrate.log import Figure, Unknown
from tests.reports.made_up_calibration import FIRST

KEYS = [f"traffic.{key}" for key in ("queries", "weekday", "trend", "season", "noise", "noise_memory")]
LONG = "cascade over position, log-likelihood per result"
FOUND = Calibration(
    "spring.csv", FIRST, 1, (Figure("", LONG, 0.0152, None, "as told"),), tuple(Unknown(key, "the log has no time") for key in KEYS)
)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_name_is_cut(width):
    stream = StringIO()
    print_fitted(FOUND, open_console(stream, width=width))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert f"{', '.join(KEYS)} the log has no time" in " ".join(" ".join(lines).split())
    assert LONG in " ".join(" ".join(lines).split())
