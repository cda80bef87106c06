"""The tables count what was seen, and go between their marks."""

from tests.benchmarks.detectors import page
from tests.benchmarks.detectors.seen import Seen, Told

STORY = Told(
    (
        Seen("wrong objective", "a", caused=True, days=(30, 44), looked_days=365),
        Seen("wrong objective", "b", caused=True, days=(), looked_days=365),
        Seen("wrong objective", "c", caused=False, days=(10, 20, 30), looked_days=730),
        Seen("trend on CTR", "a", caused=True, days=(55,), looked_days=365),
        Seen("trend on CTR", "c", caused=False, days=(), looked_days=365),
    ),
    (Seen("trend on CTR", "a", caused=False, days=(50, 120), looked_days=365),),
)


def test_delays_misses_and_false_alarms_are_counted():
    lines = page.tables([STORY]).splitlines()
    assert "| **wrong objective** | 1 of 2 | 30 | 50% | 1 of 1 | 1.50 | 2.0 |" in lines
    assert "| every 100 days, over the same days | 2 of 2 | 99 | 0% | 1 of 1 | 3.50 | 2.0 |" in lines
    assert "| trend on CTR | 1 of 1 | 55 | 0% | 0 of 1 | 0.00 | 2.0 | 1 of 1 |" in lines
    assert "| every 100 days | 1 of 1 | 99 | 0% | 1 of 1 | 3.00 | 3.0 | 1 of 1 |" in lines


def test_the_tables_are_put_between_their_marks():
    text = f"# Title\n{page.BEGIN}\nold\n{page.END}\nmore\n"
    assert page.placed(text, "new\n") == f"# Title\n{page.BEGIN}\nnew\n{page.END}\nmore\n"
