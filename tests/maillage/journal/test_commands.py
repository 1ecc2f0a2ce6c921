"""The commands of the journal: true exit codes, French words, JSON; the key changed from one end to the other."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from tests.maillage.journal.acts import sign, sign_many
from typer.testing import CliRunner, Result

from maillage.cli import build_app
from maillage.journal import api, guards
from maillage.journal.models import Event, TreeHead

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    """Run `maillage journal …`."""
    return CliRunner().invoke(build_app(), ["journal", *words])


def test_an_empty_journal_has_no_head_and_is_whole() -> None:
    assert run("head").exit_code == 1
    assert "vide" in run("head").stderr
    assert run("verify").exit_code == 0


def test_the_head_that_was_kept_verifies_the_journal_later(tmp_path: Path) -> None:
    sign_many(3)
    assert "4" in run("sequence").stdout
    (tmp_path / "tete").write_text(run("head").stdout)
    sign_many(2)
    run("sequence")

    done = run("verify", "--since", str(tmp_path / "tete"))

    assert done.exit_code == 0
    assert "Le journal est entier." in done.stdout
    assert json.loads(run("head", "--json").stdout)["size"] == 6


def test_a_journal_that_was_touched_is_said_and_fails(tmp_path: Path) -> None:
    sign_many(3)
    run("sequence")
    guards.remove_guards(connection)
    Event.objects.filter(index=2).update(right="maire")

    done = run("verify")

    assert done.exit_code == 1
    assert "changé ou déplacé\u202f: l’événement n° 2" in done.stderr
    found = json.loads(run("verify", "--json").stdout)
    assert {"kind": "changed", "start": 2, "end": 3} in found["faults"]
    assert not found["whole"]


def test_a_proof_is_written_then_verified_with_the_public_key_alone(tmp_path: Path) -> None:
    event = sign()
    waiting = run("prove", str(event))
    run("sequence")
    file = tmp_path / "preuve.tlog-proof"
    run("prove", str(event), "-o", str(file))
    (key,) = api.list_public_keys()

    by_file = run("verify", "--proof", str(file), "--key", key)
    by_identifier = run("verify", "--proof", str(event), "--json")
    file.write_text(file.read_text().replace("index 1", "index 0"))
    false = run("verify", "--proof", str(file), "--key", key)

    assert waiting.exit_code == 1
    assert "attend encore" in waiting.stderr
    assert by_file.exit_code == 0
    assert "Preuve vraie" in by_file.stdout
    assert json.loads(by_identifier.stdout)["event"]["key"] == str(event)
    assert false.exit_code == 1
    assert "Preuve fausse" in false.stderr


def test_the_growth_since_a_head_is_written_then_verified_with_the_public_key_alone(tmp_path: Path) -> None:
    sign_many(3)
    run("sequence")
    kept, growth = tmp_path / "tete.txt", tmp_path / "depuis.txt"
    kept.write_text(run("head").stdout)
    sign_many(4)
    run("sequence")
    run("prove", "--since", str(kept), "-o", str(growth))
    (key,) = api.list_public_keys()

    true = run("verify", "--growth", str(growth), "--since", str(kept), "--key", key)
    growth.write_text(growth.read_text().replace("old 4", "old 3"))
    false = run("verify", "--growth", str(growth), "--since", str(kept), "--key", key)

    assert true.exit_code == 0
    assert "de 4 à 8 événements" in true.stdout
    assert false.exit_code == 1
    assert "Preuve fausse" in false.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("prove",), 2, "Donnez un événement"),
        (("prove", "--since", __file__), 2, "pas une tête signée"),
        (("verify", "--growth", __file__), 2, "une tête gardée"),
        (("prove", str(uuid4())), 2, "Aucun événement"),
        (("verify", "--proof", "rien"), 2, "ni un fichier"),
        (("verify", "--key", "rien"), 2, "pas une clé publique"),
        (("verify", "--since", "nulle-part"), 2, "ne se lit pas"),
        (("verify", "--since", __file__), 2, "pas une tête signée"),
        (("verify", "--proof", __file__), 1, "pas une preuve"),
        (("rotate-key", "--finish"), 1, "Aucun changement de clé"),
    ],
)
def test_bad_words_are_answered_clearly(words: tuple[str, ...], code: int, said: str) -> None:
    sign()
    run("sequence")

    done = run(*words)

    assert done.exit_code == code
    assert said in done.stderr


def test_the_key_is_changed_and_readers_go_from_one_to_the_other(tmp_path: Path) -> None:
    sign()
    run("sequence")
    (old,) = api.list_public_keys()
    (tmp_path / "tete").write_text(run("head").stdout)

    assert run("rotate-key").exit_code == 0
    assert "en cours" in run("rotate-key").stderr
    _, new = api.list_public_keys()
    both = run("verify", "--key", old), run("verify", "--key", new)
    assert run("rotate-key", "--finish").exit_code == 0

    assert [done.exit_code for done in both] == [0, 0]
    assert run("verify", "--key", new, "--since", str(tmp_path / "tete")).exit_code == 0
    assert run("verify", "--key", old).exit_code == 1
    assert [head.note.count("— ") for head in api.list_heads()] == [1, 2, 1]
    assert TreeHead.objects.count() == 3


def test_a_lost_key_is_refused_then_accepted(tmp_path: Path) -> None:
    sign()
    run("sequence")
    (tmp_path / "journal-keys").unlink()
    sign()

    refused, accepted = run("sequence"), run("sequence", "--accept-lost-key")

    assert refused.exit_code == 1
    assert "--accept-lost-key" in refused.stderr
    assert accepted.exit_code == 0
    assert run("verify").exit_code == 0


def test_nothing_is_added_to_a_touched_journal() -> None:
    sign()
    run("sequence")
    guards.remove_guards(connection)
    TreeHead.objects.update(peaks=bytes(32))
    sign()

    done = run("sequence")

    assert done.exit_code == 1
    assert "maillage journal verify" in done.stderr


def test_guards_that_lack_are_told_by_verify_and_put_back_by_sequence() -> None:
    guards.remove_guards(connection)

    told, mended, whole = run("verify"), run("sequence"), run("verify")

    assert told.exit_code == 0
    assert "Gardes absentes" in told.stderr
    assert "journal_event_sealed" in mended.stderr
    assert whole.stderr == ""
