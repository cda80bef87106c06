# `make run` sets everything up and plays the reference scenario, the first year of a model; `make test` sets up and runs every test.
# Needed: Python 3.11 or newer, and make. uv is used when it is there.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: run test cover check bench bench-accept bench-peers golden clean

run: $(READY)
	$(BIN)/foreshow run first_year

# Python keeps what it has compiled: a test that starts the command would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

test: $(READY) check
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

cover: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

bench-accept: $(READY)
	$(BIN)/python -m tests.benchmarks --accept

# The same with RecoGym beside it, in a folder of its own that nothing else looks into.
bench-peers: $(READY) .peers/.ready
	$(BIN)/python -m tests.benchmarks

.peers/.ready: tests/benchmarks/peers.txt $(READY)
	@rm -rf .peers
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python --no-deps --target .peers -r tests/benchmarks/peers.txt; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target .peers -r tests/benchmarks/peers.txt; \
	fi
	@touch $@

golden: $(READY)
	$(BIN)/python -m tests.golden.played_story
	$(BIN)/python -m pytest tests/golden --update-golden

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Foreshow needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $(READY)

clean:
	rm -rf $(VENV) .peers .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
