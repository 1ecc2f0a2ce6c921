"""The site's addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("maillage.journal.urls")),
    path("", include("maillage.jobs.urls")),
    path("", include("maillage.actors.urls")),
    path("", include("maillage.actors.sign_in_urls")),
    path("", include("maillage.observatory.urls")),
    path("", include("maillage.diagnoses.urls")),
    path("", include("maillage.portal.urls")),
]
