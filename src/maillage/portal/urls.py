"""The addresses of the portal."""

from django.urls import path

from maillage.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.show_home, name="home"),
    path("recherche/", views.search, name="search"),
    path("recherche/suggestions/", views.suggest, name="suggestions"),
    path("territoires/<slug:level>/<str:code>/", views.show_territory, name="territory"),
    path("methode/", views.show_method, name="method"),
    path("mentions/", views.show_legal, name="legal"),
    path("accessibilite/", views.show_accessibility, name="accessibility"),
    path("apparence/", views.choose_appearance, name="appearance"),
    path("etapes/<slug:verb>/", views.show_verb, name="verb"),
    path("robots.txt", views.show_robots, name="robots"),
]
