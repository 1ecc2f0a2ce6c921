"""The room `jobs` as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room `jobs`."""

    name = "maillage.jobs"
    label = "jobs"
