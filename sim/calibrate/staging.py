"""Every row of a log in one table of the same columns, each cell read, and each row that can't be used marked with why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate import flaws, odd_cells
from sim.calibrate.cells import MOST, name_in, number_in, time_in, zone_in
from sim.calibrate.door import in_words
from sim.calibrate.mapping import Format
from sim.calibrate.places import Places
from sim.calibrate.receipt import COUNTED, EVENTS, PAGES, Taken
from sim.calibrate.sources import Source
from sim.scenario.units import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

_TIMES = {"day": "moment", "click_time": "clicked_at", "conversion_time": "converted_at"}
_NAMES = ("query", "ad", "segment", "policy")
_MONEY = odd_cells.MONEY
_NUMBERS = ("position", "impressions", "clicks", "conversions", "delay", "propensity", *_MONEY)
_UNITS = {"_micros": 1e-6, "_cents": 1e-2}


class Plan(NamedTuple):
    """Which columns of a log hold what, how they are written, and what a row of it is."""

    columns: Mapping[str, tuple[str, ...]]
    format: Format

    @property
    def kind(self) -> str:
        """EVENTS, COUNTED or PAGES."""
        return PAGES if "results" in self.columns else COUNTED if "impressions" in self.columns else EVENTS

    @property
    def has_clicks(self) -> bool:
        """Whether it tells clicks."""
        return bool({"clicks", "click_time"} & set(self.columns))

    @property
    def watched(self) -> tuple[str, ...]:
        """The roles whose odd cells are kept: of money the one that counts."""
        idle = {role for role in _MONEY if role != cost_role(self)} | ({"clicks", "impressions"} if self.kind == PAGES else set())
        return tuple(role for role in odd_cells.watched(tuple(self.columns)) if role not in idle)

    def weeks(self, role: str) -> bool:
        """Whether a column of times is one of weeks, by its name."""
        return role in self.columns and "week" in self.columns[role][0].lower()

    def unit(self, role: str) -> float:
        """What 1 in a column of money is worth."""
        if self.format.money_unit is not None:
            return self.format.money_unit
        return next((unit for tail, unit in _UNITS.items() if self.columns[role][0].lower().endswith(tail)), 1.0)


def plan_of(taken: Sequence[Taken], form: Format) -> Plan:
    """The plan behind what the columns were taken for."""
    return Plan({one.role: one.columns for one in taken}, form)


def stage(sources: Sequence[Source], plan: Plan, bench: Connection) -> Places:
    """Make the table `staged`, one row for each of the log in its order.

    Its columns: moment, zone, query, ad, segment, policy, position, impressions, clicks, conversions, clicked_at, converted_at, delay,
    propensity, cost, results, clicked, place, copy (of counted rows: alike for rows that say the same), for each role that is watched
    its odd cells, and flaw (0: none).
    """
    starts: list[int] = []
    for number, source in enumerate(sources):
        starts.append((bench.execute("SELECT count(*) FROM staged").fetchone() or (0,))[0] if number else 0)
        begin = f"INSERT INTO staged {_rows(source, plan)}" if number else f"CREATE TABLE staged AS {_rows(source, plan)}"
        with in_words(source.path):
            bench.execute(begin)
    return Places(sources, starts)


def _rows(source: Source, plan: Plan) -> str:
    read = ", ".join(f"{expression} AS {name}" for name, expression in _cells(source, plan).items())
    raw = {role: source.cells[plan.columns[role][0]] for role in plan.watched}
    read += "".join(f", {cell} AS raw_{role}" for role, (cell, _) in raw.items())
    odd = "".join(f", {odd_cells.odd_in(role, f'raw_{role}', kind)}" for role, (_, kind) in raw.items())
    without = f" EXCLUDE ({', '.join(f'raw_{role}' for role in raw)})" if raw else ""
    return f"SELECT *{without}{odd}, {_flaw(plan)}::UTINYINT AS flaw FROM (SELECT {read} FROM {source.table})"


def _cells(source: Source, plan: Plan) -> dict[str, str]:
    """Every column of `staged` but the last, as an expression over the file's."""
    held = {role: [source.cells[name] for name in names] for role, names in plan.columns.items()}
    form = plan.format
    cells = {}
    for role, name in _TIMES.items():
        cells[name] = time_in(*held[role][0], form.date_format, weeks=plan.weeks(role)) if role in held else "NULL::TIMESTAMP"
    cells["zone"] = zone_in(*held["day"][0], form.date_format) if "day" in held else "''"
    for role in _NAMES:
        cells[role] = _joined([name_in(*one) for one in held.get(role, [])])
    for role in _NUMBERS:
        cells[role] = number_in(*held[role][0], form.signs, money=role in _MONEY) if role in held else "NULL::DOUBLE"
    if plan.kind != COUNTED:
        cells["impressions"] = "1.0::DOUBLE"
    cells["clicks"] = "NULL::DOUBLE" if plan.kind == PAGES else _clicks(cells, plan)
    cells["conversions"] = _conversions(cells, plan)
    cells["cost"] = _cost(cells, plan)
    for role in _MONEY[1:]:
        del cells[role]
    cells["results"] = _list(held, "results")
    cells["clicked"] = _list(held, "clicks") if plan.kind == PAGES else "NULL::VARCHAR"
    cells["place"] = number_in(*held["order"][0]) if "order" in held else "NULL::DOUBLE"
    everything = ", ".join(cell for cell, _ in source.cells.values())
    cells["copy"] = f"hash({everything})" if plan.kind == COUNTED else "0::UBIGINT"
    return cells


def _joined(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"nullif(concat_ws(' / ', {', '.join(names)}), '')"
    return names[0] if names else "NULL::VARCHAR"


def _clicks(cells: Mapping[str, str], plan: Plan) -> str:
    if "clicks" in plan.columns or "click_time" not in plan.columns:
        return cells["clicks"]
    return f"(({cells['clicked_at']}) IS NOT NULL)::INT::DOUBLE"


def _conversions(cells: Mapping[str, str], plan: Plan) -> str:
    """How many conversions a row tells: where it has no count of them, one if it tells when."""
    if "conversions" in plan.columns or not {"conversion_time", "delay"} & set(plan.columns):
        return cells["conversions"]
    return f"(coalesce(({cells['converted_at']})::VARCHAR, ({cells['delay']})::VARCHAR) IS NOT NULL)::INT::DOUBLE"


def _cost(cells: Mapping[str, str], plan: Plan) -> str:
    """What was paid: the cost, or else the price (or the bid, where nothing else is told) of each click."""
    role = cost_role(plan)
    if role is None:
        return "NULL::DOUBLE"
    return f"{cells[role]} * {plan.unit(role)!r}" + ("" if role == "cost" else f" * ({cells['clicks']})")


def cost_role(plan: Plan) -> str | None:
    """The column that tells what was paid, if there is one."""
    known = ("cost", *(_MONEY[1:] if plan.has_clicks and plan.kind != PAGES else ()))
    return next((role for role in known if role in plan.columns), None)


def _list(held: Mapping[str, Sequence[tuple[str, str]]], role: str) -> str:
    """A list as a text, its entries parted by a blank if it was none before."""
    if role not in held:
        return "NULL::VARCHAR"
    cell, kind = held[role][0]
    return f"array_to_string({cell}, ' ')" if kind.endswith("[]") else f"{cell}::VARCHAR"


def _flaw(plan: Plan) -> str:
    """Why a row can't be used, the first reason that holds."""
    checks: list[tuple[int, str]] = []
    if "day" in plan.columns:
        checks += [
            (flaws.NO_DAY, "moment IS NULL OR NOT isfinite(moment)"),
            (flaws.FAR_DAY, f"year(moment) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"),
        ]
    if "query" in plan.columns:
        checks.append((flaws.NO_QUERY, "query IS NULL"))
    if plan.kind == PAGES:
        checks.append((flaws.NO_RESULTS, "results IS NULL OR trim(results, ' []') = ''"))
    amounts = [(flaws.IMPRESSIONS, "impressions")] if plan.kind == COUNTED else []
    amounts += [(flaws.CLICKS, "clicks")] if plan.has_clicks and plan.kind != PAGES else []
    for code, name in amounts:
        checks.append((code, f"{name} IS NULL OR NOT isfinite({name}) OR floor({name}) <> {name} OR {name} > {MOST!r}"))
        checks.append((flaws.NEGATIVE, f"{name} < 0"))
    return "CASE " + " ".join(f"WHEN {check} THEN {code}" for code, check in checks) + " ELSE 0 END" if checks else "0"
