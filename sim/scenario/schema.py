"""The scenario as one frozen object: every setting, its unit, its bounds and its default.

The world's defaults were measured on a real panel of search advertising; `docs/world_figures.md`
tells how. A setting that can have no effect in a file (a query rate beside a replayed log) is a
mistake, not a decoration.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario import units
from sim.scenario.compare_schema import Compare, Guardrails
from sim.scenario.drift_schema import Drift
from sim.scenario.kinds import (
    Change,
    Count,
    Days,
    Duration,
    Fraction,
    Horizon,
    Moment,
    Name,
    Number,
    Plugin,
    Rate,
    Share,
    Swept,
    Table,
    Whole,
    point_of_sweep,
)  # fmt: skip
from sim.scenario.playbook_schema import Playbook, Raters

DAY_S = units.DAY_S
MOST_VARIANTS = 16  # of the pages of a candidate that explores


class Columns(Table):
    """Which columns of a replayed log hold what."""

    day: str = "day"
    query: str = "query"
    queries: str | None = None
    impressions: str | None = None
    clicks: str | None = None


class Traffic(Table):
    """What is asked, and how often."""

    queries: Annotated[Rate, Field(ge=1, le=1e11)] = 100_000.0
    query_types: Annotated[Count, Field(ge=1, le=1_000_000)] = 5_000
    topics: Annotated[Count, Field(ge=1, le=1_000)] = 20
    never_seen: Annotated[Fraction, Field(ge=0, lt=1)] = 0.15
    popularity: Annotated[Number, Field(ge=0, le=5)] = 1.13
    popularity_shift: Annotated[Number, Field(ge=0, le=10_000)] = 12.8
    commercial: Share = 0.2
    trend: Change = 0.0
    weekday: Annotated[tuple[Annotated[Number, Field(gt=0, le=100)], ...], Field(min_length=7, max_length=7)] = (
        1.090, 1.028, 1.000, 0.954, 0.872, 0.856, 1.200,
    )  # fmt: skip
    season: Annotated[Fraction, Field(ge=0, lt=1)] = 0.0
    season_peak: Annotated[Whole, Field(ge=1, le=12)] = 12
    noise: Annotated[Fraction, Field(ge=0, le=2)] = 0.05
    noise_memory: Annotated[Number, Field(ge=0, lt=1)] = 0.775
    types: str | None = None
    replay: str | None = None
    columns: Columns = Columns()


class Market(Table):
    """Who advertises, and how an ad is priced."""

    ads: Annotated[Count, Field(ge=1, le=1_000_000)] = 20_000
    advertisers: Annotated[Count, Field(ge=1, le=1_000_000)] = 2_000
    matched: Annotated[Count, Field(ge=1, le=64)] = 16
    slots: Annotated[Count, Field(ge=1, le=10)] = 4
    bid: Annotated[Number, Field(gt=0, le=10_000)] = 1.0
    bid_spread: Annotated[Number, Field(ge=0, le=3)] = 0.85
    reserve: Annotated[Number, Field(ge=0, le=10_000)] = 0.05
    pricing: Plugin = Plugin(use="second_price")
    budget: Annotated[Number, Field(ge=0, le=1e9)] | None = None
    budget_spread: Annotated[Number, Field(ge=0, le=3)] = 1.0
    invalid: Annotated[Fraction, Field(ge=0, lt=1)] = 0.02
    refunds_after: Days = 7 * DAY_S
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    worthy: Annotated[Fraction, Field(gt=0, le=0.5)] = 0.0001
    screened: Annotated[bool, Field(strict=True)] = False


class Users(Table):
    """Who clicks."""

    click_rate: Annotated[tuple[Annotated[Number, Field(gt=0, le=1e6)], ...], Field(min_length=2, max_length=2)] = (1.16, 33.6)
    worthy_lift: Annotated[Number, Field(ge=1, le=1000)] = 8.0
    intent_lift: Annotated[Number, Field(ge=1, le=1000)] = 5.0
    ad_spread: Annotated[Number, Field(ge=0, le=2)] = 0.35
    click_model: Literal["position", "cascade"] = "position"
    after_click: Share = 0.0
    frailty: Annotated[Number, Field(ge=0, le=1.5)] = 0.0
    memory: Days = 60 * DAY_S
    blindness: Annotated[Number, Field(ge=0, le=5)] = 1.75
    leaving: Annotated[Number, Field(ge=0, le=5)] = 0.0


class Conversions(Table):
    """What clicks lead to, how late, and what that is worth to the advertiser."""

    rate: Annotated[Fraction, Field(ge=0, le=0.9)] = 0.07
    spread: Annotated[Number, Field(ge=0, le=2)] = 0.5
    worthy_lift: Annotated[Number, Field(ge=1, le=1000)] = 3.0
    worth: Annotated[Number, Field(ge=0, le=100)] = 1.5
    delays: Annotated[tuple[Duration, ...], Field(min_length=1, max_length=10)] = (15 * 60, 43 * 3600, 14 * DAY_S)
    delay_shares: Annotated[tuple[Annotated[Share, Field(gt=0)], ...], Field(min_length=1, max_length=10)] = (0.349, 0.298, 0.353)


class Device(Table):
    """A kind of screen: its share of queries, how fast attention falls down the page, how it clicks."""

    name: Name
    share: Annotated[Fraction, Field(gt=0, le=1_000_000)]
    examination: Annotated[Number, Field(ge=0, le=5)] = 1.0
    clicks: Change = 0.0


class Then(Table):
    """Another objective from some moment on, with the models that are there."""

    at: Moment
    objective: Plugin


class Candidate(Table):
    """What is tried: a fixed policy, or a model that learns under an objective.

    Attributes
    ----------
    swept
        For a point of a sweep, which candidate of the file it comes from and what is its own; None for any other.
    """

    name: Name
    policy: Plugin | None = None
    objective: Plugin | None = None
    model: Plugin | None = None
    retrain: Annotated[int | Literal["never"], BeforeValidator(units.days_or_never)] = 28 * DAY_S
    window: Days = 28 * DAY_S
    refresh: Days = 7 * DAY_S
    takes: Duration = 6 * 3600
    incremental: Annotated[bool, Field(strict=True)] = False
    calibrate: Literal["sigmoid", "isotonic"] | None = None
    explore: Plugin | None = None
    playbook: Playbook | None = None
    then: Then | None = None
    swept: Annotated[Swept | None, BeforeValidator(point_of_sweep), Field(alias="sweep")] = None

    @model_validator(mode="before")
    @classmethod
    def _default_name(cls, value: object) -> object:
        if isinstance(value, dict) and "name" not in value:
            source = value.get("policy", value.get("objective"))
            use = source.get("use") if isinstance(source, dict) else source
            return value | {"name": use} if isinstance(use, str) else value
        return value


class History(Table):
    """What happened before day 1: who served the ads, for how long."""

    days: Days = 56 * DAY_S
    policy: Plugin = Plugin(use="keyword")
    explored: Share = 0.0


class Labels(Table):
    """Labels of show-worthiness that a training on the label "show" buys."""

    rows: Annotated[Count, Field(ge=100, le=10_000_000)] = 10_000
    error: Share = 0.1


class Engine(Table):
    """How traffic is played."""

    sampler: Literal["auto", "queries", "counts", "mean"] = "auto"


class Scenario(Table):
    """A whole scenario, read and checked.

    Attributes
    ----------
    days
        The horizon in days.
    folder
        Where the file stands: a user's own modules and logs are looked for here.
    source
        The words that name the scenario on the command line.
    text
        The file as it was read, without what it extends.
    """

    name: Name
    question: str = ""
    start: Annotated[date, BeforeValidator(units.calendar_day)] = date(2026, 1, 1)
    days: Annotated[Horizon, Field(alias="horizon")]
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 1
    replications: Annotated[Count, Field(ge=1, le=100_000)] = 1
    traffic: Traffic = Traffic()
    market: Market = Market()
    users: Users = Users()
    conversions: Conversions = Conversions()
    devices: Annotated[tuple[Device, ...], Field(alias="device", min_length=1, max_length=8)] = (
        Device(name="desktop", share=0.4),
        Device(name="mobile", share=0.6, examination=1.2, clicks=0.1),
    )
    drifts: Annotated[tuple[Drift, ...], Field(alias="drift")] = ()
    history: History = History()
    labels: Labels = Labels()
    raters: Raters = Raters()
    engine: Engine = Engine()
    compare: Compare = Compare()
    guardrails: Guardrails = Guardrails()
    candidates: Annotated[tuple[Candidate, ...], Field(alias="candidate", min_length=1, max_length=40)]
    folder: Path = Field(default=Path(), exclude=True)
    source: str = Field(default="", exclude=True)
    text: str = Field(default="", exclude=True)

    def but(self, **changes: Any) -> Self:
        """A copy with some settings changed, such as `seed` or `replications`."""
        return self.model_copy(update=changes)
