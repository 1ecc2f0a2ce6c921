"""Settings for demo and production: SQLite and a folder of state by default, each real server one environment variable away."""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from maillage.settings import paths
from maillage.settings.mail import *  # noqa: F403
from maillage.settings.sign_in import *  # noqa: F403
from maillage.settings.sign_in import PROVIDER_ORIGINS

HOME = paths.HOME
HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key of the environment, or one made at first start and kept in the folder of state."""
    if key := os.environ.get("MAILLAGE_SECRET_KEY"):
        return key
    kept = HOME / "secret-key"
    try:
        kept.touch(mode=0o600, exist_ok=False)
        kept.write_text(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()


SECRET_KEY = _secret_key()
SITE_URL = os.environ.get("MAILLAGE_SITE_URL", "").rstrip("/")  # opens the permanent addresses printed in documents
DEBUG = os.environ.get("MAILLAGE_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MAILLAGE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SOURCES = Path(os.environ["MAILLAGE_SOURCES"]) if os.environ.get("MAILLAGE_SOURCES") else paths.STARTER
JOURNAL_KEYS = os.environ.get("MAILLAGE_JOURNAL_KEYS", "")
JOURNAL_KEY_FILE = HOME / "journal-keys"
JOURNAL_HEAD_FILE: Path | None = HOME / "journal-head"
RELEASES = paths.RELEASES
DEFINITIONS = paths.DEFINITIONS
STARTER = paths.STARTER

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "maillage.ui",
    "maillage.journal",
    "maillage.jobs",
    "maillage.territories",
    "maillage.actors",
    "maillage.observatory",
    "maillage.diagnoses",
    "maillage.portal",
    # After our rooms, whose templates take the place of theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.actors.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "maillage.urls"
WSGI_APPLICATION = "maillage.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "maillage.actors.context.describe_actor",
                "maillage.portal.context.describe_site",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("MAILLAGE_DATABASE_URL") or f"sqlite:///{HOME / 'maillage.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # in files, so that each process of this machine counts the same attempts to sign in
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache" / "django"}
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns of a folder that is not there
STATICFILES_DIRS = [
    (f"vendor/{name}", folder)
    for name, folder in {
        "bootstrap": paths.NODE_MODULES / "bootstrap" / "dist",
        "htmx": paths.NODE_MODULES / "htmx.org" / "dist",
        "atkinson": paths.NODE_MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next",
        "source-serif": paths.NODE_MODULES / "@fontsource-variable" / "source-serif-4",
    }.items()
    if folder.is_dir()
]
MEDIA_ROOT = HOME / "media"
EMAIL_FILE_PATH = HOME / "mail"
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *PROVIDER_ORIGINS],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("MAILLAGE_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# `maillage demo` leaves this mark beside its invented people; a site open to the world is none, whatever lies in its folder.
DEMO = (HOME / "demonstration").exists() and os.environ.get("MAILLAGE_HTTPS") != "1"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
