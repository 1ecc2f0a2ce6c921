"""The room `diagnoses` as a Django app."""

from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    """The room `diagnoses`."""

    name = "maillage.diagnoses"
    label = "diagnoses"

    def ready(self) -> None:
        """Register the making of PDFs with `jobs`, and who may ask for one."""
        from maillage.actors.api import register_acts
        from maillage.actors.data import Permission, Relation, Role
        from maillage.diagnoses.data import DiagnosesAct
        from maillage.diagnoses.tasks import make_pdf
        from maillage.diagnoses.views import JOB_KIND
        from maillage.jobs.api import register_job

        everybody = {Relation.ELSEWHERE: frozenset({Role.VISITOR})}
        register_acts(Permission(DiagnosesAct.PREPARE_DOCUMENT, "préparer le diagnostic d’un territoire en PDF", everybody))
        register_job(JOB_KIND, make_pdf, label="Diagnostic en PDF", open_to_visitors=True)
