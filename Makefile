# The verbs that people and CI use. `make serve` and `make test` set up whatever they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
LOCKS := requirements/app.lock requirements/models.lock requirements/tools.lock
PAGE := $(shell find web/frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK = 1

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: $(STAMPS)/packages $(STAMPS)/page ## everything that a command needs: packages, page, models, database
	@$(BIN)/portal-assistant models fetch
	@$(BIN)/portal-assistant db upgrade
	@$(BIN)/portal-assistant kb seed

serve: setup ## set up and serve on 127.0.0.1:8000
	@exec $(BIN)/portal-assistant serve

test: setup services ## set up and run every check but the long ones, in under 20 minutes
	@$(MAKE) --no-print-directory lint
	@scripts/npm run typecheck --silent && scripts/npm test --silent
	$(BIN)/pytest -m "not long"

test-all: setup services ## all tests, the long ones too
	@$(MAKE) --no-print-directory lint
	@scripts/npm run typecheck --silent && scripts/npm test --silent
	$(BIN)/pytest

lint: $(STAMPS)/packages ## format, lint, types, the arrows between packages, lock files
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@PATH="$$PWD/$(BIN):$$PATH" $(BIN)/pyright
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@scripts/check-locks
	@$(BIN)/hadolint Dockerfile

services: ## what tests need of the system: PostgreSQL's programs and Chromium
	@scripts/services

bench: setup ## measure the targets (BENCH_DATA=DIR adds outside sets); results in bench-out/
	@$(BIN)/python -m bench $(if $(BENCH_DATA),--data $(BENCH_DATA))

lock: $(STAMPS)/packages ## resolve the lock files anew
	@scripts/lock

clean: ## delete what setup and tests made; keeps var/
	rm -rf $(VENV) web/static web/frontend/node_modules bench-out .pytest_cache .ruff_cache

$(STAMPS)/packages: $(LOCKS) pyproject.toml
	@echo "python packages ..."
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is needed: set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/tools.lock
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes $(LOCKS)
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/page: $(STAMPS)/packages $(PAGE)
	@echo "page ..."
	@scripts/npm ci --no-audit --no-fund --loglevel=error
	@scripts/npm run build --silent
	@mkdir -p $(STAMPS) && touch $@

.PHONY: help setup serve test test-all lint services bench lock clean
