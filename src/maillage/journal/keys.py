"""The keys that sign heads: from the environment, else a file of the folder of state, made at first need.

Every key given signs every head, so that readers who know one of two keys can go from the old to the new (docs/operate/journal.md).
The name of the keys is the name of the log (its origin) and stays the same for ever.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from jauge.journal import KeyMalformed, Signer, Verifier, make_signer, read_checkpoint, read_signer
from maillage.journal import queries


class JournalKeyWrong(Exception):
    """A key of the journal cannot be read, or keys of several names were given. `where` says where it was read."""

    code = "journal_key_wrong"

    def __init__(self, where: str) -> None:
        super().__init__(f"wrong journal key in {where}")
        self.where = where


def load_signers() -> list[Signer]:
    """The keys that sign, the oldest first; at least one. Raises JournalKeyWrong."""
    given = settings.JOURNAL_KEYS
    if given:
        return _read(given, "MAILLAGE_JOURNAL_KEYS")
    file: Path = settings.JOURNAL_KEY_FILE
    if not file.exists():
        _write(file, [make_key(_default_name())], anew=True)
    return _read(file.read_text(), str(file))


def find_verifiers() -> list[Verifier]:
    """The public keys of the keys held here; [] where none was made yet. Raises JournalKeyWrong."""
    held = settings.JOURNAL_KEYS or settings.JOURNAL_KEY_FILE.exists()
    return [one.verifier for one in load_signers()] if held else []


def make_key(name: str) -> Signer:
    """Draw a new key. Raises KeyMalformed for a name that a note cannot carry."""
    return make_signer(name, secrets.token_bytes(32))


def save_signers(signers: list[Signer]) -> None:
    """Replace the keys of the file. Raises JournalKeyWrong where the environment gives the keys: they are changed there."""
    if settings.JOURNAL_KEYS:
        raise JournalKeyWrong("MAILLAGE_JOURNAL_KEYS")
    _write(settings.JOURNAL_KEY_FILE, signers, anew=False)


def _read(text: str, where: str) -> list[Signer]:
    try:
        signers = [read_signer(one) for one in text.split()]
    except KeyMalformed:
        raise JournalKeyWrong(where) from None
    if len({one.name for one in signers}) != 1:
        raise JournalKeyWrong(where)
    return signers


def _write(file: Path, signers: list[Signer], *, anew: bool) -> None:
    """Write aside, then put in place, readable by its owner alone. anew: of two processes that make the first key, one has made it."""
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text("".join(f"{one.write()}\n" for one in signers))
    if anew:
        with suppress(FileExistsError):
            file.hardlink_to(aside)
        aside.unlink()
    else:
        aside.replace(file)


def _default_name() -> str:
    """The name that the log already has, whatever the site is called today; that of the site for a new log."""
    head = queries.find_head()
    if head is not None:
        return read_checkpoint(head.note).origin
    return f"{urlsplit(settings.SITE_URL).netloc or 'localhost'}/journal"
