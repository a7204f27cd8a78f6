# Everything runs from .venv, which comes from the hash-locked requirements alone. Python 3.11+ and make are all it takes.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# The build backends are locked like everything else, so nothing is fetched behind the lock's back.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation --require-hashes
LOCK := $(BIN)/uv pip compile --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: install demo test chaos check bench bench-nation format docs lock clean
.DELETE_ON_ERROR:

install: $(VENV)/installed  ## make .venv with parledger in it; does nothing when it is up to date

demo: install  ## the real case, on a fresh folder: its standings, then it stays up
	@$(BIN)/parledger demo

test: $(VENV)/installed-dev  ## everything, on real servers, by two processes, each with servers of its own
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

chaos: $(VENV)/installed-dev  ## rounds of trouble while emissions go in, at most 15 minutes; SEED=7 again, ROUNDS=3
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS))

check: $(VENV)/installed-dev  ## lint, format, types, import contracts
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/pyright --warnings
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/installed-dev  ## how fast it is here, on servers of its own; ONLY=replay for one figure
	@$(BIN)/python -m tests.bench $(ONLY)

bench-nation: $(VENV)/installed-dev  ## the same in a ledger of a nation's size: tests/bench/sizes.py
	@BENCH_SIZE=nation $(BIN)/python -m tests.bench $(ONLY)

format: $(VENV)/installed-dev  ## write the format that `check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed  ## write what is described from the code: docs/events, asyncapi.yaml, schema.graphql
	$(BIN)/python -m deploy.describe

lock: $(VENV)/installed-dev  ## resolve the requirements again and write their hashes (asks the package index)
	cd requirements && for name in build runtime dev; do ../$(LOCK) --upgrade -o $$name.txt $$name.in || exit 1; done

clean:  ## take away what was made here
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "parledger needs Python 3.11 or newer: install it, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements/build.txt requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what parledger needs, from the lock" >&2
	@$(PIP) -r requirements/build.txt
	@$(PIP) -r requirements/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/installed-dev: requirements/dev.txt $(VENV)/installed
	@echo "installing what its tests and checks need, from the lock" >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@
