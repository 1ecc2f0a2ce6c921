"""The addresses of diagnoses, under the territory's own."""

from django.urls import path

from maillage.diagnoses import views

app_name = "diagnoses"
urlpatterns = [
    path("territoires/<slug:level>/<str:code>/diagnostic/", views.show_diagnosis, name="diagnosis"),
    path("territoires/<slug:level>/<str:code>/diagnostic/pdf/preparer/", views.prepare_pdf, name="prepare"),
    path("territoires/<slug:level>/<str:code>/diagnostic/fichier.<slug:format>", views.download, name="download"),
]
