"""Secrecy in a release: what is hidden stands nowhere in it, and says why."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.maillage.observatory.small_world import SOURCE, build, make_world

from jauge.territories import Level, TerritoryRef
from maillage.observatory import folders, operations
from maillage.observatory.places import check_exists
from maillage.observatory.queries import open_release
from maillage.observatory.vintages import measure_in_vintage
from maillage.territories.api import UnknownTerritory, get_geography

SMALL, LARGE = "22001", "22004"  # Allineuc, Bégard: in two EPCI of the Côtes-d’Armor
THRESHOLD = 11


def put_under_secrecy(folder: Path, counts: dict[str, int]) -> None:
    """Give the source of the small world a threshold, and some communes another count of premises (all at 100 Mbit/s)."""
    path = folder / "definitions" / "sources" / f"{SOURCE}.yaml"
    rule = f'secrecy: {{rule: "Moins de {THRESHOLD} locaux", threshold: {THRESHOLD}}}\n'
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    raw = folder / "sources" / "observatory" / "commune-debit-beta.csv"
    lines = raw.read_text(encoding="utf-8").splitlines()
    changed = [_write_line(line[:5], counts[line[:5]]) if line[:5] in counts else line for line in lines]
    raw.write_text("\n".join(changed) + "\n", encoding="utf-8")


def _write_line(code: str, count: int) -> str:
    return f"{code};x;x;x;{count};logloc;0;0;0;0;{count};0;0;2019-09-30"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A small country of 100 premises by commune, one of 7, under a threshold of 11."""
    make_world(tmp_path)
    put_under_secrecy(tmp_path, {SMALL: 7})
    return tmp_path


def read(folder: Path, release: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = pq.read_table(folder / "releases" / release / "observations.parquet").to_pylist()
    return {(row["level"], row["code"], row["indicator"]): row for row in rows if row["indicator"] != "population"}


def test_a_count_under_the_threshold_is_secret_and_another_is_masked_for_it(world: Path) -> None:
    figures = read(world, build(world))

    small = figures["commune", SMALL, "fixed_premises"]
    assert (small["value"], small["numerator"], small["status"], small["reason"]) == (None, None, "secret", "statistical_secrecy")
    masked = [row for row in figures.values() if row["reason"] == "complementary_secrecy"]
    assert {row["status"] for row in masked} == {"secret"}
    assert {row["level"] for row in masked if row["indicator"] == "fixed_premises"} == {"commune"}
    assert figures["departement", "22", "fixed_premises"]["value"] == 347 * 100 + 7


def test_a_share_is_hidden_with_its_counts(world: Path) -> None:
    figures = read(world, build(world))

    share = figures["commune", SMALL, "fixed_share_30mbps"]
    assert [share[name] for name in ("value", "numerator", "denominator")] == [None, None, None]


def test_the_small_count_stands_in_no_file_of_the_release(world: Path) -> None:
    release = build(world)
    folder = world / "releases" / release

    with sqlite3.connect(folder / "lookup.sqlite") as lookup:
        numbers = lookup.execute(
            "SELECT value, numerator, denominator FROM observations o JOIN territories t ON t.id = o.territory "
            "JOIN series s ON s.id = o.series WHERE t.code = ? AND s.indicator != 'population'",
            [SMALL],
        ).fetchall()
    assert {number for row in numbers for number in row} == {None}
    kept = pq.ParquetFile(next((folder / "sources").glob(f"{SOURCE}.*.parquet"))).read().to_pylist()
    assert [row["nbr"] for row in kept if row["code"] == SMALL] == [None]
    least = pq.read_table(folder / "distributions.parquet").to_pylist()
    assert all(row["min"] is None or row["min"] >= THRESHOLD for row in least if row["indicator"] == "fixed_premises")


def test_a_masked_figure_stands_in_no_kept_row_either(world: Path) -> None:
    release = build(world)

    rows = [row for row in read(world, release).values() if row["level"] == "commune"]
    masked = {row["code"] for row in rows if row["reason"] == "complementary_secrecy"}
    kept = pq.ParquetFile(next((world / "releases" / release / "sources").glob(f"{SOURCE}.*.parquet"))).read().to_pylist()
    assert masked
    assert {row["nbr"] for row in kept if row["code"] in masked} == {None}


def test_another_vintage_does_not_give_what_is_hidden(world: Path) -> None:
    release = build(world)
    opened = open_release(world / "releases", release)
    epci = get_geography().vintage(2021).communes[SMALL].epci

    (commune,) = measure_in_vintage(opened, get_geography(), TerritoryRef(Level.COMMUNE, SMALL), "fixed_premises", 2021)
    (group,) = measure_in_vintage(opened, get_geography(), TerritoryRef(Level.EPCI, str(epci)), "fixed_premises", 2021)

    assert commune.value is None
    assert group.value is None  # its sum with the release's own would be a difference


def test_the_manifest_says_what_is_hidden_and_what_it_costs(world: Path) -> None:
    release = build(world)

    (entry,) = json.loads((world / "releases" / release / folders.MANIFEST).read_text())["secrecy"]
    assert (entry["source"], entry["threshold"], entry["verdict"]) == (SOURCE, THRESHOLD, "protected")
    assert entry["levels"]["commune"]["small"] >= 1
    assert 0 < entry["masked_share"] < 0.05


def test_a_source_without_small_count_hides_nothing(tmp_path: Path) -> None:
    make_world(tmp_path)
    put_under_secrecy(tmp_path, {})

    figures = read(tmp_path, build(tmp_path))

    assert all(row["status"] != "secret" for row in figures.values())


@pytest.mark.slow
def test_a_world_where_all_is_small_gives_its_sums_only(tmp_path: Path) -> None:
    make_world(tmp_path, premises=4)
    put_under_secrecy(tmp_path, {})

    figures = read(tmp_path, build(tmp_path))

    communes = [row for row in figures.values() if row["level"] == "commune" and row["status"] == "secret"]
    assert all((row["numerator"] or THRESHOLD) >= THRESHOLD for row in figures.values())  # three that merged make twelve
    assert len(communes) > 500
    assert figures["pays", "FR", "fixed_premises"]["value"] > THRESHOLD


def test_the_report_of_a_release_says_what_is_hidden(world: Path, settings: Any, client: Client, db: None) -> None:
    release = build(world)
    settings.RELEASES = world / "releases"
    operations.register(release, now=datetime(2026, 11, 25, tzinfo=UTC))

    page = client.get(f"/livraisons/{release}/").content.decode()

    assert "Secret statistique" in page
    assert "Pour en protéger un autre" in page


def test_a_perimeter_is_refused_at_every_door() -> None:
    with pytest.raises(UnknownTerritory):
        check_exists(get_geography(), TerritoryRef(Level.PERIMETRE, "a"), get_geography().newest)
