"""Programs outside of the test that reach its database."""

import os
from pathlib import Path
from urllib.parse import quote

from django.db import connection


def reach_database(home: Path) -> dict[str, str]:
    """Environment of a program with a database that it can reach: a file of `home` for SQLite, the test database for PostgreSQL."""
    url = ""
    if connection.vendor == "postgresql":
        given = connection.settings_dict
        host, port = str(given["HOST"] or ""), str(given["PORT"] or "")
        account = ":".join(quote(str(part)) for part in (given["USER"], given["PASSWORD"]) if part)
        url = f"postgresql://{account}@{quote(host, safe='')}{':' + port if port else ''}/{given['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "maillage.settings.base",
        "MAILLAGE_HOME": str(home),
        "MAILLAGE_DATABASE_URL": url,
        "MAILLAGE_SECRET_KEY": "x",
    }
