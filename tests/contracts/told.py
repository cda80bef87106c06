"""What a scenario is told, after making sure that it is said in words."""

from __future__ import annotations

from pathlib import Path

import sim
from sim.errors import BadInput, Mistake
from sim.scenario.schema import Scenario

JARGON = (
    "Traceback", "type=", "pydantic", "constrained-", "function-before", "validation error", "Input should", "input should",
    "NoneType", "<class", "datetime.", "sys.", "Error(",
)  # fmt: skip


def told(source: str | Path) -> list[Mistake]:
    """Every mistake in *source*, after making sure that each is in words; none when it is sound."""
    try:
        assert isinstance(sim.load(source), Scenario)
    except BadInput as bad:
        assert len(bad.mistakes) > 0  # noqa: PT017
        assert all(mistake.found and mistake.where == mistake.where.strip() for mistake in bad.mistakes)  # noqa: PT017
        assert not [word for word in JARGON if word in str(bad)], str(bad)  # noqa: PT017
        return list(bad.mistakes)
    return []
