"""Figures as a scenario file spells them: percentages, durations and plain numbers, to four digits."""

from __future__ import annotations

from math import floor, isfinite, log10

_PERCENT = {
    "traffic.never_seen", "traffic.trend", "traffic.season", "traffic.noise", "conversions.rate", "conversions.delay_shares",
    "users.after_click", "device.clicks",
}  # fmt: skip
_WHOLE = {"traffic.query_types", "traffic.season_peak", "market.ads", "market.advertisers"}
_SECONDS = {"conversions.delays"}
_BOUNDS = {
    "traffic.queries": (1.0, 1e11),
    "traffic.noise_memory": (0.0, 0.999),
    "traffic.weekday": (1e-4, 100.0),
    "conversions.rate": (0.0, 0.9),
    "conversions.delays": (1.0, 3e9),
    "conversions.delay_shares": (1e-6, 1.0),
    "market.bid": (1e-6, 10_000.0),
    "market.bid_spread": (0.0, 3.0),
    "device.examination": (0.0, 5.0),
    "users.after_click": (0.0, 1.0),
}
_UNITS = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def spelled(key: str, value: float | tuple[float, ...]) -> str:
    """A figure as TOML, within what its setting may be.

    Examples
    --------
    >>> spelled("traffic.noise", 0.27721), spelled("conversions.delays", (900.0, 154_800.0)), spelled("drift.clicks.half_life", 36.5)
    ('"27.72%"', '["15 min", "1.792 days"]', '"36.5 days"')
    """
    if isinstance(value, tuple):
        return f"[{', '.join(spelled(key, one) for one in value)}]"
    low, high = _BOUNDS.get(key, (-float("inf"), float("inf")))
    value = min(max(value, low), high)
    if key in _SECONDS:
        size, unit = next((one for one in _UNITS if value >= one[0]), _UNITS[-1])
        return f'"{digits(value / size)} {unit}"'
    if key.endswith(".half_life"):
        return f'"{digits(value)} days"'
    if key in _PERCENT or (key.startswith("drift.") and key.endswith(".by")):
        return f'"{digits(100 * value)}%"'
    return str(round(value)) if key in _WHOLE else digits(value)


def give_or_take(key: str, error: float | tuple[float, ...] | None) -> str:
    """A standard error in the unit of its figure; how it is said when there is none."""
    if error is None or not all(map(isfinite, error if isinstance(error, tuple) else (error,))):
        return "no standard error"
    words = ", ".join(_plain(key, one) for one in (error if isinstance(error, tuple) else (error,)))
    return f"± {words}"


def days_of(number: int) -> str:
    """So many days.

    Examples
    --------
    >>> days_of(1), days_of(1_461)
    ('1 day', '1,461 days')
    """
    return f"{number:,} {'day' if number == 1 else 'days'}"


def _plain(key: str, error: float) -> str:
    if key in _PERCENT or (key.startswith("drift.") and key.endswith(".by")):
        return f"{digits(100 * error, 2)} points"
    if key in _SECONDS:
        size, unit = next((one for one in _UNITS if error >= one[0]), _UNITS[-1])
        return f"{digits(error / size, 2)} {unit}"
    return digits(error, 2)


def digits(value: float, significant: int = 4) -> str:
    """A number with so many digits that say something, and never as a power of ten.

    Examples
    --------
    >>> digits(32_967.4), digits(0.000123456), digits(12.0), digits(0.0), digits(0.0123, 2)
    ('32967', '0.0001235', '12', '0', '0.012')
    """
    if value == 0:
        return "0"
    places = max(0, significant - 1 - floor(log10(abs(value))))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
