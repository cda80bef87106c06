"""The question of `foreshow backtest LOG --policy OTHER`: would it have got more clicks, and can this log tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibrate.policy import words
from sim.calibrate.policy.estimators import NAMES
from sim.calibrate.policy.part import evaluate
from sim.calibrate.policy.results import WHOLE, Part, PolicyBacktest
from sim.calibrate.policy.rows import USUAL, Rows, load, read_rows, tidy
from sim.calibrate.policy.target import Target, from_chances, from_log
from sim.calibrate.receipt import some
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    Source = str | Path | Sequence[str | Path] | pd.DataFrame

ORDER = (*NAMES, "simulation")


def backtest_policy(
    log: Source, target: Source, columns: Mapping[str, str] | None = None, confidence: float = 0.9, *, seed: int = 0,
    separator: str | None = None,
) -> PolicyBacktest:  # fmt: skip
    """Estimate the CTR that another policy would have had, from a log with propensities.

    Parameters
    ----------
    log
        Impressions with clicks and propensities: CSV, gzip or Parquet files, or a data frame. The propensity is the
        chance that the log's policy put this ad into this position.
    target
        The other policy: its own log (clicks are not looked at), from which the chance of each ad in each position is
        counted; or chances, a file or data frame with a column "probability" (see
        `sim.calibrate.policy.target.from_chances`).
    columns
        Role to column, for both: ad, position, clicks, propensity, impressions, campaign, query, segment, and the
        context's columns joined by "+". Roles that are not named are looked for under their usual names.
    confidence
        Of every interval, above 0 and below 1.
    seed
        Of the folds, the bootstrap and the replays.
    separator
        Between the cells of CSV files; None for commas.

    Returns
    -------
    PolicyBacktest
        The value is for this log's traffic: its campaigns, positions and contexts in the numbers in which they occur.
        The simulation alone replays the target's.

    Raises
    ------
    BadInput
        When a file or a column is missing, or the two logs have no place in common.

    Examples
    --------
    Two ads, one of which is clicked four times as often, under a fair coin; the other policy shows the better one:

    >>> import pandas as pd
    >>> log = pd.DataFrame({"ad": ["a", "b"], "impressions": [5_000, 5_000], "clicks": [100, 400], "propensity": [0.5, 0.5]})
    >>> found = backtest_policy(log, pd.DataFrame({"ad": ["a", "b"], "probability": [0.1, 0.9]}))
    >>> found.total.answer, round(found.total.by("IPS").estimate, 3), round(found.total.by("DR").estimate, 3)
    ('more', 0.074, 0.074)
    """
    if not 0 < confidence < 1:
        raise BadInput([Mistake("confidence", f"found {confidence}", "a number above 0 and below 1")])
    rows = read_rows(log, columns, needs=("clicks", "propensity"), separator=separator)
    other, notes = _target(load(target, separator), rows, columns)
    total = evaluate(WHOLE, rows, other, confidence, seed)
    names = sorted(rows.frame["campaign"].unique()) if "campaign" in other.given else []
    campaigns = tuple(evaluate(name, *_only(name, rows, other), confidence, seed) for name in names) if len(names) > 1 else ()
    return PolicyBacktest(
        rows.source, other.source, confidence, total, campaigns, (*_flaws(rows), *notes, *_notes(total, campaigns, other))
    )


def _target(loaded: tuple[pd.DataFrame, str], rows: Rows, columns: Mapping[str, str] | None) -> tuple[Target, list[str]]:
    raw, told = loaded
    if "probability" in raw:
        named = {column: role for role, column in (columns or {}).items() if column in raw}
        usual = {name: role for role, names in USUAL.items() for name in names[1:] if name in raw and role not in raw}
        return from_chances(raw.rename(columns=usual | named), rows, told), []
    needs = ("position",) if "position" in rows.has else ()
    asked = {role: column for role, column in (columns or {}).items() if role not in ("clicks", "click", "propensity")}
    other = tidy(raw, told, asked, needs=needs)
    return from_log(other, rows), _flaws(other)


def _only(name: str, rows: Rows, other: Target) -> tuple[Rows, Target]:
    """One campaign of both; places are numbered anew."""
    from dataclasses import replace

    mine, theirs = rows.frame[rows.frame["campaign"] == name], other.frame[other.frame["campaign"] == name]
    place = theirs["place"].factorize(sort=True)[0]
    return (
        replace(rows, frame=mine.reset_index(drop=True)),
        replace(other, frame=theirs.assign(place=place).reset_index(drop=True)),
    )


def _flaws(rows: Rows) -> list[str]:
    told = [f"{rows.source}: {one.rows:,} rows with {one.what}; {one.done}" for one in rows.flaws]
    return [*told, f"{rows.source}: not used: {some(rows.left)}"] if rows.left else told


def _notes(total: Part, campaigns: tuple[Part, ...], other: Target) -> list[str]:
    notes = words.of_part(total.clicks, total.covered, total.supported, total.name)
    for one in campaigns:
        notes += words.of_part(one.clicks, one.covered, one.supported, one.name)
    if other.counted:
        given = ", ".join(other.given)
        notes.append(f"the other policy's chances are counted in its own log, by {given}: what else they hang on is not known")
    notes.append("impressions are taken to be independent of each other; those of one page are not quite")
    notes.append("under shared budgets another policy changes who is still in the auction, which no weight can undo")
    return notes
