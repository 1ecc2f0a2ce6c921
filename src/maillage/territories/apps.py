"""The room `territories` as a Django app."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """The room `territories`."""

    name = "maillage.territories"
    label = "territories"
