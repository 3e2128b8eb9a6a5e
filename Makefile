# make setup   installs everything that running needs into .venv and builds the web client
# make run     the demo: sample data, this machine only
# make test    all tests: Vitest, then pytest with a real browser
# make check   linters, types and layers
# make bench   benchmarks; they print ratios
# make faults  the long fault run: kills everything many times, then writes its tables into docs/faults.md
# make docs    writes docs/openapi.json and docs/asyncapi.json again
# make web     builds the web client again
# make clean   removes what was built; data/ stays

SHELL := /bin/sh
.DEFAULT_GOAL := setup
.PHONY: setup setup-test run test check bench faults docs web clean

VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/install.log
STEP := .ci/step
WEB_SOURCES := $(shell find web_client -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

# Both names: pip up to 25.2 reads the first for build requirements too, later ones the second.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

setup: $(VENV)/.runtime $(VENV)/.web

setup-test: setup $(VENV)/.test

run: setup
	@exec $(BIN)/wenjin demo

test: setup-test
	@.ci/find-browser
	@cd web_client && npm run --silent test
	@$(BIN)/python -m pytest --durations=25

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard server matching chatbot bench tests)
	$(BIN)/lint-imports
	cd web_client && npm run --silent check

bench: setup-test
	@$(BIN)/python -m bench

faults: setup-test
	@$(BIN)/python -m tests.faults long --report docs/faults.md

docs: setup
	@$(BIN)/python -m server.app.descriptions docs

web: setup-test
	@cd web_client && npm run build
	@touch $(VENV)/.web

clean:
	rm -rf $(VENV) web_client/dist web_client/node_modules build dist .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache *.egg-info

$(VENV)/pyvenv.cfg:
	@.ci/make-environment $(VENV)

$(VENV)/.runtime: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt build_web.py
	@$(STEP) "Installing Wenjin and building its web client" $(LOG) $(BIN)/python -m pip install --editable .
	@touch $@ $(VENV)/.web

$(VENV)/.web: $(WEB_SOURCES) | $(VENV)/.runtime
	@$(STEP) "Building the web client" $(LOG) $(BIN)/python -m pip install --no-deps --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	@$(STEP) "Installing what the tests need" $(LOG) $(BIN)/python -m pip install --editable ".[test]"
	@touch $@ $(VENV)/.web
