"""What `run` does about the event log: looks before anything is played, and says what of it was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sim.study.events.folder import EventFolder


def ready(where: str | None) -> EventFolder | None:
    """The folder for the event log; None for no log.

    Raises
    ------
    BadInput
        When there is something in it, or it can't be written to.
    """
    if where is None:
        return None
    from sim.study.events.folder import prepare

    return prepare(where)


def tell(folder: EventFolder | None) -> bool:
    """Say what could not be written; whether the log is whole."""
    if folder is None or not folder.lost:
        return True
    more = f" (and {len(folder.lost) - 1} more like it)" if len(folder.lost) > 1 else ""
    click.echo(f"foreshow: --events: {folder.lost[0]}{more}; the event log lacks what came after, the report is whole", err=True)
    return False
