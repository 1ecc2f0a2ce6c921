"""The rule that a page that is only read writes nothing; `tests/conftest.py` holds each GET to it."""

from collections.abc import Callable


class WroteDuringGet(AssertionError):
    """A view changed the database while it was only read."""


def refuse_writes(execute: Callable[..., object], sql: str, *arguments: object) -> object:
    """An execute wrapper that lets only reads through. Raises WroteDuringGet.

    The session is let through: it holds what one browser has under way (the key of a code being set up), nothing that a page shows others.
    """
    if "django_session" not in sql and sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
        raise WroteDuringGet(sql)
    return execute(sql, *arguments)
