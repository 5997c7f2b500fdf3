# Everything runs inside .venv, which is made from the hash-locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SEED   ?= 1
SEEDS  ?= 1000
KILLS  ?= 500
SECONDS ?= 600
TARGETS ?=
ARGS   ?=
PAGE   := verifier/page
BROWSER := $(and $(shell command -v chromium),$(shell command -v npm),$(VENV)/browser)
NO_BROWSER := Chromium or npm is not installed

.PHONY: demo test check fuzz soak simulate bench page browser fuzz-parsers evidence lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/node
	$(BIN)/mingzhang demo $(ARGS)

test: check $(BROWSER)
	$(BIN)/python -m pytest -n 2 -q $(ARGS)
	$(if $(BROWSER),$(BIN)/python -m pytest -q -p no:xdist tests/browser,@echo "$(NO_BROWSER): the page's tests are left out (sudo apt install chromium npm)")

check: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/mypy

# Random histories, every byte of every sample receipt and entry: minutes to hours, by SEEDS.
fuzz: $(VENV)/test
	MINGZHANG_SEEDS=$(SEEDS) MINGZHANG_EVERY_BYTE=1 MINGZHANG_EXHAUSTIVE=1 $(BIN)/python -m pytest -n 2 -q \
	  tests/differential tests/simulation tests/unit/test_verifier_receipt.py tests/faults/test_entry_mutations.py $(ARGS)

# Hostile input for every parser of the verifier, guided by coverage, SECONDS for each; every byte of sample receipts.
fuzz-parsers: $(VENV)/fuzz
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(TARGETS) $(ARGS)

# The same, and what was measured is written into docs/EVIDENCE.md.
evidence: $(VENV)/fuzz
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --page $(TARGETS) $(ARGS)

# Real nodes killed over and over, under load.
soak: $(VENV)/test
	MINGZHANG_KILLS=$(KILLS) $(BIN)/python -m pytest -q tests/faults/test_nodes.py $(ARGS)

# One history of the simulator, by its seed.
simulate: $(VENV)/test
	MINGZHANG_SEED=$(SEED) $(BIN)/python -m pytest -q tests/simulation -k "F16 or one_history" $(ARGS)

bench: $(VENV)/test
	$(BIN)/python -m benchmarks $(ARGS)

# The page that checks a receipt in a browser: one file, verifier/page/dist/mingzhang-verify.html. ARGS="--policy FILE" builds a trust policy in.
page: $(PAGE)/node_modules
	$(PYTHON) $(PAGE)/build.py $(ARGS)

# The page in Debian's Chromium, which this installs not.
browser: $(BROWSER)
	$(if $(BROWSER),,$(error $(NO_BROWSER): sudo apt install chromium npm))
	$(BIN)/python -m pytest -q -p no:xdist tests/browser $(ARGS)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Each stamp file says: these locked requirements are installed, and so are both packages of this repository.
$(VENV)/node: requirements/node.txt pyproject.toml verifier/pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/node.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . -e ./verifier
	touch $@

$(VENV)/test: requirements/test.txt $(VENV)/node
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	touch $@

$(VENV)/browser: requirements/browser.txt $(VENV)/test $(PAGE)/node_modules
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/browser.txt
	touch $@

# By the hashes in package-lock.json, which holds no address; no script of a package runs.
$(PAGE)/node_modules: $(PAGE)/package-lock.json
	cd $(PAGE) && npm ci --ignore-scripts --silent
	touch $@

$(VENV)/fuzz: requirements/fuzz.txt $(VENV)/test
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/fuzz.txt
	touch $@

# Writes the lock files anew; wants `uv` on the path. They hold hashes and no address.
lock:
	for name in node test browser fuzz; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --quiet requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) demo $(PAGE)/dist $(PAGE)/node_modules
