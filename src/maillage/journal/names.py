"""How pages name what events refer to: rooms above give words for their acts and names for their things, in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Iterable, Mapping

from maillage.journal.data import EventInfo, HistoryLine, ObjectName, ObjectRef

type Namer = Callable[[Collection[ObjectRef]], Mapping[ObjectRef, ObjectName]]

_WORDS: dict[str, str] = {"journal.change_keys": "a changé les clés qui signent le journal"}
_NAMERS: dict[str, Namer] = {}


def register_acts(words: Mapping[str, str]) -> None:
    """Give the words of acts, as they follow who did them: `{"conventions.sign_convention": "a signé"}`."""
    _WORDS.update(words)


def register_names(room: str, namer: Namer) -> None:
    """Give what names the things of a room: all of a page at once, in one query; what it does not name stays a reference."""
    _NAMERS[room] = namer


def name_journal(refs: Collection[ObjectRef]) -> Mapping[ObjectRef, ObjectName]:
    """Names of the journal's own things."""
    return {ref: ObjectName("Le journal") for ref in refs}


def name_objects(refs: Iterable[ObjectRef]) -> dict[ObjectRef, ObjectName]:
    """Name things of any rooms; one that nobody names by its reference. Queries: those of the namers, once per room."""
    asked = set(refs)
    named = {ref: ObjectName(str(ref)) for ref in asked}
    for room in {ref.room for ref in asked} & _NAMERS.keys():
        named |= _NAMERS[room]([ref for ref in asked if ref.room == room])
    return named


def tell(events: Collection[EventInfo]) -> tuple[HistoryLine, ...]:
    """Put events into words, in their order. Queries: those of the namers, once per room."""
    named = name_objects(ref for one in events for ref in (one.actor, one.about, one.on_behalf_of) if ref)
    return tuple(
        HistoryLine(
            event=one,
            who=named[one.actor],
            did=_WORDS.get(one.act, one.act),
            what=named[one.about],
            on_behalf_of=named[one.on_behalf_of] if one.on_behalf_of else None,
        )
        for one in events
    )
