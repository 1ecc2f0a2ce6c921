# The two commands of a newcomer are `make demo` and `make test`; `make check` before each commit.
SHELL := /bin/sh
RUN := .venv/bin/
SERVE ?= yes
.PHONY: demo test check fix docs bench

demo: .venv/.runtime
	@$(RUN)maillage demo $(if $(filter no,$(SERVE)),--no-serve)

test: .venv/.test
	@tools/test

check: .venv/.test
	@tools/check

fix: .venv/.test
	@$(RUN)ruff check --fix --quiet . ; $(RUN)ruff format --quiet . ; $(RUN)python tools/typography.py

docs: .venv/.test
	@$(RUN)python tools/docs.py

bench: .venv/.test
	@$(RUN)python -m bench

# The test set-up holds the runtime one: it never takes packages away from whoever runs `demo` after `test`.
.venv/.runtime: requirements/runtime.txt package-lock.json pyproject.toml
	@[ -e .venv/.test ] && [ ! requirements/runtime.txt -nt .venv/.test ] || tools/setup runtime
	@touch $@

.venv/.test: requirements/test.txt package-lock.json pyproject.toml
	@tools/setup test
	@touch $@
