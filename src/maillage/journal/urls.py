"""The addresses of the journal."""

from django.urls import path

from maillage.journal import views

app_name = "journal"
urlpatterns = [
    path("journal/", views.show_heads, name="heads"),
    path("journal/tete/", views.show_head, name="last_head"),
    path("journal/verifier/", views.check_head, name="check"),
    path("journal/preuves/<uuid:event>/", views.show_proof, name="proof"),
    path("journal/depuis/<int:size>/", views.show_growth, name="growth"),
    path("journal/tetes/<int:size>/", views.show_head, name="head"),
]
