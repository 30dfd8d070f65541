# Needs make and Python 3.11 or newer, nothing else. `make` alone says what it can do.

PYTHON ?= python3
AS_OF ?= 2026-11-01T00:00:00Z
LANDING ?= build/landing
WAREHOUSE ?= build/headcount.duckdb
EXPORTS ?= build/exports
DOCS ?= build/docs
PORT ?= 8101
UV ?= uv

VENV := .venv
PEERS := build/peers
SPARK := build/spark
SPARK_REQUIREMENTS := requirements-spark.txt
PACKAGES := import sysconfig; print(sysconfig.get_path("purelib"))
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python -m tests.run

.PHONY: help build dashboard test lint browser sample lock clean docs bench spark test-spark mutate

help:
	@echo "make build     set up, make the sample landing zone if there is none, run the nightly job on it"
	@echo "make dashboard serve the dashboard of the warehouse on this machine, and print its address"
	@echo "make test      set up, run every check; the last line is 'N passed, N failed' (WITH_SPARK=yes: the sample on Spark too)"
	@echo "make lint      only the checks that read files and build nothing"
	@echo "make browser   open every page of the dashboard in Chromium (needs Debian's chromium)"
	@echo "make sample    write the sample landing zone again"
	@echo "make docs      write the documentation site of the warehouse into build/docs"
	@echo "make bench     time whole builds and nights beside other engines' counts, with nothing else running (half an hour)"
	@echo "make spark     set up build/spark, in which --target spark runs (needs Java 17 or newer)"
	@echo "make test-spark build the sample on DuckDB and on Spark, and hold every row and byte against each other"
	@echo "make mutate    change rules and SQL in one line at a time, and name what no check sees (an hour)"
	@echo "make lock      resolve the requirements again from pyproject.toml (needs uv)"
	@echo "make clean     remove what was built; .venv stays"

build: $(READY) $(LANDING)
	$(VENV)/bin/headcount nightly --landing $(LANDING) --warehouse $(WAREHOUSE) --exports $(EXPORTS) --as-of $(AS_OF)

dashboard: $(READY)
	@$(VENV)/bin/headcount dashboard --warehouse $(WAREHOUSE) --port $(PORT)

test: $(READY) $(if $(WITH_SPARK),$(SPARK)/.ready)
	@HEADCOUNT_AS_OF=$(AS_OF) $(RUN) $(if $(WITH_SPARK),--spark)

lint: $(READY)
	@HEADCOUNT_AS_OF=$(AS_OF) $(RUN) --lint

browser: $(READY)
	@$(VENV)/bin/python -m tests.browser --warehouse $(WAREHOUSE) --pictures build/pictures

sample: $(READY)
	rm -rf build/landing
	$(VENV)/bin/headcount sample --landing build/landing

docs: $(READY)
	@$(VENV)/bin/python -m headcount.docs --warehouse $(or $(HEADCOUNT_WAREHOUSE),$(WAREHOUSE)) --out $(DOCS)

$(LANDING): | $(READY)
	$(VENV)/bin/headcount sample --landing $(LANDING)

# The stamp is touched last: an interrupted set-up is done again.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "headcount needs Python 3.11 or newer; name one with 'make PYTHON=/path/to/python3'" >&2; exit 2; }
	@$(VENV)/bin/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) \
		|| { echo "no virtual environment could be made; on Debian, install the package python3-venv" >&2; exit 2; }
	$(VENV)/bin/python -m pip install --quiet --require-hashes --requirement requirements.txt
	$(VENV)/bin/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $(READY)

# An environment of its own on top of .venv, since pyspark is larger than all the rest together: what .venv has is read where it
# stands, what it lacks is installed beside it, and .venv is never written. The project's folder is on its path: dbt finds its
# plugin dbt_headcount.py there. pyspark is packed on the way, and its jars would be compressed a second time; what is imported of
# it is a small part, so nothing is compiled ahead.
$(SPARK)/.ready: $(READY) $(SPARK_REQUIREMENTS)
	@$(VENV)/bin/python -m venv --clear --without-pip $(SPARK)
	@printf "import site; site.addsitedir('%s')\n%s\n" "$$($(VENV)/bin/python -c '$(PACKAGES)')" "$(CURDIR)" \
		> "$$($(SPARK)/bin/python -c '$(PACKAGES)')/below.pth"
	@printf '[bdist_wheel]\ncompression = stored\n' > $(SPARK)/packing.cfg
	DIST_EXTRA_CONFIG="$(abspath $(SPARK))/packing.cfg" $(VENV)/bin/python -m pip --python $(SPARK)/bin/python install --quiet \
		--require-hashes --no-build-isolation --use-pep517 --no-compile --requirement $(SPARK_REQUIREMENTS)
	@printf '#!/bin/sh\nexec "%s/bin/python" -P -m headcount.cli "$$@"\n' "$(abspath $(SPARK))" > $(SPARK)/bin/headcount
	@printf '#!/bin/sh\nexec "%s/bin/python" -P -m dbt.cli.main "$$@"\n' "$(abspath $(SPARK))" > $(SPARK)/bin/dbt
	@chmod +x $(SPARK)/bin/headcount $(SPARK)/bin/dbt
	@touch $(SPARK)/.ready

spark: $(SPARK)/.ready
	@$(SPARK)/bin/python -c 'from headcount.spark.needs import forbid_missing; forbid_missing()'

test-spark: $(SPARK)/.ready
	@HEADCOUNT_AS_OF=$(AS_OF) $(SPARK)/bin/python -m tests.spark

mutate: $(READY)
	@$(VENV)/bin/python -m tests.mutate

bench: $(READY)
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --require-hashes --requirement benchmarks/requirements-peers.txt
	@$(VENV)/bin/python -m benchmarks.nightly --folder build/bench --peers $(PEERS)/bin/python

lock:
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" \
		--output-file requirements.txt --quiet
	$(UV) pip compile benchmarks/requirements-peers.in --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" \
		--output-file benchmarks/requirements-peers.txt --quiet
	$(UV) pip compile requirements-spark.in --constraint requirements.txt --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" \
		--output-file requirements-spark.txt --quiet
	$(UV) pip compile tests/requirements-superset.in --universal --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" \
		--output-file tests/requirements-superset.txt --quiet

clean:
	rm -rf build target logs .pytest_cache .hypothesis .ruff_cache
