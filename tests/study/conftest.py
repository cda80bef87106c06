"""A place for a store, for every test of this folder."""

from __future__ import annotations

import pytest

from sim.study.store.place import place_of


@pytest.fixture
def place(tmp_path):
    """Where a store may be; nothing is there yet."""
    return place_of(tmp_path / "runs.duckdb")
