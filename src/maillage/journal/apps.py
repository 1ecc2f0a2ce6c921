"""The room `journal` as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _guard(*, using: str, **_: Any) -> None:
    from maillage.journal.guards import install_guards

    install_guards(connections[using])


class JournalConfig(AppConfig):
    """The room `journal`."""

    name = "maillage.journal"
    label = "journal"

    def ready(self) -> None:
        """Guard the tables after each migration; name the journal itself."""
        from maillage.journal.names import name_journal, register_names

        register_names("journal", name_journal)
        post_migrate.connect(_guard, sender=self)
