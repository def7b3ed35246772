# make demo: set up and check a mission of each of the five cities. make test: set up and pass the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
LOCK := $(firstword $(wildcard constraints/py$(VERSION).txt) constraints/py3.13.txt)

.PHONY: demo test lint bench prove fuzz lock vendor geoid clean setup

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml $(LOCK)
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

test: setup lint
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python tests/bench/bench.py

prove: setup  ## hold the engine against the oracle two hundred thousand times (20 minutes on two cores)
	DRONECTL_SEARCH=1 $(BIN)/python -m pytest  # with examples that no run before had
	$(BIN)/python tests/prove.py --cases 200000

fuzz: setup  ## read a hundred thousand changed files a kind of reader (10 minutes on two cores)
	$(BIN)/python tests/fuzz.py --cases 100000

lock:  ## resolve the dependencies anew, one file a Python, with hashes and without any address
	for v in 3.11 3.12 3.13; do \
	  uv pip compile --quiet pyproject.toml --group dev --python-version $$v --generate-hashes \
	    --no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade -o constraints/py$$v.txt; done

vendor:  ## fetch the map library of the HTML report anew
	npm pack --silent --pack-destination $(VENV) leaflet@1.9.4
	tar -xzf $(VENV)/leaflet-1.9.4.tgz -C $(VENV) package/dist/leaflet.js package/dist/leaflet.css package/LICENSE
	cp $(VENV)/package/dist/leaflet.js $(VENV)/package/dist/leaflet.css $(VENV)/package/LICENSE dronectl/reports/vendor/leaflet/

geoid: setup  ## build the geoid grid that ships anew
	$(BIN)/python tests/geoid/make_egm96.py

clean:
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
