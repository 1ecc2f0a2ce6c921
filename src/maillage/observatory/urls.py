"""The addresses of the observatory's pages: indicators, figures, releases and their sources."""

from django.urls import path

from maillage.observatory import views

app_name = "observatory"
urlpatterns = [
    path("indicateurs/", views.show_indicators, name="indicators"),
    path("indicateurs/<slug:code>/", views.show_indicator, name="indicator"),
    path("chiffres/<slug:level>/<str:code>/<slug:indicator>/", views.show_figure, name="figure"),
    path("chiffres/<slug:level>/<str:code>/<slug:indicator>.json", views.show_figure_json, name="figure_json"),
    path("livraisons/", views.show_releases, name="releases"),
    path("livraisons/<slug:release>/", views.show_release, name="release"),
    path("livraisons/<slug:release>/sources/<slug:name>/", views.show_source, name="source"),
    path("livraisons/<slug:release>/sources/<slug:name>/rejets.csv", views.download_rejects, name="rejects"),
]
