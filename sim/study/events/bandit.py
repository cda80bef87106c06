"""An event log in the form that off-policy libraries read: a round is one ad shown in one position."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from sim.columns import MICROS
from sim.errors import BadInput, Mistake, did_you_mean
from sim.study.events import door
from sim.study.events.folder import EventFolder

REWARDS = {"clicked": ("clicked",), "converted": ("converted",), "revenue": ("charge_micros", "refunded")}


def bandit_feedback(
    folder: str | Path, candidate: str | None = None, replication: int = 0, *,
    reward: str = "clicked", first_day: int = 0, end_day: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Read one candidate's events as logged bandit feedback; `sim.bandit_feedback` says what comes back."""
    path = Path(folder)
    if reward not in REWARDS:
        raise BadInput([Mistake("reward", f"found {reward!r}", f"one of {', '.join(REWARDS)}", did_you_mean(reward, REWARDS))])
    files = _files(path, candidate, replication)
    about = door.about_file(files[0])
    columns = ["query_type", "segment", "ad", "position", "propensity", *REWARDS[reward]]
    found = door.read_days(files, columns, first_day, end_day)
    return {
        "n_rounds": len(found["ad"]),
        "n_actions": about["ads"],
        "context": _context(found["segment"], about["segments"], found["query_type"]),
        "action": found["ad"].astype(np.int64),
        "position": found["position"].astype(np.int64) - 1,
        "reward": _reward(found, reward),
        "pscore": found["propensity"].astype(np.float64),
    }


def _files(path: Path, candidate: str | None, replication: int) -> list[Path]:
    """The files of one candidate in one replication, in order of time."""
    parts = sorted(path.glob("candidate=*"))
    names = [unquote(part.name.removeprefix("candidate=")) for part in parts]
    if not names:
        raise BadInput([Mistake(str(path), "holds no event log", "a folder that 'foreshow run --events' has filled")])
    wanted = names[0] if candidate is None and len(names) == 1 else candidate
    if wanted not in names:
        said = "is not said, and there are several" if wanted is None else f"found {wanted!r}"
        raise BadInput([Mistake("candidate", said, f"one of {', '.join(names)}", did_you_mean(str(wanted), names))])
    files = sorted(EventFolder(path).of(wanted, replication).glob("*.parquet"))
    if not files:
        raise BadInput([Mistake("replication", f"found {replication}", f"one that {path} holds of {wanted}; they count from 0")])
    return files


def _context(segment: NDArray[Any], segments: list[str], query_type: NDArray[np.int32]) -> NDArray[np.float64]:
    """What could be seen of each query: a column for each segment, 1 where it came from there, then its type."""
    context = np.empty((len(segment), len(segments) + 1))
    for place, name in enumerate(segments):
        context[:, place] = segment == name
    context[:, -1] = query_type
    return context


def _reward(found: dict[str, NDArray[Any]], reward: str) -> NDArray[np.float64]:
    if reward == "revenue":
        kept = np.isnat(found["refunded"].astype("datetime64[us]"))
        return np.asarray(np.where(kept, found["charge_micros"], 0) / MICROS, dtype=np.float64)
    return found[reward].astype(np.float64)
