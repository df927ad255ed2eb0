# `make demo` and `make test` set themselves up on a machine with Python 3.11, pip and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS := 1

.PHONY: demo test test-all check footprint bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/.demo
	$(BIN)/python -m examples.employment.demo

test: $(VENV)/.test
	$(BIN)/python -m examples.fetch employment compas adult mnist nhefs
	$(BIN)/python -m pytest -q -n 2

test-all: $(VENV)/.spark
	$(BIN)/python -m examples.fetch employment compas adult mnist nhefs
	$(BIN)/python -m pytest -q -n 2 -m "slow or not slow"

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m checks.sizes
	$(BIN)/python -m checks.bans
	$(BIN)/python -m checks.libraries
	$(BIN)/python -m checks.reference --check
	$(BIN)/python -m checks.snippets

footprint: $(VENV)/.demo
	$(BIN)/python -m checks.footprint

bench: $(VENV)/.test
	for name in compas cold_start check_cost group_audit other_peers model_analysis derived over_scan micro_batches \
		many_requirements score_grid adult_frontier compas_frontier equalized_odds cross_groups certified build_cost \
		readiness importance_weighting label_errors intersections slices conformal automl converter_gaps image_tests trees_parity ship_ensemble compression compress_ensemble no_false_alarms coverage \
		selective_risk unseen guard_row branch_row fashion on_population alarms alarms_of_units watch_stream watch_cost kill_nine decision_log \
		folder_manifest large_logs serving load watch_beside page soak report; do $(BIN)/python -m benchmarks.$$name || exit 1; done

# Debian parts ensurepip from Python: there, the pip of the machine puts one in.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	@$(PYTHON) -m venv $(VENV) 2> /dev/null || { rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install -q pip; } || { rm -rf $(VENV); exit 1; }

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@echo "installing shall (about a minute) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build,onnx,serve,sign,client]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@echo "installing shall and what its tests need (about two minutes) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build,test]'
	@touch $@ $(VENV)/.demo

$(VENV)/.spark: $(VENV)/.test
	@echo "installing Spark, 490 MB, Ray, 250 MB, and Dask, 40 MB; the tests of Spark need Java 17 too ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[spark,ray,dask]'
	@touch $@

$(VENV)/.check: pyproject.toml | $(VENV)/bin/python
	@echo "installing shall, its tests and its checks (about two minutes) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build,test,check]'
	@touch $@ $(VENV)/.test $(VENV)/.demo

clean:
	rm -rf $(VENV) .data .bench
