"""Which sampler plays a scenario, why, and how exact that is."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.panel import read_panel
from sim.scenario.schema import Scenario

_PLAYED = 3e6  # queries a day that can be played one by one in a minute or two for a year
_PLAYED_FOR_BUDGETS = 1e8
_ENOUGH_CLICKS = 20

_EXACT = {
    "queries": "every query is played: exact, and budgets to the click",
    "counts": "clicks are drawn page by page: exact in law",
    "mean": "expected clicks and money, no noise of queries and clicks: exact means; what is learned from is drawn",
    "asked": "expected clicks and money of queries that are drawn: to tell the noise of queries from that of clicks",
}
_WITH_BUDGETS = {
    "counts": "; a budget ends at a time with noise of its own: docs/engine.md has the errors",
    "mean": "; a budget ends when it is expected to: docs/engine.md has the errors",
}


class Sampling(NamedTuple):
    """The choice.

    Attributes
    ----------
    sampler
        "queries", "counts" or "mean".
    why, exactness
        In words.
    """

    sampler: str
    why: str
    exactness: str


def sampling(scenario: Scenario) -> Sampling:
    """Choose the sampler of a scenario.

    Left to itself it plays queries one by one where they are few enough, or where a budget buys so few
    clicks that chance decides when it ends.

    Examples
    --------
    >>> big = {"name": "big", "horizon": "1 day", "traffic": {"queries": "1B/day"}, "candidate": [{"policy": "keyword"}]}
    >>> sampling(Scenario.model_validate(big))[:2]
    ('counts', '1,000,000,000 queries a day are too many to play one by one')
    """
    asked, limited = scenario.engine.sampler, scenario.market.budget is not None
    chosen: str
    if asked != "auto":
        chosen, why = asked, "the scenario asks for it"
    else:
        chosen, why = _automatic(scenario)
    exactness = _EXACT[chosen] + (_WITH_BUDGETS.get(chosen, "") if limited else "")
    if limited and chosen != "queries" and (scenario.users.frailty > 0 or scenario.users.click_model == "cascade"):
        exactness += "; cascade and frailty by their means"
    return Sampling(chosen, why, exactness)


def _automatic(scenario: Scenario) -> tuple[str, str]:
    market, queries = scenario.market, scenario.traffic.queries
    if scenario.traffic.replay:
        panel = read_panel(scenario.traffic, scenario.folder)
        queries = panel.counts.sum() / panel.days
    told = f"{queries:,.0f} queries a day"
    if queries <= _PLAYED:
        return "queries", f"{told} are few enough to play one by one"
    clicks = float("inf") if market.budget is None else market.budget / market.bid
    if clicks < _ENOUGH_CLICKS and queries <= _PLAYED_FOR_BUDGETS:
        return "queries", f"a budget buys some {clicks:.0f} clicks, too few to count when it ends"
    return "counts", f"{told} are too many to play one by one"
