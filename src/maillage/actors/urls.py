"""The addresses of people, organisations and rights."""

from django.urls import path

from maillage.actors import views

app_name = "actors"
urlpatterns = [
    path("droits/", views.show_rights, name="rights"),
]
