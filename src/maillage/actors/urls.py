"""The addresses of people, organisations and rights."""

from django.urls import path

from maillage.actors import pages, views

app_name = "actors"
urlpatterns = [
    path("droits/", views.show_rights, name="rights"),
    path("organisations/", views.show_directory, name="directory"),
    path("organisations/inscrire/", pages.register, name="register"),
    path("organisations/<int:organisation>/", views.show_organisation, name="organisation"),
    path("organisations/<int:organisation>/viser/", pages.approve, name="approve"),
    path("organisations/<int:organisation>/modifier/", pages.edit, name="edit"),
    path("organisations/<int:organisation>/clore/", pages.end, name="end"),
    path("organisations/<int:organisation>/perimetre/", pages.change_perimeter, name="change_perimeter"),
    path("organisations/<int:organisation>/inviter/", pages.invite, name="invite"),
    path("organisations/<int:organisation>/deleguer/", pages.delegate, name="delegate"),
    path("invitations/<str:secret>/", pages.answer_invitation, name="invitation"),
    path("membres/<int:membership>/terminer/", pages.end_membership, name="end_membership"),
    path("delegations/<int:delegation>/retirer/", pages.revoke_delegation, name="revoke_delegation"),
    path("compte/", pages.show_account, name="account"),
    path("compte/agir-pour/", pages.act_for, name="act_for"),
    path("demonstration/courriels/", pages.show_mail, name="mail"),
]
