"""The room `actors` as a Django app."""

from django.apps import AppConfig


class ActorsConfig(AppConfig):
    """The room `actors`."""

    name = "maillage.actors"
    label = "actors"

    def ready(self) -> None:
        """Declare the acts of the room; give the journal words for them, and names."""
        from maillage.actors.gate import register_acts
        from maillage.actors.permissions import ACTORS
        from maillage.actors.trace import ACT_WORDS, ROOM, name_refs
        from maillage.journal import api as journal

        register_acts(*ACTORS)
        journal.register_acts({f"{ROOM}.{act.value}": words for act, words in ACT_WORDS.items()})
        journal.register_names(ROOM, name_refs)
