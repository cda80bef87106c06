"""Commands beside `run`, `check` and `list`: one file for each, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

# Name -> "module:command". A module here imports click and the standard library only, until it is called.
NAMES: dict[str, str] = {
    "calibrate": "sim.commands.calibrate:calibrate",
    "backtest": "sim.commands.backtest:backtest",
    "compare": "sim.commands.compare:compare",
    "new": "sim.commands.new:command",
    "report": "sim.commands.report:report",
    "schema": "sim.commands.schema:command",
}


def find(name: str) -> click.Command | None:
    """The command called *name*, if there is one here."""
    if name not in NAMES:
        return None
    module, _, attribute = NAMES[name].partition(":")
    found: click.Command = getattr(import_module(module), attribute)
    return found
