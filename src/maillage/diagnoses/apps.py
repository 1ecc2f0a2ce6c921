"""The room `diagnoses` as a Django app."""

from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    """The room `diagnoses`."""

    name = "maillage.diagnoses"
    label = "diagnoses"

    def ready(self) -> None:
        """Register the making of PDFs with `jobs`."""
        from maillage.diagnoses.tasks import make_pdf
        from maillage.diagnoses.views import JOB_KIND
        from maillage.jobs.api import register_job

        register_job(JOB_KIND, make_pdf, label="Diagnostic en PDF", open_to_visitors=True)
