# Two commands are enough for a newcomer: `make demo` and `make test`. They do all set-up themselves.
.DEFAULT_GOAL := help
UV_FOLDER := .tools/uv
UV := $(shell command -v uv 2>/dev/null || echo $(UV_FOLDER)/bin/uv)
RUN := $(UV) run --locked
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: help setup demo test check train lint benchmark

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

setup: .tools/ready  ## install everything (uv, Python 3.10, all packages)

demo: setup  ## two phones at http://localhost:8080, no account needed
	@$(RUN) sleutel demo

test: setup  ## every test, the fast ones first; the model is trained once when needed
	@$(RUN) python -m pytest -n auto --dist loadfile tests/unit
	@$(RUN) sleutel train
	@$(RUN) python -m pytest -n 2 --dist loadfile tests/conversations
	@$(RUN) python -m pytest tests/browser

check: setup  ## all content and data, with file and line
	@$(RUN) sleutel check

train: setup  ## train the model when something changed
	@$(RUN) sleutel train

lint: setup  ## style, types and import rules
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) mypy && $(RUN) lint-imports

benchmark: setup  ## accuracy and speed, beside peers, in one run
	@$(RUN) python -m benchmarks

.tools/ready: uv.lock pyproject.toml .python-version
	@sh tools/install-uv.sh $(UV_FOLDER)
	@echo "Installing packages (the first time this takes a few minutes) ..."
	@$(UV) sync --locked --compile-bytecode
	@mkdir -p .tools && touch $@
