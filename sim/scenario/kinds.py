"""What the settings of a file are made of: values with their units, in tables."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from sim.scenario import units


def moment(value: object, info: ValidationInfo) -> int:
    """Seconds from the start of the horizon, which the context tells."""
    return units.moment_s(value, _start(info))


def horizon(value: object, info: ValidationInfo) -> int:
    """Days from the start that the context tells."""
    return units.horizon_days(value, _start(info))


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
