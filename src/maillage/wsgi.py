"""The WSGI entry of the site: a server that imports it serves at full speed from the first request on."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings.base")
application = get_wsgi_application()

from maillage.portal.warming import warm_site  # noqa: E402 - it reads the settings

warm_site()
