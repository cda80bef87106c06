"""The tables of `[[drift]]`: one for each kind, and one for anyone's own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from sim.scenario import units
from sim.scenario.kinds import Change, Duration, Fraction, Moment, Share, Table

Levelled = Literal["demand", "topics", "clicks", "worthiness", "bids", "devices"]
Turning = Literal["demand", "topics", "clicks", "worthiness", "bids", "devices", "ads", "types"]


class Step(Table):
    """A sudden change, for good or for a while (`lasts`)."""

    kind: Literal["step"]
    what: Turning
    at: Moment
    by: Change
    lasts: Duration | None = None
    share: Annotated[Share, Field(gt=0)] = 1.0


class Ramp(Table):
    """A change that grows evenly over `lasts` and then stays."""

    kind: Literal["ramp"]
    what: Turning
    at: Moment
    by: Change
    lasts: Duration
    share: Annotated[Share, Field(gt=0)] = 1.0


class RandomWalk(Table):
    """Many small keyed steps, one each `every`, of size `by` a month; one that has `settled` stands far out from the first."""

    kind: Literal["random_walk"]
    what: Levelled
    by: Annotated[Fraction, Field(gt=0, le=5)]
    at: Moment = 0
    every: Duration = 7 * units.DAY_S
    half_life: Duration | None = None
    settled: bool = False


class Season(Table):
    """A wave of size `by` that is highest at `peak` and again after each `period`."""

    kind: Literal["season"]
    what: Levelled
    by: Annotated[Fraction, Field(gt=0, lt=1)]
    peak: Moment
    period: Duration = 365 * units.DAY_S
    share: Annotated[Share, Field(gt=0)] = 1.0


class Shock(Table):
    """A sudden change of which half is left after each `half_life`."""

    kind: Literal["shock"]
    what: Levelled
    at: Moment
    by: Change
    half_life: Duration
    share: Annotated[Share, Field(gt=0)] = 1.0


class Outage(Table):
    """Something that does not work for a while: tracking loses a share `by` of the clicks, or no model answers."""

    kind: Literal["outage"]
    what: Literal["tracking", "model"]
    at: Moment
    lasts: Duration
    by: Annotated[Share, Field(gt=0)] = 1.0


class OwnDrift(Table):
    """A change of anyone's own: `kind` is the import path of a class, and all else its arguments."""

    model_config = ConfigDict(extra="allow")

    kind: str  # what it may be is said by sim/scenario/roles.py, as for a model

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments given beside `kind`."""
        return dict(self.model_extra or {})


def _whose(value: object) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return WHOSE[isinstance(kind, str) and ":" in kind]


WHOSE = ("a drift of ours", "a drift of theirs")  # the tags of the union below; no key of a file
BuiltInDrift = Annotated[Step | Ramp | RandomWalk | Season | Shock | Outage, Field(discriminator="kind")]
Drift = Annotated[Annotated[BuiltInDrift, Tag(WHOSE[0])] | Annotated[OwnDrift, Tag(WHOSE[1])], Discriminator(_whose)]
