"""Real logs, which are no part of the project: what their worlds match, where the logs are there."""

from __future__ import annotations

import pytest

from sim.calibrate.fitting import fit_world
from sim.calibrate.match.matching import match
from sim.calibrate.match.result import MATCH
from sim.calibrate.reading import read_log
from tests.real_logs import DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no real logs in {DATA}; FORESHOW_DATA names another folder")


@pytest.mark.parametrize(
    ("name", "least", "must"),
    [
        ("adwords_2012-04_to_2012-12", 7, {"clicks.ctr_by_month", "traffic.busiest_day"}),
        ("yandex_serp_train", 4, {"pages.no_click", "pages.first_rank"}),
    ],
)
def test_most_of_what_was_not_fitted_matches(name, least, must):
    log = read_log([DATA / f"{name}.csv.gz"])
    told = match(log, fit_world(log), replications=15)
    assert told.having(MATCH) >= least
    assert must <= {one.key for one in told.statistics if one.verdict == MATCH}
