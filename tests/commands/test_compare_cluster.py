"""`foreshow compare --cluster`: a Dask scheduler with two workers gives the same bytes, also when one of them is killed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from reports.comparison.live import CompareProgress
from tests.commands.comparing import KEYWORD, SIX, found, model, write
from tests.study.clusters import cluster

pytestmark = [
    pytest.mark.usefixtures("folder"),
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed"),
    pytest.mark.filterwarnings("ignore"),  # of Dask's own
]


def test_a_cluster_says_the_same_to_the_byte_and_may_lose_a_worker(foreshow, tmp_path_factory, monkeypatch):
    write(KEYWORD, model("mine"), rules=("ctr >= 0.1%",))
    local = foreshow("compare", "small.toml", "--no-store", "--json", "--workers", "1", *SIX)
    update = CompareProgress.update
    with cluster(tmp_path_factory.mktemp("far away")) as loopback:
        whole = foreshow("compare", "small.toml", "--no-store", "--json", "--cluster", loopback.address, *SIX)

        def killing(self, done, planned, note):
            if done and len(loopback.workers) == 2:  # how many are in when it is first told is chance
                loopback.kill_worker()
            update(self, done, planned, note)

        monkeypatch.setattr(CompareProgress, "update", killing)
        bereft = foreshow("compare", "small.toml", "--no-store", "--json", "--cluster", loopback.address, *SIX)
        assert len(loopback.workers) == 1
    assert (whole.code, found(whole)) == (local.code, found(local))
    assert (bereft.code, found(bereft)) == (local.code, found(local))


def test_an_address_that_is_none_is_told(foreshow):
    write()
    done = foreshow("compare", "small.toml", "--cluster", "here:8786")
    assert (done.code, done.out) == (2, "")
    assert "--cluster: here:8786: is no address of a scheduler" in done.told
