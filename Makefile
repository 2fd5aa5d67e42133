# Two commands matter: `make run` and `make test`. Both install what is missing, once.
#
# After a change of dependencies in pyproject.toml, pin again (requirements-dev.txt keeps its first
# line, -r requirements.txt, and only what requirements.txt has not):
#   uv pip compile --universal --no-header --no-annotate pyproject.toml -o requirements.txt
#   uv pip compile --universal --no-header --no-annotate --extra dev -c requirements.txt pyproject.toml

PYTHON ?= python3
# The path may hold spaces: it is always quoted, and never a target.
BIN = $(CURDIR)/.venv/bin
INSTALL = "$(PYTHON)" oncall_portal/runner/install.py

.PHONY: help run test coverage lint bench soak browser screenshots
.DEFAULT_GOAL = help

help: ## Show this list
	@sed -n 's/^\([a-z ]*\):.*## /  make \1: /p' Makefile

run: ## Start the whole portal; Ctrl-C stops it
	@$(INSTALL) requirements.txt
	@exec "$(BIN)/python" -m oncall_portal.runner up

test: lint browser ## Check everything, run every test
	"$(BIN)/python" -m pytest -n logical --maxprocesses 4 --dist loadfile

coverage: browser ## Run every test, and tell which lines none of them reached
	@$(INSTALL) requirements-dev.txt
	"$(BIN)/python" -m pytest -n logical --maxprocesses 4 --dist loadfile \
		--cov --cov-report=term:skip-covered

lint: ## Check style, types, imports between packages, and pending migrations
	@$(INSTALL) requirements-dev.txt
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy" .
	"$(BIN)/lint-imports"
	"$(BIN)/python" -W ignore::RuntimeWarning manage.py makemigrations --check --settings oncall_portal.offline_settings

screenshots: browser ## Take a picture of every page into var/screenshots, in both themes
	@$(INSTALL) requirements-dev.txt
	@"$(BIN)/python" -m tests.browser.screenshots

browser:
	@"$(PYTHON)" oncall_portal/runner/install_browser.py

bench: browser
bench soak: ## Measure; let days of calls pass
	@$(INSTALL) requirements-dev.txt
	@"$(BIN)/python" -m benchmarks.$@
