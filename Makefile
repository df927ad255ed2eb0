# `make demo` and `make test` set themselves up on a machine with Python 3.11, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS := 1

.PHONY: demo test test-all check bench clean

demo: $(VENV)/.demo
	$(BIN)/python -m examples.employment.demo

test: $(VENV)/.test
	$(BIN)/python -m examples.fetch employment compas adult
	$(BIN)/python -m pytest -q -n 2

test-all: $(VENV)/.test
	$(BIN)/python -m examples.fetch employment compas adult
	$(BIN)/python -m pytest -q -n 2 -m "slow or not slow"

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m checks.sizes
	$(BIN)/python -m checks.bans
	$(BIN)/python -m checks.reference --check
	$(BIN)/python -m checks.snippets

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.report --run

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@echo "installing shall (about a minute) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@echo "installing shall and what its tests need (about two minutes) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build,test]'
	@touch $@ $(VENV)/.demo

$(VENV)/.check: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build,test,check]'
	@touch $@ $(VENV)/.test $(VENV)/.demo

clean:
	rm -rf $(VENV) .data .bench
