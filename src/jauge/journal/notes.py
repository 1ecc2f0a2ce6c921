"""Signed notes of C2SP (https://c2sp.org/signed-note), Ed25519: a text, an empty line, lines of signatures.

Keys are written as Go's `note` package writes them: `<name>+<key id>+<base64>`, a private one after `PRIVATE+KEY+`.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"  # signature type of the specification
MAX_SIGNATURES = 16
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_SIGNATURE = re.compile("— ([^\\s+\\x00-\\x1f]+) ([A-Za-z0-9+/=]+)")
_PRIVATE = "PRIVATE+KEY+"


class KeyMalformed(ValueError):
    """This text is no key of a signed note."""

    code = "key_malformed"


class NoteMalformed(ValueError):
    """This text is no signed note."""

    code = "note_malformed"


class NoteNotSigned(ValueError):
    """No known key has signed this note."""

    code = "note_not_signed"


class SignatureFalse(NoteNotSigned):
    """A known key is named, but did not make this signature of this text."""

    code = "signature_false"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key: name and 32 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature: a hint, no fingerprint."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """True when this key made `signature` over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key: name and seed of 32 bytes (RFC 8032). Never shown by repr."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """Its public key."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def write(self) -> str:
        """The private key as text: a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    def sign(self, text: str) -> bytes:
        """Sign a text."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())


def make_signer(name: str, seed: bytes) -> Signer:
    """Make a private key from 32 random bytes. Raises KeyMalformed for another length, or a name with a blank or «+»."""
    if len(seed) != 32 or not _NAME.fullmatch(name):
        raise KeyMalformed(name)
    return Signer(name, seed)


def read_signer(text: str) -> Signer:
    """Read a private key. Raises KeyMalformed (which does not repeat the text)."""
    if not text.startswith(_PRIVATE):
        raise KeyMalformed("no private key")
    name, key_id, key = _read_key(text.removeprefix(_PRIVATE))
    signer = make_signer(name, key)
    if signer.verifier.key_id != key_id:
        raise KeyMalformed(name)
    return signer


def read_verifier(text: str) -> Verifier:
    """Read a public key. Raises KeyMalformed."""
    name, key_id, key = _read_key(text)
    verifier = Verifier(name, key)
    if len(key) != 32 or verifier.key_id != key_id:
        raise KeyMalformed(name)
    return verifier


def _read_key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.strip().partition("+")
    key_id, _, key = rest.partition("+")
    try:
        decoded = b64decode(key, validate=True)
        if not _NAME.fullmatch(name) or decoded[:1] != ED25519:
            raise KeyMalformed(name)
        return name, bytes.fromhex(key_id), decoded[1:]
    except (ValueError, binascii.Error):
        raise KeyMalformed(name) from None


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """Write a note signed by each of `signers`. Raises NoteMalformed for a text that the form cannot hold."""
    _check_text(text)
    lines = [f"— {one.name} {b64encode(one.verifier.key_id + one.sign(text)).decode()}\n" for one in signers]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """Give the text of a note and the known keys that signed it.

    Signatures of unknown keys are passed over. Raises NoteMalformed; NoteNotSigned when no known key signed; SignatureFalse, which is one,
    when a known key is named and did not sign this.
    """
    body, blank, lines = note.rpartition("\n\n")
    text = body + "\n"
    if not blank or not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise NoteMalformed(note[:80])
    _check_text(text)
    known = {(one.name, one.key_id): one for one in verifiers}
    signed: list[Verifier] = []
    for line in lines[:-1].split("\n"):
        name, key_id, signature = _read_signature(line)
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.verifies(text, signature):
            raise SignatureFalse(verifier.name)
        signed.append(verifier)
    if not signed:
        raise NoteNotSigned("no known key signed")
    return text, tuple(dict.fromkeys(signed))


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    """Name and id of the key, signature."""
    found = _SIGNATURE.fullmatch(line)
    try:
        decoded = b64decode(found[2], validate=True) if found else b""
    except (ValueError, binascii.Error):
        raise NoteMalformed(line[:80]) from None
    if found is None or len(decoded) < 5:
        raise NoteMalformed(line[:80])
    return found[1], decoded[:4], decoded[4:]


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise NoteMalformed(text[:80])
