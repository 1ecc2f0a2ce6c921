"""Triggers that refuse to change or remove what the journal holds, installed again after each migration (SQLite loses them by altering).

Whoever owns the database can drop them; `maillage journal verify` then says what was touched.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from maillage.journal.models import Event, TreeHead

MESSAGE = "the journal is append-only"
_EVENT = Event._meta.db_table
_HEAD = TreeHead._meta.db_table
_SEALED = [field.column for field in Event._meta.concrete_fields if field.name not in {"index", "chain"}]
_NAMES = {f"{_EVENT}_sealed": _EVENT, f"{_EVENT}_kept": _EVENT, f"{_HEAD}_sealed": _HEAD, f"{_HEAD}_kept": _HEAD}
_TRUNCATED = {f"{table}_whole": table for table in (_EVENT, _HEAD)}


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, those there replaced. Queries: a dozen."""
    remove_guards(connection)
    with connection.cursor() as cursor:
        for statement in _write_guards(connection.vendor):
            cursor.execute(statement)


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for tests that empty or spoil the tables."""
    with connection.cursor() as cursor:
        for name, table in _name_guards(connection.vendor).items():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))


def find_missing_guards(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Names of the triggers that should be in place and are not. Queries: 1."""
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        present = {name for (name,) in cursor.fetchall()}
    return tuple(sorted(_name_guards(connection.vendor).keys() - present))


def _name_guards(vendor: str) -> dict[str, str]:
    """Triggers and their tables."""
    return {**_NAMES, **(_TRUNCATED if vendor == "postgresql" else {})}


def _write_guards(vendor: str) -> list[str]:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in _SEALED)
    sequencing = f'OLD."index" IS NOT NULL OR NEW."index" IS NULL OR NEW."chain" IS NULL OR {changed}'
    rows = {
        f"{_EVENT}_sealed": f'UPDATE ON "{_EVENT}" FOR EACH ROW WHEN ({sequencing})',
        f"{_EVENT}_kept": f'DELETE ON "{_EVENT}" FOR EACH ROW',
        f"{_HEAD}_sealed": f'UPDATE ON "{_HEAD}" FOR EACH ROW',
        f"{_HEAD}_kept": f'DELETE ON "{_HEAD}" FOR EACH ROW',
    }
    if vendor == "sqlite":
        return [f"CREATE TRIGGER \"{name}\" BEFORE {what} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END" for name, what in rows.items()]
    rows |= {name: f'TRUNCATE ON "{table}" FOR EACH STATEMENT' for name, table in _TRUNCATED.items()}
    refuse = f"BEGIN RAISE EXCEPTION '{MESSAGE}'; END"
    function = f"CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$"
    return [
        function,
        *(f'CREATE TRIGGER "{name}" BEFORE {what} EXECUTE FUNCTION journal_refuse()' for name, what in rows.items()),
    ]
