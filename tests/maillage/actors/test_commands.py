"""The first operator is made from the command line of the machine."""

import pytest
from typer.testing import CliRunner

from maillage.actors import api
from maillage.actors.data import Role
from maillage.actors.models import Person
from maillage.cli import build_app

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
