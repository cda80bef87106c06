"""Options that all tests share, and a store and a process of their own for the runs that they play."""

import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# Before anyone imports numpy: the tests fill the cores by themselves, and threads of linear algebra that wait for each
# other beside them take more than twice the time.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

# Who is begun in the background by a shell may ignore Ctrl-C, and so would all that he begins: tests send it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, however slow the machine is; others are tried with `--hypothesis-profile default`.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

# The longest files begin first, so that none of them is left over for one worker at the end.
LONGEST = (
    "tests/lifecycle/test_story.py",
    "tests/contracts/test_every_key.py",
    "tests/commands/test_compare_durable.py",
    "tests/laws/test_coupling.py",
    "tests/contracts/test_shipped.py",
    "tests/reports/test_page_laws.py",
    "tests/calibrate/test_forecast.py",
    "tests/calibrate/match/test_real_logs.py",
    "tests/commands/test_compare.py",
    "tests/calibrate/test_any_log.py",
    "tests/laws/test_drift.py",
    "tests/statistics/test_comparison.py",
    "tests/calibrate/test_recovery.py",
    "tests/calibrate/test_page_backtest.py",
    "tests/calibrate/match/test_matching.py",
    "tests/statistics/test_decisions_together.py",
    "tests/contracts/test_every_key_of_a_drift.py",
    "tests/study/test_pool.py",
    "tests/contracts/test_plugins.py",
)


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden screens anew instead of comparing")


def pytest_collection_modifyitems(items):
    """Files in the order of `LONGEST`, then as they were found; `make test` lets xdist keep it."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@pytest.fixture(scope="session", autouse=True)
def _a_store_elsewhere(tmp_path_factory):
    """No test leaves a store in the repository, or writes to the reader's own."""
    before, own = {path: path.stat().st_mtime_ns for path in ROOT.glob("foreshow.duckdb*")}, os.environ.get("FORESHOW_STORE")
    os.environ["FORESHOW_STORE"] = str(tmp_path_factory.mktemp("store") / "foreshow.duckdb")
    yield
    if own is None:
        del os.environ["FORESHOW_STORE"]
    else:
        os.environ["FORESHOW_STORE"] = own
    assert {path: path.stat().st_mtime_ns for path in ROOT.glob("foreshow.duckdb*")} == before


@pytest.fixture(scope="session", autouse=True)
def _one_worker_unless_told():
    """The command plays here and not in a process for each core: those take longer to begin than a small run takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.study.processes.cores", lambda: 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def _workers_at_once():
    """Where a test asks for worker processes, they are forks of one that has imported everything."""
    from tests.begun import workers_at_once  # now, not above: it imports what imports numpy

    with workers_at_once():
        yield
