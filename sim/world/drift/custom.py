"""A user's own drift behind one door: built from its import path, asked, and never trusted.

It gets the patterns to look at, not to write in, and what it returns is looked through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import seeds
from sim.errors import InvalidRun
from sim.scenario import plugins
from sim.scenario.drift_schema import OwnDrift
from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns
from sim.world.drift.sound import kind_of, sound

_MOST_TIMES = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Custom:
    """A user's drift, with its name before whatever goes wrong.

    Attributes
    ----------
    name
        Its import path.
    own
        The user's object: ``times(end_s)`` gives the moments at which it changes something, in
        seconds from the start, and ``apply(patterns, at_s)`` the patterns as they then stand.
    end_s
        The end of the horizon.

    Examples
    --------
    >>> from dataclasses import replace
    >>> class Closed:
    ...     def times(self, end_s):
    ...         return [DAY_S]
    ...     def apply(self, patterns, at_s):
    ...         return replace(patterns, demand=0.0 if at_s >= DAY_S else 1.0)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> Custom("shop:Closed", Closed(), 2 * DAY_S).apply(calm, DAY_S).demand
    0.0
    """

    name: str
    own: Any
    end_s: int

    @property
    def story(self) -> tuple[int, str]:
        """When it begins, and what its class says of itself (``__str__``) or what it is called."""
        told = any("__str__" in vars(one) for one in type(self.own).__mro__[:-1])
        words = str(self.own) if told else f"{self.name.rpartition(':')[2]}, a drift of your own"
        return min(self.times(self.end_s), default=0), words

    def times(self, end_s: int) -> list[int]:
        """Its own moments, as far as they are within the horizon.

        Raises
        ------
        InvalidRun
            When they are no list of whole seconds.
        """
        said = self._ask("times", end_s)
        if not isinstance(said, Iterable):
            raise self._wrong(f"times returned {kind_of(said)}; expected a list of whole seconds")
        moments = []
        for at in said:
            if isinstance(at, bool) or not isinstance(at, int | float | np.integer | np.floating) or at != at // 1:
                raise self._wrong(f"times returned {at!r} in its list; expected whole seconds from the start")
            moments.append(int(at))
            if len(moments) > _MOST_TIMES:
                raise self._wrong(f"times returned more than {_MOST_TIMES:,} moments")
        return sorted({at for at in moments if 0 <= at < end_s})

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The patterns that it returns, looked through; before day 1 the world does not drift.

        Raises
        ------
        InvalidRun
            When it raises, or returns something else than patterns of the same shapes.
        """
        if at_s < 0:
            return patterns
        said = self._ask("apply", replace(patterns, **{one.name: _locked(getattr(patterns, one.name)) for one in fields(patterns)}), at_s)
        if type(said) is not type(patterns):
            raise self._wrong(f"apply returned {kind_of(said)}; expected the patterns, changed by dataclasses.replace")
        try:
            return sound(patterns, said)
        except ValueError as problem:
            raise self._wrong(f"on day {at_s // DAY_S + 1} its {problem}") from None

    def _ask(self, method: str, *given: Any) -> Any:
        try:
            return getattr(self.own, method)(*given)
        except (Exception, SystemExit) as problem:
            raise self._wrong(f"{method} failed: {type(problem).__name__}: {problem}") from problem

    def _wrong(self, words: str) -> InvalidRun:
        return InvalidRun(f"drift '{self.name}': {words}")


def build_custom(settings: OwnDrift, folder: Path, key: int, end_s: int) -> Custom:
    """A user's drift; its `random_state` is ours unless the scenario gives one.

    Raises
    ------
    InvalidRun
        When its class can't be made.
    """
    arguments = settings.arguments
    try:
        maker = plugins.load(settings.kind, folder)
        if "random_state" in (plugins.signature_of(maker).parameters or ()):
            arguments.setdefault("random_state", seeds.state(key))
        return Custom(settings.kind, maker(**arguments), end_s)
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"drift '{settings.kind}' could not be made: {type(problem).__name__}: {problem}") from problem


def _locked(value: Any) -> Any:
    """An array that can be read only; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    view = value.view()
    view.flags.writeable = False
    return view
