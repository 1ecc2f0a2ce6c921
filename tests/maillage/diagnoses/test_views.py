"""Pages of diagnoses: shown, downloaded, asked for."""

import pytest

pytestmark = pytest.mark.django_db
PAGE = "/territoires/commune/22113/diagnostic/"


def test_the_page_tells_the_diagnosis_without_inline_style(client, memory_release, squares):
    page = client.get(PAGE)

    assert page.status_code == 200
    text = page.content.decode()
    assert "Diagnostic numérique\u202f: Lannion" in text
    assert "Ce que vous pouvez faire" in text
    assert "style=" not in text
    assert "/chiffres/commune/22113/fixed_share_30mbps/" in text


@pytest.mark.parametrize("address", ["/territoires/commune/99999/diagnostic/", "/territoires/x/1/diagnostic/", f"{PAGE}?livraison=nope"])
def test_an_unknown_territory_or_release_is_not_found(client, memory_release, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("format", "kind"), [("json", "application/json"), ("csv", "text/csv"), ("html", "text/html")])
def test_a_diagnosis_is_downloaded(client, memory_release, format, kind):  # noqa: A002
    answer = client.get(f"{PAGE}fichier.{format}")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    assert answer["Content-Disposition"] == f'attachment; filename="diagnostic-commune-22113.{format}"'


def test_a_pdf_is_asked_for_then_downloaded(client, memory_release):
    from jauge.territories import TerritoryRef
    from maillage.diagnoses import api

    assert "n’est pas encore prêt" in client.get(f"{PAGE}fichier.pdf", follow=True).content.decode()
    assert client.post(f"{PAGE}pdf/preparer/").status_code == 302
    api.render_diagnosis(TerritoryRef.parse("commune:22113"), format=api.Format.PDF)

    assert client.get(f"{PAGE}fichier.pdf").content.startswith(b"%PDF")
