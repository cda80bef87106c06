"""`foreshow check module:Class`: told from a scenario, its arguments, and how it ends."""

from __future__ import annotations

import pytest

MODULE = """
import numpy as np


class Fair:
    def __init__(self, depth=1, name="x"):
        self.depth, self.name = depth, name

    def fit(self, X, y, sample_weight=None):
        print("learning")
        self.share_ = np.average(y, weights=sample_weight)
        return self

    def predict_proba(self, X):
        return np.full(len(X), self.share_)


class Wrong(Fair):
    def predict_proba(self, X):
        return X["no_such_column"]


def pay(columns, share=1.0):
    return share * columns["bid"] * columns["probability"]


NOTHING = 3
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parts.py").write_text(MODULE)
    (tmp_path / "boom.py").write_text("import math\n\nmath.sqrt(-1)\n\nclass Mine: ...\n")
    return tmp_path


def flat(words: str) -> str:
    return " ".join(words.split())


def test_a_sound_part_ends_with_0_and_how_a_scenario_names_it(foreshow, folder):
    done = foreshow("check", "parts:Fair", "depth=3", "name=deep", "--folder", str(folder))
    assert done.code == 0
    assert done.out.startswith("[SOUND]  parts:Fair can be a model: 17 checks")
    assert 'model = { use = "parts:Fair", depth = 3, name = "deep" }' in flat(done.out)
    assert "foreshow check parts:Fair depth=3 name=deep" in flat(done.out)
    assert "learning" not in done.out


def test_a_broken_part_ends_with_4_and_the_users_own_line(foreshow, folder):
    done = foreshow("check", "parts:Wrong", "--folder", str(folder))
    assert done.code == 4
    assert done.out.startswith("[BROKEN]  parts:Wrong breaks the contract of a model in 1 of 4 checks; 13 more could not be made.")
    assert "KeyError: 'no_such_column' (parts.py, line 20)" in flat(done.out)
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["parts:Fare"], "'parts' has no 'Fare'; did you mean 'Fair'?"),
        (["part:Fair"], "no module named 'part'"),
        (["parts:Fair", "dept=3"], "dept: Fair takes no such argument; did you mean 'depth'?"),
        (["parts:Fair", "deep"], "deep: is no argument; arguments are given as name=value"),
        (["parts:Fair", "depth=1", "depth=2"], "depth: is given twice"),
        (["parts:NOTHING"], "is a int, not a class or a function"),
        (["boom:Mine"], "importing it raised ValueError"),
        (["boom:Mine"], "(boom.py, line 3)"),
        (["parts:pay", "sahre=2"], "pay takes no such argument; did you mean 'share'?"),
    ],
)
def test_what_can_not_be_tried_ends_with_2_and_why(foreshow, folder, words, told):
    done = foreshow("check", *words, "--folder", str(folder))
    assert (done.code, done.out) == (2, "")
    assert told in done.told


def test_a_folder_that_is_not_there_is_told(foreshow, folder):
    done = foreshow("check", "parts:Fair", "--folder", str(folder / "none"))
    assert (done.code, "no such folder" in done.told) == (2, True)


def test_without_a_folder_it_is_looked_for_in_the_present_one(foreshow, folder, monkeypatch):
    monkeypatch.chdir(folder)
    done = foreshow("check", "parts:pay", "share=0.5")
    assert done.code == 0
    assert 'objective = { use = "parts:pay", share = 0.5 }' in done.out
    assert "--folder" not in done.out


def test_a_part_that_is_named_by_its_file_is_told_its_name(foreshow, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    done = foreshow("check", f"{folder.name}/parts.py:Fair")
    assert done.code == 2
    assert f"try: foreshow check parts:Fair --folder {folder.name}" in done.told


def test_its_screen_has_the_width_and_the_signs_that_are_asked_for(foreshow, folder):
    done = foreshow("check", "parts:pay", "--folder", str(folder), "--width", "60", "--ascii")
    assert done.out.isascii()
    assert max(map(len, done.out.splitlines())) <= 60


def test_a_part_can_not_be_drawn_like_a_world(foreshow, folder):
    assert foreshow("check", "parts:pay", "--folder", str(folder), "--plot").code == 2


def test_a_scenario_is_still_a_scenario(foreshow):
    done = foreshow("check", "quiet")
    assert (done.code, done.out.startswith("quiet: sound.")) == (0, True)


def test_a_file_that_is_called_like_a_part_is_a_scenario(foreshow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").write_text('name = "x"\nhorizon = "3 days"\n[[candidate]]\npolicy = "keyword"\n')
    assert foreshow("check", "a:b").out.startswith("x: sound.")


@pytest.mark.parametrize("words", [["quiet", "C=1"], ["quiet", "--folder", "."], ["quiet", "--limit", "3"]])
def test_what_belongs_to_a_part_has_no_place_beside_a_scenario(foreshow, words):
    done = foreshow("check", *words)
    assert done.code == 2
    assert "has no effect on a scenario" in done.told


def test_a_module_that_ends_the_process_does_not_end_ours(foreshow, folder):
    (folder / "leaver.py").write_text("import sys\nsys.exit(0)\nclass Mine: ...\n")
    done = foreshow("check", "leaver:Mine", "--folder", str(folder))
    assert (done.code, "SystemExit" in done.told) == (2, True)
