"""What the settings of a file are made of: values with their units, in tables."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from sim.scenario import units


def moment(value: object, info: ValidationInfo) -> int:
    """Seconds from the start of the horizon, which the context tells."""
    return units.moment_s(value, _start(info))


def horizon(value: object, info: ValidationInfo) -> int:
    """Days from the start that the context tells."""
    return units.horizon_days(value, _start(info))


class Swept(NamedTuple):
    """Where a candidate that is a point of a sweep comes from.

    Attributes
    ----------
    candidate
        What the candidate that was swept is called in the file.
    values
        Each key that is swept, such as "objective.cut", with this point's value as a text.
    """

    candidate: str
    values: tuple[tuple[str, str], ...]


def point_of_sweep(value: Any) -> Swept | None:
    """What `sweeps` has made of a sweep, or its form in JSON."""
    if value is None or isinstance(value, Swept):
        return value
    try:
        candidate, pairs = value if isinstance(value, list | tuple) else ()
        return Swept(str(candidate), tuple((str(key), str(one)) for key, one in pairs))
    except (TypeError, ValueError):
        raise ValueError("a table of lists such as { 'objective.cut' = [0.01, 0.02] }, in a file") from None


def _start(info: ValidationInfo) -> date:
    context: dict[str, Any] = info.context or {}
    return context.get("start") or date(2026, 1, 1)


Duration = Annotated[int, BeforeValidator(units.duration_s)]
Days = Annotated[int, BeforeValidator(units.days_s)]
Moment = Annotated[int, BeforeValidator(moment)]
Horizon = Annotated[int, BeforeValidator(horizon)]
Rate = Annotated[float, BeforeValidator(units.rate_per_day)]
Count = Annotated[int, BeforeValidator(units.count)]
Fraction = Annotated[float, BeforeValidator(units.fraction)]
Share = Annotated[Fraction, Field(ge=0, le=1)]
Change = Annotated[Fraction, Field(gt=-1, le=1000)]
Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
_STEERS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"  # signs that break a line or steer a terminal
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=rf"^[^{_STEERS}]*[^\s{_STEERS}][^{_STEERS}]*$")]


class Table(BaseModel):
    """A table of the file: frozen, and with no room for keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Plugin(BaseModel):
    """A built-in by name or a class or function by import path, with its arguments."""

    model_config = ConfigDict(frozen=True, extra="allow")

    use: Annotated[str, Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return {"use": value} if isinstance(value, str) else value

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments given beside `use`."""
        return dict(self.model_extra or {})
