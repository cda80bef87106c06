"""A part by its import path: which role it can play, and a fresh one of it through production's own doors."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.candidates.learned import build_explorer, build_objective
from sim.candidates.model import build_model
from sim.errors import BadInput, Mistake, did_you_mean
from sim.scenario import plugins
from sim.scenario.drift_schema import OwnDrift
from sim.scenario.kinds import Plugin
from sim.scenario.roles import OWN_OBJECTIVE
from sim.scenario.schema import DAY_S
from sim.study.contract.trial import in_words
from sim.world.drift.custom import build_custom

YEAR_S = 365 * DAY_S
MODEL, OBJECTIVE, DRIFT, EXPLORER, PRICING = "model", "objective", "drift", "explore", "pricing"
METHODS = {MODEL: ("fit", "predict_proba"), DRIFT: ("times", "apply"), EXPLORER: ("explore",), PRICING: ("price",)}
_ROLES = (
    "a model has fit and predict_proba, a drift times and apply, an explorer explore, a pricing rule price; "
    "an objective is a function of columns"
)


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a user's: its role, its import path, where it stands, and its arguments."""

    role: str
    use: str
    folder: Path = Path()
    arguments: dict[str, Any] = field(default_factory=dict)

    def make(self, key: int) -> Any:
        """A fresh one, as a run makes it; *key* is what its `random_state` follows from."""
        if self.role == DRIFT:
            return build_custom(OwnDrift.model_validate({"kind": self.use, **self.arguments}), self.folder, key, YEAR_S)
        if self.role == PRICING:
            return plugins.part(PRICING, self.use, self.folder)
        plugin = Plugin.model_validate({"use": self.use, **self.arguments})
        if self.role == MODEL:
            return build_model(plugin, self.folder, key)
        return (build_explorer if self.role == EXPLORER else build_objective)(plugin, self.folder)


def find_part(use: str, folder: Path, arguments: dict[str, Any]) -> Part:
    """The part behind an import path, when it is there, can be imported and takes the *arguments*.

    Raises
    ------
    BadInput
        When it is not, or when it can play no role.
    """
    seen = plugins.look(use, folder)
    if isinstance(seen, plugins.Problem):
        raise BadInput([Mistake(use, seen.found, seen.allowed, seen.hint)])
    try:
        target = plugins.load(use, folder)
    except (Exception, SystemExit) as raised:  # noqa: BLE001  a user's module may raise anything when it is imported
        raise BadInput([Mistake(use, f"importing it raised {in_words(raised, folder)}")]) from None
    role = _role(target, arguments)
    if role is None:
        found = (
            "is none of the parts that can be checked" if callable(target) else f"is a {type(target).__name__}, not a class or a function"
        )
        raise BadInput([Mistake(use, found, _ROLES)])
    if mistakes := _wrong_arguments(use, target, role, arguments):
        raise BadInput(mistakes)
    return Part(role, use, folder, dict(arguments))


def _role(target: Any, arguments: dict[str, Any]) -> str | None:
    """What *target* can be: by its methods, or for a function by what it still wants to be given."""
    for role, methods in METHODS.items():
        if any(callable(getattr(target, method, None)) for method in methods):
            return role if callable(target) else None
    if isinstance(target, type) or not callable(target):
        return None
    wants = [name for name in plugins.signature_of(target).needed if name not in arguments]
    return OBJECTIVE if wants else MODEL


def _wrong_arguments(use: str, target: Any, role: str, arguments: dict[str, Any]) -> list[Mistake]:
    """Arguments that it does not take, or lacks."""
    seen = plugins.signature_of(target) if role != PRICING else plugins.Look(())  # no object is made of a pricing rule
    if seen.parameters is None:
        return []
    columns = seen.parameters[:1] if role == OBJECTIVE else ()
    ours = tuple(OWN_OBJECTIVE) if role == OBJECTIVE else ()
    known = [name for name in (*seen.parameters, *ours) if name not in columns]
    owner = use.rpartition(":")[2]
    unknown = [name for name in arguments if name not in known and not (seen.takes_any and name not in columns)]
    lacking = [name for name in seen.needed if name not in (*arguments, *columns, "random_state")]
    return [
        *(Mistake(name, f"{owner} takes no such argument", "", did_you_mean(name, known) or _takes(known)) for name in unknown),
        *(Mistake(use, f"needs the argument '{name}'", "", f"add {name}=...") for name in lacking),
    ]


def _takes(known: list[str]) -> str:
    return f"it takes {', '.join(known[:12]) or 'no arguments'}{', ...' if len(known) > 12 else ''}"


def is_class(part: Part) -> bool:
    """Whether a class makes it, and no function."""
    return inspect.isclass(plugins.part(part.role, part.use, part.folder))
