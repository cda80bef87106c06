"""How values are written in a file, as fragments of a JSON Schema: the other side of `units`.

What `units` reads is case-blind, and JSON Schema has no flag for that: each letter is a pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sim.scenario import kinds, playbook_schema, units

Fragment = dict[str, Any]
OWN = r"^[^\s:]+:[^\s:]+$"  # an import path; whether it leads anywhere only the loader can tell
_NUMBER = r"[+-]?\d[\d_]*(\.\d+)?([eE][+-]?\d+)?"


def _any_case(words: Iterable[str]) -> str:
    return "|".join("".join(f"[{sign}{sign.upper()}]" if sign.isalpha() else re.escape(sign) for sign in word) for word in words)


def _text(pattern: str) -> Fragment:
    return {"type": "string", "pattern": rf"^\s*({pattern})\s*$"}


_TIME = rf"{_NUMBER}\s*({_any_case(units._SECONDS)})[sS]?"
_DATE = _text(r"\d{4}-\d\d-\d\d")
_DATES = [_DATE | {"format": "date"}, _DATE]  # without quotes, which is no text to some editors, and with them
_PREFIX = f"({_any_case(prefix for prefix in units._PREFIX if prefix)})?"
_PER = f"({_any_case(units._PER_DAY)})[sS]?"

_VALUES: Fragment = {"type": "array", "minItems": 2}
_DOTTED: Fragment = {"type": "object", "additionalProperties": _VALUES}  # objective.cut = [...] without quotes

FORMS: dict[Any, Fragment] = {
    units.duration_s: _text(_TIME),
    units.days_s: _text(_TIME),
    units.days_or_never: _text(f"{_TIME}|{_any_case(['never'])}"),
    units.calendar_day: {"anyOf": _DATES},
    kinds.horizon: _text(rf"\d{{1,4}}\s*({_any_case(['day', 'week', 'month', 'year'])})[sS]?"),
    kinds.moment: {"anyOf": [_text(rf"({_any_case(['month', 'week', 'day'])})\s+\d{{1,4}}"), *_DATES]},
    units.rate_per_day: {"anyOf": [{"type": "number"}, _text(rf"{_NUMBER}\s*{_PREFIX}\s*/\s*{_PER}")]},
    units.count: {"anyOf": [{"type": "integer"}, _text(rf"{_NUMBER}\s*{_PREFIX}")]},
    units.fraction: {"anyOf": [{"type": "number"}, _text(rf"{_NUMBER}\s*%")]},
    playbook_schema.pairs: {"type": "object", "additionalProperties": {"type": "string"}},
    kinds.point_of_sweep: {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [_VALUES, _DOTTED]}},
}


def form_of(function: object) -> Fragment:
    """What may be written where *function* reads it; anything at all, if that is not known here."""
    found = FORMS.get(function, {})
    return {key: [dict(one) for one in value] if isinstance(value, list) else value for key, value in found.items()}
