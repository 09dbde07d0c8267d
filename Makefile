# One door to all chores. Each target sets itself up: Python >= 3.11 and the package registries are all it needs.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PACKAGES := audit bench catalogue commands connectors demo examples ledger resolvers schema sharing standards storage tests
ROOTS := cli.py errors.py server.py settings.py

.PHONY: help demo demo-reset day test check bench audit fmt run-env dev-env pages

help:
	@echo "make demo        start everything on synthetic registers (PORT=8000 PERSONS=20000 WORKERS=1)"
	@echo "make demo-reset  delete the demo's data"
	@echo "make day         a day of the law over HTTP: refused, applied for, answered, revoked"
	@echo "make test        the whole suite (TESTS=tests/law for a part)"
	@echo "make check       style, types, import contracts"
	@echo "make bench       measure the product against its peers"
	@echo "make audit       GraphQL over HTTP, by graphql-http"
	@echo "make fmt         format the code"

demo: run-env pages
	@exec $(PY) -m cli demo $(if $(PORT),--port $(PORT)) $(if $(PERSONS),--persons $(PERSONS)) $(if $(WORKERS),--workers $(WORKERS))

demo-reset: run-env
	@$(PY) -m cli demo reset

day: run-env pages
	@$(PY) -m cli demo day

test: dev-env pages
	@$(PY) -m pytest -rs -n auto --maxprocesses 4 --dist loadfile $(TESTS)

check: dev-env
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check -q .
	@$(VENV)/bin/mypy --strict $(PACKAGES) $(ROOTS)
	@$(VENV)/bin/lint-imports
	@$(PY) -m cli catalogue check

bench: dev-env
	@$(PY) -m bench $(BENCH)

audit: dev-env
	@$(PY) -m audit

fmt: dev-env
	@$(VENV)/bin/ruff check --fix-only -q .
	@$(VENV)/bin/ruff format .

# The environment follows its lock: what was installed is kept beside it and compared.
run-env:
	@PYTHON="$(PYTHON)" sh .ci/environment run

dev-env:
	@PYTHON="$(PYTHON)" sh .ci/environment dev

pages:
	@PYTHON="$(PYTHON)" sh .ci/environment pages
	@$(PY) -m web.build
