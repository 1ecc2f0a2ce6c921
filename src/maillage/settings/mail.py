"""How mail leaves: into files unless a server is given by `MAILLAGE_SMTP` (`smtps://name:password@server:465`)."""

import os
from urllib.parse import unquote, urlsplit

_server = urlsplit(os.environ.get("MAILLAGE_SMTP", ""))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if _server.hostname else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_HOST = _server.hostname or ""
EMAIL_USE_SSL = _server.scheme == "smtps"
EMAIL_USE_TLS = bool(_server.hostname) and not EMAIL_USE_SSL
EMAIL_PORT = _server.port or (465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER = unquote(_server.username or "")
EMAIL_HOST_PASSWORD = unquote(_server.password or "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("MAILLAGE_MAIL_FROM", "maillage@localhost")
