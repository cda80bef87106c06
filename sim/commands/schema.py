"""`foreshow schema`: what an editor needs to complete, explain and check a scenario file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.errors import BadInput, Mistake


@click.command("schema")
@click.option("--out", metavar="FILE", help="Write it there instead of to standard output.")
def command(out: str | None) -> None:
    """Print the JSON Schema of the scenario file, for editors that complete and check it."""
    text = schema_text()
    if out is None or out == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(out).write_text(text, encoding="utf-8", newline="\n")
    except OSError as problem:
        raise BadInput([Mistake("--out", f"{out}: {problem.strerror}", "a file in a folder that exists and can be written")]) from None
    click.echo(f"{out}: the scenario file of this version, as a JSON Schema")
    click.echo(f"next  make this the first line of a scenario beside it:  #:schema ./{Path(out).name}")


def schema_text() -> str:
    """The schema as the text of a file."""
    from sim.scenario.editors import json_schema

    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
