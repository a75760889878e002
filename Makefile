# Everything runs in .venv; each target sets up what it needs. Needed beforehand: Python 3.11 or newer, make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Files are dealt out in the order of their names, so that the browser tests, few but long, are not the last.
TESTS := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: setup demo test coverage lint bench pictures lock clean
.DEFAULT_GOAL := setup

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed; set PYTHON=/path/to/it' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/outcomes demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(TESTS)

# Which lines no test runs. Apart from the tests, which take a third longer when each line is noted.
coverage: setup
	$(BIN)/coverage erase
	$(TESTS) --cov --cov-report=term

bench: setup
	$(BIN)/python -m tests.benchmark.import_and_build
	$(BIN)/python -m tests.benchmark.dated_imports
	$(BIN)/python -m tests.benchmark.dashboard
	$(BIN)/python -m tests.benchmark.pack
	$(BIN)/python -m tests.benchmark.known_truth

pictures: setup
	$(BIN)/python docs/images/take_pictures.py

# After a change of dependencies: `pip install uv` anywhere, then `make lock`.
lock:
	uv pip compile --universal --extra dev --generate-hashes --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
