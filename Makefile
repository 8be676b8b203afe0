# The recipes that people and CI use. Each one makes the environment it needs; `make` alone lists them.

PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PLUGINS := $(sort $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml)))
PROJECTS := pyproject.toml $(PLUGINS:%=%/pyproject.toml)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test fuzz check format schema requirements reference bench conformance clean

help: ## list these recipes
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(VENV)/runs ## set everything up, with demonstration data, and serve it on 127.0.0.1:8000
	@$(BIN)/caserisk demo --if-empty
	@$(BIN)/caserisk serve

test: $(VENV)/develops ## run all tests
	$(BIN)/pytest -n 4 --dist loadgroup

fuzz: $(VENV)/develops ## send both executors random documents, and sockets random visitors, for FUZZ_SECONDS (60) each; SEED=N asks a document again
	$(BIN)/python -m tests.compiler.fuzz $(SEED)
	$(if $(SEED),,$(BIN)/python -m tests.adversarial.fuzz_sockets $${FUZZ_SECONDS:-60})

check: $(VENV)/develops ## check format, rules, types, imports and the printed schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m checks.region_imports
	$(BIN)/caserisk schema > $(VENV)/schema.graphql
	diff -u schema/schema.graphql $(VENV)/schema.graphql || { echo "the API has changed; if that is meant: make schema"; exit 1; }

format: $(VENV)/develops ## format the code and mend what can be mended by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

schema: $(VENV)/develops ## print the GraphQL schema into schema/schema.graphql
	$(BIN)/caserisk schema > schema/schema.graphql

requirements: $(VENV)/develops ## write docs/requirements.md: which tests hold which requirement
	$(BIN)/python -m tests.requirements

reference: $(VENV)/develops ## write docs/plugins/hooks.md: the questions that a plugin is asked
	$(BIN)/python -m tests.hook_reference

bench: $(VENV)/benches ## measure the API beside its peers and write docs/performance.md; BENCH=--growth, BENCH=--help
	$(BIN)/python -m bench $(BENCH)

conformance: $(VENV)/develops ## run public suites and clients, from npm and PyPI, against a running server
	$(BIN)/python -m pytest conformance -v

clean: ## remove the environment and everything that can be made again; data in var/ stays
	rm -rf conformance/.venv conformance/built conformance/generated conformance/node_modules
	rm -rf $(VENV) dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo '需要 Python 3.11 至 3.13,「$(PYTHON)」不是;请指明一个,如:make PYTHON=python3.12 serve'; \
		echo 'Python 3.11 to 3.13 is needed, and "$(PYTHON)" is not; name one: make PYTHON=python3.12 serve'; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runs: $(VENV)/made $(PROJECTS) constraints.txt
	$(PIP) --editable . $(PLUGINS:%=--editable %)
	@touch $@

$(VENV)/develops: $(VENV)/runs
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/benches: $(VENV)/runs
	$(PIP) --editable '.[bench]'
	@touch $@
