"""The rows of a log with propensities: read, named alike, and rid of those that can't be weighed.

Counted rows and event rows become the same: impressions with and without a click, and how many of each.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.calibrate.log import Flaw
from sim.errors import BadInput, Mistake, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

# A role, and the names by which it is known where nobody maps it. The first that is there counts.
USUAL: Mapping[str, tuple[str, ...]] = {
    "ad": ("ad", "document", "item", "item_id", "action"),
    "position": ("position", "rank", "slot"),
    "clicks": ("clicks", "click", "clicked"),
    "propensity": ("propensity", "propensity_score", "pscore"),
    "impressions": ("impressions",),
    "campaign": ("campaign",),
    "query": ("query_type", "query"),
    "segment": ("segment", "device"),
}
_SAME = {"document": "ad", "item": "ad", "action": "ad", "click": "clicks", "device": "segment", "rank": "position", "keyword": "query"}
_IGNORED = (  # roles of other commands
    "results", "day", "date", "time", "timestamp", "click_time", "conversions", "conversion_time", "delay", "cost", "price", "bid",
    "policy", "order",
)  # fmt: skip
_CONTEXT = "user_feature"
TEXTS = ("campaign", "query", "segment", "ad")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A log in one form.

    Attributes
    ----------
    frame
        Columns ad, position (from 1, as the log says it; 1 without), campaign, query and segment where the log has
        them, clicked (0 or 1), propensity (above 0, up to 1), count (of impressions alike), and the context's columns.
    context
        Names of the context's columns: what could be seen when the ad was chosen.
    has
        Roles that the log has.
    source, flaws
        As in `sim.calibrate.log.Log`.
    left
        Columns that are not used.
    """

    frame: pd.DataFrame
    context: tuple[str, ...]
    has: frozenset[str]
    source: str
    flaws: tuple[Flaw, ...] = ()
    left: tuple[str, ...] = ()


def read_rows(
    source: object, columns: Mapping[str, str] | None = None, *, needs: Sequence[str] = (), separator: str | None = None
) -> Rows:  # fmt: skip
    """Read a log.

    Parameters
    ----------
    source
        A CSV (gzip too) or Parquet file, a folder of Parquet files, several of them, or a pandas data frame.
    columns
        Role to column, such as ``{"ad": "item_id"}``; several columns are joined by "+", as those of the context, which
        stand under "context". Roles that are not there are looked for under their usual names; "" stands for none.
    needs
        Roles without which nothing can be done.
    separator
        Between the cells of a CSV file; None for commas.

    Raises
    ------
    BadInput
        When a file is not there or can't be read, or a column that is named or needed is not in it.
    """
    return tidy(*load(source, separator), columns, needs=needs)


def tidy(raw: pd.DataFrame, told: str, columns: Mapping[str, str] | None = None, *, needs: Sequence[str] = ()) -> Rows:
    """What `read_rows` makes of a file that was read; *told* is its name."""
    places, context = _places(raw, columns or {}, needs, told)
    found = {role: _joined(raw, column) for role, column in places.items()}
    kept, flaws = _sound(found, raw[list(context)], told)
    used = {name for several in (*places.values(), *context) for name in _split(several)}
    left = tuple(str(name) for name in raw.columns if name not in used)
    return Rows(kept, context, frozenset(places), told, flaws, left)


def load(source: object, separator: str | None = None) -> tuple[pd.DataFrame, str]:
    """The rows as they are, and what the source is called."""
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        return source, "rows"
    several = [source] if isinstance(source, str | Path) else list(source) if isinstance(source, Sequence) else []
    files = [file for one in several for file in (sorted(Path(one).rglob("*.parquet")) if Path(one).is_dir() else [Path(one)])]
    wrong = [] if files else [Mistake("log", "no file is named, or the folder holds none", "a CSV or Parquet file")]
    parts = []
    for file in files:
        try:
            parts.append(_table(file, separator))
        except FileNotFoundError:
            wrong.append(Mistake(str(file), "is not there", "a CSV or Parquet file"))
        except (OSError, ValueError, EOFError, zlib.error) as problem:
            why = (problem.strerror if isinstance(problem, OSError) else None) or str(problem).partition("\n")[0]
            wrong.append(Mistake(str(file), f"can't be read: {why}", "CSV, CSV.gz or Parquet"))
    if wrong:
        raise BadInput(wrong)
    return pd.concat(parts, ignore_index=True), ", ".join(str(one) for one in several)


def _table(file: Path, separator: str | None) -> pd.DataFrame:
    """What a file holds; its first bytes say how, since a name may be wrong."""
    import pandas as pd

    with file.open("rb") as stream:
        magic = stream.read(4)
    if magic == b"PAR1":
        return pd.read_parquet(file)
    compression: Literal["gzip"] | None = "gzip" if magic[:2] == b"\x1f\x8b" else None
    found = pd.read_csv(file, compression=compression, sep=separator or ",")
    if separator and len(found.columns) == 1:  # the other policy's file need not be written as the log is
        return pd.read_csv(file, compression=compression)
    return found


def _places(raw: pd.DataFrame, columns: Mapping[str, str], needs: Sequence[str], told: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which column has which role, and which are the context."""
    asked = {_SAME.get(role, role): column for role, column in columns.items()}
    named = asked.pop("context", None)
    context = tuple(named.split("+")) if named else tuple(one for one in raw.columns if str(one).startswith(_CONTEXT))
    known = (*USUAL, "context", *_IGNORED)
    wrong = [Mistake(f"columns.{role}", "is not known here", "", did_you_mean(role, known)) for role in asked if role not in known]
    wrong += [
        Mistake(told, f"has no column '{column}'", "", did_you_mean(column, map(str, raw.columns)))
        for role, several in (*asked.items(), ("context", "+".join(context)))
        for column in _split(several)
        if role not in _IGNORED and column not in raw.columns
    ]
    places = {role: column for role, column in asked.items() if role in USUAL and column}
    for role, names in USUAL.items():
        usual = next((name for name in names if name in raw.columns), None)
        if role not in asked and usual is not None:
            places[role] = usual
    wrong += [
        Mistake(told, f"has no column of {role}", f"one that --columns names: {role}=COLUMN")
        for role in dict.fromkeys(("ad", *needs))
        if role not in places
    ]
    if wrong:
        raise BadInput(wrong)
    return places, context


def _split(several: str) -> list[str]:
    return [column for column in several.split("+") if column]


def _joined(raw: pd.DataFrame, several: str) -> pd.Series:
    """A column, or several as one text."""
    first, *others = _split(several)
    found = raw[first]
    for other in others:
        found = found.astype(str) + "+" + raw[other].astype(str)
    return found


def _sound(found: Mapping[str, pd.Series], context: pd.DataFrame, told: str) -> tuple[pd.DataFrame, tuple[Flaw, ...]]:
    """The rows that can be used, in one form, and what was wrong with the others."""
    import pandas as pd

    frame = pd.DataFrame({role: found[role].astype(str) for role in TEXTS if role in found})
    for role, otherwise in (("position", 1.0), ("propensity", 1.0), ("impressions", 1.0), ("clicks", 0.0)):
        frame[role] = pd.to_numeric(found[role], errors="coerce").astype(float) if role in found else otherwise
    if len(context.columns):
        frame[list(context.columns)] = context.astype(str).to_numpy()
    tests = {
        "no ad": found["ad"].isna(),
        "no position": frame["position"].isna(),
        "a propensity that is missing, not above 0 or above 1": ~(frame["propensity"].gt(0) & frame["propensity"].le(1)),
        "a number of impressions or clicks that is missing or below 0": ~(frame["impressions"].ge(0) & frame["clicks"].ge(0)),
        "more clicks than impressions": frame["clicks"].gt(frame["impressions"]),
    }
    flaws, bad = [], pd.Series(data=False, index=frame.index)
    for what, hit in tests.items():
        rows = int((hit & ~bad).sum())
        bad |= hit
        flaws += [Flaw(what, rows, "left out")] if rows else []
    kept = frame[~bad]
    if kept.empty or not kept["impressions"].sum():
        raise BadInput([Mistake(told, "has no row that can be used", "; ".join(f"{one.rows:,} rows: {one.what}" for one in flaws))])
    kept = kept.assign(position=kept["position"].astype(int))
    return _counted(kept), tuple(flaws)


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """A row for the impressions with a click and one for those without."""
    import pandas as pd

    clicked = frame.assign(clicked=1, count=frame["clicks"])
    unclicked = frame.assign(clicked=0, count=frame["impressions"] - frame["clicks"])
    both = pd.concat([unclicked, clicked]).drop(columns=["clicks", "impressions"])
    return both[both["count"] > 0].reset_index(drop=True)
