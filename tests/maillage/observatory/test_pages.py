"""The observatory's pages: a figure and its proof, releases, sources."""

import csv
import io
import json

import pytest
from django.test import Client
from tests.memory_release import ID, MemoryRelease

FIGURE = "/chiffres/commune/22113/fixed_share_30mbps/"


def _read(client: Client, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_figure_leads_to_its_counts_formula_file_and_release(client: Client, memory_release: MemoryRelease) -> None:
    written = _read(client, FIGURE)

    for proof in ("75\u202f%", "60 ÷ 80", "(elig_thd30 + elig_thd100 + elig_thd1g) / nbr", "cd" * 32, ID, "Arcep", "Licence Ouverte"):
        assert proof in written


def test_a_figure_costs_two_lookup_queries(client: Client, memory_release: MemoryRelease) -> None:
    _read(client, FIGURE)

    assert memory_release.queries == 2  # the figures, the findings


def test_the_fragment_equals_the_same_part_of_the_page(client: Client, memory_release: MemoryRelease) -> None:
    fragment = _read(client, FIGURE, **{"HX-Request": "true"})

    assert fragment.strip() in _read(client, FIGURE)


def test_a_secret_figure_says_why(client: Client, memory_release: MemoryRelease) -> None:
    assert "trop peu de personnes" in _read(client, "/chiffres/pays/FR/fixed_share_30mbps/")


def test_a_figure_has_a_twin_for_machines(client: Client, memory_release: MemoryRelease) -> None:
    told = client.get("/chiffres/commune/22113/fixed_share_30mbps.json").json()

    assert (told["territory"], told["value"], told["numerator"], told["status"]) == ("commune:22113", 0.75, 60, "observed")
    assert told["sources"][0]["sha256"] == "cd" * 32


def test_a_missing_twin_says_what_resembles_it(client: Client, memory_release: MemoryRelease) -> None:
    answer = client.get("/chiffres/commune/22113/fixed_share_30mbs.json")

    assert answer.status_code == 404
    assert answer.json()["suggestions"] == ["fixed_share_30mbps"]


@pytest.mark.parametrize(
    "address",
    [
        "/chiffres/commune/99999/fixed_share_30mbps/",
        "/chiffres/planete/1/fixed_share_30mbps/",
        "/chiffres/commune/22113/nothing/",
        FIGURE + "?periode=1999",
        FIGURE + "?livraison=999",
        "/livraisons/999/",
        "/livraisons/1/sources/nothing/",
        "/indicateurs/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found_in_words(client: Client, memory_release: MemoryRelease, address: str) -> None:
    assert "Nous ne connaissons pas" in _read(client, address, 404)


@pytest.mark.parametrize("address", [FIGURE, "/livraisons/1/"])
def test_without_release_a_page_says_what_to_do(client: Client, db: None, address: str) -> None:
    assert "<h1>" in _read(client, address, 404)


def test_the_report_names_files_refusals_and_coverage(client: Client, memory_release: MemoryRelease) -> None:
    written = _read(client, "/livraisons/1/")

    for word in ("Éligibilité des locaux", "taux_couverture_mobile", "99,0\u202f%", ID):
        assert word in written


def test_rejects_are_shown_a_page_at_a_time(client: Client, memory_release: MemoryRelease) -> None:
    assert _read(client, "/livraisons/1/sources/arcep_fixed_2019/?page=2").count("Code inconnu.") == 10


def test_rejects_of_the_download_never_run_in_a_spreadsheet(client: Client, memory_release: MemoryRelease) -> None:
    sent = b"".join(client.get("/livraisons/1/sources/arcep_fixed_2019/rejets.csv").streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))

    assert len(rows) == 60
    assert rows[0]["value"] == "'=cmd()"


@pytest.mark.parametrize("address", ["/indicateurs/", "/indicateurs/library_count/", "/livraisons/"])
def test_lists_and_definitions_answer(client: Client, memory_release: MemoryRelease, address: str) -> None:
    _read(client, address)


def test_the_rejects_of_a_whole_release_are_an_array_for_machines(client: Client, memory_release: MemoryRelease) -> None:
    sent = b"".join(client.get("/livraisons/1/rejets.json").streaming_content)  # type: ignore[attr-defined]

    told = json.loads(sent)
    assert len(told) == 60
    assert (told[0]["line"], told[0]["value"]) == (2, "=cmd()")


def test_the_rejects_of_a_whole_release_are_lines_that_no_spreadsheet_runs(client: Client, memory_release: MemoryRelease) -> None:
    sent = b"".join(client.get("/livraisons/1/rejets.csv").streaming_content)  # type: ignore[attr-defined]

    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))
    assert len(rows) == 60
    assert {row["value"] for row in rows} == {"'=cmd()"}
