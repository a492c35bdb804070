# `make report` makes everything from data/; `make test` runs the tests. Each works first and alone.
PYTHON ?= python3
DATA ?= data
OUT ?= _output
JOURNAL ?= generic
WIDTH ?= single
BIN := .venv/bin
CLI := $(BIN)/poems-report
LC_ALL := C.UTF-8
export LC_ALL

files = $(shell find $(1) -type f -not -path '*/__pycache__/*' -not -name '.*' 2>/dev/null)

STUDY := $(call files,$(DATA))
CORE := pyproject.toml $(wildcard poems_report/*.py) \
	$(call files,poems_report/study poems_report/stats poems_report/analysis poems_report/labels)
FONTS := $(call files,templates/fonts)
PATIENTS := $(call files,poems_report/patients templates/patient)
PLOTS := $(call files,poems_report/figures)
EXPORT := $(call files,poems_report/submission)
REPORT := _quarto.yml _quarto-authors.yml index.qmd references.bib scripts/before_render.py scripts/after_render.py \
	$(call files,chapters poems_report/manuscript poems_report/tables poems_report/versions templates/report releases)

.DELETE_ON_ERROR:
.PHONY: help report test a11y setup manuscript draft anonymous patients figures bundle verify release lint types bench figures-check lock clean

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

report: .venv/.ready-report ## everything: manuscript, patient summaries, figures, results, manifest
	@$(MAKE) --no-print-directory --jobs=2 $(OUT)/manifest.json

setup: .venv/.ready-report ## the environment, without making anything

.venv/.ready-report: requirements/base.lock requirements/quarto.lock pyproject.toml scripts/setup.py
	@$(PYTHON) scripts/setup.py report

.venv/.ready-test: requirements/dev.lock pyproject.toml scripts/setup.py
	@$(PYTHON) scripts/setup.py test

$(OUT)/results.json: $(STUDY) $(CORE) | .venv/.ready-report
	@$(CLI) analyse $(DATA) --output $@ --quiet
	@echo "made $@"

$(OUT)/report/.render.json: $(STUDY) $(CORE) $(FONTS) $(PLOTS) $(REPORT) | .venv/.ready-report
	@$(CLI) manuscript . --data $(DATA) --output $(OUT)/report --strict --reuse
	@touch $@

$(OUT)/patients/.made: $(STUDY) $(CORE) $(FONTS) $(PATIENTS) | .venv/.ready-report
	@$(CLI) patients $(DATA) --output $(OUT)/patients
	@touch $@

$(OUT)/figures/.made: $(STUDY) $(CORE) $(FONTS) $(PLOTS) $(EXPORT) | .venv/.ready-report
	@$(CLI) figures $(DATA) --output $(OUT)/figures
	@touch $@

$(OUT)/manifest.json: $(OUT)/results.json $(OUT)/report/.render.json $(OUT)/patients/.made $(OUT)/figures/.made
	@$(CLI) manifest $(OUT) --data $(DATA)
	@$(CLI) verify $(OUT)

manuscript: $(OUT)/report/.render.json ## the report only
patients: $(OUT)/patients/.made ## the patient summaries only
figures: $(OUT)/figures/.made ## the figures only

draft: .venv/.ready-report ## the report with a watermark and line numbers, in _draft
	@$(CLI) manuscript . --profile draft --output _draft --strict --reuse

anonymous: .venv/.ready-report ## the report for blind review, without its authors, in _anonymous
	@$(CLI) manuscript . --profile anonymous --output _anonymous --strict --reuse

bundle: .venv/.ready-report ## all that a journal asks for as one zip file, in _bundle: make bundle JOURNAL=blood
	@mkdir -p _bundle
	@$(CLI) bundle $(DATA) --output _bundle/$(notdir $(basename $(JOURNAL))).zip --journal $(JOURNAL) --width $(WIDTH)
	@$(CLI) verify _bundle/$(notdir $(basename $(JOURNAL))).zip

verify: ## check every output against the manifest
	@$(CLI) verify $(OUT)

release: .venv/.ready-report ## freeze the version of the report: releases/, changelog, commit, tag
	@$(CLI) release $(OUT) --data $(DATA) --check
	@$(MAKE) --no-print-directory clean
	@$(MAKE) --no-print-directory report
	@$(CLI) release $(OUT) --data $(DATA)

test: .venv/.ready-test ## all tests
	@$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

a11y: .venv/.ready-test ## the report in a browser: axe, keyboard, touch, sizes
	@$(BIN)/python scripts/setup.py browser
	@$(BIN)/python -m pytest tests/documents/test_browser.py

lint: .venv/.ready-test ## style and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.ready-test ## strict types
	@$(BIN)/mypy

bench: .venv/.ready-test ## measures against peers, as ratios of one run
	@$(BIN)/python -m benchmarks

figures-check: .venv/.ready-test ## every figure for every journal and width, read by outside programs too
	@$(BIN)/python -m benchmarks.figures_check

lock: ## renew the lock files (needs uv)
	@scripts/lock

clean: ## remove what was made, keep the environment
	@rm -rf $(OUT) _draft _anonymous _bundle .quarto .cache _figures _variables.yml
