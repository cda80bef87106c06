"""Benchmarks run only when asked for (`make bench`): a timing never decides a unit test."""

import pytest


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--benchmarks"):
        skip = pytest.mark.skip(reason="a benchmark: run `make bench`")
        for item in items:
            if "benchmarks" in item.path.parts:
                item.add_marker(skip)
