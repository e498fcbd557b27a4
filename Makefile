# make hub    the hub in the foreground, everything it needs installed on the way
# make test   every test, everything they need installed on the way
# make setup  only what the hub needs

PYTHON ?= python3
PORT ?= 8000
DATA ?=
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: hub setup test check clean

hub: setup
	@exec $(BIN)/travesia hub --port $(PORT) $(if $(DATA),--data '$(DATA)') $(ARGS)

setup: $(VENV)/.hub

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Travesía needs Python 3.11 or newer: name it with PYTHON=python3.12, say.' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing: on Debian, 'apt install python3-venv'." >&2; exit 1; }
	@touch $@

$(VENV)/.hub: pyproject.toml $(VENV)/.python
	@echo 'Installing the hub (a few minutes the first time) …'
	@$(BIN)/python -m pip install --quiet --editable .
	@$(BIN)/python -c 'from travesia.hub import proxy; proxy.install()'
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.hub
	@echo 'Installing what the tests need …'
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@$(BIN)/python tests/browser_install.py
	@$(BIN)/python tests/java_install.py
	@touch $@

test: $(VENV)/.test
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/run.py $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf build .pytest_cache .ruff_cache .mypy_cache
