"""What must hold before any figure is believed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sim.columns import CLICKS, EXHAUSTED, IMPRESSIONS, QUERIES, QUERIES_WITH_ADS, REFUNDS, REVENUE
from sim.study.compare.comparison import Check
from sim.study.compare.figures import Figures
from sim.study.results import CandidateRun, Run

_ROUNDED = 1  # a day's figure, where expected numbers become whole ones and the rest is carried on


def checks(figures: Figures, primary: str) -> tuple[Check, ...]:
    """Every check of a run, those that fail first."""
    settings = json.loads(figures.run.settings)
    found = [_balance(figures.run, settings), _in_step(figures.run, settings), _budgets(figures.run, settings), _there(figures, primary)]
    return tuple(sorted(found, key=lambda check: check.holds))


def _balance(run: Run, settings: dict[str, Any]) -> Check:
    """Nobody clicks what was not shown, and nothing is shown where nothing can be."""
    slots = settings["market"]["slots"]
    wrong = [one.name for one in run.candidates if not _balanced(one, slots)]
    below = [one.name for one in run.candidates if _below_nothing(one)]
    told = [f"clicks, ads or pages of {', '.join(wrong)} exceed what they are part of"] if wrong else []
    told += [f"{', '.join(below)} has a figure below 0"] if below else []
    return Check("mass balance", not told, "; ".join(told))


def _balanced(one: CandidateRun, slots: int) -> bool:
    queries, pages, ads, clicks = (one.days[..., column] for column in (QUERIES, QUERIES_WITH_ADS, IMPRESSIONS, CLICKS))
    off = 2 * _ROUNDED  # of either side
    parts = ((clicks, ads, off), (ads, slots * pages, (slots + 1) * _ROUNDED), (pages, ads, off), (pages, queries, off))
    return all(bool((part <= whole + room).all()) for part, whole, room in parts)


def _below_nothing(one: CandidateRun) -> bool:
    """Whether a count or an amount is below 0; revenue may be, by what is refunded that day for earlier clicks."""
    earned = one.days[..., REVENUE] + one.days[..., REFUNDS]
    return bool((earned < -_ROUNDED).any() or (np.delete(one.days, REVENUE, axis=2) < 0).any())


def _in_step(run: Run, settings: dict[str, Any]) -> Check:
    """All candidates of a replication meet the same queries."""
    name = "the same queries for all"
    if settings["users"]["leaving"] > 0:  # who leaves is the candidate's doing; everyone has the first day's
        apart = [one.name for one in run.candidates if (one.days[:, 0, QUERIES] != run.candidates[0].days[:, 0, QUERIES]).any()]
        return Check(
            name, not apart, f"{', '.join(apart)} met others on the first day" if apart else "on the first day; then users may leave"
        )
    rounded = 2 * _ROUNDED if run.sampler == "mean" else 0
    first = run.candidates[0].days[..., QUERIES]
    apart = [one.name for one in run.candidates if (np.abs(one.days[..., QUERIES] - first) > rounded).any()]
    return Check(name, not apart, f"{', '.join(apart)} met others" if apart else "")


def _budgets(run: Run, settings: dict[str, Any]) -> Check:
    """No more advertisers are without money than there are; none where there are no budgets."""
    market = settings["market"]
    most = market["advertisers"] if market.get("budget") is not None else 0
    over = [one.name for one in run.candidates if (one.days[..., EXHAUSTED] > most).any()]
    return Check("budgets kept", not over, f"of {', '.join(over)} more budgets are spent than there are" if over else "")


def _there(figures: Figures, primary: str) -> Check:
    """The primary metric has a value for everyone in every replication."""
    missing = [
        name for number, name in enumerate(figures.names)
        if not (np.isfinite(figures.each(primary, number)).all() and np.isfinite(figures.lift(primary, number)).all())
    ]  # fmt: skip
    if not missing:
        return Check("every figure there", True)
    return Check("every figure there", False, f"{primary} of {', '.join(missing)} has nothing to be counted or divided by")
