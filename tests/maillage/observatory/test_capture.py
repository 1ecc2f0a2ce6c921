"""Capture reads the raw file or its packed form, proves where it lies, and names the publisher's bytes in both cases."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jauge.provenance import SourceDefinition, parse_source
from jauge.tables import Fault, TableRefused, check_table
from maillage.observatory.capture import SourceAbsent, UnsafePath, capture_source
from maillage.observatory.sources import UnknownSource, load_sources, pick_sources
from maillage.settings import paths

ROOT = Path(__file__).resolve().parents[3]
CSV = b"code,nbr,unused\n01001,12,a\n01002,,b\n"


def _definition(data: bytes = CSV, file: str = "observatory/x.csv") -> SourceDefinition:
    return parse_source(
        f"""name: x
label: {{fr: "X"}}
publisher: Arcep
licence: {{id: etalab-2.0, label: "LO"}}
url: https://www.data.gouv.fr/datasets/x
date: 2019-09-30
copy: "aucune"
file: {file}
known: {{sha256: {hashlib.sha256(data).hexdigest()}, size: {len(data)}, rows: 2}}
columns:
  code: {{type: code, code: commune, required: true, label: "Commune"}}
  nbr: {{type: integer, blank: statistical_secrecy, min: 0, label: "Locaux"}}
ignored: [unused]
key: [code]
territory: {{column: code, level: commune, cog_year: 2018}}
period: {{value: "2019-09-30"}}
starter: true
""",
        file="x.yaml",
    )


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw" / "observatory").mkdir(parents=True)
    (tmp_path / "raw" / "observatory" / "x.csv").write_bytes(CSV)
    return tmp_path / "raw"


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import pack_sources

    return pack_sources.pack_source


def test_a_raw_file_is_captured_as_text_with_its_hash(raw: Path) -> None:
    captured = capture_source(_definition(), raw)

    assert captured.table.to_pylist() == [{"code": "01001", "nbr": "12", "_line": 2}, {"code": "01002", "nbr": "", "_line": 3}]
    assert (captured.sha256, captured.size, captured.packed_sha256) == (hashlib.sha256(CSV).hexdigest(), len(CSV), None)


def test_a_packed_source_is_the_same_table_of_the_same_bytes(raw: Path, tmp_path: Path, pack) -> None:
    pack(_definition(), raw, tmp_path / "starter")

    packed, plain = capture_source(_definition(), tmp_path / "starter"), capture_source(_definition(), raw)

    assert packed.table.equals(plain.table)
    assert (packed.sha256, packed.size, packed.file) == (plain.sha256, plain.size, plain.file)
    assert packed.packed_sha256 == hashlib.sha256((tmp_path / "starter/observatory/x.parquet").read_bytes()).hexdigest()


def test_packing_twice_gives_the_same_bytes(raw: Path, tmp_path: Path, pack) -> None:
    pack(_definition(), raw, tmp_path / "one")
    pack(_definition(), raw, tmp_path / "two")

    assert (tmp_path / "one/observatory/x.parquet").read_bytes() == (tmp_path / "two/observatory/x.parquet").read_bytes()


def test_packing_other_bytes_than_those_described_is_refused(raw: Path, tmp_path: Path, pack) -> None:
    with pytest.raises(SystemExit, match="not the bytes"):
        pack(_definition(CSV + b"more"), raw, tmp_path / "starter")


def test_a_file_that_lost_its_last_rows_is_refused(raw: Path) -> None:
    (raw / "observatory/x.csv").write_bytes(CSV[: CSV.index(b"01002")])

    with pytest.raises(TableRefused, match="lignes de données : 1"):
        capture_source(_definition(), raw)


def test_a_cut_packed_file_is_refused(raw: Path, tmp_path: Path, pack) -> None:
    pack(_definition(), raw, tmp_path)
    path = tmp_path / "observatory/x.parquet"
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(TableRefused) as caught:
        capture_source(_definition(), tmp_path)

    assert caught.value.fault is Fault.TRUNCATED_FILE


def test_a_packed_file_without_a_wanted_column_is_refused(raw: Path, tmp_path: Path, pack) -> None:
    definition = _definition()
    pack(definition.model_copy(update={"columns": {"code": definition.columns["code"]}, "ignored": ("nbr", "unused")}), raw, tmp_path)

    with pytest.raises(TableRefused) as caught:
        capture_source(definition, tmp_path)

    assert (caught.value.fault, caught.value.column) == (Fault.MISSING_COLUMN, "nbr")


def test_a_packed_file_that_does_not_say_whence_it_comes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "observatory").mkdir()
    pq.write_table(pa.table({"code": ["01001"], "nbr": ["1"], "_line": [2]}), tmp_path / "observatory/x.parquet")

    with pytest.raises(TableRefused, match="de quels octets"):
        capture_source(_definition(), tmp_path)


def test_an_absent_source_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(SourceAbsent, match="maillage sources fetch x"):
        capture_source(_definition(), tmp_path)


def test_a_symbolic_link_out_of_the_folder_is_refused(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(CSV)
    (raw / "observatory/x.csv").unlink()
    (raw / "observatory/x.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(UnsafePath):
        capture_source(_definition(), raw)


def test_a_forged_definition_cannot_lead_out_of_the_folder(raw: Path) -> None:
    with pytest.raises(UnsafePath):
        capture_source(_definition().model_copy(update={"file": "../secret.csv"}), raw)


def test_a_folder_reached_by_a_link_is_read(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(raw)

    assert capture_source(_definition(), tmp_path / "link").table.num_rows == 2


def test_every_definition_is_sound_and_shipped_ones_are_in_the_starter() -> None:
    sources = load_sources(paths.DEFINITIONS)

    missing = [s.name for s in sources.values() if s.starter and not (paths.STARTER / s.file).with_suffix(".parquet").is_file()]
    assert len(sources) >= 40
    assert missing == []


def test_no_file_of_the_starter_is_without_its_definition() -> None:
    described = {str(Path(s.file).with_suffix(".parquet")) for s in load_sources(paths.DEFINITIONS).values() if s.starter}

    assert {str(path.relative_to(paths.STARTER)) for path in paths.STARTER.glob("observatory/**/*.parquet")} == described


def test_every_source_of_the_starter_is_captured_and_checked() -> None:
    for source in load_sources(paths.DEFINITIONS).values():
        if source.starter:
            captured = capture_source(source, paths.STARTER)
            checked = check_table(captured.table, source.table_spec, file=source.file)
            assert (captured.sha256, captured.table.num_rows) == (source.known.sha256, source.known.rows)
            assert checked.table.num_rows + checked.set_aside == source.known.rows, source.name


def test_an_unknown_source_is_answered_with_near_names() -> None:
    with pytest.raises(UnknownSource) as caught:
        pick_sources(load_sources(paths.DEFINITIONS), "arcep_fixd_2019")

    assert "arcep_fixed_2019" in caught.value.suggestions


@pytest.mark.real_data
def test_the_starter_and_the_raw_files_give_equal_tables(real_data: Path) -> None:
    for source in load_sources(paths.DEFINITIONS).values():
        plain = capture_source(source, real_data)
        assert plain.sha256 == source.known.sha256, source.name
        if source.starter:
            packed = capture_source(source, paths.STARTER)
            assert packed.table.equals(plain.table), source.name
            assert packed.sha256 == plain.sha256


@pytest.mark.real_data
def test_every_real_file_passes_its_check(real_data: Path) -> None:
    rejects = {}
    for source in load_sources(paths.DEFINITIONS).values():
        checked = check_table(capture_source(source, real_data).table, source.table_spec, file=source.file)
        assert checked.rows == source.known.rows
        if checked.rejects.num_rows:
            rejects[source.name] = checked.rejects.num_rows

    assert rejects == {
        "census_2017_rates": 1115,
        "demography_priority_2020": 134,
        "iris_table": 14,
        "laposte_postcodes": 1,
        "public_service_points": 6,
        "social_centres": 25,
    }


@pytest.mark.real_data
@pytest.mark.slow
def test_packing_the_real_files_gives_the_shipped_bytes(real_data: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "tools/pack_sources.py", "--from", real_data, "--output", tmp_path], cwd=ROOT, check=True)

    for path in tmp_path.glob("observatory/**/*.parquet"):
        assert path.read_bytes() == (paths.STARTER / path.relative_to(tmp_path)).read_bytes(), path.name
