"""The one place where this room tells the journal what was done: called inside the transaction of each act."""

from enum import StrEnum

from maillage.actors.data import Actor


def record(actor: Actor, act: StrEnum, *, about: str, details: dict[str, str] | None = None) -> None:
    """Insert the act's event. about: `organisation:12`. details: what changed, no text that names a person."""
