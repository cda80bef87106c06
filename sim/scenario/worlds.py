"""The `world` of a scenario: a folder that `foreshow calibrate` wrote, whose settings lie below the scenario's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import BadInput, did_you_mean

if TYPE_CHECKING:
    from sim.scenario.text import Document

FILE = "world.toml"
TABLES = ("traffic", "users", "market", "conversions", "history", "device", "drift")
_IN_A_LOG = ("demand", "topics", "types")  # drifts of what a replayed log holds itself


def file_of(named: object, document: Document) -> Path:
    """The file of the world that *document* names: in a folder beside the scenario.

    Raises
    ------
    BadInput
        When it is not the name of a folder with a `world.toml` in it.
    """
    from sim.scenario.text import is_file, is_folder, show

    allowed = "a folder that 'foreshow calibrate' wrote, looked for beside the scenario"
    if not isinstance(named, str) or not named:
        raise BadInput([document.mistake(("world",), f"found {show(named)}", allowed)])
    folder = document.folder / named
    if is_file(folder / FILE):
        return (folder / FILE).resolve()
    found = f"is a folder without a {FILE}" if is_folder(folder) else "no such folder"
    raise BadInput([document.mistake(("world",), f"{show(named)}: {found}", allowed)])


def settings(world: Document, above: Document) -> dict[str, Any]:
    """What *world* says, as far as it matters below *above*.

    A scenario that replays a log takes its traffic from there, and of the world's only the number of topics.

    Raises
    ------
    BadInput
        When it holds what is no part of a world, such as a candidate.
    """
    known = f"a world has {', '.join(TABLES)}"
    strange = [
        world.mistake((key,), "is not part of a world", "" if (near := did_you_mean(key, TABLES)) else known, near)
        for key in world.data
        if key not in TABLES
    ]
    if strange:
        raise BadInput(strange)
    traffic = above.data.get("traffic")
    if not isinstance(traffic, dict) or "replay" not in traffic:
        return world.data
    data = dict(world.data)
    if isinstance(data.get("traffic"), dict):
        data["traffic"] = {key: value for key, value in data["traffic"].items() if key == "topics"}
    if isinstance(data.get("drift"), list):
        data["drift"] = [one for one in data["drift"] if not (isinstance(one, dict) and one.get("what") in _IN_A_LOG)]
    return data
