"""How people sign in: password with a second factor, passkeys, and identity providers by OpenID Connect (django-allauth)."""

import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

AUTH_USER_MODEL = "actors.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    # ASVS 2.1.1 asks for twelve characters at least, 2.1.7 for a list of known passwords; neither for kinds of characters.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "actors:account"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_ADAPTER = "maillage.actors.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "maillage.actors.forms.NameForm"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True  # a code is typed where one is: a link would open another browser
ACCOUNT_CHANGE_EMAIL = True  # one address an account; the old one holds until the new one has given its code
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_TIMEOUT = 900
# How many proxies of ours stand before the site: what they wrote of the client's address is believed, nothing else is.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MAILLAGE_PROXIES", "0"))
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Maillage] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if os.environ.get("MAILLAGE_HTTPS") == "1" else "http"

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Maillage"
# Browsers hold http://localhost for safe; the library refuses it unless told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("MAILLAGE_HTTPS") != "1"

# ProConnect, FranceConnect, a Keycloak…: a JSON list of {"id", "name", "url", "client_id", "secret"}.
_PROVIDERS = json.loads(os.environ.get("MAILLAGE_OIDC") or "[]")
# Where the button «Continuer avec…» may lead; "sign_in_url" where a provider's page of sign-in lies on another host than its "url".
PROVIDER_ORIGINS = sorted({"{0.scheme}://{0.netloc}".format(urlsplit(one.get("sign_in_url") or one["url"])) for one in _PROVIDERS})
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["secret"],
                "settings": {"server_url": provider["url"]},
            }
            for provider in _PROVIDERS
        ],
    }
}
SOCIALACCOUNT_ADAPTER = "maillage.actors.adapters.ProviderAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
# An account is never given to whoever brings its address from elsewhere: one signs in first, then joins the two.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # an identity provider sends back here by a link
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
