"""What the journal says in French of its faults."""

from jauge.journal import Fault, FaultKind

_WORDS = {
    FaultKind.MISSING: "retirés : il manque {where}",
    FaultKind.CHANGED: "changé ou déplacé : {where}",
    FaultKind.REWRITTEN: "réécrit : {where} ne donnent plus l’empreinte signée",
    FaultKind.UNSIGNED: "ajoutés à la main : aucune tête ne couvre {where}",
    FaultKind.BAD_SIGNATURE: "tête mal signée : celle de taille {end}",
    FaultKind.FORK: "divergence : le journal ne vient pas de la tête gardée de taille {end}",
}


def say_fault(fault: Fault) -> str:
    """A fault in a sentence.

    >>> say_fault(Fault(FaultKind.CHANGED, 4, 5))
    'changé ou déplacé\\u202f: l’événement n° 4'
    """
    one = fault.end - fault.start == 1
    where = f"l’événement n° {fault.start}" if one else f"les événements n° {fault.start} à {fault.end - 1}"
    return _WORDS[fault.kind].format(where=where, end=fault.end).replace(" :", "\u202f:")
