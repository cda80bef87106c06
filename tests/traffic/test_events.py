"""Events: every ad shown, as the naive walk shows it, whatever the budgets and however little room there is."""

import numpy as np
import pytest

from sim.kernels import play as playing
from sim.kernels import tables as kernel
from sim.traffic import queries
from sim.traffic.arrivals import DAY_S
from tests.traffic.market import board_of, day_of, made_market
from tests.traffic.naive import play
from tests.traffic.test_budgets import MARKETS, made_with

COLUMNS = ("word", "row", "place", "slot", "price", "charge", "clicked", "invalid", "converted")


def told(board):
    """A list that fills with what the board tells."""
    events = []
    board.listen(lambda some: events.append(some._replace(**{name: part.copy() for name, part in some._asdict().items()})))
    return events


def as_lists(events):
    columns = [np.concatenate([getattr(some, name) for some in events]).tolist() for name in COLUMNS]
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("money", [4.0, 0.4])
@pytest.mark.parametrize("market", MARKETS)
def test_events_are_those_of_the_naive_walk(market, money):
    made, budgets = made_with(money, **MARKETS[market])
    board, arrivals, expected = board_of(made, budgets), day_of(made, 4_000), []
    events = told(board)
    board.play(arrivals, 0, DAY_S)
    play(made, arrivals, budgets, events=expected)
    assert as_lists(events) == expected
    assert any(event[5] < event[4] for event in expected if event[6])  # a budget that ended in the middle of a price


def test_events_are_those_of_the_naive_walk_where_nobody_has_a_budget():
    made = made_market(variants=3, invalid=0.2, convert=0.3, chance=(2, 20), cascade=True)
    board, arrivals, expected = board_of(made), day_of(made, 4_000), []
    events = told(board)
    outcome = board.play(arrivals, 0, DAY_S)
    play(made, arrivals, None, events=expected)
    assert as_lists(events) == expected
    assert (np.concatenate([some.delay for some in events]) == outcome.sales.delay).all()
    sold_at = np.concatenate([some.second[some.converted] for some in events])
    assert (sold_at == outcome.sales.second).all()


def test_little_room_changes_no_event_and_no_count(monkeypatch):
    made, budgets = made_with(100.0, invalid=0.2, convert=0.3, chance=(2, 20))
    arrivals = day_of(made, 30_000)
    roomy, narrow, deaf = (board_of(made, budgets) for _ in range(3))
    much = told(roomy)
    monkeypatch.setattr(queries, "_ROOM", playing.TILE * 4)  # no more than one tile may fill
    little = told(narrow)
    outcomes = [board.play(arrivals, 0, DAY_S) for board in (roomy, narrow, deaf)]
    assert len(little) > 2 * len(much)
    assert as_lists(little) == as_lists(much)
    assert outcomes[0].tally(kernel.EXHAUSTED) > 2
    for outcome in outcomes[1:]:
        assert (outcome.tallies == outcomes[0].tallies).all()
        assert (outcome.sales.second == outcomes[0].sales.second).all()
