"""What the whole suite shares: where the raw national files are."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from hypothesis import settings
from tests.house.reads import refuse_writes

from maillage.journal.guards import remove_guards

# A shared machine is slow at times: a slow example is not a wrong one.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of raw national files (`MAILLAGE_REAL_DATA`, default ../shared/data)."""
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "observatory").is_dir():
        pytest.skip(f"the raw national files are not at {folder} (set MAILLAGE_REAL_DATA)")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark `database` whatever touches the database: this part runs a second time on PostgreSQL."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & set(fixtures):
            item.add_marker("database")


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_guards() -> Iterator[None]:
    """A test with real transactions empties the guarded tables too at its end; the signal that follows guards them again."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_unguarded(self: BaseDatabaseOperations, statements: object) -> None:
        remove_guards(self.connection)
        flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _get_only_selects() -> Iterator[None]:
    """Every GET of the test client may only SELECT."""
    send = Client.request

    def request(self: Client, **environ: object) -> object:
        if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return send(self, **environ)
        with connection.execute_wrapper(refuse_writes):
            return send(self, **environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        yield
