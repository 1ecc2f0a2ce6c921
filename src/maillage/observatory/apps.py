"""The room `observatory` as a Django app."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The room `observatory`."""

    name = "maillage.observatory"
    label = "observatory"

    def ready(self) -> None:
        """Register the building of releases with `jobs`: only who holds the machine may ask for it or stop it."""
        from maillage.jobs.api import register_job
        from maillage.observatory.tasks import BUILD_KIND, build_release

        register_job(BUILD_KIND, build_release, label="Construction d’une livraison")
