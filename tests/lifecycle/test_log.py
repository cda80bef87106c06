"""Spells and histories: what a candidate's log keeps, and what was known when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import seeds
from sim.candidates.histories import Histories
from sim.lifecycle.log import Log, Past
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Sales, Shown
from tests.laws.chance import near, repeatable
from tests.laws.tiny import world_of
from tests.traffic.pages import pages

SIGHT = world_of().sight
NOTHING = Past(Histories.empty(SIGHT.ads, SIGHT.types, SIGHT.slots), ())
SHOWN = {(0, 3, 0): 2, (0, 3, 1): 5, (0, 8, 0): 0, (1, 3, 0): 5}  # (variant, cell, slot) -> place
WEIGHTS = np.array([0.3, 0.7])


def slates(shown=SHOWN):
    matched = np.full((2, SIGHT.cells, SIGHT.slots), -1, np.int8)
    for at, place in shown.items():
        matched[at] = place
    made = pages(matched, WEIGHTS)
    return SlateTable(0, WEIGHTS, matched, np.zeros(matched.shape, np.uint32), np.full(matched.shape, 7, np.int64), made.bidding, made.says)


class Books:
    """A platform's books: what was shown since they were last closed."""

    def __init__(self):
        self.queries = self.clicks = 0
        self.pages = SHOWN

    def add(self, queries=10, clicks=1):
        """Every cell is asked *queries* times in each variant; each ad on a page is clicked *clicks* times."""
        self.queries += queries
        self.clicks += clicks

    def __call__(self):
        at = sorted((variant * SIGHT.cells + cell, slot, place) for (variant, cell, slot), place in self.pages.items())
        row, slot, place = np.array(at if self.queries else [], np.int64).reshape(-1, 3).T
        asked = np.full(2 * SIGHT.cells, self.queries)
        found = Shown(row, place, slot, np.full(len(row), self.queries), np.full(len(row), self.clicks), asked)
        self.queries = self.clicks = 0
        return found


def fresh(keep_days=28, key=0):
    """A log, and the books that it closes."""
    books = Books()
    log = Log(SIGHT, NOTHING, 0, keep_days * DAY_S, books, key)
    log.serve(slates(), SIGHT)
    return log, books


def sales(*seconds, at=(0, 3, 0)):
    """Conversions of clicks on one ad, each on its second of the day."""
    variant, cell, slot = at
    each = np.ones(len(seconds), np.int64)
    return Sales(each * (variant * SIGHT.cells + cell), each * SHOWN[at], each * slot, np.array(seconds), each * 0.5, each)


def test_a_spell_has_a_row_for_each_ad_and_slot_that_was_shown():
    log, books = fresh()
    books.add()
    books.add(5, 2)
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
    log, _ = fresh()
    log.close(DAY_S)
    assert len(log.spells[0].row) == 0


def test_spells_follow_each_other_without_a_gap_and_lose_nothing():
    log, books = fresh()
    for day in range(1, 6):
        books.add(day)
        (log.close if day % 2 else log.refresh)(day * DAY_S)
    assert [(spell.start_s // DAY_S, spell.end_s // DAY_S) for spell in log.spells] == [(d, d + 1) for d in range(5)]
    assert [int(spell.queries[0]) for spell in log.spells] == [2 * day for day in range(1, 6)]


def test_closing_twice_at_one_second_makes_one_spell():
    log, books = fresh()
    books.add()
    log.close(DAY_S)
    log.refresh(DAY_S)
    log.close(DAY_S)
    log.serve(slates(), SIGHT)
    assert len(log.spells) == 1


def test_a_spell_tells_what_was_known_when_its_pages_were_made():
    log, books = fresh()
    books.add()
    log.refresh(DAY_S)
    books.add()
    log.refresh(2 * DAY_S)
    first, second = log.spells
    assert first.histories is NOTHING.histories
    assert second.histories.ad_clicks.sum() == first.clicks.sum()
    assert log.histories.ad_clicks.sum() == pytest.approx(second.clicks.sum() + first.clicks.sum() * 0.5 ** (1 / 28))


def test_histories_know_each_row_once_whatever_the_spells():
    (often, of_often), (once, of_once) = fresh(), fresh()
    for day in range(1, 8):
        for books in (of_often, of_once):
            books.add(day, day)
        often.close(day * DAY_S)
    often.refresh(7 * DAY_S)
    once.refresh(7 * DAY_S)
    for name in Histories.__dataclass_fields__:
        assert getattr(often.histories, name) == pytest.approx(getattr(once.histories, name))


def test_a_training_looks_back_over_every_spell_that_reaches_into_its_window():
    log, _ = fresh()
    for day in range(1, 11):
        log.close(day * DAY_S)
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S)] == [7, 8, 9]
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S + 1)] == [7, 8, 9]
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S - 1)] == [6, 7, 8, 9]
    assert len(log.since(-DAY_S)) == 10
    assert [spell.start_s // DAY_S for spell in log.since(7 * DAY_S + 1)] == [7, 8, 9]  # it reaches into the window


def test_spells_that_no_training_will_look_at_are_dropped():
    log, _ = fresh(keep_days=3)
    for day in range(1, 11):
        log.close(day * DAY_S)
    assert [spell.start_s // DAY_S for spell in log.spells] == [7, 8, 9]


def test_new_pages_begin_a_new_spell():
    log, books = fresh()
    books.add()
    log.close(DAY_S // 4)
    log.serve(slates(), SIGHT)
    books.add(3)
    log.close(DAY_S)
    assert [spell.end_s for spell in log.spells] == [DAY_S // 4, DAY_S]
    assert log.spells[1].queries[0] == 6


def test_a_propensity_is_the_weight_of_all_variants_that_put_the_ad_there():
    log, books = fresh()
    table = {**SHOWN, (1, 8, 0): 0, (1, 8, 1): 3}  # both variants show the same ad on top of cell 8
    log.serve(slates(table), SIGHT)
    books.pages = table
    books.add()
    log.close(DAY_S)
    (spell,) = log.spells
    cell, place = np.divmod(spell.row, SIGHT.matched)
    found = {(int(c), int(p), int(s)): float(one) for c, p, s, one in zip(cell, place, spell.position, spell.propensity, strict=True)}
    assert found == pytest.approx({(3, 2, 0): 0.3, (3, 5, 1): 0.3, (8, 0, 0): 1.0, (3, 5, 0): 0.7, (8, 3, 1): 0.7})


def test_an_ad_that_a_spent_budget_let_in_has_the_propensity_of_its_variant():
    log, books = fresh()
    books.pages = {**SHOWN, (1, 3, 0): 7}  # the table says place 5
    books.add()
    log.close(DAY_S)
    (spell,) = log.spells
    (found,) = spell.propensity[spell.row == 3 * SIGHT.matched + 7]
    assert found == pytest.approx(0.7)


def test_a_conversion_is_known_when_it_comes_and_belongs_to_its_clicks_row():
    log, books = fresh()
    books.add(10, 5)
    log.add(sales(100, 200), 0, np.array([50, 10 * DAY_S]))
    log.add(sales(300, at=(1, 3, 0)), 0, np.array([0]))
    log.close(DAY_S)
    (spell,) = log.spells
    known = {(int(r), int(p)): spell.conversions for r, p in zip(spell.row, spell.position, strict=True)}
    top, other = (list(known).index((3 * SIGHT.matched + place, 0)) for place in (2, 5))
    for now_s, both in {149: (0, 0), 150: (1, 0), 300: (1, 1), 10 * DAY_S + 199: (1, 1), 10 * DAY_S + 200: (2, 1)}.items():
        assert (spell.conversions(now_s)[[top, other]] == both).all()
        assert spell.conversions(now_s).sum() == sum(both)


def test_conversions_belong_to_the_spell_of_their_click_however_late_they_come():
    log, books = fresh()
    for day in range(3):
        books.add()
        log.add(sales(1000 * day), day * DAY_S, np.array([20 * DAY_S]))
        log.close((day + 1) * DAY_S)
    for day, spell in enumerate(log.spells):
        assert spell.conversions((day + 20) * DAY_S + 1000 * day - 1).sum() == 0
        assert spell.conversions((day + 20) * DAY_S + 1000 * day).sum() == 1


@given(
    st.lists(st.tuples(st.integers(0, DAY_S - 1), st.integers(0, 40 * DAY_S)), max_size=20),
    st.lists(st.integers(0, 50 * DAY_S), max_size=5),
)
@repeatable
def test_what_is_known_only_grows_and_ends_with_all_that_happened(found, moments):
    log, books = fresh()
    books.add(100, 50)
    if found:
        seconds, delays = zip(*found, strict=True)
        log.add(sales(*seconds), 0, np.array(delays))
    log.close(DAY_S)
    (spell,) = log.spells
    known = [int(spell.conversions(now_s).sum()) for now_s in sorted(moments)]
    assert known == sorted(known) == [sum(second + delay <= now_s for second, delay in found) for now_s in sorted(moments)]
    assert spell.conversions(100 * DAY_S).sum() == len(found)


@pytest.mark.parametrize("share", [0.0, 0.35, 1.0])
def test_while_tracking_is_broken_a_part_of_clicks_and_conversions_reaches_the_log(share):
    clicked = kept = told = 0
    for key in range(40):
        log, books = fresh(key=seeds.mix(key))
        log.tracking = share
        books.add(1_000, 300)
        log.add(sales(*range(200)), 0, np.zeros(200, np.int64))
        log.close(DAY_S)
        (spell,) = log.spells
        assert (spell.shown == 1_000).all()
        assert (spell.clicks <= 300).all()
        clicked, kept, told = clicked + 300 * len(spell.row), kept + spell.clicks.sum(), told + spell.conversions(DAY_S).sum()
    assert near(kept, share * clicked, np.sqrt(share * (1 - share) * clicked))
    assert near(told, share * 200 * 40, np.sqrt(share * (1 - share) * 200 * 40))


def test_what_tracking_loses_is_the_same_in_every_run_and_other_in_every_spell():
    logs = []
    for _ in range(2):
        log, books = fresh(key=5)
        log.tracking = 0.5
        for day in (1, 2):
            books.add(1_000, 300)
            log.close(day * DAY_S)
        logs.append(np.array([spell.clicks for spell in log.spells]))
    assert (logs[0] == logs[1]).all()
    assert (logs[0][0] != logs[0][1]).any()
