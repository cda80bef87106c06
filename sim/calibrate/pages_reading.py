"""Result pages, staged: what each showed, from the top, and which of it was clicked, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.log import UNKNOWN, Flaw

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibrate.door import Connection

_SEPARATORS = ("|", ";", ",")  # a list without any of them is parted by blanks


class Pages(NamedTuple):
    """Result pages.

    Attributes
    ----------
    pages, counted
        The tables of a `Log`.
    """

    pages: pd.DataFrame
    counted: pd.DataFrame
    queries: tuple[str, ...]
    ads: tuple[str, ...]
    segments: tuple[str, ...]
    flaws: tuple[Flaw, ...]


class _Clicks(NamedTuple):
    """Positions from 0 that were clicked on each page, and what of the clicks could not be used."""

    places: list[tuple[int, ...]]
    again: int
    elsewhere: int


def read_pages(bench: Connection, first: date, list_separator: str | None, top: int | None, *, has_clicks: bool) -> Pages:
    """Read the usable rows of `staged` as result pages.

    Parameters
    ----------
    list_separator
        Between the entries of a list; None to find it.
    top
        The number of the topmost position, for clicks that are told as positions; None to find it.
    """
    rows = bench.execute(
        "SELECT moment, coalesce(query, 'all'), segment, results, coalesce(clicked, '') "
        "FROM staged WHERE flaw = 0 ORDER BY moment, place, rowid"
    ).fetchall()
    split = _splitter([row[3] for row in rows], list_separator)
    results, clicked = [split(row[3]) for row in rows], [split(row[4]) for row in rows]
    ads = sorted({one for page in results for one in page})
    code = {name: number for number, name in enumerate(ads)}
    queries, query = _coded([row[1] for row in rows])
    segments, segment = _coded([row[2] for row in rows])
    day = np.array([(row[0].date() - first).days if isinstance(row[0], datetime) else 0 for row in rows], np.int32)
    shown = [tuple(code[one] for one in page) for page in results]
    import pandas as pd

    pages = pd.DataFrame({"day": day, "query": query, "results": pd.Series(shown, dtype=object)})
    flaws: list[Flaw] = []
    if has_clicks:
        clicks = _places(results, clicked, top)
        pages["clicks"] = pd.Series(clicks.places, dtype=object)
        flaws += [Flaw("clicked again on the same result", clicks.again, "counted once")] if clicks.again else []
        flaws += [Flaw("clicks on what was not shown", clicks.elsewhere, "left out")] if clicks.elsewhere else []
    if twice := sum(len(set(page)) < len(page) for page in shown):
        flaws.append(Flaw("pages that show a result twice", twice, "clicks count for the upper one"))
    counted = _counted(pages, segment.astype(np.int16), has_clicks=has_clicks)
    return Pages(pages, counted, tuple(queries), tuple(ads), tuple(segments), tuple(flaws))


def _splitter(lists: Sequence[str], given: str | None) -> Callable[[str], list[str]]:
    """A function that splits a list into its entries."""
    sign = given or next((one for one in _SEPARATORS if any(one in text for text in lists)), " ")
    blank = re.compile(r"\s+" if sign.isspace() else rf"\s*{re.escape(sign)}\s*")

    known: dict[str, str] = {}  # one text for all that are alike: a log shows few results again and again

    def split(text: str) -> list[str]:
        entries = (entry.strip("\"' ") for entry in blank.split(text.strip().strip("[]()").strip()))
        return [known.setdefault(entry, entry) for entry in entries if entry]

    return split


def _coded(names: Sequence[str | None]) -> tuple[list[str], NDArray[np.int32]]:
    """Different names in order, and the code of each."""
    known = sorted({name for name in names if name is not None})
    code: dict[str | None, int] = {name: number for number, name in enumerate(known)} | {None: UNKNOWN}
    return known, np.array([code[name] for name in names], np.int32)


def _places(results: Sequence[Sequence[str]], clicked: Sequence[Sequence[str]], top: int | None) -> _Clicks:
    """Clicks as positions from 0: they are told by the results' names or, where hardly one is among the page's, as positions."""
    flat = [(one, page) for page, ones in zip(results, clicked, strict=True) for one in ones]
    named = sum(one in page for one, page in flat)
    numbers = [one for one, _ in flat if one.isdigit()]
    if top is not None or (2 * named < len(flat) and len(numbers) == len(flat)):
        base = top if top is not None else min(1, *map(int, numbers)) if len(numbers) > 1 else 1
        where = [{str(place + base): place for place in range(len(page))} for page in results]
    else:
        where = [{one: place for place, one in reversed(list(enumerate(page)))} for page in results]
    places, again, elsewhere = [], 0, 0
    for known, ones in zip(where, clicked, strict=True):
        hits = [known[one] for one in ones if one in known]
        once = tuple(dict.fromkeys(hits))
        places.append(once)
        again += len(hits) - len(once)
        elsewhere += len(ones) - len(hits)
    return _Clicks(places, again, elsewhere)


def _counted(pages: pd.DataFrame, segment: NDArray[np.int16], *, has_clicks: bool) -> pd.DataFrame:
    """One row for each day, query, position, ad and segment."""
    import pandas as pd

    size = pages["results"].map(len).to_numpy(dtype=np.int64)
    page = np.repeat(np.arange(len(pages)), size)
    begin = np.cumsum(size) - size
    frame = pd.DataFrame(
        {
            "day": pages["day"].to_numpy()[page],
            "query": pages["query"].to_numpy()[page],
            "position": (np.arange(len(page)) - begin[page]).astype(np.int16),
            "ad": np.fromiter((one for shown in pages["results"] for one in shown), np.int32, len(page)),
            "segment": segment[page],
            "impressions": np.ones(len(page), np.int64),
        }
    )
    if has_clicks:
        frame["clicks"] = np.zeros(len(page), np.int64)
        hit = [start + place for start, places in zip(begin, pages["clicks"], strict=True) for place in places]
        frame.loc[hit, "clicks"] = 1
    key = ["day", "query", "position", "ad", "segment"]
    return frame.groupby(key, sort=True, as_index=False).sum()
