"""The addresses of the observatory's pages: indicators, figures, releases and their sources."""

from django.urls import path

from maillage.observatory import check_views, difference_views, views

app_name = "observatory"
urlpatterns = [
    path("indicateurs/", views.show_indicators, name="indicators"),
    path("indicateurs/<slug:code>/", views.show_indicator, name="indicator"),
    path("chiffres/<slug:level>/<str:code>/<slug:indicator>/", views.show_figure, name="figure"),
    path("chiffres/<slug:level>/<str:code>/<slug:indicator>.json", views.show_figure_json, name="figure_json"),
    path("livraisons/", views.show_releases, name="releases"),
    path("livraisons/errata/", difference_views.show_errata, name="errata"),
    path("livraisons/<slug:release>/", views.show_release, name="release"),
    path("livraisons/<slug:release>/differences/<slug:other>/", difference_views.show_differences, name="differences"),
    path(
        "livraisons/<slug:release>/differences/<slug:other>/differences.csv",
        difference_views.download_differences,
        {"kind": "csv"},
        name="differences_csv",
    ),
    path(
        "livraisons/<slug:release>/differences/<slug:other>/differences.json",
        difference_views.download_differences,
        {"kind": "json"},
        name="differences_json",
    ),
    path("verifications/", check_views.show_checks, name="checks"),
    path("livraisons/<slug:release>/constats/<int:number>/", check_views.show_finding, name="finding"),
    path("livraisons/<slug:release>/sources/<slug:name>/lignes/<slug:level>/<str:code>/", check_views.show_rows, name="rows"),
    path("livraisons/<slug:release>/sources/<slug:name>/", views.show_source, name="source"),
    path("livraisons/<slug:release>/sources/<slug:name>/rejets.csv", views.download_rejects, {"kind": "csv"}, name="rejects"),
    path("livraisons/<slug:release>/sources/<slug:name>/rejets.json", views.download_rejects, {"kind": "json"}, name="rejects_json"),
    path("livraisons/<slug:release>/rejets.csv", views.download_rejects, {"kind": "csv"}, name="all_rejects"),
    path("livraisons/<slug:release>/rejets.json", views.download_rejects, {"kind": "json"}, name="all_rejects_json"),
]
