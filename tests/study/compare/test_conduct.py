"""How a comparison is played: whatever comes first, what is missing or too much, the same comparison."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import InvalidRun
from sim.lifecycle.play import Played, once_more
from sim.study.compare.again import judged_again
from sim.study.compare.comparison import HOLD, INVALID, SHIP, UNDECIDED
from sim.study.compare.conduct import conduct, quietened
from sim.study.compare.look import Look
from sim.study.worker import Failure
from tests.laws.tiny import policy, tiny
from tests.study.compare.made_up import MOVES, asked, ledger

THREE = tiny(policy("keyword"), policy("always_show"), policy("random"), horizon="2 days")
LIFTS = (0.0, 0.03, 0.01)
FIXED, WATCHED = asked("keyword", replications=6), asked("keyword", replications=None, limit=40)


def played(number, candidate, lifts=LIFTS, spread=0.002):
    """What a candidate earns in a world; once more in the same world, it is nearly the same."""
    world, times = number % 2**32, number // 2**32
    noise = spread * (MOVES[(world + 3 * candidate) % len(MOVES)] + 0.1 * times) if candidate else 0.0
    revenue = 100 * (1 + 0.2 * MOVES[world % len(MOVES)]) * (1 + lifts[candidate] + noise)
    return Played(ledger(1, revenue=revenue)[0], ())


class Pool:
    """Plays from a book.

    *batch* replications are begun at once, and come back in an order of their own; those in *failing*
    (replication, candidate) raise; before *interrupt* replications have come back somebody stops it.
    """

    def __init__(self, batch=1, failing=(), interrupt=None, **book):
        self.batch, self.failing, self.interrupt, self.book = batch, set(failing), interrupt, book
        self.began, self.closed = [], 0

    def replications(self, scenario, numbers, candidates):
        numbers, came = iter(numbers), 0
        try:
            while True:
                begun = []
                for _, number in zip(range(self.batch), numbers, strict=False):
                    if chosen := candidates():
                        begun.append((number, chosen))
                self.began += [number for number, _ in begun]
                if not begun:
                    return
                for number, chosen in begun[::-1]:
                    if came == self.interrupt:
                        raise KeyboardInterrupt
                    came += 1
                    yield number, {one: self.answer(number, one) for one in chosen}
        finally:
            self.closed += 1

    def answer(self, number, candidate):
        if (number, candidate) in self.failing:
            return Failure(f"candidate '{THREE.candidates[candidate].name}': no, in {number}", f"traceback {number}\n")
        return played(number, candidate, **self.book)


class Shelf:
    def __init__(self, found=None, looked=False):
        self.found, self.kept, self.looked = found or {}, {}, looked

    def put(self, replication, answers):
        self.kept[replication] = answers


def compared(question=FIXED, shelf=None, progress=None, split=False, **how):
    return conduct(THREE, question, Pool(**how), shelf=shelf, progress=progress, split=split)


def same(one, other):
    """Whether two comparisons are the same, but for how long they took."""
    first, second = (
        {name: getattr(found.comparison, name) for name in found.comparison.__slots__ if name not in {"run", "needed_seconds", "rules"}}
        for found in (one, other)
    )
    runs = [found.comparison.run for found in (one, other)]
    ledgers = all(np.array_equal(a.days, b.days) for a, b in zip(*(run.candidates for run in runs), strict=True))
    told = [[rule._replace(needed_seconds=None) for rule in found.comparison.rules] for found in (one, other)]
    about = [[getattr(run, name) for name in ("run", "replications", "planned", "numbers", "notes", "failed", "asked")] for run in runs]
    return first == second and ledgers and told[0] == told[1] and about[0] == about[1] and one.tracebacks == other.tracebacks


@pytest.fixture(scope="module")
def fixed():
    return compared()


@pytest.fixture(scope="module")
def watched():
    return compared(WATCHED)


def test_as_many_are_played_as_were_asked_for(fixed):
    pool = Pool()
    conduct(THREE, FIXED, pool, split=False)
    assert pool.began == list(range(6))
    assert (fixed.comparison.verdict, fixed.comparison.ship) == (SHIP, "always_show")
    run = fixed.comparison.run
    assert (run.replications, run.planned, run.complete, run.interrupted) == (6, 6, True, False)


def test_it_stops_as_soon_as_it_is_decided(watched):
    run = watched.comparison.run
    assert (watched.comparison.verdict, watched.comparison.ship) == (SHIP, "always_show")
    assert 2 < run.replications < 20
    assert run.planned == run.replications
    pool = Pool()
    conduct(THREE, WATCHED, pool, split=False)
    assert pool.began == list(range(run.replications))
    assert pool.closed == 1
    one_less = compared(WATCHED._replace(limit=run.replications - 1))
    assert one_less.comparison.verdict == UNDECIDED
    assert one_less.comparison.run.replications == run.replications - 1


@pytest.mark.parametrize("batch", [2, 3, 7, 50])
def test_neither_their_order_nor_those_beyond_what_was_needed_matter(fixed, watched, batch):
    assert same(compared(batch=batch), fixed)
    assert same(compared(WATCHED, batch=batch), watched)


@pytest.mark.parametrize("there", [(0,), (0, 1, 2), (1, 4), (5,), range(6), (0, 3, 30)])
@pytest.mark.parametrize("batch", [1, 4])
def test_those_that_were_there_are_not_played_again(fixed, watched, there, batch):
    for question, whole in ((FIXED, fixed), (WATCHED, watched)):
        shelf = Shelf({number: {one: played(number, one) for one in range(3)} for number in there})
        pool = Pool(batch)
        found = conduct(THREE, question, pool, shelf=shelf, split=False)
        assert same(found, whole)
        assert not set(pool.began) & set(there)
        assert set(shelf.kept) <= set(pool.began)


def test_when_all_are_there_nobody_is_asked_to_play(fixed):
    shelf = Shelf({number: {one: played(number, one) for one in range(3)} for number in range(9)})
    pool = Pool()
    assert same(conduct(THREE, FIXED, pool, shelf=shelf, split=False), fixed)
    assert pool.closed == 0


FAILING = {(2, 2), (4, 2)}


@pytest.mark.parametrize("question", [FIXED, WATCHED._replace(indifference=0.0, limit=6)])
@pytest.mark.parametrize("batch", [1, 2, 6])
@pytest.mark.parametrize("there", [(), (4,), (2, 4), (0, 1, 2), (3, 5)])
def test_a_candidate_that_fails_is_left_out_and_the_first_time_is_told(question, batch, there):
    answers = {number: {one: Pool(failing=FAILING).answer(number, one) for one in range(3)} for number in there}
    found = compared(question, shelf=Shelf(answers), batch=batch, failing=FAILING)
    plain = compared(question, failing=FAILING)
    assert same(found, plain)
    if question is FIXED:
        assert [one.name for one in found.comparison.run.candidates] == ["keyword", "always_show"]
        assert found.comparison.failed == (("random", "candidate 'random': no, in 2", ""),)
        assert found.tracebacks == {"random": "traceback 2\n"}


def test_a_candidate_that_has_failed_is_not_played_again():
    pool = Pool(failing={(1, 2)})
    shelf = Shelf()
    conduct(THREE, FIXED, pool, shelf=shelf, split=False)
    assert [sorted(shelf.kept[number]) for number in range(6)] == [[0, 1, 2], [0, 1, 2], *[[0, 1]] * 4]


def test_a_failure_beyond_where_it_was_decided_is_none(watched):
    n = watched.comparison.run.replications
    assert same(compared(WATCHED, batch=n + 2, failing={(n, 1), (n + 1, 0)}), watched)


@pytest.mark.parametrize("question", [FIXED, WATCHED])
def test_without_its_baseline_it_is_invalid(question):
    found = compared(question, failing={(0, 0)}).comparison
    assert (found.verdict, found.exit, found.why) == (INVALID, 4, "the baseline, keyword, could not be played")
    assert [one.candidate for one in found.failed] == ["keyword"]


@pytest.mark.parametrize("question", [FIXED, WATCHED])
def test_with_the_baseline_alone_there_is_nothing_to_compare(question):
    found = compared(question, failing={(0, 1), (1, 2)}).comparison
    assert (found.verdict, found.why) == (INVALID, "nothing is left to be held against the baseline")


@pytest.mark.parametrize("question", [FIXED, WATCHED])
def test_without_anyone_there_is_no_run(question):
    with pytest.raises(InvalidRun, match="candidate 'random': no, in 0"):
        compared(question, failing={(0, 0), (0, 1), (0, 2)})


@pytest.mark.parametrize("question", [FIXED, WATCHED])
def test_one_that_is_stopped_is_judged_by_what_is_there_and_marked(question):
    found = compared(question, interrupt=2, split=True).comparison
    assert found.exit == 130
    run = found.run
    assert (run.interrupted, run.complete, run.replications, run.planned) == (True, False, 2, question.replications or 40)
    assert found.common.variance == {}  # nothing more is played


def intervals(found):
    return [one.lift for one in found.differences if one.metric == "revenue"]


def test_worlds_that_were_looked_at_before_have_intervals_that_hold_at_every_look(fixed):
    """Who saw some of them, and then asks for so many, may have chosen the number by what was seen."""
    there = {number: {one: played(number, one) for one in range(3)} for number in range(4)}
    seen = compared(shelf=Shelf(there, looked=True), split=True).comparison
    watched = compared(WATCHED._replace(indifference=0.0, precision=1e-9, limit=6)).comparison
    assert (seen.run.replications, seen.sequential, seen.looked, seen.anytime) == (6, False, True, True)
    assert intervals(seen) == intervals(watched) != intervals(fixed.comparison)
    again = judged_again(seen.run)
    assert (intervals(again), again.looked, again.common.variance) == (intervals(seen), True, seen.common.variance)
    assert not compared(WATCHED, shelf=Shelf(there, looked=True)).comparison.looked  # its intervals allow it anyway


def test_a_partial_one_has_such_intervals_too(fixed):
    found = compared(FIXED._replace(replications=8), interrupt=6).comparison
    assert (found.run.replications, found.exit, found.anytime) == (6, 130, True)
    assert intervals(found) == intervals(compared(WATCHED._replace(precision=1e-9, limit=6)).comparison)
    assert intervals(judged_again(found.run)) == intervals(found)


def test_a_gap_before_the_stop_does_not_count():
    found = compared(batch=3, interrupt=5).comparison  # 2, 1, 0, 5, 4 came back, and 3 did not
    assert found.run.numbers == (0, 1, 2)


def test_one_that_is_stopped_before_a_replication_was_whole_has_nothing_to_say():
    shelf = Shelf()
    with pytest.raises(KeyboardInterrupt):
        compared(batch=3, interrupt=2, shelf=shelf)  # 2 and 1 came back
    assert sorted(shelf.kept) == [1, 2]  # but they are not lost


def test_progress_tells_how_many_are_whole_and_how_things_look(monkeypatch):
    monkeypatch.setattr("sim.study.compare.conduct.time", SimpleNamespace(monotonic=lambda: 0.0))  # a look takes no time
    told = []
    compared(batch=2, progress=lambda *one: told.append(one))
    assert [one[:2] for one in told] == [(whole, 6) for whole in (0, 2, 2, 4, 4, 6)]
    assert (told[0][2], told[1][2]) == ("", "always_show: revenue +3.1 % (anytime 95 %: not yet)")
    told.clear()
    compared(WATCHED, progress=lambda *one: told.append(one))
    assert [one[:2] for one in told] == [(number + 1, None) for number in range(len(told))]
    assert told[0][2] == "always_show: revenue +3.1 % (anytime 95 %: not yet), at most 39 more, 1 s"
    assert re.search(r"always_show: revenue \+3.0 % \(anytime 95 %: .*\), about \d+ more, 1 s", " ".join(one[2] for one in told))
    told.clear()
    compared(FIXED._replace(replications=30), progress=lambda *one: told.append(one))
    assert told[-1][2].startswith("always_show: revenue +3.0 % (anytime 95 %: +2.")
    assert not any("more" in one[2] for one in told)


def test_looks_that_decide_nothing_take_little_of_the_time(monkeypatch):
    """A look at all replications after each of them would take longer and longer."""
    now, looks = [0.0], []

    def slow(run, question):
        now[0] += 1.0
        looks.append(run.replications)
        return Look(False, f"{run.replications} seen")

    def play(self, number, candidate):
        now[0] += 1.0 if candidate == 0 else 0.0
        return played(number, candidate)

    monkeypatch.setattr("sim.study.compare.conduct.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr("sim.study.compare.conduct.look", slow)
    monkeypatch.setattr(Pool, "answer", play)
    compared(FIXED._replace(replications=50), progress=lambda *one: None)
    assert looks == [1, 21, 41]


def test_the_variance_is_split_by_playing_some_worlds_once_more():
    pool = Pool()
    found = conduct(THREE, FIXED, pool).comparison
    assert sum(found.common.variance.values()) == pytest.approx(1)
    assert json.loads(found.run.asked)["variance"] == found.common.variance
    assert pool.began[:6] == list(range(6))
    assert set(pool.began[6:]) == {once_more(number, times) for number in range(6) for times in (0, 1)}
    assert all(found.run.candidates[0].days[:, :, 0].sum(axis=1) == 10_000)


def test_a_split_that_fails_costs_no_comparison(fixed):
    found = compared(split=True, failing={(once_more(1, 1), 1)}).comparison
    assert found.common.variance == {}
    assert found.verdict == fixed.comparison.verdict


def test_one_that_is_stopped_while_it_splits_the_variance_has_all_that_decides(fixed):
    class Stopped(Pool):
        def replications(self, scenario, numbers, candidates):
            self.interrupt = 1 if self.closed else None
            return super().replications(scenario, numbers, candidates)

    found = conduct(THREE, FIXED, Stopped()).comparison
    assert (found.verdict, found.exit, found.run.replications, found.common.variance) == (fixed.comparison.verdict, 130, 6, {})


def test_nothing_to_gain_is_a_hold():
    found = compared(WATCHED, lifts=(0.0, -0.05, -0.03)).comparison
    assert (found.verdict, found.ship, found.exit) == (HOLD, "", 1)


def test_clicks_have_no_noise_where_that_is_exact():
    assert quietened(THREE).engine.sampler == "mean"
    for loud in (THREE.but(engine=THREE.engine.model_copy(update={"sampler": "counts"})), tiny(market={"budget": 5.0})):
        assert quietened(loud) is loud
