"""Settings of the test suite: nothing kept, undefined template variables fail, the database chosen by `MAILLAGE_TEST_DATABASE_URL`."""

import atexit
import os
import shutil
import tempfile

os.environ["MAILLAGE_HOME"] = tempfile.mkdtemp(prefix="maillage-test-")
atexit.register(shutil.rmtree, os.environ["MAILLAGE_HOME"], ignore_errors=True)
os.environ["MAILLAGE_DATABASE_URL"] = os.environ.get("MAILLAGE_TEST_DATABASE_URL", "")
os.environ.pop("MAILLAGE_SOURCES", None)

from maillage.settings.base import *  # noqa: E402, F403
from maillage.settings.base import TEMPLATES  # noqa: E402


class _Undefined(str):
    """Fails a page that shows a variable which does not exist, instead of leaving a hole in it."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"undefined template variable: {name}")

    def __contains__(self, other: object) -> bool:
        return True


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = _Undefined("%s")  # type: ignore[index]
SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
JOURNAL_HEAD_FILE = None  # each test has a journal of its own, and all share the folder of state
