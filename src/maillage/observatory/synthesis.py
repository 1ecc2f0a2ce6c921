"""What a release says of several figures at once: matched territories and composite indices, level by level, from its observations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jauge import composites, matching, secrecy
from jauge.composites import Component, Recipe, Scaling, combine, normalise, simulate_ranks
from jauge.matching import MatchingPlan, Variable, match_territories, measure_stability, scale_robustly
from jauge.matching.definitions import Transform
from jauge.territories import Level
from maillage.observatory.columns import make_schema

SHARE_OF_LEVEL = 0.5  # an indicator known for fewer of the territories of a level than this is not a part of anything there

_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()
MATCHES = make_schema(dict.fromkeys(("level", "code", "plan", "matches"), _TEXT) | dict.fromkeys(("nearest", "stability"), _NUMBER))
INDICES = make_schema(
    dict.fromkeys(("level", "code", "composite"), _TEXT)
    | dict.fromkeys(("score", "known"), _NUMBER)
    | dict.fromkeys(("rank", "rank_low", "rank_high", "ranked"), _WHOLE)
    | {"parts": _TEXT}
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The series that stands for a variable or a component at one level; None where the level has none for enough territories."""

    indicator: str
    period: str


@dataclass(frozen=True, slots=True)
class Synthesis:
    """The tables MATCHES and INDICES, and by plan or recipe, then level: which series stood for each part (for the manifest)."""

    matches: pa.Table
    indices: pa.Table
    chosen: dict[str, dict[str, dict[str, Any]]]


class _Figures:
    """The observed values of a release, by level, as arrays."""

    def __init__(self, observations: pa.Table) -> None:
        self._connection = duckdb.connect()
        self._connection.register("observations", observations)
        self._codes: dict[Level, list[str]] = {}

    def list_codes(self, level: Level) -> list[str]:
        """The codes of a level in order: every array has one row for each."""
        if level not in self._codes:
            rows = self._connection.execute("SELECT DISTINCT code FROM observations WHERE level = ? ORDER BY 1", [str(level)]).fetchall()
            self._codes[level] = [code for (code,) in rows]
        return self._codes[level]

    def choose(self, level: Level, indicators: Iterable[str]) -> Chosen | None:
        """The newest period of the first indicator that enough territories of the level have."""
        wanted = SHARE_OF_LEVEL * len(self.list_codes(level))
        for indicator in indicators:
            found = self._connection.execute(
                "SELECT max(period) FROM (SELECT period FROM observations WHERE level = ? AND indicator = ? "
                "GROUP BY period HAVING count(value) >= ? AND count(value) > 0)",
                [str(level), indicator, wanted],
            ).fetchone()
            if found and found[0] is not None:
                return Chosen(indicator, found[0])
        return None

    def read(self, level: Level, chosen: Sequence[Chosen | None]) -> NDArray[np.float64]:
        """The values, array (codes, chosen), NaN where missing, secret or not chosen."""
        values = np.full((len(self.list_codes(level)), len(chosen)), np.nan)
        rows = {code: row for row, code in enumerate(self.list_codes(level))}
        for column, one in enumerate(chosen):
            if one is None:
                continue
            found = self._connection.execute(
                "SELECT code, value FROM observations WHERE level = ? AND indicator = ? AND period = ? AND value IS NOT NULL",
                [str(level), one.indicator, one.period],
            ).fetchall()
            values[[rows[code] for code, _ in found], column] = [value for _, value in found]
        return values


def hash_method() -> str:
    """The code that matches, computes and hides, in short: another method gives another release, never other figures under the same id."""
    folders = [Path(file).parent for one in (matching, composites, secrecy) if (file := one.__file__)]
    files = [Path(__file__), Path(__file__).with_name("secrecy.py"), *(file for folder in folders for file in sorted(folder.glob("*.py")))]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def synthesise(observations: pa.Table, *, plans: Sequence[MatchingPlan], recipes: Sequence[Recipe]) -> Synthesis:
    """Match territories and compute indices, by every plan and recipe at each of its levels. Rows in order of name, level, code."""
    figures = _Figures(observations)
    matches: list[pa.Table] = []
    indices: list[pa.Table] = []
    chosen: dict[str, dict[str, dict[str, Any]]] = {}
    for plan in plans:
        for level in plan.levels:
            table, used = _match(plan, level, figures)
            matches.append(table)
            chosen.setdefault(plan.code, {})[str(level)] = used
    for recipe in recipes:
        for level in recipe.levels:
            table, used = _compute_index(recipe, level, figures)
            indices.append(table)
            chosen.setdefault(recipe.code, {})[str(level)] = used
    return Synthesis(_join(matches, MATCHES), _join(indices, INDICES), chosen)


def _join(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *tables])


def _choose_all(parts: Sequence[Variable | Component], level: Level, figures: _Figures) -> list[Chosen | None]:
    return [figures.choose(level, part.indicators) for part in parts]


def _describe(parts: Sequence[Variable | Component], chosen: Sequence[Chosen | None]) -> dict[str, Any]:
    return {part.name: [one.indicator, one.period] if one else None for part, one in zip(parts, chosen, strict=True)}


def _match(plan: MatchingPlan, level: Level, figures: _Figures) -> tuple[pa.Table, dict[str, Any]]:
    codes = figures.list_codes(level)
    chosen = _choose_all(plan.variables, level, figures)
    values = figures.read(level, chosen)
    logged = [index for index, variable in enumerate(plan.variables) if variable.transform is Transform.LOG]
    values[:, logged] = np.log1p(values[:, logged])
    scaled = scale_robustly(values)
    weights = np.array([variable.weight for variable in plan.variables])
    # What the whole level lacks is nobody's lack: the share that must be known is counted on the rest.
    share = plan.min_share * weights[[one is not None for one in chosen]].sum() / weights.sum()
    found = match_territories(scaled, weights, count=plan.neighbours, min_share=share)
    stability = measure_stability(scaled, weights, found, min_share=share)
    columns = {
        "level": [str(level)] * len(codes),
        "code": codes,
        "plan": [plan.code] * len(codes),
        "matches": [
            json.dumps([[codes[other], round(float(gap), 3)] for other, gap in zip(others, gaps, strict=True) if other >= 0])
            for others, gaps in zip(found.indices, found.distances, strict=True)
        ],
        "nearest": [round(float(gap), 3) if np.isfinite(gap) else None for gap in found.distances[:, 0]],
        "stability": [round(float(share), 3) if not np.isnan(share) else None for share in stability],
    }
    return pa.table(columns, schema=MATCHES), _describe(plan.variables, chosen)


def _compute_index(recipe: Recipe, level: Level, figures: _Figures) -> tuple[pa.Table, dict[str, Any]]:
    codes = figures.list_codes(level)
    chosen = _choose_all(recipe.components, level, figures)
    values = figures.read(level, chosen)
    turned = np.array([component.reversed for component in recipe.components])
    weights = np.array(recipe.weights)
    made = combine(normalise(values, turned, recipe.scaling), weights, min_known=recipe.min_known)
    ranks = simulate_ranks(
        values,
        turned,
        weights,
        scaling=recipe.scaling,
        scalings=tuple(Scaling),
        spread=recipe.spread,
        draws=recipe.draws,
        seed=recipe.seed,
        min_known=recipe.min_known,
    )
    columns = {
        "level": [str(level)] * len(codes),
        "code": codes,
        "composite": [recipe.code] * len(codes),
        "score": _list_numbers(made.scores, 2),
        "known": _list_numbers(made.known, 4),
        "rank": _list_whole(ranks.ranks),
        "rank_low": _list_whole(ranks.low),
        "rank_high": _list_whole(ranks.high),
        "ranked": [ranks.count] * len(codes),
        "parts": [_write_parts(recipe.components, points) for points in made.contributions],
    }
    return pa.table(columns, schema=INDICES), _describe(recipe.components, chosen)


def _write_parts(components: Sequence[Component], points: NDArray[np.float64]) -> str:
    """The points that each known component adds, as JSON: what is not in it is missing, and the page says so."""
    found: Mapping[str, float] = {
        component.name: round(float(point), 2) for component, point in zip(components, points, strict=True) if not np.isnan(point)
    }
    return json.dumps(found)


def _list_numbers(values: NDArray[np.float64], decimals: int) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), decimals) for value in values]


def _list_whole(values: NDArray[np.float64]) -> list[int | None]:
    return [None if np.isnan(value) else int(value) for value in values]
