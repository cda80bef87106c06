"""What a team's story comes to: did it get there, what did it cost, and did the switch pay? "No" is an answer."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from reports.glyphs import clean
from reports.parts import numbers
from reports.price import LOST, PAID, Price, deployed, prices, spendings
from reports.standing import short
from reports.teams import by_replication, objectives, watches_for, without_undone
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import CandidateRun, Run

OPEN = "OPEN"
_SWITCH = "wrong objective"
STYLES = {
    "PAID": "badge.good", "NOT PAID": "badge.bad", OPEN: "badge.warn", "ONE RUN": "badge.estimate",
    "NO TWIN": "badge.estimate", "NO SWITCH": "badge.estimate", "NOT THERE": "badge.bad", "PARTIAL": "badge.warn",
}  # fmt: skip


class Payoff(NamedTuple):
    """What is to be said of a team.

    Attributes
    ----------
    badge
        One of `STYLES`.
    work
        Whether it deployed and switched, when, and what that cost.
    paid
        Whether the switch paid.
    rests_on
        What `paid` was taken from, and how far it may be trusted; empty where it is no figure.
    answers
        Whether there was a twin that never switches, so that `paid` is an answer.
    """

    badge: str
    work: str
    paid: str
    rests_on: str
    answers: bool


def payoff(run: Run, team: CandidateRun) -> Payoff:
    """Judge what a team achieved."""
    days = [day for day in deployed(run, team) if day is not None]
    switches = _switches(run, team)
    spent = estimates.mean(spendings(run, team))
    work = f"{_got_there(run, team, days, switches)}; it cost {numbers.money(spent.mean, run.currency)} of labels and training"
    twin = of_the_switch(run, team)
    badge, paid, rests_on = _paid(run, twin, switches, " to ".join(["the switch", *map(short, objectives(run, team)[1:])]))
    if not days:
        badge = "NOT THERE"
    return Payoff(badge if run.complete else "PARTIAL", work, paid, rests_on, twin is not None)


def of_the_switch(run: Run, team: CandidateRun) -> Price | None:
    """What the switch was worth, against the twin that lacks nothing else; None without one."""
    return next((one for one in prices(run, team) if one.steps == (_SWITCH,)), None)


def signed(value: float | None, currency: str) -> str:
    """An amount with its sign.

    Examples
    --------
    >>> signed(1234.0, "USD"), signed(-0.5, "USD"), signed(None, "USD")
    ('+1.23 k USD', '-0.50 USD', '–')
    """
    if value is None:
        return numbers.NOTHING
    return f"{'-' if value < 0 else '+'}{numbers.money(abs(value), currency)}"


def from_to(found: Estimate, currency: str) -> str:
    """The two ends of an amount's interval, "" without one."""
    return "" if found.low is None else f"{signed(found.low, currency)} to {signed(found.high, currency)}"


def _got_there(run: Run, team: CandidateRun, days: Sequence[int], switches: Sequence[int]) -> str:
    of, name = run.replications, clean(team.name)
    if not days:
        return f"{name} never deployed a model in {numbers.many(of, 'replication')}"
    told = f"{name} deployed a model{_when(days, of, numbers.many(of, 'replication'))}"
    if switches:
        return f"{told} and switched its objective{_when(switches, of)}"
    return f"{told} and never saw a reason to switch" if watches_for(run, team, "wrong_objective") else told


def _when(days: Sequence[int], of: int, among: str = "") -> str:
    """In how many replications and when, or on which day of the only one."""
    if of == 1:
        return f" on day {days[0] + 1}"
    return f" in {len(days)}{f' of {among}' if among else ''} (median day {median(days) + 1:.0f})"


def _paid(run: Run, twin: Price | None, switches: Sequence[int], switch: str) -> tuple[str, str, str]:
    """Whether the switch paid: a badge, the words, and what they rest on."""
    if not switches:
        return "NO SWITCH", "there was no switch that could pay", ""
    if twin is None:
        told = f"whether {switch} paid cannot be told, since nobody played the same without it"
        return "NO TWIN", told, "For an answer add a twin: the same [[candidate]] with watches_for = []."
    against = f"against {clean(twin.twin)}"
    gain = f"{signed(twin.net.mean, run.currency)} {against}"
    basis = (
        f"Revenue less what was spent, over {numbers.many(run.days, 'day')}, {numbers.many(run.replications, 'paired replication')}; "
        f"revenue alone {numbers.lift(twin.revenue)}. The team alone decides nothing: a drifting world moves both."
    )
    if twin.net.low is None:
        return "ONE RUN", f"in this one run {switch} brought {gain}, and luck is not ruled out", basis
    words = {PAID: f"{switch} paid", LOST: f"{switch} did not pay"}.get(twin.answer, f"whether {switch} paid is open")
    badge = {PAID: "PAID", LOST: "NOT PAID"}.get(twin.answer, OPEN)
    return badge, f"{words}: {gain} (95% interval {from_to(twin.net, run.currency)})", basis


def _switches(run: Run, team: CandidateRun) -> list[int]:
    """The days of the first switch, in the replications that had one."""
    books = map(without_undone, by_replication(run, team))
    found = (next((entry.day for entry in lines if entry.event == "switch_objective"), None) for lines in books)
    return [day for day in found if day is not None]
