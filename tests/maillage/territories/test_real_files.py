"""The crosswalk before real files: the published passage table, and every code of every national file."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from maillage.territories import api
from maillage.territories.passage import compare_passage

pytestmark = pytest.mark.real_data
CODE_COLUMNS = ("code_insee", "codgeo", "depcom", "code_commune_insee", "insee", "insee_com", "code_commune", "com")
# Codes that no commune has borne since 2008, by file, looked at one by one; elsewhere every code resolves.
KNOWN_REJECTS = {
    "adresses-des-bibliotheques-publiques.csv": 1,  # 69303: an arrondissement of Lyon as the postcode writes it
    "laposte_hexasmal.csv": 1,  # 99138: Monaco
    "data_DEMO_2020_V1_COM.csv": 134,  # two communes that share a priority district, their codes side by side (0309503310)
}


def test_movements_are_those_of_the_published_passage_table(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comparison = compare_passage(real_data / "themes/commons/communes_passage_2008_2024.csv", api.get_geography())

    assert comparison.common == 2_660
    assert (comparison.only_theirs, comparison.only_ours, comparison.other_kind) == ((), (), ())
    for theirs, ours in comparison.other_ratio:
        print(f"{ours.year} {ours.code_from} → {ours.code_to}: {theirs.ratio:.4f} there, {ours.ratio:.4f} here")
    assert all(ours.kind == "d" for _, ours in comparison.other_ratio)


# A table of national and regional figures: its column of that name holds publishers.
WITHOUT_COMMUNES = {"references_usages_numeriques_nationales_regionales.csv"}


def list_code_columns(folder: Path) -> Iterator[tuple[Path, str, str, int]]:
    """Files with a column of commune codes: path, column, separator, lines to skip."""
    for file in sorted(folder.rglob("*.csv")):
        with file.open("rb") as stream:
            lines = [stream.readline().decode("utf-8", errors="replace") for _ in range(2)]
        for skipped, line in enumerate(lines):
            separator = ";" if line.count(";") > line.count(",") else ","
            columns = [column.strip().strip('"\ufeff') for column in line.strip().split(separator)]
            found = [column for column in columns if column.lower() in CODE_COLUMNS]
            if found and file.name not in WITHOUT_COMMUNES:
                yield file, found[0], separator, skipped
                break


def read_codes(file: Path, column: str, separator: str, skipped: int) -> set[str]:
    relation = duckdb.read_csv(
        str(file), sep=separator, skiprows=skipped, header=True, all_varchar=True, encoding="utf-8", ignore_errors=True, null_padding=True
    )
    return {code.strip() for (code,) in relation.select(f'"{column}"').distinct().fetchall() if code and code.strip()}


def test_every_code_of_every_real_file_is_resolved_or_rejected_with_a_reason(real_data: Path) -> None:
    geography = api.get_geography()
    seen = 0
    for file, column, separator, skipped in list_code_columns(real_data / "observatory"):
        codes = read_codes(file, column, separator, skipped)
        vintage = geography.detect_vintage(codes)[0].year
        walk = geography.crosswalk(vintage)

        rejects = walk.find_rejects(codes)

        seen += 1
        print(file.name, column, len(codes), vintage, len(rejects), [(r.code, str(r.reason), r.suggestion) for r in rejects[:5]])
        assert all(code in walk.links for code in codes - {reject.code for reject in rejects})
        assert all(reject.reason for reject in rejects)
        assert len(rejects) == KNOWN_REJECTS.get(file.name, 0), file.name
    assert seen >= 15
