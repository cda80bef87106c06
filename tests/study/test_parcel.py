"""A user's own files on their way: what is packed, and that a worker plays with these and no others."""

import pytest

from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.study.parcel import has_own_parts, pack, placed
from sim.study.pool import open_pool
from sim.study.replication import Order, play_replication
from tests.laws.tiny import learner, policy, tiny
from tests.study.pools import HELPER, TWO, alone, equal, own, same


def test_packed_is_what_the_parts_come_from_and_what_that_imports(tmp_path):
    package = tmp_path / "package_of_the_pool"
    (package / "deep").mkdir(parents=True)
    for name, text in {
        "__init__.py": "", "deep/__init__.py": "", "deep/model.py": "from ..other import x\nimport numpy\nfrom . import last\n",
        "deep/last.py": "", "other.py": "x = 1\n", "unused.py": "", "data.csv": "",
    }.items():  # fmt: skip
        (package / name).write_text(text, encoding="utf-8")
    scenario = tiny(learner("clicks", {"use": "package_of_the_pool.deep.model:Model"})).but(folder=tmp_path)
    parcel = pack(scenario)
    assert [one.name.removeprefix("package_of_the_pool/") for one in parcel.files] == [
        "__init__.py", "deep/__init__.py", "deep/last.py", "deep/model.py", "other.py",
    ]  # fmt: skip
    assert parcel.modules == {"package_of_the_pool"}
    assert placed(scenario, parcel).folder == tmp_path
    (package / "other.py").write_text("x = 2\n", encoding="utf-8")
    assert pack(scenario).digest != parcel.digest
    elsewhere = placed(scenario, parcel).folder
    assert elsewhere != tmp_path
    assert (elsewhere / "package_of_the_pool" / "other.py").read_text(encoding="utf-8") == "x = 1\n"
    assert placed(scenario, parcel).folder == elsewhere


def test_a_scenario_of_ours_needs_no_files():
    assert pack(tiny(policy("keyword"), learner("clicks"))) == ((), "")


def test_a_worker_that_can_not_see_the_folder_plays_the_same(tmp_path):
    """The folder is moved away once the pool has packed it, and its workers have not begun yet."""
    (tmp_path / "here").mkdir()
    scenario = own(tmp_path / "here", {}, {"how": "raise"})
    wanted = alone(scenario, range(2), (0, 1, 2))
    with open_pool(scenario, workers=2) as pool:
        (tmp_path / "here").rename(tmp_path / "there")
        got = dict(pool.replications(scenario, range(2), lambda: (0, 1, 2)))
    assert isinstance(got[0][1], Played)
    assert same(got, wanted)


def test_a_worker_that_lives_on_loads_changed_files_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.study.replication._HERE", [])
    scenario = own(tmp_path, {})
    first, one = pack(scenario), play_replication(Order(scenario, 0, (1,), pack(scenario)))
    (tmp_path / "helper_of_the_pool.py").write_text(HELPER.replace("0.25", "0.0"), encoding="utf-8")
    other = play_replication(Order(scenario, 0, (1,), pack(scenario)))
    assert not equal(one[1], other[1])
    assert equal(play_replication(Order(scenario, 0, (1,), first))[1], one[1])


def test_a_worker_of_another_version_says_so():
    with pytest.raises(InvalidRun, match=r"but 0\.0 asks"):
        play_replication(Order(TWO, 0, (0,), None, "0.0"))


def test_whose_parts_there_are():
    assert not has_own_parts(tiny(policy("keyword"), learner("clicks")))
    assert not has_own_parts(tiny(learner("clicks", {"use": "sklearn.naive_bayes:GaussianNB"})))
    assert has_own_parts(tiny(policy("keyword"), learner("clicks", {"use": "not_there.even_so:Model"})))
