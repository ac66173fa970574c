# Two commands are enough: `make demo` and `make test`. Everything they need goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BENCHED := $(VENV)/.benched
FUZZES := $(VENV)/.fuzzes
NODE := $(VENV)/.node
BROWSED := $(VENV)/.browsed
APP := meshnode/api/static/index.html
WEB := $(filter-out web/node_modules/%,$(wildcard web/*) $(shell find web/src web/public -type f 2>/dev/null))

# Tests start Python some thousand times; without this each would compile everything again where the
# environment says so.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-app test-web test-flagged test-browser test-fonts test-bench installed check fuzz sweep bench app catalogues lock clean

help:
	@echo "make demo    three nodes on one modelled radio channel, no hardware needed"
	@echo "make test    the tests; one that draws plots is left to make test-bench, and those that"
	@echo "             print letters beyond Western European ones to make test-fonts"
	@echo "make app     build the phone app, for which Node.js is needed"
	@echo "make test-app    the phone app's own tests; they need Node.js"
	@echo "make test-browser    the phone app in Chromium, which has to be there, as has w3m"
	@echo "make check   lint, types, import contracts"
	@echo "make fuzz    every decoder against changed bytes for 5 minutes; Linux on x86_64 only"
	@echo "make sweep   the long counts of the same tests"
	@echo "make bench   all benchmarks, docs/benchmarks.md anew; BENCH='growth text' for some"
	@echo "make catalogues  bring the translations up to date with the sources"
	@echo "make lock    choose newer versions of the dependencies"

$(INSTALLED): requirements-dev.lock pyproject.toml
	@echo "Installing into $(VENV); this happens once and takes a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Builds web/ with the Node.js that is here, else with one from PyPI; where neither is to be had,
# as on a 32-bit Pi, everything runs without the phone app.
$(NODE): $(INSTALLED) requirements-node.lock
	@node --version 2>/dev/null | grep -qE '^v(20\.(19|[2-9][0-9])|2[2-9]|[3-9][0-9])' || \
	  { echo "Installing Node.js into $(VENV); this happens once."; \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock || \
	    echo "There is none to be had here; everything else works without it."; }
	@touch $@

$(APP): $(NODE) hatch_build.py $(WEB)
	@echo "Building the phone app; this takes a few seconds."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python hatch_build.py --optional
	@mkdir -p $(@D) && touch -c $@

app: $(APP)

demo: $(APP)
	@$(BIN)/meshnode demo

# The phone app's own tests, and those that compare it with the node's; they need Node.js.
test-app: test-web
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m app --app

test-web: $(APP)
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent test

# What test-app, test-fonts and test-bench run in Python, found in one search instead of three.
test-flagged: $(APP) $(BENCHED)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m "app or fonts or bench" --app --fonts --bench

# In a real Chromium, against an address that is not loopback: browsers allow pages there less. It
# needs Debian's chromium and w3m, and a network namespace of its own, so root or user namespaces.
test-browser: $(APP) $(BROWSED)
	$(BIN)/python -m tests.browser

$(BROWSED): $(INSTALLED) requirements-browser.lock
	@echo "Installing what drives a browser; this happens once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock
	@touch $@

test: $(INSTALLED)
	$(BIN)/python -m tests.side_by_side

# A few tests print Turkish, Ukrainian and Arabic; they need Debian's fonts-dejavu-core.
test-fonts: $(INSTALLED)
	$(BIN)/python -m pytest -m fonts --fonts

# One test draws plots; it needs libraries that the node does without.
test-bench: $(BENCHED)
	$(BIN)/python -m pytest -m bench --bench

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Guided by coverage. What guides it has wheels for Linux on x86_64 alone; make test runs the same
# harnesses without it, over what they found so far.
fuzz: $(FUZZES)
	$(BIN)/python -m tests.fuzz --seconds 30

sweep: $(INSTALLED)
	$(BIN)/python -m pytest -m sweep --sweep

$(BENCHED): $(INSTALLED) requirements-bench.lock
	@echo "Installing what draws and compares; this happens once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

$(FUZZES): $(INSTALLED) requirements-fuzz.lock
	@echo "Installing what fuzzes; this happens once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	@touch $@

# Everything that any of the targets here needs in .venv, so that several of them can run at once.
installed: $(APP) $(BENCHED) $(BROWSED) $(FUZZES)

bench: $(BENCHED)
	$(BIN)/python bench/all.py $(BENCH)

catalogues: $(INSTALLED)
	$(BIN)/python -m tools.catalogues

lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --extra dev --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --constraint requirements-dev.lock \
	  --extra dev --extra bench --output-file requirements-bench.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --constraint requirements-dev.lock \
	  --extra dev --extra fuzz --output-file requirements-fuzz.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --constraint requirements-dev.lock \
	  --extra dev --extra browser --output-file requirements-browser.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --constraint requirements-dev.lock \
	  --extra dev --extra node --output-file requirements-node.lock pyproject.toml

clean:
	rm -rf $(VENV) web/node_modules meshnode/api/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
