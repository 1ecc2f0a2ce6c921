"""The room `actors` as a Django app."""

from django.apps import AppConfig


class ActorsConfig(AppConfig):
    """The room `actors`."""

    name = "maillage.actors"
    label = "actors"

    def ready(self) -> None:
        """Declare the acts of the room."""
        from maillage.actors.gate import register_acts
        from maillage.actors.permissions import ACTORS

        register_acts(*ACTORS)
