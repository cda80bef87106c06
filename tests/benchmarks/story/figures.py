"""What a twin's years say of the story: how often each step came, and what the switch did to clicks and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from tests.benchmarks.story.played import MONTH, Year
from tests.benchmarks.story.steps import in_order


class Switch(NamedTuple):
    """What came of a switch, in one world.

    Attributes
    ----------
    day
        On which the clicks model takes over.
    fallen
        Revenue a query in the four weeks before the switch over that of the first four after deployment.
    ctr_before, ctr_after
        In the four weeks before the switch, and after the clicks model took over.
    at_first
        Revenue a query in the four weeks after it over that of the four before the switch.
    at_last, since, year
        Revenue of the year's last four weeks, from the switch on and of the whole year over that of the
        same team that never switches; not a number where there is none.
    """

    day: int
    fallen: float
    ctr_before: float
    ctr_after: float
    at_first: float
    at_last: float
    since: float
    year: float


def switch_of(team: Year, never: Year | None) -> Switch | None:
    """What came of the switch, if there was one."""
    steps = team.steps
    if "switch" not in steps or "deployed" not in steps:
        return None
    decided, deployed, end = steps["switch"].day, steps["deployed"].day, len(team.days)
    day = next(line.day for line in team.diary if line.event == "deploy" and line.day >= decided)
    before, after = (decided - MONTH, decided), (day + 1, day + 1 + MONTH)
    earned = team.revenue_a_query(*before)
    ratios = (float("nan"),) * 3
    if never is not None:
        ratios = tuple(float(team.days[first:, 3].sum() / never.days[first:, 3].sum()) for first in (end - MONTH, decided, 0))
    return Switch(
        day, earned / team.revenue_a_query(deployed, deployed + MONTH), team.ctr(*before), team.ctr(*after),
        team.revenue_a_query(*after) / earned, *ratios,
    )  # fmt: skip


def share(years: Sequence[Year], name: str) -> int:
    """In how many years a step is told."""
    return sum(name in year.steps for year in years)


def whole(years: Sequence[Year]) -> int:
    """In how many years every step is told, in order."""
    return sum(in_order(year.steps) for year in years)


def middle_day(years: Sequence[Year], name: str) -> float:
    """The median day of a step, over the years that tell it."""
    return float(np.median([year.steps[name].day for year in years if name in year.steps]))


def mean_evidence(years: Sequence[Year], name: str, figure: str) -> float:
    """The mean of a figure of a step's evidence, over the years that tell it."""
    seen: list[Mapping[str, float]] = [year.steps[name].evidence for year in years if name in year.steps]
    return float(np.mean([one[figure] for one in seen if figure in one]))


def ratio(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float, float]:
    """The geometric mean of ratios with its interval by Student's law, one value for each world.

    Examples
    --------
    >>> tuple(round(one, 2) for one in ratio([1.0, 1.1, 1.21]))
    (1.1, 0.87, 1.39)
    """
    logs = np.log(np.asarray(values, dtype=np.float64))
    middle = float(logs.mean())
    reach = float(student.ppf(0.5 + confidence / 2, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))) if len(logs) > 1 else np.inf
    return float(np.exp(middle)), float(np.exp(middle - reach)), float(np.exp(middle + reach))
