# Two commands are enough: `make demo` and `make test`. Everything they need goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BENCHED := $(VENV)/.benched
FUZZES := $(VENV)/.fuzzes

.PHONY: help demo test test-fonts test-bench check fuzz sweep bench catalogues lock clean

help:
	@echo "make demo    three nodes on one modelled radio channel, no hardware needed"
	@echo "make test    the tests; one that draws plots is left to make test-bench, and those that"
	@echo "             print letters beyond Western European ones to make test-fonts"
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

demo: $(INSTALLED)
	@$(BIN)/meshnode demo

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

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
