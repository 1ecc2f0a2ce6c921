"""Each worked case of each shipped definition comes out of the real measure; each measure compiles for another engine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from ibis.config import Config

from jauge.indicators import ROWS, Case, Indicator, Series, parse_indicator
from jauge.releases import compile_measures, harmonise, join_uses, lay_out, list_needed, measure
from jauge.releases.plan import find_key

FOLDER = Path(__file__).parents[3] / "definitions" / "indicators"
INDICATORS = [parse_indicator(path.read_text(encoding="utf-8"), file=path.name) for path in sorted(FOLDER.glob("*.yaml"))]
CASES = [pytest.param(indicator, case, id=f"{indicator.code}-{n}") for indicator in INDICATORS for n, case in enumerate(indicator.cases)]


class PySparkOptions(Config):
    """What ibis would read from its PySpark backend, which needs a JVM only to run."""

    treat_nan_as_null: bool = False


def measure_case(indicator: Indicator, series: Series, case: Case) -> dict[str, Any]:
    connection = ibis.duckdb.connect()
    level = str(series.at[0])
    place = {"level": level, "code": "01001", "departement": "01"}
    territories = connection.create_table("territories", pa.Table.from_pylist([place]))
    period = series.period or "2020"
    if series.uses:
        counts = {use.name: {**place, "status": "observed", "coverage": 1.0, "numerator": case.columns[use.name]} for use in series.uses}
        rows = join_uses({name: connection.create_table(name, pa.Table.from_pylist([row])) for name, row in counts.items()})
    else:
        need = list_needed([indicator])[find_key(series)]
        number = case.columns.get(ROWS, 1)
        row = {**place, "period": period} | {name: case.columns.get(name) for name in (*need.counts, *need.values)}
        schema = pa.schema([(name, pa.float64() if name in (*need.counts, *need.values) else pa.string()) for name in row])
        source = connection.create_table("source", pa.Table.from_pylist([row] * int(number), schema))
        link = {"code_from": "01001", "code_to": "01001", "weight": 1, "weight_all": 1, "parts": 1, "is_commune": True, "is_alone": True}
        crosswalk = connection.create_table("crosswalk", pa.Table.from_pylist([link]))
        rows = harmonise(source, crosswalk, counts=need.counts, values=need.values)
    return measure(lay_out(rows, territories, series), indicator, series).to_pyarrow().to_pylist()[0]


@pytest.mark.parametrize(("indicator", "case"), CASES)
def test_worked_case_comes_out_of_the_measure(indicator: Indicator, case: Case) -> None:
    for series in indicator.series:
        if not series.formula.names <= {*case.columns, ROWS}:
            continue
        figure = measure_case(indicator, series, case)

        assert figure["value"] == (None if case.value is None else pytest.approx(case.value, rel=1e-9))
        assert figure["reason"] == (str(case.reason) if case.reason else None)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_every_definition_has_a_case_for_each_of_its_series(indicator: Indicator) -> None:
    columns = {name for case in indicator.cases for name in case.columns}

    for series in indicator.series:
        assert series.formula.names <= columns | {ROWS}


def test_every_measure_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibis.options, "pyspark", PySparkOptions(), raising=False)

    compiled = [str(ibis.to_sql(expression, dialect="pyspark")) for expression in compile_measures(INDICATORS)]

    assert len(compiled) > 2 * len(INDICATORS)
    assert all("SELECT" in sql for sql in compiled)


@pytest.mark.slow
def test_compiled_measures_do_not_depend_on_the_process() -> None:
    code = (
        "from pathlib import Path; from jauge.indicators import parse_indicator; "
        "from jauge.releases import compile_measures, hash_measures; "
        f"paths = sorted(Path({str(FOLDER)!r}).glob('*.yaml')); "
        "print(hash_measures(compile_measures([parse_indicator(path.read_text()) for path in paths])))"
    )
    environments = [os.environ | {"PYTHONHASHSEED": str(seed)} for seed in (1, 2, 3)]

    hashes = {subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout for env in environments}

    assert len(hashes) == 1


def test_at_least_fifteen_indicators_are_defined() -> None:
    assert len(INDICATORS) >= 15
