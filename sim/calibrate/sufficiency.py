"""Whether a log can carry a world: enough of it, for long enough, with clicks, and clean enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sim.calibrate.flaws import AGAIN, CUT, FAR_ABOVE
from sim.calibrate.log_flaws import SUM_OF_ALL
from sim.calibrate.receipt import Reading

GOOD, PART, POOR = "good", "part", "poor"
MIN_DAYS = 28  # four of each weekday: fewer can't tell a weekday from a chance
MIN_CLICKS = 400  # an overall CTR to within 5% of itself, one standard error
_LEAST_RATE = 1e-5  # clicks an impression
MOST_LEFT_OUT = 0.05
MOST_AGAIN = 0.05
MOST_OF_ALL = 0.5  # of rows or traffic that are no good: with more, what is left stands for nothing
MOST_GAPS = 0.1
MOST_ONCE = 0.5
_NAMES = {"position": "positions", "cost": "prices", "delays": "their delays"}
_ONCE = "queries seen only once"


class Judgement(NamedTuple):
    """Whether a log is good enough for a world.

    Attributes
    ----------
    level
        GOOD, PART (some of a world has to stay at its defaults) or POOR.
    lacks
        What is missing, a sentence each; the gravest first.
    """

    level: str
    lacks: tuple[str, ...]


def judge(reading: Reading) -> Judgement:
    """Judge a log by what was read of it."""
    of_clicks, of_days, dirt = tuple(_of_clicks(reading)), tuple(_of_days(reading)), tuple(_dirt(reading))
    lacks = (*of_clicks, *of_days, *dirt)
    worst = max(1 - reading.used / reading.rows, reading.lost, _rows(reading, CUT) / reading.used)
    poor = (of_clicks and of_days) or worst > MOST_OF_ALL
    return Judgement(POOR if poor else PART if lacks else GOOD, lacks)


def _of_clicks(reading: Reading) -> Iterator[str]:
    counted = reading.log.counted
    if "clicks" not in counted:
        yield "it has no clicks: click rates stay at their defaults, and it can serve as later traffic of a backtest"
    elif (clicks := int(counted["clicks"].sum())) < MIN_CLICKS:
        many = f"{clicks:,} {'click' if clicks == 1 else 'clicks'}"
        yield f"it has {many}, too few for click rates: {MIN_CLICKS} tell an overall CTR to within 5% of itself"
    elif clicks < _LEAST_RATE * counted["impressions"].sum():
        yield f"less than one in {1 / _LEAST_RATE:,.0f} impressions was clicked: is each column what it was taken for?"
    elif clicks == counted["impressions"].sum():
        yield "every impression was clicked: what was not clicked is missing, or the columns are others"


def _of_days(reading: Reading) -> Iterator[str]:
    log = reading.log
    if "time" not in log.has:
        yield "it tells no time: demand, weekdays, seasons and drift stay at their defaults"
    elif log.days < MIN_DAYS:
        yield f"it covers {log.days} {'day' if log.days == 1 else 'days'}: weekdays, seasons and drift need {MIN_DAYS} at least"
    else:
        empty = log.days - log.counted.loc[log.counted["impressions"] > 0, "day"].nunique()
        if len(log.blind) > MOST_GAPS * log.days:
            yield f"{len(log.blind):,} of its {log.days:,} days have traffic and not one click: were clicks not counted then?"
        if empty > MOST_GAPS * log.days:
            yield f"{empty:,} of its {log.days:,} days are empty: weekdays and drift can't be told from the gaps"


def _dirt(reading: Reading) -> Iterator[str]:
    bad = reading.rows - reading.used
    if bad > MOST_LEFT_OUT * reading.rows:
        yield f"{bad:,} of its {reading.rows:,} rows can't be used"
    if reading.lost > MOST_LEFT_OUT:
        yield f"what can't be used of it holds {reading.lost:.0%} of its traffic, as far as that can be read"
    cut, once = _rows(reading, CUT), _rows(reading, _ONCE)
    if cut > MOST_LEFT_OUT * reading.used:
        yield f"{cut:,} of its {reading.used:,} rows have more clicks than impressions: is each column what it was taken for?"
    if (again := _rows(reading, AGAIN)) > MOST_AGAIN * reading.used:
        yield f"{again:,} of its {reading.used:,} rows have the day and names of an earlier one: by what is it split, or was it told twice?"
    yield from (f"{flaw.what}: its traffic counts twice" for flaw in reading.log.flaws if flaw.what.endswith(SUM_OF_ALL))
    if absurd := _rows(reading, FAR_ABOVE):
        yield f"{absurd:,} of its counts {'is' if absurd == 1 else 'are'} absurdly large and left out"
    for why, whats in _reasons(reading.log.not_learnt).items():
        yield f"{why}: nothing is learnt of {' and '.join(whats)}"
    if once > MOST_ONCE * len(reading.log.queries):
        yield f"{once:,} of its {len(reading.log.queries):,} queries were seen only once: of each of them nothing can be told"


def _rows(reading: Reading, what: str) -> int:
    """How many rows have a flaw."""
    return sum(flaw.rows for flaw in reading.log.flaws if flaw.what == what)


def _reasons(not_learnt: Mapping[str, str]) -> dict[str, list[str]]:
    """What is not learnt, by why."""
    reasons: dict[str, list[str]] = {}
    for what, why in not_learnt.items():
        reasons.setdefault(why, []).append(_NAMES.get(what, what))
    return reasons
