"""`foreshow new DIR`: a folder with a scenario, a model, an objective and a drift to begin from."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from sim.errors import BadInput, Mistake

_STARTER = Path(__file__).parent / "starter"
FILES = ("scenario.toml", "my_model.py", "my_goals.py", "my_drift.py", "README.md")
_NAME = 'name         = "starter"'


@click.command("new")
@click.argument("folder", metavar="DIR")
@click.option("--name", help="What the scenario is called; like the folder by default.")
def command(folder: str, name: str | None) -> None:
    """Write a commented scenario with a model, an objective and a drift of your own into DIR."""
    place = Path(folder)
    texts = starter(_named(name, place))
    _make(place, texts)
    where = shlex.quote(folder)
    click.echo(f"{folder}: a scenario with a model, an objective and a drift of your own")
    click.echo(f"play it     foreshow run {where}")
    click.echo(f"try a part  foreshow check my_model:FewColumns --folder {where}")


def starter(name: str) -> dict[str, str]:
    """The files of a new folder, by their names, for a scenario that is called *name*."""
    from sim.commands.schema import schema_text
    from sim.scenario.editors import FILE

    texts = {file: (_STARTER / file).read_text(encoding="utf-8") for file in FILES}
    spelled = json.dumps(name, ensure_ascii=False)
    texts["scenario.toml"] = texts["scenario.toml"].replace(_NAME, _NAME.replace('"starter"', spelled), 1)
    return texts | {FILE: schema_text()}


def _named(name: str | None, place: Path) -> str:
    """What the scenario is called: as asked for, else like its folder if that can be a name."""
    from pydantic import TypeAdapter, ValidationError

    from sim.scenario.kinds import Name

    allowed = TypeAdapter(Name)
    for one in (name, place.resolve().name) if name is None else (name,):
        try:
            return str(allowed.validate_python(one))
        except ValidationError:
            continue
    if name is None:
        return "my platform"
    raise BadInput([Mistake("--name", f"found {name!r}", "1 to 60 characters on one line")])


def _make(place: Path, texts: dict[str, str]) -> None:
    """Write *texts* into *place*, all of them or none.

    Raises
    ------
    BadInput
        When something of these names is there already, or the folder can't be written.
    """
    if place.exists() and not place.is_dir():
        raise BadInput([Mistake(str(place), "is a file", "a folder that is new, or has none of these files")])
    if taken := [file for file in texts if (place / file).exists()]:
        found = f"holds {', '.join(taken)} already"
        raise BadInput([Mistake(str(place), found, "nothing was written", "try another folder, or move them away")])
    written: list[Path] = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            written.append(place / file)
            written[-1].write_text(text, encoding="utf-8", newline="\n")
    except OSError as problem:
        for made in written:
            made.unlink(missing_ok=True)
        raise BadInput([Mistake(str(place), f"can't be written: {problem.strerror}", "a folder that can be written")]) from None
