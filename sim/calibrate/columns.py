"""Which column of a log holds what: as the user names them, and the others by their usual names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sim.calibrate.receipt import Taken
from sim.errors import BadInput, Mistake, did_you_mean

# Role -> usual names, the likelier first. A column is taken once, by the first role that knows it.
USUAL: dict[str, tuple[str, ...]] = {
    "results": ("results", "result_ids", "documents", "docs", "ranking", "serp"),
    "day": (
        "timestamp", "datetime", "date_time", "time", "ts", "event_time", "impression_time", "date", "day", "event_date", "week",
        "test_week",
    ),
    "query": (
        "query_type", "query", "search_query", "search_term", "search_keyword", "keyword", "query_text", "query_id",
        "keyword_id", "query_region", "term", "queries", "top_queries",
        "test_id", "campaign", "campaign_id", "id",
    ),
    "ad": (
        "ad", "ad_id", "creative", "creative_id", "document", "document_id", "doc_id", "item", "item_id", "banner", "banner_id", "arm",
        "product_id", "url",
    ),
    "position": ("position", "pos", "rank", "slot", "ad_position"),
    "segment": ("segment", "device", "device_type", "user_segment", "platform"),
    "impressions": (
        "impressions", "impression", "impr", "imps", "imp", "n_impressions", "num_impressions", "total_impressions", "impression_count",
        "impressions_count", "ad_impressions", "served_impressions", "shows", "displays", "exposures", "ad_views", "views",
    ),
    "clicks": (
        "clicks", "click", "clicked", "is_click", "is_clicked", "n_clicks", "num_clicks", "total_clicks", "click_count", "clicks_all",
        "link_clicks", "ad_clicks",
    ),
    "click_time": ("click_time", "click_timestamp", "clicked_at"),
    "conversions": ("conversions", "conversion", "converted", "is_conversion", "n_conversions", "conv", "total_conversions"),
    "conversion_time": ("conversion_time", "conversion_timestamp", "converted_at", "conversion_known"),
    "delay": ("delay_s", "conversion_delay_s", "conversion_delay"),
    "cost": ("cost", "spend", "cost_micros", "cost_cents", "spend_micros", "charge", "charge_micros", "amount_spent"),
    "price": ("price", "price_paid", "cpc", "avg_cpc", "price_micros", "cpc_micros"),
    "bid": ("bid", "bid_price", "max_cpc", "bid_micros"),
    "policy": ("policy", "policy_id", "logging_policy"),
    "propensity": ("propensity", "propensity_score", "pscore", "action_prob"),
    "order": ("serp_id", "page_id", "search_id"),
}  # fmt: skip
_ALSO = {
    "date": "day", "time": "day", "timestamp": "day", "keyword": "query", "document": "ad", "item": "ad", "device": "segment",
    "rank": "position", "impression": "impressions", "click": "clicks", "conversion": "conversions", "delay_s": "delay",
}  # fmt: skip
JOINED = ("query", "segment", "ad")  # of which several columns can be joined


def parse_columns(words: str) -> dict[str, str]:
    """The columns in the words after `--columns`.

    Raises
    ------
    BadInput
        With every word that has no form of role=column, and every role that is given twice.

    Examples
    --------
    >>> parse_columns("day=date, segment=device+country")
    {'day': 'date', 'segment': 'device+country'}
    """
    found: dict[str, str] = {}
    mistakes = []
    for word in filter(None, (word.strip() for word in words.split(","))):
        role, equals, column = (part.strip() for part in word.partition("="))
        if not equals or not role:
            mistakes.append(Mistake("--columns", f"found '{word}'", "role=column, such as day=date,query=id"))
        elif role in found:
            mistakes.append(Mistake("--columns", f"{role} is given twice"))
        else:
            found[role] = column
    if mistakes:
        raise BadInput(mistakes)
    return found


def choose(named: Mapping[str, str | Sequence[str]], present: Sequence[str]) -> tuple[Taken, ...]:
    """What every column is taken for.

    Parameters
    ----------
    named
        Role -> column; several columns as a sequence or as "a+b"; nothing ("") for a role that no column has.
    present
        The names of the log's columns.

    Raises
    ------
    BadInput
        With every role that does not exist and every column that the log lacks.

    Examples
    --------
    >>> [(one.role, one.columns, one.named) for one in choose({"query": "id"}, ["date", "id", "clicks"])]
    [('day', ('date',), False), ('query', ('id',), True), ('clicks', ('clicks',), False)]
    """
    given, mistakes = _given(named, present)
    if mistakes:
        raise BadInput(mistakes)
    free = {normal(name): name for name in reversed(present) if not any(name in names for names in given.values())}
    taken = []
    for role, usual in USUAL.items():
        if role in given:
            taken += [Taken(role, given[role], named=True)] if given[role] else []
            continue
        known = next((name for name in usual if name in free), None)
        if known is not None:
            taken.append(Taken(role, (free.pop(known),), named=False))
    return _sensible(tuple(taken), present)


def normal(name: str) -> str:
    """A column's name as the usual names are written.

    Examples
    --------
    >>> normal(" Search-Term"), normal("Impr."), normal("Clicks (all)")
    ('search_term', 'impr', 'clicks_all')
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _given(named: Mapping[str, str | Sequence[str]], present: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], list[Mistake]]:
    given: dict[str, tuple[str, ...]] = {}
    mistakes = []
    for word, column in named.items():
        role = _ALSO.get(word, word)
        if role not in USUAL:
            hint = did_you_mean(word, [*USUAL, *_ALSO])
            mistakes.append(Mistake("columns", f"'{word}' is nothing that a column can hold", f"there are: {', '.join(USUAL)}", hint))
            continue
        if role in given:
            mistakes.append(Mistake("columns", f"{role} is given twice, also as {word}"))
        names = _split(column, present)
        mistakes += [_lacking(role, name, present) for name in names if name not in present]
        if len(names) > 1 and role not in JOINED:
            mistakes.append(Mistake(f"columns.{role}", f"found {len(names)} columns", "one; only " + ", ".join(JOINED) + " can be joined"))
        given[role] = names
    return given, mistakes


def _split(column: str | Sequence[str], present: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(column, str):
        return tuple(column)
    if column in present or not column:
        return (column,) if column else ()
    return tuple(part.strip() for part in column.split("+") if part.strip())


def _lacking(role: str, name: str, present: Sequence[str]) -> Mistake:
    return Mistake(f"columns.{role}", f"the log has no column '{name}'", f"it has {_listed(present)}", did_you_mean(name, present))


def _listed(names: Iterable[str], most: int = 12) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _sensible(taken: tuple[Taken, ...], present: Sequence[str]) -> tuple[Taken, ...]:
    """Refuse a log that tells neither what was asked nor what was shown."""
    roles = {one.role for one in taken}
    if roles & {"query", "ad", "results"}:
        return taken
    hint = "name it with --columns query=COLUMN; the first line of a file names its columns"
    raise BadInput([Mistake("columns.query", "no column has a usual name for the query or the ad", f"there are {_listed(present)}", hint)])
