# `make demo` and `make test` set up what they need in .venv, and again only
# when pyproject.toml or constraints.txt changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# compat: a plain path instead of an import hook, which would cost every start 10 ms.
QUIET := --quiet --quiet --disable-pip-version-check
SUPPLY := build/supply
# What the image has beside the least: all but the demo and the tests.
EXTRAS := fleet google mcp postgresql web
INSTALL := $(BIN)/python -m pip install $(QUIET) \
    --constraint constraints.txt --config-settings editable_mode=compat

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint format bench scale audit sbom torture torture-stores torture-fleet torture-planted torture-matrix soak mutants constraints hashes dist man image-test clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: $(VENV)/.demo ## pull a Jira and a Trello on loopback, count, and show the KRs
	@$(BIN)/okr-sync demo

test: lint ## every check: format, lint, types, import contracts, tests
	@$(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report=term

lint: $(VENV)/.dev ## every check but the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## write the code as the formatter wants it
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/.demo ## what a run costs; JOBS="a c" for some, JOBS=peers for the others (docs/performance.md)
	@$(BIN)/python -m compileall -q config connectors syncer
	@$(BIN)/python -m bench $(JOBS)

scale: $(VENV)/.dev ## what a source costs a worker, and how many workers are needed (docs/scale.md)
	@$(BIN)/python -m bench.fleet

torture: $(VENV)/.dev ## weeks of faults, kills and edits; MINUTES=60 (docs/reliability.md)
	@$(BIN)/python -m tests.torture torture --minutes $(or $(MINUTES),60)

torture-stores: $(VENV)/.dev ## a hundred weeks with all OKR tools; WEEKS=100 (docs/reliability.md)
	@$(BIN)/python -m tests.torture stores --weeks $(or $(WEEKS),100)

torture-fleet: $(VENV)/.dev ## four workers that are killed at random, fifty sources; MINUTES=3
	@$(BIN)/python -m tests.fleet --minutes $(or $(MINUTES),3)

torture-planted: $(VENV)/.dev ## plant faults in the program, and see each one found
	@$(BIN)/python -m tests.torture planted

torture-matrix: $(VENV)/.dev ## every trouble by every command, into docs/reliability.md
	@$(BIN)/python -m tests.torture matrix

soak: $(VENV)/.dev ## a sync every second, with kills beside it; MINUTES=30
	@$(BIN)/python -m tests.torture soak --minutes $(or $(MINUTES),30)

mutants: $(VENV)/.dev ## change the core's code, and see a test fail each time; FILES="..." for some
	@$(BIN)/python -m tests.torture.mutants $(FILES)

audit: $(SUPPLY)/.done ## known faults of the pinned libraries, from a service on the web
	@$(SUPPLY)/bin/pip-audit --requirement requirements-container.txt --require-hashes --disable-pip \
	    --progress-spinner off > build/audit.txt 2>&1; code=$$?; \
	if grep -Eq 'ConnectionError|Max retries|[Cc]ould not connect|ServiceError|HTTPError' build/audit.txt; \
	then echo "Nothing was audited: the service that knows of faults can't be reached from here."; \
	elif [ "$$(grep -c 'could not be audited' build/audit.txt)" = "$$(grep -c '==' requirements-container.txt)" ]; \
	then echo "Nothing was audited: the service that was asked knows none of the libraries."; \
	else cat build/audit.txt; exit $$code; fi

sbom: $(SUPPLY)/.done ## what an installation is made of, as CycloneDX
	@rm -rf build/sbom
	@$(PYTHON) -m venv build/sbom
	@build/sbom/bin/python -m pip install $(QUIET) --require-hashes -r requirements-container.txt
	@build/sbom/bin/python -m pip install $(QUIET) --no-deps .
	@$(SUPPLY)/bin/cyclonedx-py environment build/sbom/bin/python --of JSON -o build/okr-sync.cdx.json
	@echo build/okr-sync.cdx.json

constraints: ## renew constraints.txt and the container's requirements with today's versions
	$(check-python)
	@rm -rf build/constraints
	@$(PYTHON) -m venv build/constraints
	@build/constraints/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
	@{ sed -n '/^#/p' constraints.txt; build/constraints/bin/python -m pip freeze --exclude-editable --all --exclude pip; } > build/constraints.txt
	@mv build/constraints.txt constraints.txt
	@rm -rf build/constraints
	@$(MAKE) --no-print-directory hashes

hashes: $(SUPPLY)/.done ## renew the container's requirements from constraints.txt's versions
	@{ sed -n '/^#/p' requirements-container.txt; $(SUPPLY)/bin/uv pip compile --quiet pyproject.toml \
	    $(EXTRAS:%=--extra %) --constraint constraints.txt --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate --python-version 3.11; } > build/container.txt
	@mv build/container.txt requirements-container.txt

dist: $(VENV)/.dev ## the wheel and the sdist, in dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@ls dist/*

image-test: $(VENV)/.dev ## the Dockerfile's own steps in a bare root folder, without an engine
	@LONG_TESTS=1 $(BIN)/pytest tests/packages

man: $(VENV)/.demo ## write the man page anew, docs/okr-sync.1
	@mkdir -p build
	@$(BIN)/python -m syncer.command_line.man_page > build/okr-sync.1
	@mv build/okr-sync.1 docs/okr-sync.1

clean: ## take away everything that make made
	@rm -rf $(VENV) build dist demo .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache *.egg-info

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up the demo in $(VENV) ..."
	@$(INSTALL) --editable '.[demo,web]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up the checks in $(VENV) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $@

$(SUPPLY)/.done:
	$(check-python)
	@$(PYTHON) -m venv --clear $(SUPPLY)
	@$(SUPPLY)/bin/python -m pip install $(QUIET) 'pip-audit>=2.7' 'cyclonedx-bom>=5' uv
	@touch $@

$(BIN)/python:
	$(check-python)
	@$(PYTHON) -m venv --clear $(VENV)

define check-python
@command -v $(PYTHON) >/dev/null || { echo "okr-sync needs Python 3.11 or later: $(PYTHON) isn't on the PATH. Try make PYTHON=/path/to/python3" >&2; exit 1; }
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "okr-sync needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Try make PYTHON=python3.11" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
endef
