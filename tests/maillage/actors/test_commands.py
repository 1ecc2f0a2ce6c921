"""The first operator is made from the command line of the machine."""

from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from maillage.actors import api
from maillage.actors.data import Role
from maillage.actors.invented import PASSWORD as INVENTED_PASSWORD
from maillage.actors.invented import list_accounts
from maillage.actors.models import Organisation, Person
from maillage.cli import build_app
from maillage.settings import paths

PASSWORD = "une longue phrase à retenir"


def run(*words: str, password: str = PASSWORD) -> tuple[int, str]:
    """Code and output of a command of the group `actors`."""
    done = CliRunner().invoke(build_app(), ["actors", *words], env={"MAILLAGE_ADMIN_PASSWORD": password})
    return done.exit_code, done.output


@pytest.mark.django_db(transaction=True)
def test_the_first_operator_is_made_once() -> None:
    code, told = run("create-admin", "operateur@site.example", "--organisation", "Conseil départemental")
    again, refused = run("create-admin", "Operateur@site.example")

    person = Person.objects.get()
    assert (code, again) == (0, 1)
    assert "Conseil départemental" in told
    assert "déjà" in refused
    assert {Role.OPERATOR, Role.ADMINISTRATOR} <= api.get_actor(person.pk).roles
    assert person.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("email", "password"), [("operateur", PASSWORD), ("a@b.example", "court"), ("a@b.example", "password1234")])
def test_a_wrong_address_or_a_weak_password_makes_nobody(email: str, password: str) -> None:
    assert run("create-admin", email, password=password)[0] == 2
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_demo_has_one_account_per_role_which_opens_in_the_demo_alone(
    client: Client, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "HOME", tmp_path)
    first, told = run("invent")
    second, told_again = run("invent")

    assert (first, second) == (0, 0)
    assert {role for role, _ in list_accounts()} == set(Role) - {Role.VISITOR, Role.PERSON}
    assert all(email in told and email in told_again for _, email in list_accounts())
    assert Person.objects.count() == Person.objects.filter(fictitious=True).count() == len(list_accounts())
    assert not Organisation.objects.filter(fictitious=False).exists()
    assert (tmp_path / "demonstration").exists()
    for role, email in list_accounts():
        actor = api.get_actor(Person.objects.get(email=email).pk)
        assert role in actor.roles
        assert actor.perimeter

    for demo, opened in ((False, "/connexion/fermee/"), (True, "/compte/")):
        settings.DEMO = demo  # type: ignore[attr-defined]
        assert client.post("/connexion/", {"login": "elu@demonstration.example", "password": INVENTED_PASSWORD})["Location"] == opened
    page = client.get("/organisations/").content.decode()
    assert "inventée pour la démonstration" in page
    assert "les personnes, les organisations et leurs actes sont inventés" in page
