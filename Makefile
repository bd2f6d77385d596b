# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
# Where it is set, each of the many processes of a test run would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE
UV := .tools/bin/uv
UV_VERSION := 0.13.9
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock format messages language diagram register audit

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 — /'

setup: .venv/ready ## prepare .venv and stop

.venv/ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say which with make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m pip --version > /dev/null 2>&1 \
		|| { echo "$(PYTHON) has no pip: install it (on Debian: apt install python3-pip), then try again"; exit 1; }
	test -x $(UV) || $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements-dev.txt
	@touch $@

run: setup ## serve the portal and its scheduler on http://127.0.0.1:$(PORT), with sample data
	PORT=$(PORT) $(BIN)/flask --app wsgi serve

test: setup ## run the tests; those that read the code alone are check's
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/guards $(ONLY)

check: setup ## format, lint, types, migrations, translations, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n auto --dist loadfile tests/guards

bench: setup ## print one figure a line; ONLY=engine, faults, fuzz, kinds, load, lots, mail, pages, plan, portal, process, races, rounds or year for a part
	$(BIN)/python -m tests.benchmarks $(ONLY)

format: setup ## rewrite the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: setup ## collect the words to translate: of the pages into app/translations, of the letters into notifications/translations
	$(BIN)/pybabel -q extract -F app/translations/babel.cfg -k lazy -k french -k plural:1,2 --no-location --sort-output --omit-header -o app/translations/messages.pot .
	$(BIN)/pybabel -q update -i app/translations/messages.pot -d app/translations -l en -w 100 --no-fuzzy-matching --ignore-obsolete --omit-header
	PYTHONPATH=. $(BIN)/pybabel -q extract -F notifications/translations/babel.cfg --no-location --sort-output --omit-header -o notifications/translations/messages.pot notifications
	$(BIN)/pybabel -q update -i notifications/translations/messages.pot -o notifications/translations/en.po -l en -w 100 --no-fuzzy-matching --ignore-obsolete --omit-header
	rm app/translations/messages.pot notifications/translations/messages.pot

language: setup ## begin a language of the pages, or bring it up to date: make language CODE=uk (see docs/translating.md)
	@test -n "$(CODE)" || { echo "Say which: make language CODE=uk"; exit 1; }
	$(BIN)/pybabel -q extract -F app/translations/babel.cfg -k lazy -k french -k plural:1,2 --no-location --sort-output --omit-header -o app/translations/messages.pot .
	test -e app/translations/$(CODE)/LC_MESSAGES/messages.po \
		|| $(BIN)/pybabel -q init -i app/translations/messages.pot -d app/translations -l $(CODE) -w 100
	$(BIN)/pybabel -q update -i app/translations/messages.pot -d app/translations -l $(CODE) -w 100 --no-fuzzy-matching --omit-header
	rm app/translations/messages.pot

diagram: setup ## write docs/data-model.md from the models
	$(BIN)/python -m pytest -q tests/guards/test_data_model.py --rewrite-expected

register: setup ## write docs/privacy.md from what the models declare
	$(BIN)/python -m pytest -q tests/guards/test_register.py --rewrite-expected

audit: setup ## hold the pinned dependencies against the known weaknesses; asks PyPI
	$(UV) tool run pip-audit --require-hashes --disable-pip -r requirements.txt

lock: setup ## resolve the dependencies anew and write both lock files
	$(UV) lock --quiet --upgrade
	$(UV) export --quiet --no-header --no-annotate --no-dev --format requirements-txt -o requirements.txt
	$(UV) export --quiet --no-header --no-annotate --all-groups --format requirements-txt -o requirements-dev.txt
	rm uv.lock
