"""The addresses of sign-in, in French: the views are django-allauth's, under the names by which it finds them."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as providers
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/cle/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/code/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/annulee/", providers.login_cancelled, name="socialaccount_login_cancelled"),
    path("connexion/echec/", providers.login_error, name="socialaccount_login_error"),
    path("connexion/fermee/", account.account_inactive, name="account_inactive"),
    path("connexion/par/<str:provider_id>/", openid.login, name="openid_connect_login"),
    path("connexion/par/<str:provider_id>/retour/", openid.callback, name="openid_connect_callback"),
    path("connexion/par/terminer/", providers.signup, name="socialaccount_signup"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inscription/", account.signup, name="account_signup"),
    path("inscription/verifier/", account.email_verification_sent, name="account_email_verification_sent"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/code/", account.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("mot-de-passe/oublie/nouveau/", account.complete_password_reset, name="account_complete_password_reset"),
    path("mot-de-passe/oublie/fait/", account.password_reset_from_key_done, name="account_password_reset_completed"),
    path("compte/adresse/", account.email, name="account_email"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("compte/mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("compte/confirmer/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("compte/confirmer/cle/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("compte/securite/", mfa.index, name="mfa_index"),
    path("compte/securite/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("compte/securite/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("compte/securite/secours/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("compte/securite/secours/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("compte/securite/secours/fichier/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("compte/securite/cles/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("compte/securite/cles/ajouter/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("compte/securite/cles/<int:pk>/retirer/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("compte/securite/cles/<int:pk>/renommer/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("compte/fournisseurs/", providers.connections, name="socialaccount_connections"),
]
