# `make help` lists the targets. A machine needs Python >= 3.11 with venv, make and git.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-assets release demo demo-accounts demo-reset check test test-all test-days journeys crash ha load bench bench-answers bench-mrz bench-omr bench-omr-others bench-names bench-people fuzz docs pictures stop clean
PORT ?= 8000
BIN := .venv/bin
PYTHON := $(BIN)/python
UV_SYNC := UV_PROJECT_ENVIRONMENT=.venv UV_SYSTEM_CERTS=1 $(BIN)/uv sync --locked --quiet
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Containers often forbid it; then each of the many processes that tests start would compile Django and all else anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## What each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# ---- the environment: made once, then skipped by its stamps -------------------------------------
.venv/made: deploy/python
	@test -e $(PYTHON) || $$(deploy/python) -m venv .venv
	@touch $@

.venv/uv: .venv/made uv.lock deploy/installer.py
	@$(PYTHON) deploy/installer.py > .venv/uv.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r .venv/uv.txt
	@touch $@

.venv/synced: .venv/uv pyproject.toml uv.lock
	@$(UV_SYNC) --inexact
	@touch $@

node_modules/made: .venv/synced package.json package-lock.json
	npm ci --ignore-scripts --loglevel=error
	@touch $@

ancu/assets/made: node_modules/made deploy/assets.py $(shell find ancu -path '*/static/*' \( -type d -o -name '*.js' -o -name '*.css' \))
	@$(PYTHON) deploy/assets.py
	@touch $@

setup-assets: .venv/synced ancu/assets/made ## The environment, front-end assets and catalogues, without a database
	@$(PYTHON) -m ancu.core.translations compile

setup: .venv/synced ancu/assets/made ## Everything in place: environment, assets, database, demo province
	@$(PYTHON) -m ancu.core.translations compile
	@ancu demo --prepare-only

# ---- running it ---------------------------------------------------------------------------------
demo: .venv/synced ancu/assets/made ## Set up what is missing and serve on 127.0.0.1:8000 (PORT= changes it); Ctrl-C stops
	@exec ancu demo --port $(PORT)

demo-accounts: .venv/synced ## Print the demo's accounts again, with the officers' present second factor
	@LOG_LEVEL=WARNING ancu manage demo_accounts

demo-reset: .venv/synced ancu/assets/made ## Delete everything that was entered and invent the province again
	@ancu demo --reset --prepare-only

# ---- judging it ---------------------------------------------------------------------------------
check: .venv/synced node_modules/made ## Lint, types, import contracts, migrations, translations, generated docs, deployment
	@deploy/check

test: .venv/synced ancu/assets/made ## Every test of about a second or less: before each push (CI runs test-all)
	@$(PYTHON) -m pytest -n 3 --dist worksteal -m "not (slow or e2e or crash)"

test-all: .venv/synced ancu/assets/made ## Every test: also those marked slow, the journeys in a browser and the kills
	@$(PYTHON) -m ancu.core.testing.browser install
	@$(PYTHON) -m pytest -n 3 --dist worksteal

test-days: .venv/synced ancu/assets/made ## Every test on ten days that calendars get wrong (DAYS="2028-02-29T09:00 ..." chooses others)
	@$(PYTHON) -m ancu.core.testing.browser install
	@$(PYTHON) -m ancu.core.testing.days $(DAYS)

journeys: .venv/synced ancu/assets/made ## Every browser journey on a phone and at a desk, each in both languages
	@$(PYTHON) -m ancu.core.testing.browser install
	@ANCU_LONG=1 $(PYTHON) -m pytest e2e -n 3 --dist worksteal

crash: .venv/synced ## The long run of the kill tests: 20 kills of the web process and of the database
	@ANCU_LONG=1 $(PYTHON) -m pytest -m crash -s

ha: .venv/synced ancu/assets/made ## Strike three database servers and two nodes under load, about 20 minutes (as root; docs/operations.md)
	@$(PYTHON) -m tests.ha && $(PYTHON) -m pytest -q -n 0 -m "" tests/crash/test_pooler.py

fuzz: .venv/synced ## The long run of invented bad input (FUZZ_SECONDS=30 for each sample)
	@ANCU_LONG=1 $(PYTHON) -m pytest -m fuzz -n 2

release: .venv/synced ## Make a release of the last commit in dist/: wheel, sdist, requirements, client, notes, SBOM, SHA256SUMS
	@$(PYTHON) deploy/release.py

bench-mrz: .venv/synced ## Reading passports: drawn phone photos (SPECIMENS= a folder of public ones), beside other open readers
	@other=$$(mktemp -d); trap 'rm -rf "$$other"' EXIT; $(PYTHON) -m venv "$$other"; \
	  "$$other/bin/pip" install --quiet --no-deps --only-binary :all: --require-hashes -r benchmarks/mrz/rivals.txt; \
	  $(PYTHON) -m benchmarks.mrz --rival "$$other/bin/python" $(if $(SPECIMENS),--specimens $(SPECIMENS))

bench-omr: .venv/synced ## Reading paper questionnaires: 500 drawn sheets, scanned and photographed, held against the truth
	@$(PYTHON) -m benchmarks.omr

bench-omr-others: .venv/synced ## The same judge of marks on public scans of another system (MarkShark's samples, from its package)
	@other=$$(mktemp -d); trap 'rm -rf "$$other"' EXIT; \
	  $(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$$other" \
	    --require-hashes -r benchmarks/omr/others.txt; \
	  $(PYTHON) -m benchmarks.omr.others "$$other"/markshark-*.whl

bench-names: .venv/synced ## Matching people: quality on unseen pairs, speed, a million searched (PAIRS= a CSV of public pairs)
	@$(PYTHON) -m benchmarks.names $(if $(PAIRS),--public $(PAIRS)) --people 1000000

bench-people: .venv/synced ## One person, many records: what is joined and proposed of invented people, through the database
	@$(PYTHON) -m benchmarks.people

bench-answers: .venv/synced ## How many people a minute one node lets answer a survey
	@$(PYTHON) -m benchmarks.answers

load: .venv/synced ancu/assets/made ## A thousand signed-in people of all roles click for 15 minutes, on one machine
	@$(PYTHON) -m benchmarks.load

bench: .venv/synced ## Measure against raw COPY, plain Django and the scoreboard
	@$(PYTHON) -m benchmarks

pictures: .venv/synced ## Take the guides' pictures from the demo that runs on PORT, all or NAMES="area desk"
	@ANCU_DEMO=true LOG_LEVEL=WARNING $(PYTHON) -m e2e.demo_pictures http://127.0.0.1:$(PORT) $(NAMES)

stop: ## Stop the database that tests and commands started
	@$(PYTHON) -m ancu.core.db.postgres stop

docs: .venv/synced ## Write docs/reference and docs/languages.md again from the code
	@ancu manage generate_reference
	@$(PYTHON) -m ancu.core.translations report

clean: ## Remove what can be made again (never the database nor uploaded files)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules dist ancu/assets var/static var/static.stamp
	find ancu -name '*.mo' -delete
