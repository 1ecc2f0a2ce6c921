"""Long acts of diagnoses, run by `jobs`."""

from django.urls import reverse

from maillage.diagnoses import api
from maillage.diagnoses.data import Format
from maillage.jobs.api import report_progress
from maillage.jobs.data import RunningJob
from maillage.territories.api import parse_territory


def make_pdf(job: RunningJob, territory: str, release: str) -> str:
    """Make a diagnosis' PDF and answer its address. A second run writes the same bytes."""
    ref = parse_territory(territory)
    report_progress(job, 0, 2, "Lecture des chiffres et dessin des cartes")
    api.get_document(ref, release=release)
    report_progress(job, 1, 2, "Mise en page")
    api.render_diagnosis(ref, format=Format.PDF, release=release)
    report_progress(job, 2, 2, "Prêt")
    return reverse("diagnoses:download", args=(ref.level.value, ref.code, "pdf")) + f"?livraison={release}"
