"""The room `ui` as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The room `ui`."""

    name = "maillage.ui"
    label = "ui"
