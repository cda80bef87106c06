"""The price of the story: a row for each twin, with what its missing step cost in money and days, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence

from reports.console import Screen
from reports.glyphs import clean
from reports.parts import numbers, table
from reports.parts.table import Column
from reports.payoff import from_to, signed
from reports.price import LOST, PAID, Price, prices
from sim.study.results import CandidateRun, Run

_LOOKS = {PAID: "good", LOST: "bad"}


def print_prices(run: Run, team: CandidateRun, console: Screen) -> None:
    """Print what each step of *team* was worth, as far as the scenario has twins that did not take it."""
    found = prices(run, team)
    title = [("the price of the story", "head"), ("  ", "")]
    console.row()
    if not found:
        console.say("", lead=title)
        console.say(
            f"no twin: add a [[candidate]] that is as {clean(team.name)} but leaves out a name of looks_for or watches_for "
            "to learn what that step costs and brings"
        )
        return
    pairs = numbers.many(run.replications, "paired replication")
    error = "; ± is half a 95% interval" if run.replications > 1 else ""
    console.say(f"{clean(team.name)} less a twin that never took the step, {pairs}{error}", "context", title)
    columns = _columns(run, found, console)
    if table.total(columns) <= console.width:
        for line in table.lines(columns):
            console.row(line)
    else:
        for one in found:
            _alone(run, one, console)
    console.say("net: more revenue less what more was spent on labels and training, over the whole horizon", "context")


def _columns(run: Run, found: Sequence[Price], console: Screen) -> list[Column]:
    swap, money = console.glyphs.swap, run.currency
    return [
        Column(("", ""), tuple((_sign(one, console), _look(one)) for one in found)),
        Column(("", "step"), tuple((swap(_steps(one)), "head") for one in found)),
        Column(("", "twin"), tuple((swap(clean(one.twin)), "") for one in found)),
        Column(("found", "in"), tuple((f"{one.taken} of {run.replications}", "") for one in found), "right"),
        Column(("more", "spent"), tuple((swap(signed(one.spent.mean, money)), "") for one in found), "right"),
        Column(("days to", "deploy"), tuple((swap(_days(one)), "") for one in found), "right"),
        Column(("", "revenue"), tuple((swap(numbers.lift(one.revenue)), "") for one in found), "right"),
        Column(("", "net"), tuple((swap(_net(one, money)), _look(one)) for one in found), "right"),
    ]


def _alone(run: Run, one: Price, console: Screen) -> None:
    """A row as a few lines, where the screen is too narrow for a table."""
    console.say(f"{_steps(one)}, against {clean(one.twin)}", "head", [(f"{_sign(one, console)}  ", _look(one))])
    interval = from_to(one.net, run.currency)
    parts = [
        f"found in {one.taken} of {run.replications}",
        f"{signed(one.spent.mean, run.currency)} spent",
        f"{_days(one)} days to deploy",
        f"revenue {numbers.lift(one.revenue)}",
        f"net {signed(one.net.mean, run.currency)}" + (f" ({interval})" if interval else ""),
    ]
    console.say(" · ".join(parts), lead=[(" " * 3, "")])


def _sign(one: Price, console: Screen) -> str:
    glyphs = console.glyphs
    return {PAID: glyphs.above, LOST: glyphs.below}.get(one.answer, glyphs.undecided)


def _look(one: Price) -> str:
    return _LOOKS.get(one.answer, "warn")


def _steps(one: Price) -> str:
    return " and ".join(map(clean, one.steps))


def _days(one: Price) -> str:
    return numbers.NOTHING if one.days.mean is None else f"{round(one.days.mean):+d}" if round(one.days.mean) else "0"


def _net(one: Price, currency: str) -> str:
    """The net in money with its error, both in one unit."""
    half, mean = numbers.half_width(one.net), one.net.mean or 0.0
    unit = numbers.unit_for(max(abs(mean), half or 0.0))
    told = f"{mean / unit.divisor:+.{unit.decimals}f}"
    error = "" if half is None else f" ±{half / unit.divisor:.{unit.decimals}f}"
    return f"{told}{error} {unit.suffix} {currency}".replace("  ", " ")
