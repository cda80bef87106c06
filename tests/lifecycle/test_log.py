"""Spells and histories: what a candidate's log keeps, and what was known when."""

import numpy as np
import pytest

from sim.candidates.histories import Histories
from sim.lifecycle.log import Log, Past
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Outcome, ledger_row
from tests.laws.tiny import world_of

SIGHT = world_of().sight
NOTHING = Past(Histories.empty(SIGHT.ads, SIGHT.types, SIGHT.slots), ())
SHOWN = {(0, 3, 0): 2, (0, 3, 1): 5, (0, 8, 0): 0, (1, 3, 0): 5}  # (variant, cell, slot) -> place


def slates():
    matched = np.full((2, SIGHT.cells, SIGHT.slots), -1, np.int8)
    for at, place in SHOWN.items():
        matched[at] = place
    return SlateTable(0, np.array([0.5, 0.5]), matched, np.zeros(matched.shape, np.uint32), np.full(matched.shape, 7, np.int64))


def outcome(queries=10, clicks=1):
    """Every cell is asked *queries* times in each variant; each ad on a page is clicked *clicks* times."""
    table = slates()
    return Outcome(np.full(table.matched.shape[:2], queries, np.int64), clicks * (table.matched >= 0).astype(np.int64))


def fresh(keep_days=28):
    log = Log(SIGHT, NOTHING, 0, keep_days * DAY_S)
    log.serve(slates(), 0)
    return log


def test_a_spell_has_a_row_for_each_ad_and_slot_that_was_shown():
    log = fresh()
    log.add(outcome())
    log.add(outcome(5, 2))
    log.close(DAY_S)
    (spell,) = log.spells
    rows = {
        (int(row), int(slot)): (int(shown), int(clicks))
        for row, slot, shown, clicks in zip(spell.row, spell.position, spell.shown, spell.clicks, strict=True)
    }
    matched = SIGHT.matched
    assert rows == {(3 * matched + 2, 0): (15, 3), (3 * matched + 5, 1): (15, 3), (8 * matched, 0): (15, 3), (3 * matched + 5, 0): (15, 3)}
    assert (spell.queries == 30).all()
    assert (spell.start_s, spell.end_s) == (0, DAY_S)


def test_an_ad_that_nobody_met_has_no_row():
    log = fresh()
    log.close(DAY_S)
    assert len(log.spells[0].row) == 0


def test_spells_follow_each_other_without_a_gap_and_lose_nothing():
    log = fresh()
    for day in range(1, 6):
        log.add(outcome(day))
        (log.close if day % 2 else log.refresh)(day * DAY_S)
    assert [(spell.start_s // DAY_S, spell.end_s // DAY_S) for spell in log.spells] == [(d, d + 1) for d in range(5)]
    assert [int(spell.queries[0]) for spell in log.spells] == [2 * day for day in range(1, 6)]


def test_closing_twice_at_one_second_makes_one_spell():
    log = fresh()
    log.add(outcome())
    log.close(DAY_S)
    log.refresh(DAY_S)
    log.serve(slates(), DAY_S)
    assert len(log.spells) == 1


def test_a_spell_tells_what_was_known_when_its_pages_were_made():
    log = fresh()
    log.add(outcome())
    log.refresh(DAY_S)
    log.add(outcome())
    log.refresh(2 * DAY_S)
    first, second = log.spells
    assert first.histories is NOTHING.histories
    assert second.histories.ad_clicks.sum() == first.clicks.sum()
    assert log.histories.ad_clicks.sum() == pytest.approx(second.clicks.sum() + first.clicks.sum() * 0.5 ** (1 / 28))


def test_histories_know_each_row_once_whatever_the_spells():
    often, once = fresh(), fresh()
    for day in range(1, 8):
        for log in (often, once):
            log.add(outcome(day, day))
        often.close(day * DAY_S)
    often.refresh(7 * DAY_S)
    once.refresh(7 * DAY_S)
    for name in Histories.__dataclass_fields__:
        assert getattr(often.histories, name) == pytest.approx(getattr(once.histories, name))


def test_a_training_looks_back_over_every_spell_that_reaches_into_its_window():
    log = fresh()
    for day in range(1, 11):
        log.close(day * DAY_S)
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S)] == [7, 8, 9]
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S + 1)] == [7, 8, 9]
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S - 1)] == [6, 7, 8, 9]
    assert len(log.since(-DAY_S)) == 10
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S + 1)] == [7, 8, 9]  # it reaches into the window


def test_spells_that_no_training_will_look_at_are_dropped():
    log = fresh(keep_days=3)
    for day in range(1, 11):
        log.close(day * DAY_S)
    assert [spell.start_s // DAY_S for spell in log.spells] == [7, 8, 9]


def test_new_pages_begin_a_new_spell():
    log = fresh()
    log.add(outcome())
    log.serve(slates(), DAY_S // 4)
    log.add(outcome(3))
    log.close(DAY_S)
    assert [spell.end_s for spell in log.spells] == [DAY_S // 4, DAY_S]
    assert log.spells[1].queries[0] == 6


def test_a_ledger_row_adds_up_queries_impressions_clicks_and_money():
    found = ledger_row(outcome(10, 2), slates())
    cells, pages_with_ads, ads = SIGHT.cells, 3, 4
    assert found.tolist() == [2 * 10 * cells, 10 * pages_with_ads, 10 * ads, 2 * ads, 2 * ads * 7]
