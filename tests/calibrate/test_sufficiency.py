"""Whether a log can carry a world is judged by its clicks, its days and its dirt."""

from __future__ import annotations

import pytest

from sim.calibrate.reading import read
from sim.calibrate.sufficiency import GOOD, MIN_CLICKS, MIN_DAYS, PART, POOR, judge
from tests.calibrate.logs import written


def log_of(days, clicks, *, empty=(), bad=0):
    rows = [f"2024-01-{day:02},a,1000,{clicks // days + (day <= clicks % days)}" for day in range(1, days + 1) if day not in empty]
    return "\n".join(["day,query,impressions,clicks", *rows, *["soon,a,1,0"] * bad])


@pytest.mark.parametrize(
    ("text", "level", "lacks"),
    [
        (log_of(MIN_DAYS, MIN_CLICKS), GOOD, []),
        (log_of(MIN_DAYS, MIN_CLICKS - 1), PART, ["399 clicks"]),
        (log_of(MIN_DAYS - 1, MIN_CLICKS), PART, ["27 days"]),
        (log_of(MIN_DAYS - 1, MIN_CLICKS - 1), POOR, ["399 clicks", "27 days"]),
        (log_of(MIN_DAYS, 560, empty=(3, 5, 7)), PART, ["3 of its 28 days are empty"]),
        (log_of(MIN_DAYS, 560, empty=(3, 5)), GOOD, []),
        (log_of(MIN_DAYS, 560, bad=2), PART, ["2 of its 30 rows"]),
        (log_of(MIN_DAYS, 1), PART, ["1 click, too few"]),
        (log_of(MIN_DAYS, 560).replace(",1000,", ",5000000,"), PART, ["less than one in 100,000"]),
        (log_of(MIN_DAYS, 28_000), PART, ["every impression was clicked"]),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,b,5,6\n2024-01-02,b,5,6", PART, ["2 of its 30 rows have more clicks"]),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,a,5,6", GOOD, []),
        (log_of(MIN_DAYS, 560).replace("impressions,clicks", "clicks,impressions"), POOR, ["every impression", "28 of its 28 rows"]),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,a,5,1", GOOD, []),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,a,5,1\n2024-01-02,a,5,1", PART, ["2 of its 30 rows have the day and names"]),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,b,1,0\n2024-01-02,c,1,0", PART, ["2 of its 3 queries"]),
        (log_of(MIN_DAYS, 560) + "\n2024-01-01,b,1,0", GOOD, []),
        (log_of(MIN_DAYS, 560, bad=29), POOR, ["29 of its 57 rows"]),
    ],
)
def test_each_need_has_its_edge(tmp_path, text, level, lacks):
    judged = judge(read([written(tmp_path, text)]))
    assert judged.level == level
    assert len(judged.lacks) == len(lacks)
    assert all(words in told for words, told in zip(lacks, judged.lacks, strict=True))


def test_traffic_that_is_left_out_is_judged_beside_rows(tmp_path):
    good = log_of(MIN_DAYS, 560)
    cases = {1400: (GOOD, 0), 1600: (PART, 1), 13_000: (PART, 1)}
    for shown, (level, lacks) in cases.items():  # one row of 29, beside 28,000 impressions
        judged = judge(read([written(tmp_path, f"{good}\nsoon,a,{shown},1")]))
        assert (judged.level, len(judged.lacks)) == (level, lacks), shown
    total = judge(read([written(tmp_path, f"{good}\nTotal,,28000,560")]))
    assert total.level == GOOD  # a row of totals holds no traffic of its own
    rows = "\n".join("soon,a,5000,1" for _ in range(8))
    assert judge(read([written(tmp_path, f"{good}\n{rows}")])).level == POOR


def test_a_query_that_is_the_sum_of_the_others_is_told(tmp_path):
    rows = [row for row in log_of(MIN_DAYS, 560).splitlines() if row[0] == "2"]
    queries = [row.replace(",a,1000,", f",{name},{shown},") for row in rows for name, shown in (("a", 1000), ("b", 300), ("c", 200))]
    head, whole = "day,query,impressions,clicks", [row.replace(",a,1000,", ",Total,1500,") for row in rows]
    judged = judge(read([written(tmp_path, "\n".join([head, *queries, *whole]))]))
    assert (judged.level, judged.lacks) == (PART, ('the query "Total" counts the sum of all others: its traffic counts twice',))
    other = [row.replace(",1500,", ",1501,") for row in whole[:4]] + whole[4:]
    assert judge(read([written(tmp_path, "\n".join([head, *queries, *other]))])).level == GOOD
    two = [row for row in [*queries, *(row.replace(",1500,", ",1000,") for row in whole)] if row.split(",")[1] in ("a", "Total")]
    assert judge(read([written(tmp_path, "\n".join([head, *two]))])).level == GOOD  # two queries may be asked alike
