# `make run` is all a first visit needs. `make help` lists the rest.
PYTHON ?= python3
HOST ?= localhost
PORT ?= 8000
in_venv := .venv/bin/python
demo_var := $(CURDIR)/var/demo
# Not so many processes that browsers starve each other. One that is done takes tests from another, so that no
# long file is left to one core at the end.
parallel := -n auto --maxprocesses 8 --dist worksteal
# All those processes, and those that tests start, load the same modules: what one has compiled serves the others.
tested := PYTHONDONTWRITEBYTECODE= $(in_venv)

.DEFAULT_GOAL := help
.PHONY: help install run demo demo-code test test-postgres by-ear mutants pictures check proof bench lock python

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "Conus needs Python 3.11 or newer, and there is no $(PYTHON) here. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; \
		exit 1; }

install: python  ## install what Conus needs into .venv, and make its database
	@"$(PYTHON)" config/prepare.py run
	@$(in_venv) -m config.serve --prepare-only

run: python  ## start Conus on this machine (PORT=8000 HOST=localhost), installing it first if need be
	@"$(PYTHON)" config/prepare.py run
	@exec $(in_venv) -m config.serve --host "$(HOST)" --port "$(PORT)"

test: python  ## run every test but the long proofs
	@"$(PYTHON)" config/prepare.py test
	@$(tested) -m pytest $(parallel)

test-postgres: python  ## run the same tests on a private PostgreSQL, from Debian's package postgresql
	@"$(PYTHON)" config/prepare.py test
	@$(tested) -m tests.private_postgres -- $(parallel)

by-ear: python  ## listen to pages with a screen reader, where the machine has one (Debian: orca xvfb xdotool speech-dispatcher)
	@"$(PYTHON)" config/prepare.py test
	@CONUS_BY_EAR=1 $(in_venv) -m pytest -n 0 -rs tests/by_ear

mutants: python  ## break the product in one place at a time, and see that a test notices
	@"$(PYTHON)" config/prepare.py test
	@$(in_venv) -m tests.mutants

pictures: python  ## take the pictures of the documentation again, in a browser
	@"$(PYTHON)" config/prepare.py test
	@CONUS_REQUIRE_BROWSER=1 $(in_venv) -m pytest tests/browser/test_pictures.py --write-pictures

demo: python  ## start Conus with made-up people and cases, in a folder of their own
	@"$(PYTHON)" config/prepare.py run
	@CONUS_VAR="$(demo_var)" exec $(in_venv) -m config.serve --demo --host "$(HOST)" --port "$(PORT)"

demo-code: python  ## the code that a made-up person's authenticator app shows now (NAME=paula)
	@CONUS_VAR="$(demo_var)" $(in_venv) manage.py demo --skip-checks --code "$(NAME)"

check: python  ## lint, format, types, migrations, templates, and Django's checks for production
	@"$(PYTHON)" config/prepare.py dev
	$(in_venv) -m ruff check .
	$(in_venv) -m ruff format --check .
	$(in_venv) -m mypy
	$(in_venv) manage.py makemigrations --check --dry-run
	git ls-files -z -- 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2 --check
	CONUS_HTTPS=1 CONUS_HOSTS=conus.example $(in_venv) manage.py check --deploy --fail-level WARNING

proof: python  ## prove the editions, and run the long exhaustive tests
	@"$(PYTHON)" config/prepare.py test
	$(in_venv) manage.py prove
	$(in_venv) -m pytest -m proof

bench: python  ## measure: all, or the parts that SECTIONS names, such as make bench SECTIONS=lists
	@"$(PYTHON)" config/prepare.py bench
	$(in_venv) -m bench $(SECTIONS)

lock: python  ## write uv.lock and the hash-locked requirement files from pyproject.toml
	@"$(PYTHON)" config/prepare.py dev
	.venv/bin/uv lock
	.venv/bin/uv export --quiet --no-default-groups --no-header --output-file requirements/run.txt
	.venv/bin/uv export --quiet --no-default-groups --no-header --group test --output-file requirements/test.txt
	.venv/bin/uv export --quiet --no-default-groups --no-header --group dev --output-file requirements/dev.txt
	.venv/bin/uv export --quiet --no-default-groups --no-header --group bench --output-file requirements/bench.txt
