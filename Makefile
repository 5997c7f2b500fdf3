# Everything runs inside .venv, which is made from the hash-locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SEED   ?= 1
ARGS   ?=

.PHONY: demo test check bench lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/node
	$(BIN)/mingzhang demo $(ARGS)

test: check
	$(BIN)/python -m pytest -n 2 -q $(ARGS)

check: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/test
	$(BIN)/python -m benchmarks $(ARGS)

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

# Writes the lock files anew; wants `uv` on the path. They hold hashes and no address.
lock:
	for name in node test; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --quiet requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) demo
