"""The portal's pages: what they say, what they refuse, what they cost."""

import pytest
from django.test import Client
from tests.memory_release import MemoryRelease

pytestmark = pytest.mark.django_db


def _read(client: Client, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_home_without_release_says_what_to_do(client: Client) -> None:
    assert "maillage release build" in _read(client, "/")


def test_home_says_what_the_release_holds(client: Client, memory_release: MemoryRelease) -> None:
    assert "2 indicateurs" in _read(client, "/")


@pytest.mark.parametrize("asked", ["lannion", "Lanion", "22113", "22300"])
def test_search_finds_by_name_slip_code_and_postcode(client: Client, asked: str) -> None:
    assert "/territoires/commune/22113/" in _read(client, f"/recherche/?q={asked}")


def test_search_of_ten_thousand_characters_is_answered(client: Client) -> None:
    assert "10\u202f000 caractères" in _read(client, f"/recherche/?q={'a' * 10_000}", 400)


def test_search_without_answer_says_what_to_try(client: Client) -> None:
    assert "Vérifiez l’orthographe" in _read(client, "/recherche/?q=zzzzqqqq")


def test_search_shows_what_was_typed_as_text(client: Client) -> None:
    assert "<script>alert" not in _read(client, "/recherche/?q=<script>alert(1)</script>")


def test_suggestions_are_options_with_an_address(client: Client) -> None:
    written = _read(client, "/recherche/suggestions/?q=lannion&liste=x")

    assert 'role="option"' in written
    assert 'id="x-1"' in written


def test_a_territory_shows_its_figures_beside_those_above(client: Client, memory_release: MemoryRelease) -> None:
    written = _read(client, "/territoires/commune/22113/")

    assert "75\u202f%" in written
    assert "40,0\u202f%" in written
    assert 'class="scale"' in written


def test_a_territory_costs_six_lookup_queries_and_none_of_the_database(
    client: Client, memory_release: MemoryRelease, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        _read(client, "/territoires/commune/22113/")

    assert memory_release.queries == 6  # three for the page, three for the points of attention of its diagnosis


@pytest.mark.parametrize("page", ["epci/200065928", "departement/22", "region/53", "departement/974", "pays/FR", "commune/22016"])
def test_each_level_has_its_page(client: Client, page: str) -> None:
    _read(client, f"/territoires/{page}/")


def test_members_are_sorted_as_asked(client: Client) -> None:
    written = _read(client, "/territoires/epci/200065928/?tri=population")

    assert written.index("/territoires/commune/22113/") < written.index("/territoires/commune/22168/")


@pytest.mark.parametrize("page", ["commune/99999", "planete/1", "commune/..", "commune/%2e%2e%2fetc%2fpasswd", "departement/'%20or%201=1"])
def test_an_unknown_territory_or_a_path_trick_is_not_found(client: Client, page: str) -> None:
    assert "<h1>" in _read(client, f"/territoires/{page}/", 404)


@pytest.mark.parametrize("page", ["methode", "mentions", "accessibilite", "etapes/convenir", "etapes/agir", "etapes/evaluer"])
def test_each_quiet_page_answers(client: Client, page: str) -> None:
    _read(client, f"/{page}/")


def test_a_choice_of_appearance_is_kept_and_leads_back(client: Client) -> None:
    answer = client.post("/apparence/", {"apparence": "dark", "suite": "/methode/"})

    assert answer["Location"] == "/methode/"
    assert 'data-theme="dark"' in _read(client, "/methode/")


def test_a_choice_of_appearance_never_leads_elsewhere(client: Client) -> None:
    assert client.post("/apparence/", {"suite": "https://example.org/"})["Location"] == "/"


def test_no_page_has_an_inline_style_or_script(client: Client, memory_release: MemoryRelease) -> None:
    for page in ("/", "/recherche/?q=lannion", "/territoires/commune/22113/", "/methode/"):
        written = _read(client, page)
        assert " style=" not in written
        assert "<script>" not in written
        assert " onclick=" not in written


def test_the_code_of_a_delegated_commune_leads_to_todays_commune(client: Client) -> None:
    answer = client.get("/territoires/commune/24089/")

    assert answer["Location"] == "/territoires/commune/24325/?ancien=24089"
    assert "Le code 24089 ne désigne plus" in _read(client, answer["Location"])


def test_a_commune_says_which_ones_it_has_taken_in(client: Client) -> None:
    assert "communes à part entière en 2019" in _read(client, "/territoires/commune/24325/")


def test_a_commune_without_epci_says_so(client: Client) -> None:
    assert "n’appartient à aucun EPCI" in _read(client, "/territoires/commune/22016/")
