"""The room `observatory` as a Django app."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The room `observatory`."""

    name = "maillage.observatory"
    label = "observatory"
