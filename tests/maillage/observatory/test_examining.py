"""What a failed check does to a release: the figure is withheld, the finding is told wherever the figure is."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.maillage.observatory.small_world import ROOT, build, change_source, make_world
from tests.memory_release import FINDING

from jauge.definitions import BadDefinition
from jauge.figures import Reading
from jauge.quantities import Reason, Status
from jauge.territories import TerritoryRef
from maillage.observatory import api
from maillage.observatory.inputs import load_definitions

CHECK = "speed_classes_sum_to_premises"
# Eighty premises whose classes sum to seventy: the row replaces that of Lannion, which the small world has already made sound.
FAULTY = "22113;x;x;x;80;logloc;0;0;0;40;30;0;0;2019-09-30\n"


def _make_faulty(folder: Path, secrecy: str = "") -> Path:
    """Build the release of a small country where Lannion's classes do not sum to its premises. secrecy: a line of the file's definition."""
    make_world(folder)
    source = folder / "definitions" / "sources" / "arcep_fixed_2019.yaml"
    source.write_text(source.read_text(encoding="utf-8") + secrecy, encoding="utf-8")
    (folder / "definitions" / "checks").mkdir()
    shutil.copy(ROOT / "definitions" / "checks" / f"{CHECK}.yaml", folder / "definitions" / "checks")
    path = folder / "sources" / "observatory" / "commune-debit-beta.csv"
    sound = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("22113;")]
    path.write_text("".join(sound) + FAULTY, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def faulty_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That release, made once."""
    return _make_faulty(tmp_path_factory.mktemp("faulty"))


@pytest.fixture
def served(faulty_world: Path, settings: Any, db: None) -> Path:
    """That release, served."""
    settings.RELEASES = faulty_world / "releases"
    return faulty_world


def test_a_figure_whose_cells_contradict_each_other_is_withheld(served: Path) -> None:
    figure = api.get_figure(TerritoryRef.parse("commune:22113"), "fixed_share_30mbps")

    assert (figure.status, figure.reason, figure.value, figure.denominator) == (Status.MISSING, Reason.SOURCE_ERROR, None, None)


def test_a_withheld_figure_is_withheld_in_every_vintage(served: Path) -> None:
    figure = api.get_figure(TerritoryRef.parse("commune:22113"), "fixed_share_30mbps", cog_year=2024)

    assert (figure.reason, figure.value) == (Reason.SOURCE_ERROR, None)


def test_a_sound_figure_beside_it_stands(served: Path) -> None:
    assert api.get_figure(TerritoryRef.parse("commune:22278"), "fixed_share_30mbps").value == 0.5


def test_the_finding_is_told_of_the_territory_and_of_those_that_hold_it(served: Path) -> None:
    def list_numbers(territory: str) -> list[tuple[str, int]]:
        found = api.list_findings(indicator="fixed_share_30mbps", territory=TerritoryRef.parse(territory))
        return [(one.check, one.here) for one in found]

    assert list_numbers("commune:22113") == list_numbers("departement:22") == [(CHECK, 1)]
    assert list_numbers("commune:22278") == list_numbers("departement:2B") == []
    assert api.list_findings(indicator="population") == ()


def test_the_release_says_the_file_the_line_the_columns_and_the_consequence(served: Path) -> None:
    (finding,) = api.get_release().findings
    (cell,) = api.list_faulty_cells(finding.number)
    lines = (served / "sources" / "observatory" / "commune-debit-beta.csv").read_text(encoding="utf-8").splitlines()

    assert (finding.file, finding.columns[0], finding.consequence) == ("observatory/commune-debit-beta.csv", "nbr", "withheld")
    assert cell.line is not None
    assert lines[cell.line - 1] == FAULTY.strip()
    assert (cell.value, cell.expected) == ("80", "70")


@pytest.mark.parametrize(
    ("changed", "figure", "doubts"),
    [
        ({"scope": "cells", "own": 1}, {}, True),
        ({"scope": "cells", "own": 0}, {}, False),  # a territory inside it has the fault
        ({"scope": "column", "own": 0}, {}, True),
        ({"scope": "column"}, {"value": None, "reason": Reason.NOT_AGGREGABLE}, False),
        ({"scope": "column"}, {"value": None, "reason": Reason.SOURCE_ERROR}, True),
        ({"scope": "rows", "own": 1}, {}, False),  # the row was left out: the figure comes from another
        ({"scope": "rows", "own": 1}, {"value": None}, True),
        ({"scope": "series", "own": 1}, {}, False),
        ({"scope": "column", "consequence": "replaced"}, {}, False),
        ({"scope": "column"}, {"source": "another_file"}, False),
        ({"scope": "column"}, {"source": "indicators"}, True),
        ({"scope": "column"}, {"indicator": "population"}, False),
    ],
)
def test_a_finding_doubts_the_figures_that_its_fault_can_have_made_wrong(
    changed: dict[str, Any], figure: dict[str, Any], doubts: bool
) -> None:
    finding = replace(FINDING, **changed)
    (indicator, _), source = finding.touches[0], finding.source

    assert finding.doubts(Reading(**{"indicator": indicator, "period": "2019", "value": 0.5, "source": source} | figure)) is doubts


@pytest.mark.parametrize(("inherited", "value"), [("true", "80"), ("false", None)])
def test_a_finding_tells_no_value_of_a_file_whose_secrecy_is_ours_to_apply(
    tmp_path: Path, settings: Any, db: None, inherited: str, value: str | None
) -> None:
    folder = _make_faulty(tmp_path, f"secrecy: {{rule: Moins de 3 locaux, threshold: 3, inherited: {inherited}}}\n")
    settings.RELEASES = folder / "releases"

    (finding,) = api.get_release().findings
    (cell,) = api.list_faulty_cells(finding.number)

    assert (cell.value, finding.examples[0].value) == (value, value)
    assert cell.line is not None


def test_a_doubted_figure_leads_to_the_check_and_to_the_raw_line_in_three_clicks(client: Client, served: Path) -> None:
    """From the figure's page: its finding (one click), the raw rows (one click)."""
    page = client.get("/chiffres/commune/22113/fixed_share_30mbps/").content.decode()
    release = api.get_release()

    assert f"/livraisons/{release.id}/constats/1/" in page
    assert f"/livraisons/{release.id}/sources/arcep_fixed_2019/lignes/commune/22113/" in page
    finding = client.get(f"/livraisons/{release.id}/constats/1/").content.decode()
    rows = client.get(f"/livraisons/{release.id}/sources/arcep_fixed_2019/lignes/commune/22113/").content.decode()
    assert "22113" in finding
    assert "<code>nbr</code></dt><dd>80" in rows


def test_a_mended_file_raises_no_finding(tmp_path: Path, settings: Any, db: None) -> None:
    folder = make_world(tmp_path)
    (folder / "definitions" / "checks").mkdir()
    shutil.copy(ROOT / "definitions" / "checks" / f"{CHECK}.yaml", folder / "definitions" / "checks")
    change_source(folder, premises=100)
    settings.RELEASES = folder / "releases"

    build(folder)

    assert [(check.verdict, check.checked > 0) for check in api.get_release().checks] == [("passed", True)]
    assert api.get_release().findings == ()


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoilt."""
    return Path(shutil.copytree(ROOT / "definitions", tmp_path / "definitions"))


def _spoil(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("sources/arcep_fixed_2019.yaml", "separator:", "derived_from: [derived_fixed_30mbps]\nseparator:", "en rond"),
        ("sources/derived_rsa.yaml", "[rsa_by_iris]", "[nothing]", "source inconnue"),
        ("checks/coverage_or_its_complement.yaml", "value: TAUX_COUVERTURE_THD", "value: TAUX", "colonne inconnue « TAUX »"),
        ("checks/coverage_or_its_complement.yaml", "replaced_by: arcep_fixed_2019", "replaced_by: arcep", "source inconnue « arcep »"),
        ("checks/post_offices_of_two_dates.yaml", "post_offices_2009,", "population,", "n’est pas comparable"),
        ("indicators/fibre_passed_share.yaml", "fixed_share_1gbps, ", "", "n’est pas comparable"),
        ("indicators/rsa_beneficiaries.yaml", "count: alloc_rsa_socle", "count: alloc_rsa_socle * 1", "une somme de colonnes"),
    ],
)
def test_definitions_that_contradict_each_other_are_refused(definitions: Path, file: str, before: str, after: str, told: str) -> None:
    _spoil(definitions / file, before, after)

    with pytest.raises(BadDefinition) as refused:
        load_definitions(definitions)

    assert told in str(refused.value)
    assert refused.value.line > 0


def test_a_derived_file_never_beats_the_raw_one(definitions: Path) -> None:
    check = definitions / "checks" / "coverage_or_its_complement.yaml"
    _spoil(check, "left: {source: derived_fixed_30mbps, value: TAUX_COUVERTURE_THD}", "left: {source: arcep_fixed_2019, value: nbr}")
    _spoil(check, "replaced_by: arcep_fixed_2019", "replaced_by: derived_fixed_30mbps")
    _spoil(check, "columns: [TAUX_COUVERTURE_THD]", "columns: [nbr]")

    with pytest.raises(BadDefinition, match="ne l’emporte jamais"):
        load_definitions(definitions)


def test_two_measures_in_one_indicator_are_refused(definitions: Path) -> None:
    indicator = definitions / "indicators" / "post_offices_2009.yaml"
    one_curve = "count: bureau_poste\nseries:\n  - {source: insee_bpe_2009, period: 2009}\n  - {source: insee_bpe_2013, period: 2013}"
    _spoil(indicator, "source: insee_bpe_2009\nperiod: 2009\ncount: bureau_poste", one_curve)

    with pytest.raises(BadDefinition, match="dans une même courbe"):
        load_definitions(definitions)


def test_every_described_file_is_measured_or_declined_with_its_reason() -> None:
    described = load_definitions(ROOT / "definitions")
    used = {series.source for indicator in described.indicators for series in indicator.series}

    assert [name for name, source in described.sources.items() if (name in used) == (source.refused is not None)] == []


@pytest.mark.real_data
def test_every_file_of_the_observatory_and_of_the_equipment_base_is_described(real_data: Path) -> None:
    described = {source.file for source in load_definitions(ROOT / "definitions").sources.values()}
    files = [*(real_data / "observatory").rglob("*.csv"), *(real_data / "themes" / "health").glob("bpe_*.csv")]

    assert sorted({str(file.relative_to(real_data)) for file in files} - described) == []
