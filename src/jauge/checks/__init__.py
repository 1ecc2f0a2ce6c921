"""Cross-checks between sources: declared in YAML, run over the checked tables, each fault with its file, columns and cells.

parse_check(text, file=...)                  YAML → `DeclaredCheck`; `check_references` refuses unknown sources, columns, indicators
run_checks(checks, sources, list_codes, …)   → an `Outcome` for each: passed, failed (with `Finding`s) or skipped (and why)

See docs/algorithms/checks.md.
"""

from jauge.checks.codes import ListCodes
from jauge.checks.definitions import AnyCheck, Consequence, DeclaredCheck, TwoMeasures, check_references, find_cycle, parse_check
from jauge.checks.findings import CELLS, Finding, Outcome, Scope, Verdict
from jauge.checks.running import CheckedSource, run_checks

__all__ = [
    "CELLS",
    "AnyCheck",
    "CheckedSource",
    "Consequence",
    "DeclaredCheck",
    "Finding",
    "ListCodes",
    "Outcome",
    "Scope",
    "TwoMeasures",
    "Verdict",
    "check_references",
    "find_cycle",
    "parse_check",
    "run_checks",
]
