"""A Dask cluster of a scheduler and two worker processes plays the same bytes, and may lose a worker."""

import itertools
import sys
from importlib.util import find_spec

import pytest

from sim.errors import BadInput
from sim.study.pool import open_pool
from sim.study.worker import Failure
from tests.study.clusters import cluster
from tests.study.pools import TWO, alone, own, same

THERE = pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask's own, such as of sockets that it leaves to the collector


@pytest.fixture(scope="module")
def loopback(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("far away")) as found:
        yield found


@THERE
def test_a_cluster_plays_the_same_with_a_users_own_files_that_it_can_not_see(loopback, tmp_path):
    (tmp_path / "here").mkdir()
    scenario = own(tmp_path / "here", {}, {"how": "raise"})
    wanted = alone(scenario, range(3), (0, 1, 2))
    with open_pool(scenario, cluster=loopback.address) as pool:
        (tmp_path / "here").rename(tmp_path / "there")
        got = dict(pool.replications(scenario, range(3), lambda: (0, 1, 2)))
        assert pool.workers == 2
    assert isinstance(got[0][2], Failure)
    assert same(got, wanted)


@THERE
def test_a_study_may_stop_at_any_replication_and_the_cluster_goes_on(loopback):
    with open_pool(TWO, cluster=loopback.address) as pool:
        stream = pool.replications(TWO, itertools.count(), lambda: (0,))
        first = dict([next(stream)])
        stream.close()
        again = dict(pool.replications(TWO, [7], lambda: (0,)))
    assert same(first, alone(TWO, first, (0,)))
    assert same(again, alone(TWO, [7], (0,)))


@THERE
def test_killing_a_worker_in_the_middle_changes_nothing(loopback):
    """The last test with this cluster but one: the worker is replaced."""
    scenario = TWO.but(days=30)
    got = {}
    with open_pool(scenario, cluster=loopback.address) as pool:
        for number, answers in pool.replications(scenario, range(8), lambda: (0, 1)):
            got[number] = answers
            if len(got) == 2:
                loopback.kill_worker()
                loopback.add_worker()
    assert same(got, alone(scenario, range(8), (0, 1)))


@THERE
def test_an_address_at_which_nobody_answers_is_told(monkeypatch):
    monkeypatch.setattr("sim.study.cluster._ANSWER_S", 1)
    with pytest.raises(BadInput, match=r"--cluster: tcp://127\.0\.0\.1:9: nobody answers there within 1 s; is 'dask scheduler' running\?"):
        open_pool(TWO, cluster="tcp://127.0.0.1:9").__enter__()


@THERE
def test_a_scheduler_without_workers_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr("sim.study.cluster._ANSWER_S", 300)
    monkeypatch.setattr("sim.study.cluster._WORKER_S", 1)
    with cluster(tmp_path, workers=0) as empty, pytest.raises(BadInput, match="has no worker, nor got one within 1 s; start some with"):
        open_pool(TWO, cluster=empty.address).__enter__()


@THERE
def test_a_farewell_that_takes_too_long_costs_no_result(loopback):
    def slow(**_):
        raise TimeoutError

    with open_pool(TWO, cluster=loopback.address) as pool:
        close, pool._engine._client.close = pool._engine._client.close, slow
        got = dict(pool.replications(TWO, [5], lambda: (0,)))
    close()
    assert same(got, alone(TWO, [5], (0,)))


def test_without_dask_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"needs Dask, which is not installed; pip install 'foreshow\[dask\]'"):
        open_pool(TWO, cluster="tcp://127.0.0.1:8786").__enter__()


@THERE
@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://here", ""])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(BadInput, match="is no address of a scheduler"):
        open_pool(TWO, cluster=address).__enter__()
