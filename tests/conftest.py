"""Options that all tests share."""


def pytest_addoption(parser):
    parser.addoption("--benchmarks", action="store_true", help="time things (see tests/benchmarks)")
    parser.addoption("--update-golden", action="store_true", help="write the golden screens anew instead of comparing")
