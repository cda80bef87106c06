"""What is wrong with a log as a whole, once its rows are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sim.calibrate.log import Flaw, Log
from sim.calibrate.places import shown as in_quotes
from sim.calibrate.summing import summed

BLIND = "days with traffic and not one click, where 20 and more would be usual"
SUM_OF_ALL = "counts the sum of all others"
_RARE = 0.5  # of the queries, that are seen once: from here on it is told
_DAYS_ALIKE, _FEWEST_QUERIES, _FEWEST_DAYS, _LEAST_SUM = 0.9, 4, 3, 100


def of_log(log: Log, used: int, *, dated: bool) -> list[Flaw]:
    """What is wrong with a log as a whole, of which so many rows are used."""
    found = []
    shown = log.counted["impressions"]
    by_day = shown.groupby(log.counted["day"]).sum()
    if not dated:
        found.append(Flaw("no time", used, "all of it counts as one day"))
    elif log.days == 1:
        found.append(Flaw("one day only", 1, "nothing can be learnt of weekdays, seasons and drift"))
    elif gaps := log.days - int((by_day > 0).sum()):
        found.append(Flaw("days without an impression", gaps, "they stay empty"))
    if "clicks" in log.counted and not log.counted["clicks"].any():
        found.append(Flaw("not one click", used, "nothing can be learnt of clicks"))
    if log.blind:
        some = ", ".join((log.first + timedelta(days=day)).isoformat() for day in log.blind[:3]) + (", ..." if len(log.blind) > 3 else "")
        found.append(Flaw(BLIND, len(log.blind), "left out of what is learnt of clicks", some))
    by_query = shown.groupby(log.counted["query"]).sum()
    once = int((by_query == 1).sum())
    if once > _RARE * len(log.queries) and len(log.queries) > 1:
        found.append(Flaw("queries seen only once", once, "they tell of their likes only together"))
    return [*found, *_sums(log)]


def _sums(log: Log) -> Iterator[Flaw]:
    """A query that is no query but the total of each day."""
    day, query, shown = (log.counted[name].to_numpy() for name in ("day", "query", "impressions"))
    by_query = summed(query, shown, len(log.queries))
    most = int(by_query.argmax())
    whole, own = (summed(day[mask], shown[mask], log.days) for mask in (query >= 0, query == most))
    there = own > 0
    if (by_query > 0).sum() < _FEWEST_QUERIES or there.sum() < _FEWEST_DAYS or by_query[most] < _LEAST_SUM:
        return
    if (2 * own == whole)[there].mean() >= _DAYS_ALIKE:
        yield Flaw(f"the query {in_quotes(log.queries[most])} {SUM_OF_ALL}", int((query == most).sum()), "told only")
