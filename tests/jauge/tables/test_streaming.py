"""A file and a schema: every fault is told with its line, none stops the reading, and the copy mends only what is safe."""

import io
import json
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jauge.tables import Code, CodeList, Report, StreamOptions, check_stream, mend_stream, parse_schema
from jauge.tables import blocks as blocks_module

type _Found = list[tuple[int, str, str]]


def _check(text: str | bytes, *fields: dict[str, object], options: StreamOptions | None = None, **more: object) -> Report:
    data = text if isinstance(text, bytes) else text.encode()
    return check_stream(io.BytesIO(data), parse_schema(json.dumps({"fields": list(fields), **more})).spec, options)


def _found(report: Report) -> _Found:
    return [(fault["line"], fault["column"], fault["code"]) for fault in report.faults.to_pylist()]


def _codes(cells: list[str], **field: object) -> list[tuple[str, str | None]]:
    """Each cell with the code of its fault, None when it is sound."""
    rows = "".join('x,"' + cell.replace('"', '""') + '"\n' for cell in cells)
    codes = {fault["line"]: fault["code"] for fault in _check(f"k,c\n{rows}", {"name": "k"}, {"name": "c", **field}).faults.to_pylist()}
    return [(cell, codes.get(line)) for line, cell in enumerate(cells, start=2)]


FRENCH = {"decimalChar": ",", "groupChar": " "}
WORDS = {"trueValues": ["oui"], "falseValues": ["non"]}


@pytest.mark.parametrize(
    ("field", "sound", "wrong", "code"),
    [
        ({"type": "string"}, ["", " a ", "12"], [], ""),
        ({"type": "string", "format": "email"}, ["a.b@c.fr"], ["a@@c.fr", "a", "a@c"], "not_a_email"),
        ({"type": "string", "format": "uri"}, ["https://a.fr", "mailto:x"], ["www.a.fr", "//a"], "not_a_uri"),
        ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"], "not_a_uuid"),
        ({"type": "integer"}, ["12", "-3", "+4", " 12 ", "007"], ["12.0", "1 234", "1_000", "x", "0x10"], "not_a_whole_number"),
        ({"type": "number"}, ["12", "-0.5", ".5", "5.", "1e5", " 1 ", "\u00a01", "NaN"], ["1,5", "1 234", "1_0", "x", "-"], "not_a_number"),
        ({"type": "number", **FRENCH}, ["1,5", "1 234,5"], ["1.5", "x"], "not_a_number"),
        ({"type": "number", "bareNumber": False}, ["12 €", "€12.5"], ["x"], "not_a_number"),
        ({"type": "boolean"}, ["true", "False", "1"], ["oui", "vrai", "tRUE"], "not_a_boolean"),
        ({"type": "boolean", **WORDS}, ["oui", "non"], ["Oui", "true"], "not_a_boolean"),
        ({"type": "date"}, ["2019-02-28", "2019-2-8"], ["2019-02-30", "28/02/2019", "2019-02-28T00:00:00", "19-02-28"], "not_a_date"),
        ({"type": "date", "format": "%d/%m/%Y"}, ["28/02/2019"], ["2019-02-28", "28/02/19", "31/02/2019"], "not_a_date"),
        ({"type": "date", "format": "any"}, ["28/02/2019", "2019-02-28"], ["x"], "not_a_date"),
        (
            {"type": "datetime"},
            ["2019-02-28T10:00:00Z", "2019-02-28 10:00:00"],
            ["2019-02-28", "2019-02-30T10:00:00"],
            "not_a_date_and_time",
        ),
        ({"type": "datetime", "format": "%d/%m/%Y %H:%M"}, ["28/02/2019 10:00"], ["2019-02-28T10:00:00"], "not_a_date_and_time"),
        ({"type": "time"}, ["10:00:00", "23:59:59.5"], ["10:00", "25:00:00"], "not_a_time"),
        ({"type": "year"}, ["2019"], ["19", "20190", "x"], "not_a_year"),
        ({"type": "yearmonth"}, ["2019-02"], ["2019-13", "2019", "02/2019"], "not_a_month"),
        ({"type": "duration"}, ["P1Y2M", "PT5H"], ["P", "5 h"], "not_a_duration"),
        ({"type": "geopoint"}, ["2.35, 48.85"], ["48.85", "200,1", "a,b", "1,2,3"], "not_a_point"),
        ({"type": "geopoint", "format": "array"}, ["[2.35, 48.85]"], ["2.35, 48.85", "[1]", "[200, 1]"], "not_a_point"),
        ({"type": "geopoint", "format": "object"}, ['{"lon": 2.3, "lat": 48}'], ['{"lon": 2.3}', "[1, 2]"], "not_a_point"),
        ({"type": "array"}, ["[]", '["a"]'], ["a", "{}", "[a"], "not_an_array"),
        ({"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": ["a"]}}}, ['["a", "a"]'], ['["a", "b"]'], "wrong_item"),
        ({"type": "object"}, ['{"a": 1}'], ["[]", "a"], "not_an_object"),
        ({"type": "geojson"}, ['{"type": "Point", "coordinates": [1, 2]}'], ['{"type": "Point"}', '{"type": "x"}', "a"], "not_a_geojson"),
        ({"constraints": {"required": True}}, ["a", " "], [""], "missing_value"),
        ({"constraints": {"minLength": 2}}, ["éé", ""], ["é"], "too_short"),
        ({"constraints": {"maxLength": 2}}, ["éé"], ["ééé"], "too_long"),
        ({"constraints": {"enum": ["a", "b"]}}, ["a", ""], ["A", "a "], "not_in_list"),
        ({"type": "integer", "constraints": {"enum": ["1", "02"]}}, ["1", "2", "+1"], ["3"], "not_in_list"),
        ({"constraints": {"pattern": "[0-9]{2}"}}, ["12"], ["123", "1", "a12"], "pattern_mismatch"),
        ({"constraints": {"pattern": "(?!00)[0-9]{2}"}}, ["12"], ["00"], "pattern_mismatch"),
        ({"type": "number", "constraints": {"minimum": 0.01}}, ["0.01", "3"], ["0", "-1"], "below_minimum"),
        ({"type": "integer", "constraints": {"maximum": 5}}, ["5"], ["6"], "above_maximum"),
        ({"type": "number", "constraints": {"exclusiveMinimum": 0}}, ["0.1"], ["0"], "below_minimum"),
        ({"type": "date", "constraints": {"minimum": "2020-01-01"}}, ["2020-01-01"], ["2019-12-31"], "below_minimum"),
        ({"code": "commune"}, ["01001", "2A004"], ["1001", "99001"], "malformed_code"),
        ({"code": "siret"}, ["21350238800019"], ["21350238800018"], "wrong_key"),
    ],
)
def test_a_cell_is_read_as_table_schema_says(field: dict[str, object], sound: list[str], wrong: list[str], code: str) -> None:
    assert _codes(sound + wrong, **field) == [(cell, None) for cell in sound] + [(cell, code) for cell in wrong]


def test_declared_marks_mean_that_a_value_is_missing() -> None:
    field = {"name": "n", "type": "integer", "constraints": {"required": True}}

    assert _found(_check("n,k\nnd,a\n-,a\n3,a\n", field, {"name": "k"}, missingValues=["", "nd"])) == [
        (2, "n", "missing_value"),
        (3, "n", "not_a_whole_number"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_is_read(encoding: str) -> None:
    report = _check("libellé;n\nété;x\n".encode(encoding), {"name": "libellé"}, {"name": "n", "type": "integer"})

    assert (_found(report), report.encoding, report.separator) == ([(2, "n", "not_a_whole_number")], encoding, ";")


def test_an_accent_far_from_the_start_of_a_cp1252_file_is_read() -> None:
    text = "a,b\n" + "x,y\n" * 100_000 + "é,y\n"

    report = _check(text.encode("cp1252"), {"name": "a", "constraints": {"enum": ["x", "é"]}}, {"name": "b"})

    assert (report.valid, report.rows, report.encoding) == (True, 100_001, "cp1252")


def test_rows_without_shape_and_blank_rows_are_told_and_the_rest_is_read() -> None:
    report = _check("a,n\n1\nx,y\n\n1,2,3\nz,4\n", {"name": "a"}, {"name": "n", "type": "integer"})

    assert _found(report) == [(2, "", "missing_cells"), (3, "n", "not_a_whole_number"), (4, "", "blank_row"), (5, "", "extra_cells")]
    assert report.rows == 5


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    assert _found(_check('a,n\n"x\ny",1\nz,t\n', {"name": "a"}, {"name": "n", "type": "integer"})) == [(3, "n", "not_a_whole_number")]


@pytest.mark.parametrize("text", ['a,b\nx,"y\nz,t\n', 'a,b\nx,"y\n' + "z,t\n" * 1_200_000])
def test_a_quote_never_closed_is_told(text: str) -> None:
    assert _found(_check(text, {"name": "a"}, {"name": "b"}))[0][2] == "unclosed_quote"


@pytest.mark.parametrize(("text", "codes"), [("", ["empty_file"]), ("a,n\n", []), ("a,n", [])])
def test_a_file_without_rows(text: str, codes: list[str]) -> None:
    report = _check(text, {"name": "a"}, {"name": "n"})

    assert ([code for code in report.counts if code != "missing_column"], report.rows) == (codes, 0)


def test_a_notice_above_the_header_is_a_fault() -> None:
    assert _found(_check("version bêta\na,n\nx,1\n", {"name": "a"}, {"name": "n"})) == [(1, "", "notice_lines")]


def test_a_key_that_comes_again_is_told_where_it_came_first() -> None:
    report = _check("a,b\nx,1\nx,2\nx,1\n,\n,3\n", {"name": "a"}, {"name": "b"}, primaryKey=["a", "b"])

    assert [(f["line"], f["code"], f["reason"]) for f in report.faults.to_pylist()] == [
        (4, "repeated_key", "clé déjà utilisée (déjà ligne 2)"),
        (5, "blank_row", "ligne vide"),
        (5, "missing_key", "aucune des colonnes de la clé n’est remplie"),
    ]


def test_values_and_not_their_writing_make_a_key() -> None:
    report = _check("n,b\n1,x\n01,x\n", {"name": "n", "type": "integer", "constraints": {"unique": True}}, {"name": "b"})

    assert _found(report) == [(3, "n", "repeated_value")]


def test_a_unique_column_may_lack_values() -> None:
    assert _check("n,b\n,x\n,x\n", {"name": "n", "constraints": {"unique": True}}, {"name": "b"}).valid


def test_a_link_leads_to_another_table_or_to_this_one() -> None:
    other = [
        {"fields": "a", "reference": {"resource": "r", "fields": "id"}},
        {"fields": "parent", "reference": {"resource": "", "fields": "a"}},
    ]
    options = StreamOptions(tables={"r": pa.table({"id": ["x", "y"]})})

    report = _check("a,parent\nx,\ny,x\nz,y\ny,w\n", {"name": "a"}, {"name": "parent"}, foreignKeys=other, options=options)

    assert _found(report) == [(4, "a", "unknown_reference"), (5, "parent", "unknown_reference")]


def test_a_code_of_another_vintage_is_told_with_the_one_of_today() -> None:
    codes = {(Code.COMMUNE, 2026): CodeList(frozenset({"01001", "01033"}), {"01091": "01033"})}
    field = {"name": "c", "code": "commune", "cog_year": 2026}

    report = _check("c,k\n01001,a\n01091,a\n1033,a\n01999,a\n", field, {"name": "k"}, options=StreamOptions(codes=codes))

    assert [(f["line"], f["code"], f["suggestion"]) for f in report.faults.to_pylist()] == [
        (3, "unknown_code", "01033"),
        (4, "malformed_code", "01033"),
        (5, "unknown_code", None),
    ]


CHECKS = [
    {"name": "french-siret-value", "params": {"column": "s"}},
    {"name": "one-of-required", "params": {"column1": "s", "column2": "t"}},
    {"name": "cohesive-columns-value", "params": {"column": "s", "othercolumns": ["t"]}},
    {"name": "compare-columns-value", "params": {"column": "n", "op": ">=", "column2": "m"}},
    {"name": "sum-columns-value", "params": {"column": "n", "columns": ["m", "o"]}},
]
COLUMNS = ({"name": "s"}, {"name": "t"}, *({"name": name, "type": "integer"} for name in "nmo"))
BROKEN = "s,t,n,m,o\n21350238800019,x,3,1,2\n21350238800018,x,3,1,2\n,,3,1,2\n21350238800019,,3,1,2\n21350238800019,x,1,3,-2\n,x,3,1,1\n"


def test_rules_between_cells_are_advice_unless_asked() -> None:
    report = _check(BROKEN, *COLUMNS, custom_checks=CHECKS)
    strict = check_stream(
        io.BytesIO(BROKEN.encode()), parse_schema(json.dumps({"fields": COLUMNS, "custom_checks": CHECKS}), strict_rules=True).spec
    )

    told = [(fault["line"], fault["code"]) for fault in report.advice.to_pylist()]
    assert report.valid
    assert sorted(told) == [
        (3, "rule_siret"),
        (4, "rule_one_of"),
        (5, "rule_cohesive"),
        (6, "rule_compare"),
        (7, "rule_cohesive"),
        (7, "rule_total"),
    ]
    assert sorted((line, code) for line, _, code in _found(strict)) == sorted(told)


def test_all_faults_are_counted_and_the_first_ones_listed() -> None:
    report = _check("n,b\n" + "x,1\n" * 500, {"name": "n", "type": "integer"}, {"name": "b"}, options=StreamOptions(limit=3))

    assert ([line for line, _, _ in _found(report)], dict(report.counts), report.left_out) == ([2, 3, 4], {"not_a_whole_number": 500}, 497)


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_the_size_of_blocks_changes_nothing(seed: int, rows: int) -> None:
    draw = random.Random(seed)
    lines = [draw.choice(["x,1", "x,1", "y,z", "x", "a,b,c", "", '"x\ny",2', f"{draw.randrange(9)},3"]) for _ in range(rows)]
    text = "a,n\n" + "".join(f"{line}\n" for line in lines)
    fields = ({"name": "a", "constraints": {"unique": True}}, {"name": "n", "type": "integer"})

    whole = _check(text, *fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "_BLOCK_BYTES", 16)
        patch.setattr(blocks_module, "_CHUNK_BYTES", 16)
        cut = _check(text, *fields)

    assert (cut.faults, cut.rows) == (whole.faults, whole.rows)


def _mend(text: str | bytes, *fields: dict[str, object]) -> tuple[str, dict[str, int]]:
    out = io.BytesIO()
    data = text if isinstance(text, bytes) else text.encode()
    mended = mend_stream(io.BytesIO(data), parse_schema(json.dumps({"fields": list(fields)})).spec, out)
    return out.getvalue().decode(), dict(mended.cells)


@pytest.mark.parametrize(
    ("field", "cell", "mended"),
    [
        ({"type": "date"}, "05/12/2016", "2016-12-05"),
        ({"type": "date"}, "5.12.2016", "2016-12-05"),
        ({"type": "date"}, "1er février 2020", "2020-02-01"),
        ({"type": "date"}, "2016-12-05T10:00:00", "2016-12-05"),
        ({"type": "date", "format": "%d/%m/%Y"}, "2016-12-05", "05/12/2016"),
        ({"type": "number"}, "1 250,50", "1250.50"),
        ({"type": "number"}, "0,5", "0.5"),
        ({"type": "number", "decimalChar": ","}, "0.5", "0,5"),
        ({"type": "integer"}, "1\u202f234", "1234"),
        ({"type": "integer"}, "12,0", "12"),
        ({"type": "boolean", **WORDS}, "Yes", "oui"),
        ({"type": "boolean"}, "Non", "false"),
        ({"constraints": {"enum": ["aide en numéraire"]}}, "Aide en numeraire ", "aide en numéraire"),
        ({"constraints": {"pattern": r"^\d{5}$"}}, "1004", "01004"),
        ({"constraints": {"pattern": r"^\d{14}$"}}, "213 502 388 00019", "21350238800019"),
        ({"code": "commune"}, "2a004", "2A004"),
        ({"type": "string", "format": "email"}, " a@b.fr ", "a@b.fr"),
    ],
)
def test_a_safe_mend_makes_the_cell_sound(field: dict[str, object], cell: str, mended: str) -> None:
    text, cells = _mend(f'k,c\nx,"{cell}"\n', {"name": "k"}, {"name": "c", **field})

    assert (text.splitlines()[1].partition(",")[2].strip('"'), cells) == (mended, {"c": 1})
    assert _check(text, {"name": "k"}, {"name": "c", **field}).valid


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ({"type": "date"}, "31/02/2016"),
        ({"type": "date"}, "12/2016"),
        ({"type": "number"}, "1,250,50"),
        ({"type": "integer"}, "12,5"),
        ({"type": "number", "constraints": {"maximum": 1}}, "80"),
        ({"constraints": {"pattern": r"^\d{14}$"}}, "213502388"),
        ({"constraints": {"enum": ["oui", "non"]}}, "ouii"),
        ({"code": "siret"}, "21350238800018"),
        ({"constraints": {"required": True}}, ""),
    ],
)
def test_what_is_not_safe_stays_as_it_is(field: dict[str, object], cell: str) -> None:
    text, cells = _mend(f'k,c\nx,"{cell}"\n', {"name": "k"}, {"name": "c", **field})

    assert (text.splitlines()[1].partition(",")[2].strip('"'), cells) == (cell, {})


def test_a_sound_cell_is_never_touched() -> None:
    text = 'k,c\n" x ",05/12/2016\n'

    assert _mend(text, {"name": "k"}, {"name": "c"}) == ("k,c\n x ,05/12/2016\n", {})


def test_the_copy_keeps_every_row_and_mends_bytes_and_names() -> None:
    text, cells = _mend('notice\nCODE;Libelle\nx;é\ny\n\nz;"a;b"\n'.encode("cp1252"), {"name": "code"}, {"name": "libellé"})

    assert (text, cells) == ('code;libellé\nx;é\ny\n;\nz;"a;b"\n', {})


def test_a_value_near_a_closed_list_is_suggested_and_not_written() -> None:
    field = {"name": "c", "constraints": {"enum": ["En fonctionnement", "Absent"]}}

    report = _check("c,k\nEnn fonctionnement,x\n", field, {"name": "k"})

    assert report.faults["suggestion"].to_pylist() == ["En fonctionnement"]


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["05/12/2016", "2016-12-05", "x", "", "1 250,5", " a", "oui"]), min_size=1, max_size=20))
def test_mending_twice_changes_nothing_more(cells: list[str]) -> None:
    fields = ({"name": "d", "type": "date"}, {"name": "n", "type": "number"}, {"name": "b", "type": "boolean"})
    text = "d,n,b\n" + "".join(f'"{cell}","{cell}","{cell}"\n' for cell in cells)

    once, _ = _mend(text, *fields)
    twice, changed = _mend(once, *fields)

    assert (twice, changed) == (once, {})
    assert len(once.splitlines()) == len(cells) + 1
