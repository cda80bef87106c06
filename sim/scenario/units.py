"""Units in words: what a person writes in a scenario, turned into the number the engine counts in.

Times are whole seconds, rates are per day, shares and changes are fractions. Every function takes
what TOML gave and returns a number, or raises ValueError with the sentence that the user reads.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TypeGuard

DAY_S = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2200
_SECONDS = {"s": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": DAY_S, "d": DAY_S}
_SECONDS |= {"week": 7 * DAY_S, "month": 30 * DAY_S, "year": 365 * DAY_S}
_PREFIX = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12}
_PER_DAY = {"s": DAY_S, "second": DAY_S, "h": 24, "hour": 24, "day": 1, "d": 1, "week": 1 / 7}
_NUMBER = r"([+-]?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)"


def duration_s(value: object) -> int:
    """Seconds in a duration such as "6 h", "28 days" or "2 months" (of 30 days).

    Examples
    --------
    >>> duration_s("6 h"), duration_s("28 days")
    (21600, 2419200)
    """
    match = re.fullmatch(_NUMBER + r"\s*([a-z]+)", str(value).strip().lower()) if isinstance(value, str) else None
    unit = _singular(match[2]) if match else ""
    if not match or unit not in _SECONDS:
        raise ValueError("a duration such as '6 h', '28 days' or '2 months'")
    seconds = _finite(match[1]) * _SECONDS[unit]
    if not 1 <= seconds <= 100 * 365 * DAY_S:
        raise ValueError("a duration from '1 s' to '100 years'")
    return round(seconds)


def days_s(value: object) -> int:
    """Seconds in a duration of whole days."""
    seconds = duration_s(value)
    if seconds % DAY_S:
        raise ValueError("a whole number of days")
    return seconds


def days_or_never(value: object) -> int | str:
    """Seconds in a duration of whole days, or "never"."""
    if isinstance(value, str) and value.strip().lower() == "never":
        return "never"
    try:
        return days_s(value)
    except ValueError:
        raise ValueError("whole days such as '28 days', or 'never'") from None


def calendar_day(value: object) -> date:
    """A date, quoted or not, of a year from 1900 to 2200.

    Examples
    --------
    >>> calendar_day("2026-01-01")
    datetime.date(2026, 1, 1)
    """
    day = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if day is None and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        with suppress(ValueError):
            day = date.fromisoformat(value.strip())
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a date such as 2026-01-01, from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def horizon_days(value: object, start: date) -> int:
    """Whole days from *start* through a horizon such as "12 months" (calendar months) or "90 days".

    Examples
    --------
    >>> horizon_days("12 months", date(2026, 1, 1)), horizon_days("2 weeks", date(2026, 1, 1))
    (365, 14)
    """
    match = re.fullmatch(r"(\d{1,4})\s*(day|week|month|year)s?", str(value).strip().lower()) if isinstance(value, str) else None
    if not match or not 1 <= int(match[1]) <= 4000:
        raise ValueError("a horizon such as '90 days', '12 months' or '2 years'")
    count, unit = int(match[1]), match[2]
    if unit in ("month", "year"):
        days = (add_months(start, count * (12 if unit == "year" else 1)) - start).days
    else:
        days = count * (7 if unit == "week" else 1)
    if days > 3660:
        raise ValueError("a horizon of at most 10 years")
    return days


def moment_s(value: object, start: date) -> int:
    """Seconds from *start* to a moment: "month 4" (its first day), "day 45", "week 3" or a date.

    Examples
    --------
    >>> moment_s("month 2", date(2026, 1, 1)) // DAY_S, moment_s("day 1", date(2026, 1, 1))
    (31, 0)
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    if match := re.fullmatch(r"(month|week|day)\s+(\d{1,4})", text):
        number = int(match[2])
        if number >= 1:
            if match[1] == "month":
                return (add_months(start, number - 1) - start).days * DAY_S
            return (number - 1) * (7 if match[1] == "week" else 1) * DAY_S
    try:
        return (calendar_day(value) - start).days * DAY_S
    except ValueError:
        raise ValueError("a moment such as 'month 4', 'day 45' or '2026-11-27'") from None


def rate_per_day(value: object) -> float:
    """Queries a day in a rate such as "1M/day", "50k/h" or a plain number.

    Examples
    --------
    >>> rate_per_day("1.2M/day"), rate_per_day("10/s"), rate_per_day(250_000)
    (1200000.0, 864000.0, 250000.0)
    """
    if _is_number(value):
        return _finite(value)
    match = re.fullmatch(_NUMBER + r"\s*([kmgbt]?)\s*/\s*([a-z]+)", value.strip().lower()) if isinstance(value, str) else None
    unit = _singular(match[3]) if match else ""
    if not match or unit not in _PER_DAY:
        raise ValueError("a rate such as '100k/day', '1.2M/day' or '50/s'")
    return _finite(_finite(match[1]) * _PREFIX[match[2]] * _PER_DAY[unit])


def count(value: object) -> int:
    """A whole number, plain or such as "5k".

    Examples
    --------
    >>> count("5k"), count(20_000)
    (5000, 20000)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(_NUMBER + r"\s*([kmgb]?)", str(value).strip().lower()) if isinstance(value, str) else None
    number = _finite(match[1]) * _PREFIX[match[2]] if match else math.nan
    if not number.is_integer():
        raise ValueError("a whole number such as 5000 or '5k'")
    return int(number)


def fraction(value: object) -> float:
    """A fraction such as "15%", "+30%" or 0.15.

    Examples
    --------
    >>> fraction("15%"), fraction("-20%"), fraction(0.01)
    (0.15, -0.2, 0.01)
    """
    if _is_number(value):
        return _finite(value)
    match = re.fullmatch(_NUMBER + r"\s*%", str(value).strip().lower()) if isinstance(value, str) else None
    if not match:
        raise ValueError("a share or change such as '15%' or 0.15")
    # Through the decimal point, so that "15%" is exactly the 0.15 of the file.
    return _finite(f"{match[1]}e-2") if "e" not in match[1] else _finite(match[1]) / 100


def add_months(start: date, months: int) -> date:
    """The same day *months* later, or that month's last day.

    Examples
    --------
    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))


def months_in(start: date, days: int) -> int:
    """How many calendar months *days* days from *start* fall into, the first and the last perhaps not whole.

    Examples
    --------
    >>> months_in(date(2026, 1, 30), 31), months_in(date(2026, 1, 1), 365)
    (3, 12)
    """
    last = start + timedelta(days=days - 1)
    return 12 * (last.year - start.year) + last.month - start.month + 1


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 1 else word


def _finite(value: float | str) -> float:
    try:
        number = float(value.replace("_", "") if isinstance(value, str) else value)
    except OverflowError:  # a whole number beyond every float
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("a finite number")
    return number
