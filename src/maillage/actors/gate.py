"""The acts that rooms have declared, and the one gate that says who may do them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from jauge.territories import TerritoryRef, UnknownTerritory, UnknownVintage
from maillage.actors import rules
from maillage.actors.data import NOTHING, Actor, Permission, Thing
from maillage.territories import api as territories

_PERMISSIONS: dict[str, Permission] = {}


class UnknownAct(LookupError):
    """No room has registered this act: nobody may do it."""

    code = "unknown_act"


def register_acts(*permissions: Permission) -> None:
    """Declare acts and who may do them. Raises ValueError when an act is declared twice otherwise."""
    for permission in permissions:
        if _PERMISSIONS.setdefault(permission.name, permission) != permission:
            raise ValueError(f"two permissions for the act {permission.name}")


def get_permission(act: StrEnum) -> Permission:
    """The declared permission of an act. Raises UnknownAct."""
    for permission in _PERMISSIONS.values():
        if permission.act is act:
            return permission
    raise UnknownAct(str(act))


def list_permissions() -> tuple[Permission, ...]:
    """All acts of the house, by room, in the order in which each room declares them."""
    return tuple(sorted(_PERMISSIONS.values(), key=lambda permission: permission.room))


def check_can(actor: Actor, act: StrEnum, thing: Thing | TerritoryRef | None, *, now: datetime, ask: Callable[[Thing], str]) -> None:
    """Raises NotAllowed (with the roles that could, and whom to ask), SecondFactorNeeded, UnknownAct."""
    about = Thing(territory=thing) if isinstance(thing, TerritoryRef) else thing or NOTHING
    around = find_around(about.territory) if about.territory and actor.perimeter else frozenset()
    try:
        rules.check_can(actor, get_permission(act), about, around=around, now=now)
    except rules.NotAllowed as refusal:
        refusal.whom = ask(about)
        raise


def find_around(ref: TerritoryRef) -> frozenset[TerritoryRef]:
    """The territory and all that hold it, in the newest vintage; of one that is gone, those that hold its land entirely."""
    try:
        todays = territories.carry_ref(ref)
        each = [{_newest(one), *map(_newest, territories.get_territory(one).parents)} for one in todays]
    except (UnknownTerritory, UnknownVintage):
        return frozenset({_newest(ref)})
    return frozenset(set.intersection(*each)) if each else frozenset()


def _newest(ref: TerritoryRef) -> TerritoryRef:
    """The same name without its vintage, as perimeters are held."""
    return TerritoryRef(ref.level, ref.code, None, ref.country)
