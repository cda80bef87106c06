"""What a world will do, in words: one sentence that answers first."""

from __future__ import annotations

from datetime import timedelta

from reports.glyphs import clean
from reports.parts import numbers
from sim.study.outlook import Outage, Outlook, Series

_NAMES = {
    "demand": "queries",
    "topics": "topics moved",
    "clicks": "odds of a click",
    "worthiness": "worthy no more",
    "bids": "bids",
    "devices": "share of",
    "ads": "new among ads",
    "types": "new among types",
}
_NOUNS = {
    "demand": "the number of queries",
    "topics": "topics",
    "clicks": "clicks",
    "worthiness": "show-worthiness",
    "bids": "bids",
    "devices": "devices",
    "ads": "ads",
    "types": "query types",
}
_ONE = ("demand", "worthiness")  # nouns that are one thing
_LITTLE = 0.05


def answer(outlook: Outlook) -> str:
    """The sentence on top: the largest change, what else changes, and what does not work for a while."""
    largest, day = outlook.largest
    if largest.size[day] < _LITTLE:
        first = numbers.count(round(float(outlook.series[0].middle[0])))
        parts = [f"queries stay near {first} a day" if outlook.events else f"nothing. Queries stay near {first} a day"]
    else:
        parts = [_said(outlook, largest, day)]
    others = [one.what for one in outlook.series if one.what != largest.what and one.size.max() >= _LITTLE]
    parts += [_also(list(dict.fromkeys(others)))] if others else []
    parts += [_broken(outlook, outage) for outage in outlook.outages[:1]]
    if len(outlook.outages) > 1:
        parts.append(f"and {numbers.many(len(outlook.outages) - 1, 'more outage')}")
    if not outlook.events:
        parts.append("nothing else changes")
    elif len(parts) == 1 and largest.size[day] < _LITTLE:
        parts.append(f"nothing moves by more than {_LITTLE:.0%}")
    return f"What this world will do: {'; '.join(parts)}."


def name(series: Series) -> str:
    """What a chart is called."""
    return f"{_NAMES[series.what]} {clean(series.detail)}".rstrip()


def broken(outage: Outage) -> str:
    """What an outage's row is called."""
    return f"{outage.what} down" if outage.share == 1 else f"{outage.what} -{outage.share:.0%}"


def _said(outlook: Outlook, series: Series, day: int) -> str:
    """What *series* has come to on its farthest *day*."""
    value, first, size = float(series.middle[day]), float(series.middle[0]), float(series.size[day])
    when = _when(outlook, day)
    if series.what == "demand":
        ends = f"{numbers.count(round(first))} to {numbers.count(round(value))} a day"
        return f"queries {'rise' if value > first else 'fall'} from {ends} {when} ({numbers.delta(value / first - 1, 0)})"
    if series.what in ("clicks", "bids") and series.low is not None and series.high is not None:
        low, high = float(series.low[day]), float(series.high[day])
        if high / low < 1 + _LITTLE:
            noun = "bids" if series.what == "bids" else "the odds of a click"
            return f"{noun} {'rise' if value > 1 else 'fall'} to {value:.2f} times what they were {when}"
        who = "ad in ten bids" if series.what == "bids" else "pair of query and ad in ten has"
        whose = "what it bade" if series.what == "bids" else "the odds of a click that it had"
        return f"{when} one {who} {high:.2g} times {whose} on day 1 or more, and one in ten {low:.2g} times or less"
    if series.what == "devices":
        return f"the share of {clean(series.detail)} goes from {numbers.percent(first)} to {numbers.percent(value)} {when}"
    return {
        "topics": f"{numbers.percent(size)} of the traffic has turned to other topics {when}",
        "worthiness": f"{numbers.percent(size)} of the worthy pairs have given way to others {when}",
        "ads": f"{numbers.percent(size)} of the ads that exist are new {when}",
        "types": f"{numbers.percent(size)} of the queries with a history are of new types {when}",
    }[series.what]


def _broken(outlook: Outlook, outage: Outage) -> str:
    length = numbers.many(outage.end - outage.first, "day")
    since = (outlook.start + timedelta(days=outage.first)).isoformat()
    if outage.what == "model":
        return f"no model answers for {length} from {since}"
    return f"{outage.share:.0%} of the clicks are missing in the log for {length} from {since}"


def _when(outlook: Outlook, day: int) -> str:
    return f"by {(outlook.start + timedelta(days=day)).isoformat()}"


def _also(others: list[str]) -> str:
    """That others change too."""
    nouns = [_NOUNS[what] for what in others]
    if len(nouns) == 1:
        return f"{nouns[0]} change{'s' if others[0] in _ONE else ''} too"
    return f"{', '.join(nouns[:-1])} and {nouns[-1]} change too"
