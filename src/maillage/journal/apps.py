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
        """Guard the tables after each migration."""
        post_migrate.connect(_guard, sender=self)
