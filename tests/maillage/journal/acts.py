"""What the tests of the journal share: acts recorded as rooms record them."""

from django.db import transaction

from maillage.journal import api
from maillage.journal.data import EventId, ObjectRef

JEANNE = ObjectRef("actors", "person/1")
LANNION = ObjectRef("actors", "organisation/22113")
CONVENTION = ObjectRef("conventions", "convention/7")


def sign(number: int = 0, **changes: object) -> EventId:
    """Record that Jeanne signs for Lannion."""
    given: dict[str, object] = {"actor": JEANNE, "act": "conventions.sign_convention", "about": CONVENTION, "on_behalf_of": LANNION}
    with transaction.atomic():
        return api.record_event(**{**given, "facts": {"version": str(number)}, **changes})  # type: ignore[arg-type]


def sign_many(count: int) -> list[EventId]:
    """Record `count` acts."""
    return [sign(number) for number in range(count)]
