"""Drifts as lines of a scenario, and how each of their keys is moved."""

from __future__ import annotations

from tests.contracts.move import Move

DRIFTS = {
    "step": {},
    "ramp": {"lasts": "'6 days'"},
    "random_walk": {"every": "'2 days'"},
    "season": {"peak": "'day 6'", "period": "'11 days'"},
    "shock": {"half_life": "'4 days'"},
    "outage": {"what": "'tracking'", "at": "'day 2'", "lasts": "'5 days'"},
}


def drift(kind: str = "step", **changes: str) -> str:
    settings = {"what": "'clicks'", "at": "'day 3'", "by": "0.9"} | DRIFTS[kind] | changes
    if kind == "season":
        del settings["at"]
    return f"[[drift]]\nkind = '{kind}'\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def drift_moves(kind: str, other: str, what: str = "clicks", **more: str) -> dict[str, Move]:
    """How to move every key of a kind of drift."""
    of = {"what": f"'{what}'"}
    moved = {"by": "0.3"} | ({} if kind == "season" else {"at": "'day 5'"}) | more
    moves = {key: Move(drift(kind, **of | {key: value}), drift(kind, **of)) for key, value in moved.items()}
    moves["kind"] = Move(drift(other, **of), drift(kind, **of))
    moves["what"] = Move(drift(kind, what="'demand'" if what == "topics" else "'topics'"), drift(kind, **of))
    return {f"drift.{kind}.{key}": move for key, move in moves.items()}


OUTAGE = {
    "kind": Move(drift(), drift("outage")),
    "what": Move("[[drift]]\nkind = 'outage'\nwhat = 'model'\nat = 'day 2'\nlasts = '5 days'", drift("outage")),
    "at": Move(drift("outage", at="'day 4'"), drift("outage")),
    "lasts": Move(drift("outage", lasts="'9 days'"), drift("outage")),
    "by": Move(drift("outage", by="0.5"), drift("outage")),
}
