"""Signed tree heads: checkpoints of C2SP (https://c2sp.org/tlog-checkpoint) and proofs that travel alone (https://c2sp.org/tlog-proof)."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from jauge.journal.events import Event, decode_event
from jauge.journal.notes import NoteMalformed, Signer, Verifier, open_note, sign_note
from jauge.journal.trees import HASH_BYTES, hash_leaf, verify_consistency, verify_inclusion

PROOF_FORMAT = "c2sp.org/tlog-proof@v1"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
MAX_PATH = 64


class ProofMalformed(ValueError):
    """This text is no proof of inclusion that carries its event."""

    code = "proof_malformed"


class ProofFalse(ValueError):
    """The proof is well formed but does not lead from its event to its signed head."""

    code = "proof_false"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin (a name), its size and the hash of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry is in the log: its index, the path to the root, the signed head (`checkpoint`, a note)."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Growth:
    """That the log of a signed head (`checkpoint`, a note) starts with the log that had `old_size` events: the path of RFC 6962 §2.1.2."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: str


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str:
    """Write the signed note of a head."""
    return sign_note(checkpoint.text, signers)


def read_checkpoint(text: str) -> Checkpoint:
    """Read the text of a head, signatures aside; extension lines are passed over. Raises NoteMalformed."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteMalformed(text[:80])
    try:
        root = b64decode(lines[2], validate=True)
    except (ValueError, binascii.Error):
        raise NoteMalformed(text[:80]) from None
    if len(root) != HASH_BYTES:
        raise NoteMalformed(text[:80])
    return Checkpoint(lines[0], int(lines[1]), root)


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """Read a signed head and the known keys that signed it. Raises NoteMalformed, NoteNotSigned."""
    text, signed = open_note(note, verifiers)
    return read_checkpoint(text), signed


def write_proof(proof: Proof) -> str:
    """Write a proof as a file that can be verified far from here, for ever: `extra` carries the entry."""
    lines = [PROOF_FORMAT, f"extra {b64encode(proof.entry).decode()}", f"index {proof.index}"]
    return "\n".join([*lines, *(b64encode(one).decode() for one in proof.path), "", proof.checkpoint])


def read_proof(text: str) -> Proof:
    """Read the file of a proof. Raises ProofMalformed."""
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    well_begun = len(lines) >= 3 and lines[0] == PROOF_FORMAT and lines[1].startswith("extra ") and lines[2].startswith("index ")
    if not well_begun or len(lines) > 3 + MAX_PATH or not _SIZE.fullmatch(lines[2].removeprefix("index ")):
        raise ProofMalformed(text[:80])
    path = _read_path(lines[3:])
    try:
        entry = b64decode(lines[1].removeprefix("extra "), validate=True)
    except (ValueError, binascii.Error):
        raise ProofMalformed(text[:80]) from None
    return Proof(entry, int(lines[2].removeprefix("index ")), path, checkpoint)


def verify_proof(text: str, verifiers: Sequence[Verifier]) -> tuple[Event, int, Checkpoint]:
    """Verify the file of a proof with known public keys alone; gives the event, its index and the head that holds it.

    Raises ProofMalformed, NoteMalformed, NoteNotSigned, EventMalformed, ProofFalse.
    """
    proof = read_proof(text)
    checkpoint, _ = open_checkpoint(proof.checkpoint, verifiers)
    event = decode_event(proof.entry)
    leaf = hash_leaf(proof.entry)
    if not verify_inclusion(leaf=leaf, index=proof.index, size=checkpoint.size, path=proof.path, root=checkpoint.root):
        raise ProofFalse(f"event {event.key}")
    return event, proof.index, checkpoint


def write_growth(growth: Growth) -> str:
    """Write the proof that a log only grew, as C2SP's witnesses receive it (https://c2sp.org/tlog-witness, add-checkpoint)."""
    return "\n".join([f"old {growth.old_size}", *(b64encode(one).decode() for one in growth.path), "", growth.checkpoint])


def read_growth(text: str) -> Growth:
    """Read the proof that a log only grew. Raises ProofMalformed."""
    head, _, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    size = first.removeprefix("old ")
    if not first.startswith("old ") or not _SIZE.fullmatch(size) or len(lines) > MAX_PATH:
        raise ProofMalformed(text[:80])
    return Growth(int(size), _read_path(lines), checkpoint)


def verify_growth(text: str, kept: str, verifiers: Sequence[Verifier]) -> tuple[Checkpoint, Checkpoint]:
    """Verify, with known public keys alone, that a log only grew since the signed head that was kept; gives both heads.

    Raises ProofMalformed, NoteMalformed, NoteNotSigned, ProofFalse.
    """
    growth = read_growth(text)
    (old, _), (new, _) = open_checkpoint(kept, verifiers), open_checkpoint(growth.checkpoint, verifiers)
    grew = verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, path=growth.path)
    if old.origin != new.origin or growth.old_size != old.size or not grew:
        raise ProofFalse(f"size {old.size} to {new.size}")
    return old, new


def _read_path(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes in base64. Raises ProofMalformed."""
    try:
        path = tuple(b64decode(line, validate=True) for line in lines)
    except (ValueError, binascii.Error):
        raise ProofMalformed(str(lines[:1])) from None
    if any(len(one) != HASH_BYTES for one in path):
        raise ProofMalformed(str(lines[:1]))
    return path
