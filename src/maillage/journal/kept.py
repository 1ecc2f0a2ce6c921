"""The last signed head, kept in the folder of state too: whoever owns the database alone cannot cut the journal with its heads unseen.

No second head is ever signed beside one that was: a log that does so is a fork. A backup of the database that is older than this file is
such a cut; docs/operate/journal.md says what to do.
"""

import os
from pathlib import Path

from django.conf import settings


def keep_head(note: str) -> None:
    """Keep a signed head in the place of the former one; nothing where the settings name no file (tests)."""
    file: Path | None = settings.JOURNAL_HEAD_FILE
    if file is not None:
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.write_text(note)
        aside.replace(file)


def find_kept_head() -> str | None:
    """The signed head that was kept, or None."""
    file: Path | None = settings.JOURNAL_HEAD_FILE
    return file.read_text() if file is not None and file.exists() else None
