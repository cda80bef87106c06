"""Each kind of drift in words."""

from datetime import date

import pytest
from pydantic import TypeAdapter

from sim.scenario.drift_schema import Drift
from sim.scenario.schema import DAY_S
from sim.world.drift.story import told


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ({"kind": "step", "what": "demand", "by": "+15%"}, "step: demand +15%"),
        ({"kind": "step", "what": "clicks", "by": -0.4, "share": 0.5, "lasts": "4 days"}, "step: clicks -40% in 50% of topics for 4 days"),
        ({"kind": "step", "what": "bids", "by": 0.2, "lasts": "6 h"}, "step: bids +20% for 6 hours"),
        ({"kind": "step", "what": "bids", "by": 0.2, "lasts": "1 h"}, "step: bids +20% for 1 hour"),
        ({"kind": "step", "what": "devices", "by": 0.1}, "step: 10% of the traffic moves from the first device to the others"),
        ({"kind": "step", "what": "ads", "by": 0.3}, "step: 30% of the ads are born and as many others go"),
        (
            {"kind": "ramp", "what": "topics", "by": "30%", "lasts": "60 days"},
            "ramp: 30% of the traffic moves to other topics over 60 days",
        ),
        (
            {"kind": "ramp", "what": "worthiness", "by": 0.3, "lasts": "1 day"},
            "ramp: 30% of the worthy pairs give way to others over 1 day",
        ),
        ({"kind": "random_walk", "what": "clicks", "by": 0.6}, "random walk: clicks 0.6 in log-odds a month"),
        ({"kind": "random_walk", "what": "topics", "by": 0.2}, "random walk: topics 20% of the traffic a month"),
        ({"kind": "random_walk", "what": "worthiness", "by": 0.5}, "random walk: worthiness 0.5 in margin a month"),
        ({"kind": "shock", "what": "clicks", "by": -0.4, "half_life": "9 days"}, "shock: clicks -40%, half of it gone in 9 days"),
        ({"kind": "outage", "what": "model", "lasts": "12 h"}, "outage: model for 12 hours"),
        ({"kind": "outage", "what": "tracking", "lasts": "3 days", "by": 0.5}, "outage: tracking for 3 days, 50% of the clicks lost"),
    ],
)
def test_a_drift_says_what_it_is_and_when_it_begins(drift, words):
    at = 0 if drift["kind"] == "random_walk" else 4 * DAY_S
    read = TypeAdapter(Drift).validate_python(({} if at == 0 else {"at": "day 5"}) | drift)
    assert told(read, date(2026, 1, 1)) == (at, words)


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ({"what": "demand", "by": 0.3}, "season: demand ±30% every 365 days, highest on 2026-07-01"),
        (
            {"what": "topics", "by": 0.3, "period": "7 days"},
            "season: up to 30% of the traffic moves to other topics every 7 days, highest on",
        ),
    ],
)
def test_a_season_says_when_it_is_highest(drift, words):
    read = TypeAdapter(Drift).validate_python({"kind": "season", "peak": "2026-07-01"} | drift)
    assert told(read, date(2026, 1, 1))[0] == 0
    assert told(read, date(2026, 1, 1))[1].startswith(words)
