"""Whatever is in a small file, it is read or refused in words; and neither order nor form of the rows matters."""

from __future__ import annotations

import csv
import io
import string
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.calibrate.reading import read, read_log
from sim.errors import BadInput
from tests.calibrate.logs import as_lists, named

QUIET = settings(max_examples=30, suppress_health_check=list(HealthCheck))
CELLS = st.sampled_from(
    ["", "a", " b ", "1", "0", "-1", "2.5", "1e30", "nan", "inf", "true", "NULL",
     "2024-01-01", "2024-01-02 03:04:05", "20240103", "x y z", '"', "'", "1,2", "é"]
) | st.text(string.printable, max_size=6)  # fmt: skip
ROLES = [
    "date",
    "query",
    "ad",
    "position",
    "device",
    "impressions",
    "clicks",
    "cost",
    "results",
    "propensity",
    "conversion_time",
    "whatever",
]
EVENT = st.tuples(
    st.sampled_from(["2024-01-01", "2024-01-02", "2024-01-05", "soon"]), st.sampled_from(["tents", "boots", ""]),
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["1", "2", "3", "x"]), st.sampled_from(["0", "1", "-1", ""]), st.sampled_from(["0.1", "0.2", "0.7"]),
)  # fmt: skip
HEAD = ("date", "query", "ad", "position", "clicks", "price")


def log_of(text, reader=read_log):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "log.csv")
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            return reader([file])
        except BadInput as bad:
            return str(bad).replace(folder, "")


def table(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def sound(found):
    """A log that adds up, or a refusal in words."""
    if isinstance(found, str):
        assert found
        return
    counted, log = found.log.counted, found.log
    assert 0 < found.used <= found.rows
    assert counted["day"].between(0, log.days - 1).all()
    assert (counted["impressions"] >= 0).all()
    assert "clicks" not in counted or counted["clicks"].between(0, counted["impressions"]).all()
    assert not counted.duplicated(["day", "query", "position", "ad", "segment"]).any()
    assert set(counted["query"]) == set(range(len(log.queries)))


@QUIET
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6), st.lists(st.sampled_from(ROLES), min_size=1, max_size=6))
def test_any_table_is_read_or_refused_in_words(rows, head):
    sound(log_of(table([head, *rows]), read))
    sound(log_of(table([head, *((row * 6)[: len(head)] for row in rows)]), read))


@QUIET
@given(st.text(max_size=60), st.booleans())
def test_any_text_is_read_or_refused_in_words(text, headed):
    sound(log_of(("query,clicks\n" if headed else "") + text, read))


@QUIET
@given(st.lists(EVENT, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, chance):
    other = chance.sample(rows, len(rows))
    one, two = log_of(table([HEAD, *rows])), log_of(table([HEAD, *other]))
    if isinstance(one, str) or isinstance(two, str):
        assert one == two
    else:
        assert as_lists(one) == as_lists(two)


@QUIET
@given(st.lists(EVENT, max_size=12))
def test_events_and_their_counts_are_the_same_log(rows):
    good = [row for row in rows if row[0] != "soon" and row[1] and row[4] in ("0", "1")]
    events = log_of(table([HEAD, *good]))
    sums = {}
    for day, query, ad, position, click, price in good:
        known = sums.setdefault((day, query, ad, position), [0, 0, 0])
        known[0] += 1
        known[1] += int(click)
        known[2] += round(float(price) * 10) * int(click)
    head = ("date", "query", "ad", "position", "impressions", "clicks", "cost")
    counts = log_of(table([head, *((*key, shown, clicks, paid / 10) for key, (shown, clicks, paid) in sums.items())]))
    assert isinstance(events, str) == isinstance(counts, str) == (not good)
    if good:
        assert named(events).to_dict("list") == named(counts).to_dict("list")
        assert (events.days, events.has) == (counts.days, counts.has)
