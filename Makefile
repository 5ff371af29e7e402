# make run   sets everything up, runs the shipped experiments, leaves tables, figures and a report under results/
# make test  sets everything up, checks style and types, runs the tests
#
# Both need python3 (3.11 or later), make and git, and the package index the first time.
# Another Python: make test PYTHON=python3.12 (it gets an environment of its own, .venv-3.12).

PYTHON  ?= python3
VENV    ?= .venv$(patsubst python3.%,-3.%,$(filter python3.%,$(notdir $(PYTHON))))
PLAN    ?= experiments/regimes.toml experiments/dialogue.toml
OUT     ?= results
WORKERS ?=
SCENARIO ?= ai_governance

# Scripts in an environment name the folder where it was made: a copied or moved project sets itself up again.
STAMP   := $(VENV)/.installed-$(shell printf '%s' '$(CURDIR)' | cksum | cut -d' ' -f1)
RUN     := $(VENV)/bin/python -m

export UV_SYSTEM_CERTS = 1
# Where it is set, as in many containers, each worker and each command would compile all that it imports: three seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run findings view test slow browser mutants golden setup lint format types lock clean

help: ## show the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: $(STAMP) ## the shipped experiments: tables, figures and a report of each under results/
	@set -e; for plan in $(PLAN); do out="$(OUT)/$$(basename "$$plan" .toml)"; \
		echo "experiment $$plan, results in $$out"; \
		$(RUN) forumsim sweep "$$plan" --out "$$out" --fresh $(if $(WORKERS),--workers $(WORKERS)); \
		$(RUN) forumsim report "$$out"; done

findings: $(STAMP) ## run and judge the hypotheses, at the priors and at 200 other parameter sets (half an hour)
	@$(VENV)/bin/python tools/findings.py --out "$(OUT)/hypotheses" $(if $(WORKERS),--workers $(WORKERS))

view: $(STAMP) ## the browser page: watch and steer a run
	@$(RUN) forumsim view $(SCENARIO)

test: lint types ## style, types, the examples in docstrings and the fast tests, on all cores
	@$(RUN) pytest -q --doctest-modules src/forumsim
	@$(RUN) pytest -q -n auto --dist loadfile --no-loadscope-reorder

slow: $(STAMP) ## the tests that take minutes: all worlds of the reference, all known results
	@$(RUN) pytest -q -m "slow and not browser"

browser: $(STAMP) ## the tests of the page in Chromium (Debian: apt-get install chromium)
	@$(RUN) pytest -q -m browser tests/browser

mutants: $(STAMP) ## break the model on purpose, mistake by mistake, and see whether the tests notice (an hour)
	@$(VENV)/bin/python tests/mutation/check.py

golden: $(STAMP) ## renew the digests of the golden runs, list what changed
	@$(VENV)/bin/python tests/golden/refresh.py

setup: $(STAMP) ## the environment alone

lint: $(STAMP) ## ruff: rules and format
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .

format: $(STAMP) ## let ruff repair and format the source
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

types: $(STAMP) ## mypy
	@$(RUN) mypy

lock: $(STAMP) ## renew requirements.lock to the newest versions that fit
	@$(VENV)/bin/uv pip compile --quiet --universal --upgrade --no-emit-index-url --no-emit-find-links --extra dev \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

clean: ## remove environments, caches and build output; results stay
	rm -rf .venv .venv-3.* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "forumsim needs Python 3.11 or later; name one: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up $(VENV) (first time only)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --requirement requirements.lock
	@$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --no-deps --editable .
	@touch $@
