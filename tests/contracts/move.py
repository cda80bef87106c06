"""One move of a key."""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """How a key is moved: lines laid over a base, before and after; what moves with it; and which base.

    A key that only a comparison reads ("comparison") moves a run's settings, and so its id, but no figure and no report of it.
    One rule makes a base that is played soonest; those who learn stand only where a rule does not notice.
    """

    after: str
    before: str = ""
    moves: str = "ledgers"
    base: str = "tiny"
