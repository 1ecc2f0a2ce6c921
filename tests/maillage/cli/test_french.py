"""The help reads in French, at every level."""

from collections.abc import Iterator
from typing import Any

import pytest

from maillage.cli import build_app
from maillage.cli.french import speak_french


def list_words(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words that lead to each command and group."""
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from list_words(inner, (*words, name))


def test_the_help_of_every_command_reads_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    command = speak_french(build_app())
    asked = list(list_words(command))

    for words in asked:
        command.main([*words, "--help"], prog_name="maillage", standalone_mode=False)
        told = capsys.readouterr().out
        assert "Montrer cette aide." in told, words
        assert not [english for english in ("Show this", "Commands", "[required]", "[default") if english in told], words
    assert ("release", "build") in asked
