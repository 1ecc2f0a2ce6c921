"""Changing the key that signs, in two steps: a time when both sign, then the new one alone (docs/operate/journal.md)."""

from datetime import datetime

from jauge.journal import Verifier
from maillage.journal import keys, sequencer


class RotationRefused(Exception):
    """A step of a rotation out of its turn. `under_way`: whether a rotation is under way."""

    code = "rotation_refused"

    def __init__(self, *, under_way: bool) -> None:
        super().__init__("a rotation is under way" if under_way else "no rotation is under way")
        self.under_way = under_way


def start_rotation(*, now: datetime) -> Verifier:
    """Add a key beside the present one, and sign a head with both; returns the new public key. Raises RotationRefused, JournalKeyWrong."""
    signers = keys.load_signers()
    if len(signers) > 1:
        raise RotationRefused(under_way=True)
    new = keys.make_key(signers[0].name)
    keys.save_signers([*signers, new])
    sequencer.sequence_batch(now=now, even_empty=True)
    return new.verifier


def finish_rotation(*, now: datetime) -> Verifier:
    """Leave the former keys, and sign a head with the new one alone; returns it. Raises RotationRefused, JournalKeyWrong."""
    signers = keys.load_signers()
    if len(signers) == 1:
        raise RotationRefused(under_way=False)
    keys.save_signers(signers[-1:])
    sequencer.sequence_batch(now=now, even_empty=True)
    return signers[-1].verifier
