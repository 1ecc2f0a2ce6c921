"""The packing of territories on two small packages of our own: which tables come out, what they say, twice the same bytes."""

import hashlib
import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "pack_territories"
EPCI = "200000001"
TABLES = ("communes", "groups", "subcommunes", "movements")


def make_commune(code: str, population: int, **more: Any) -> dict[str, Any]:
    place = {"type": "commune-actuelle", "departement": "01", "region": "84"}
    return {"code": code, "nom": f"L'{code}", **place, "population": population, "codesPostaux": ["01000"], **more}


# 01002 merges into 01001 between the two years; 01003 goes on.
EARLIER = [make_commune("01001", 100), make_commune("01002", 50), make_commune("01003", 7)]
LATER = [
    make_commune("01001", 160),
    make_commune("01003", 8),
    {"code": "01002", "nom": "L'01002", "type": "commune-deleguee", "chefLieu": "01001"},
]


def write_package(file: Path, entries: list[dict[str, Any]]) -> str:
    """A tarball laid out like the npm package; its SHA-256."""
    members = [{"code": one["code"], "siren": f"21{one['code']}00"} for one in entries if one["type"] == "commune-actuelle"]
    data = {
        "communes": entries,
        "epci": [{"code": EPCI, "nom": "L'intercommunalité", "type": "CC", "membres": members, "populationMunicipale": 168}],
        "regions": [{"code": "84", "nom": "Auvergne-Rhône-Alpes", "chefLieu": "69123"}],
        "departements": [{"code": "01", "nom": "Ain", "region": "84", "chefLieu": "01053"}],
        "historique-communes": [],
    }
    with tarfile.open(file, "w:gz") as archive:
        for name, rows in data.items():
            text = json.dumps(rows).encode()
            member = tarfile.TarInfo(f"package/data/{name}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The tool, that finds two packages of ours in `tmp_path/downloads` instead of the seven of npm."""
    monkeypatch.syspath_prepend(str(TOOL))
    packages = importlib.import_module("packages")
    folder = tmp_path / "downloads"
    folder.mkdir()
    vintages = []
    for year, version, entries in ((2025, "1.0.0", EARLIER), (2026, "2.0.0", LATER)):
        one = packages.CogPackage(year, version, "", year - 3, year, folder)
        vintages.append(packages.CogPackage(year, version, write_package(one.tarball, entries), year - 3, year, folder))
    monkeypatch.setattr(packages, "list_packages", lambda _folder: vintages)
    spec = importlib.util.spec_from_file_location("pack_territories_main", TOOL / "__main__.py")
    assert spec and spec.loader
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    return main


def pack(tool: ModuleType, tmp_path: Path, name: str = "out") -> Path:
    tool.pack_reference(tmp_path / "downloads", tmp_path / name)
    return tmp_path / name


def test_packing_gives_communes_groups_subcommunes_and_movements(tool: ModuleType, tmp_path: Path) -> None:
    out = pack(tool, tmp_path)

    communes = [
        (row["cog_year"], row["code"], row["name"], row["epci"], row["population"])
        for row in pq.read_table(out / "communes.parquet").to_pylist()
    ]
    assert communes == [
        (2025, "01001", "L’01001", EPCI, 100),
        (2025, "01002", "L’01002", EPCI, 50),
        (2025, "01003", "L’01003", EPCI, 7),
        (2026, "01001", "L’01001", EPCI, 160),
        (2026, "01003", "L’01003", EPCI, 8),
    ]
    assert [(row["code"], row["kind"], row["parent"]) for row in pq.read_table(out / "subcommunes.parquet").to_pylist()] == [
        ("01002", "deleguee", "01001")
    ]
    moves = [row for row in pq.read_table(out / "movements.parquet").to_pylist() if row["from_year"] == 2025]
    assert [(row["code_from"], row["code_to"], row["kind"]) for row in moves] == [
        ("01001", "01001", "merger"),
        ("01002", "01001", "merger"),
    ]
    groups = pq.read_table(out / "groups.parquet").to_pylist()
    assert {(row["level"], row["code"]) for row in groups} == {("pays", "FR"), ("region", "84"), ("departement", "01"), ("epci", EPCI)}


def test_each_packed_table_says_publisher_licence_date_hashes_and_recipe(tool: ModuleType, tmp_path: Path) -> None:
    out = pack(tool, tmp_path)

    for name in TABLES:
        facts = json.loads((pq.read_schema(out / f"{name}.parquet").metadata or {})[b"maillage"])
        assert set(facts) == {"publisher", "licence", "url", "date", "copy", "sha256", "recipe"}
        assert facts["date"] == "2026-01-01"
        assert {len(found) for found in facts["sha256"].values()} == {64}


def test_packing_twice_gives_the_same_bytes(tool: ModuleType, tmp_path: Path) -> None:
    first, second = pack(tool, tmp_path, "first"), pack(tool, tmp_path, "second")

    for name in TABLES:
        assert (first / f"{name}.parquet").read_bytes() == (second / f"{name}.parquet").read_bytes()


def test_a_package_of_other_bytes_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    tarball = next((tmp_path / "downloads").glob("*2.0.0.tgz"))
    tarball.write_bytes(tarball.read_bytes() + b"\0")

    with pytest.raises(ValueError, match=r"2\.0\.0\.tgz: sha256"):
        pack(tool, tmp_path)


@pytest.mark.parametrize("name", [*TABLES, "contours"])
def test_each_shipped_table_says_whence_it_comes(name: str) -> None:
    facts = json.loads((pq.read_schema(ROOT / "starter/territories" / f"{name}.parquet").metadata or {})[b"maillage"])

    assert facts["publisher"] and facts["sha256"] and facts["recipe"]
    assert facts["licence"] == "Licence Ouverte / Etalab 2.0"
