"""From the files of a real log to a `Log`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibrate import events, flaws, odd_cells
from sim.calibrate.blind_days import blind_days
from sim.calibrate.columns import choose
from sim.calibrate.door import workbench
from sim.calibrate.log import Flaw, Log
from sim.calibrate.log_flaws import of_log
from sim.calibrate.lost import lost_lines, lost_share
from sim.calibrate.mapping import Format, read_mapping
from sim.calibrate.odd_cells import Odd
from sim.calibrate.pages_reading import read_pages
from sim.calibrate.places import Places
from sim.calibrate.receipt import COUNTED, EVENTS, PAGES, Reading, Taken, some
from sim.calibrate.sources import Source, open_sources
from sim.calibrate.staging import Plan, cost_role, plan_of, stage
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibrate.door import Connection

_MANY = 0.1  # of the clicked rows, that have several clicks: fewer are double clicks


def read_log(paths: Sequence[Path], columns: Mapping[str, str] | None = None, mapping_file: Path | None = None) -> Log:
    r"""Read, clean and count a log.

    Parameters
    ----------
    paths
        Its files: CSV, plain or gzip, or Parquet; each row an impression, a count of impressions, or a result page.
    columns
        Role -> column, such as ``{"day": "date", "query": "campaign+keyword"}``; the others are found by their usual names.
    mapping_file
        A TOML file that tells the same and how cells are written, for odd logs.

    Raises
    ------
    BadInput
        With every file that can't be read and every column that does not exist, or when no row can be used.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "log.csv")
    >>> _ = file.write_text("date,keyword,impressions,clicks\n2012-04-01,tent,30,2\n2012-04-02,tent,10,11\n")
    >>> log = read_log([file])
    >>> log.days, log.queries, log.counted["clicks"].tolist(), log.flaws[0].what
    (2, ('tent',), [2, 10], 'more clicks than impressions')
    """
    return read(paths, columns, mapping_file).log


def read(paths: Sequence[Path], columns: Mapping[str, str] | None = None, mapping_file: Path | None = None) -> Reading:
    """Like `read_log`, and tell what the columns were taken for."""
    named, form = read_mapping(mapping_file) if mapping_file is not None else ({}, Format())
    with workbench() as bench:
        sources = open_sources(paths, form, bench)
        present = tuple(dict.fromkeys(name for source in sources for name in source.cells))
        taken = choose({**named, **(columns or {})}, present)
        _in_every_file(taken, sources)
        plan = plan_of(taken, form)
        return _read(bench, stage(sources, plan, bench), plan, taken, present)


def _read(bench: Connection, places: Places, plan: Plan, taken: tuple[Taken, ...], present: Sequence[str]) -> Reading:
    dated = "day" in plan.columns
    if plan.kind == COUNTED:
        flaws.mark_copies(bench)
    if dated:
        flaws.mark_far_days(bench)
    if plan.kind == COUNTED:
        flaws.mark_absurd(bench)
    source = ", ".join(str(one.path) for one in places.sources)
    lines = tuple(lost_lines(bench))
    bad = (*lines, *flaws.of_rows(bench, places, plan.watched))
    rows, used = bench.execute("SELECT count(*), count(*) FILTER (WHERE flaw = 0) FROM staged").fetchone() or (0, 0)
    if not used:
        raise _unusable(source, bad, plan)
    if plan.kind == EVENTS and "clicks" in plan.columns:
        _one_each(bench, source, present, plan)
    bad = (*(flaw for one in places.sources for flaw in one.flaws), *bad)
    odd = tuple(odd_cells.counted(bench, plan.watched, places))
    bad += (*flaws.of_use(bench, places, counted=plan.kind == COUNTED, dated=dated), *flaws.of_cells(odd, odd_cells.not_learnt(odd)))
    span = events.span(bench)
    if plan.kind == PAGES:
        log, told = _of_pages(bench, source, span, plan)
    else:
        log, told = _of_rows(bench, source, span, plan, odd)
    log = replace(log, blind=blind_days(log.counted, log.days, len(log.queries)))
    whole = tuple(of_log(log, used, dated=dated))
    log = replace(log, flaws=bad + log.flaws + whole)
    marked = tuple(one._replace(told=told.get(one.role, one.told)) for one in taken)
    used_names = {name for one in taken for name in one.columns}
    left = tuple(name for name in present if name not in used_names)
    return Reading(log, plan.kind, rows + sum(one.rows for one in lines), used, marked, left, lost_share(bench, places, plan))


def _of_rows(bench: Connection, source: str, span: events.Span, plan: Plan, odd: Sequence[Odd]) -> tuple[Log, dict[str, str]]:
    told = {"day": "six digits are a week: it counts on its Monday"} if plan.weeks("day") else {}
    not_learnt = odd_cells.not_learnt(odd)
    top: int = 1
    bad: tuple[Flaw, ...] = ()
    if "position" in plan.columns:
        top, unplaced = events.topmost(bench, plan.format.position_from)
        example = next((one.example for one in odd if one.role == "position"), "")
        done = "nothing is learnt of it" if "position" in not_learnt else "position unknown"
        bad = (Flaw("no readable position", unplaced, done, example),) if unplaced else ()
        told["position"] = f"the topmost is {top}"
    more = ["clicks"] if plan.has_clicks else []
    more += ["conversions"] if _converts(plan) and "conversions" not in not_learnt else []
    paid = cost_role(plan)
    if paid is not None:
        more += [] if "cost" in not_learnt else ["cost"]
        told[paid] = _paid(paid, plan)
    events.add_up(bench, span.first, None if "position" in not_learnt else top, more)
    counted = events.counted_table(bench, more)
    if "conversions" in counted and "clicks" in counted and counted["conversions"].sum() > counted["clicks"].sum():
        bad += (flaws.of_conversions(counted),)
        counted, not_learnt = counted.drop(columns="conversions"), not_learnt | {"conversions": "it has more conversions than clicks"}
    names = {name: events.names(bench, name) for name in ("query", "ad", "segment")}
    hours = events.hours(bench) if "day" in plan.columns else None
    timed = {"conversion_time", "delay"} & set(plan.columns) and plan.has_clicks and "delays" not in not_learnt
    log = Log(
        source, span.first, span.days, counted, names["query"], names["ad"], names["segment"], None,
        events.delays(bench) if timed else None, hours, _has(plan, counted), bad, not_learnt,
    )  # fmt: skip
    return log, told


def _of_pages(bench: Connection, source: str, span: events.Span, plan: Plan) -> tuple[Log, dict[str, str]]:
    form = plan.format
    found = read_pages(bench, span.first, form.list_separator, form.position_from, has_clicks="clicks" in plan.columns)
    hours = events.hours(bench) if "day" in plan.columns else None
    log = Log(
        source, span.first, span.days, found.counted, found.queries, found.ads, found.segments, found.pages, None, hours,
        _has(plan, found.counted) | {"pages", "position", "ad"}, found.flaws,
    )  # fmt: skip
    return log, {"results": "a list, from the top", "clicks": "a list, in order of time"}


def _converts(plan: Plan) -> bool:
    return bool({"conversions", "conversion_time", "delay"} & set(plan.columns))


def _paid(role: str, plan: Plan) -> str:
    unit = plan.unit(role)
    words = {"cost": "", "price": "paid for each click", "bid": "taken for what is paid for each click"}[role]
    return "; ".join(filter(None, [words, f"1 is worth {unit:g}" if unit != 1 else ""]))


def _has(plan: Plan, counted: pd.DataFrame) -> frozenset[str]:
    """What the log tells."""
    told = {role for role in ("policy", "propensity") if role in plan.columns}
    told |= {"time"} if "day" in plan.columns else set()
    told |= {name for name in ("position", "ad", "segment") if (counted[name] >= 0).any()}
    return frozenset(told | {name for name in ("clicks", "conversions", "cost") if name in counted})


def _in_every_file(taken: Sequence[Taken], sources: Sequence[Source]) -> None:
    lacking = [
        Mistake(str(source.path), f"has no column '{name}'", f"other files of the log do; it is taken for {one.role}")
        for source in sources
        for one in taken
        for name in one.columns
        if name not in source.cells
    ]
    if lacking:
        raise BadInput(lacking)


def _one_each(bench: Connection, source: str, present: Sequence[str], plan: Plan) -> None:
    """Refuse rows that are counts, by their clicks, but have no column of impressions: each would count as one."""
    clicked, several = bench.execute(
        "SELECT count(*) FILTER (WHERE clicks >= 1), count(*) FILTER (WHERE clicks > 1) FROM staged WHERE flaw = 0"
    ).fetchone() or (0, 0)
    if several <= max(1, _MANY * clicked):
        return
    found = f"{several:,} of the {clicked:,} rows with a click have several: they are counts, and no column of impressions is known"
    left = some([name for name in present if all(name not in names for names in plan.columns.values())]) or "nothing"
    hint = f"name it with --columns impressions=COLUMN; taken for nothing: {left}"
    raise BadInput([Mistake(source, found, "0 or 1 clicks in rows that are impressions", hint)])


def _unusable(source: str, bad: Sequence[Flaw], plan: Plan) -> BadInput:
    why = "; ".join(f"{one.rows:,} rows: {one.what}" for one in bad)
    held = ", ".join(f"{role} = {'+'.join(names)}" for role, names in plan.columns.items())
    hint = "other dates than 2012-04-01 need date_format in a mapping file" if any("day" in one.what for one in bad) else ""
    return BadInput([Mistake(source, "has no usable row", f"{why or 'it has no rows'}; {held} was taken", hint)])
