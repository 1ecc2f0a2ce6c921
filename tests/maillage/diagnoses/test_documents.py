"""What a diagnosis says, in each of its formats, on the release in memory."""

import csv
import io
import json

import pytest
from pypdf import PdfReader

from jauge.territories import TerritoryRef
from maillage.diagnoses import api, contributions, exports, operations
from maillage.diagnoses.api import Contribution, Format
from maillage.observatory.api import UnknownRelease


def _section(document, code):
    return next(section for section in document["sections"] if section["code"] == code)


def test_a_figure_says_its_year_its_counts_and_where_todays_figure_stands(memory_release, lannion):
    line = next(line for line in _section(api.get_document(lannion), "networks")["lines"] if line["code"] == "fixed_share_30mbps")

    assert (line["value"], line["when"]) == ("75\u202f%", "au\xa030\xa0septembre\xa02019")
    assert line["base"].startswith("60 sur 80")
    assert "https://www.arcep.example/fixe" in line["today"]


def test_a_secret_figure_is_told_with_its_reason(memory_release):
    document = api.get_document(TerritoryRef.parse("pays:FR"))

    assert any("trop peu de personnes" in one["why"] for one in document["unknown"])


def test_a_figure_that_a_check_flags_says_so_beside_itself_and_among_what_is_doubtful(memory_release, lannion):
    document = api.get_document(lannion)
    lines = {line["code"]: line for line in _section(document, "networks")["lines"]}

    assert [flag["title"] for flag in lines["fixed_share_30mbps"]["flags"]] == ["Classes de débit et total des locaux"]
    assert all(line["flags"] == [] for code, line in lines.items() if code != "fixed_share_30mbps")
    assert [(one["number"], len(one["figures"])) for one in document["doubtful"]] == [(1, 1)]
    assert api.get_document(TerritoryRef.parse("pays:FR"))["doubtful"] == []


def test_a_section_without_data_says_what_would_fill_it(memory_release, lannion):
    awaiting = _section(api.get_document(lannion), "projects")["awaiting"]

    assert [bool(one["what"] and one["filled_by"]) for one in awaiting] == [True, True]


def test_a_commune_without_epci_says_so(memory_release):
    assert ["Intercommunalité", "aucune"] in api.get_document(TerritoryRef.parse("commune:22016"))["identity"]


def test_a_collectivity_that_no_source_covers_has_no_empty_chapter(memory_release):
    document = api.get_document(TerritoryRef.parse("departement:988"))

    assert ["Niveau", "collectivité d’outre-mer"] in document["identity"]
    assert document["summary_points"] == []
    assert [bool(_section(document, code)["empty"]) for code in ("networks", "comparison", "change", "points")] == [True] * 4


def test_matched_territories_are_named_with_their_distance_and_what_was_compared(memory_release, lannion):
    said = _section(api.get_document(lannion), "comparison")["contributions"][0]

    assert said["rows"] == (("Saint-Brieuc (Côtes-d’Armor)", "0,25"),)
    assert "population (2023), débit fixe" in said["sentences"][0][0]
    assert "60" in said["sentences"][-1][0]


def test_an_index_says_its_missing_parts_and_never_a_rank_without_its_interval(memory_release, lannion):
    said = _section(api.get_document(lannion), "fragility")["contributions"][0]
    text = " ".join(sentence for sentence, _ in said["sentences"])

    assert "calculé sur 1 composantes sur 2" in text
    assert "Rang 3 sur 100" in text
    assert "entre 1 et 9" in text
    assert said["rows"][1][-1] == "manquante"


def test_a_change_is_told_in_the_unit_of_the_figure(memory_release, lannion):
    evolutions = {line["code"]: line["evolution"] for section in api.get_document(lannion)["sections"] for line in section["lines"]}

    assert evolutions["library_count"] == "+1"  # 2 in 2020, 3 in 2021: the break of 2020 is not crossed
    assert evolutions["fixed_share_30mbps"] == ""


def test_the_country_is_compared_with_nothing_larger(memory_release):
    assert "plus grand" in _section(api.get_document(TerritoryRef.parse("pays:FR")), "comparison")["empty"]


@pytest.mark.parametrize("text", ["commune:22113", "commune:22016", "departement:22", "departement:75", "departement:974", "pays:FR"])
def test_lookup_queries_do_not_grow_with_the_territory(text, memory_release):
    api.get_document(TerritoryRef.parse(text))

    assert memory_release.queries == (5 if text == "pays:FR" else 6)


def test_a_kept_diagnosis_is_served_without_any_query(memory_release, lannion):
    first = api.get_document(lannion)
    asked = memory_release.queries

    assert api.get_document(lannion) == json.loads(json.dumps(first))
    assert memory_release.queries == asked


def test_a_diagnosis_is_never_kept_from_one_release_to_another(memory_release, lannion, monkeypatch):
    from dataclasses import replace

    from maillage.observatory import api as observatory

    api.get_document(lannion)
    other = replace(memory_release.get_release(), id="cd" * 32, number=2)
    monkeypatch.setattr(observatory, "get_release", lambda release=None: other)

    assert api.get_document(lannion)["release"]["number"] == 2


def test_a_pdf_is_tagged_has_a_title_and_the_same_bytes_each_time(memory_release, lannion, squares):
    document = api.get_document(lannion)

    written = exports.write_pdf(document)

    reader = PdfReader(io.BytesIO(written))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Diagnostic numérique\u202f: Lannion"
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert len(reader.pages) <= 12
    assert exports.write_pdf(document) == written


def test_a_pdf_takes_hostile_text_as_text(memory_release, lannion):
    document = api.get_document(lannion)
    document["name"] = '#panic("x") $1$ *a* \\ " <b>'

    assert exports.write_pdf(document).startswith(b"%PDF")


def test_a_csv_has_a_row_per_figure_and_no_formula(memory_release, lannion):
    document = api.get_document(lannion)
    document["figures"][0]["label"] = "=cmd()"

    rows = list(csv.DictReader(io.StringIO(exports.write_csv(document))))

    assert rows[0]["label"] == "'=cmd()"
    found = {(row["territory"], row["indicator"], row["period"]): row["value"] for row in rows}
    assert found["commune:22113", "fixed_share_30mbps", "2019-09-30"] == "0.75"
    assert len(found) == len(rows)


def test_a_json_holds_the_figures_with_their_sources_and_no_drawing(memory_release, lannion, squares):
    written = json.loads(api.render_diagnosis(lannion, format=Format.JSON))

    assert written["sources"][0]["sha256"] == "cd" * 32
    assert {"numerator", "denominator", "status", "period", "release"} <= set(written["figures"][0])
    assert "<svg" not in json.dumps(written)


def test_a_page_to_keep_needs_nothing_else(memory_release, lannion, squares):
    page = api.render_diagnosis(lannion, format=Format.HTML).decode()

    assert "75\u202f%" in page
    assert "<link" not in page
    assert "<script" not in page


def test_a_map_is_drawn_for_the_epci_of_a_commune(memory_release, lannion, squares):
    pictures = _section(api.get_document(TerritoryRef.parse("epci:200065928")), "networks")["pictures"]

    assert pictures == []  # one commune alone has the figure: a map would show nothing


def test_an_unknown_release_is_refused(memory_release, lannion):
    with pytest.raises(UnknownRelease):
        api.get_document(lannion, release="nope")


class Festivals:
    """A room above, that knows one project in Lannion."""

    section = "projects"

    def __init__(self):
        self.said = "Un tiers-lieu ouvre en mai."

    def contribute(self, territory):
        return Contribution("Projets", ((self.said, "/projets/1/"),)) if territory.code == "22113" else None

    def version(self, territory):
        return self.said


def test_a_room_above_fills_its_section_and_a_change_is_seen_at_once(memory_release, lannion, monkeypatch):
    monkeypatch.setattr(contributions, "_SECTIONS", {})
    festivals = Festivals()
    api.register_section(festivals)

    before = _section(api.get_document(lannion), "projects")["contributions"][0]
    festivals.said = "Le tiers-lieu est ouvert."
    after = _section(api.get_document(lannion), "projects")["contributions"][0]

    assert before["sentences"][0][0] == "Un tiers-lieu ouvre en mai."
    assert after["sentences"][0][0] == "Le tiers-lieu est ouvert."
    assert _section(api.get_document(TerritoryRef.parse("commune:22016")), "projects")["contributions"] == []
    with pytest.raises(ValueError, match="two rooms"):
        api.register_section(Festivals())


def test_old_releases_are_forgotten(memory_release, lannion, folder_of_kept_diagnoses):
    for name in ("a", "b", "c", "d"):
        (folder_of_kept_diagnoses / name).mkdir(parents=True)

    api.get_document(lannion)

    assert len(list(folder_of_kept_diagnoses.iterdir())) == operations.KEPT_RELEASES
