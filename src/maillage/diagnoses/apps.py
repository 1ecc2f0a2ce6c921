"""The room `diagnoses` as a Django app."""

from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    """The room `diagnoses`."""

    name = "maillage.diagnoses"
    label = "diagnoses"
