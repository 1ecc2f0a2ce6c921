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
	@$(RUN)ruff check --fix --quiet . ; $(RUN)ruff format --quiet . ; $(RUN)python tools/typography.py ; $(RUN)python tools/starter_sums.py

docs: .venv/.test
	@$(RUN)python tools/docs.py

bench: .venv/.test
	@$(RUN)python -m bench

# tools/setup writes both stamps, at its very end: an interrupted set-up is taken up again.
.venv/.runtime: requirements/runtime.txt package-lock.json pyproject.toml
	@tools/setup runtime

.venv/.test: requirements/test.txt package-lock.json pyproject.toml
	@tools/setup test
