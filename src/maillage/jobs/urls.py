"""The addresses of long acts."""

from django.urls import path

from maillage.jobs import views

app_name = "jobs"
urlpatterns = [
    path("travaux/", views.show_jobs, name="jobs"),
    path("travaux/<uuid:job>/", views.show_job, name="job"),
    path("travaux/<uuid:job>/annuler/", views.cancel, name="cancel"),
    path("travaux/<uuid:job>/recommencer/", views.retry, name="retry"),
]
