"""A proof from our journal, verified by sigstore's library: tree, signed note and signature, none of our code between them and the file."""

from base64 import b64decode
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore.errors import VerificationError
from tests.maillage.journal.acts import sign, sign_many

from maillage.journal import api


class _Keyring:
    """The one key of the log, as sigstore asks it."""

    def __init__(self, key: str) -> None:
        _, key_id, public = key.split("+", 2)
        self.key_id = bytes.fromhex(key_id)
        self._public = Ed25519PublicKey.from_public_bytes(b64decode(public)[1:])

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        assert key_id == self.key_id
        self._public.verify(signature, data)


def read_file(text: str, keyring: _Keyring) -> SimpleNamespace:
    """The file of a proof (https://c2sp.org/tlog-proof) as an entry of sigstore's log."""
    head, _, note = text.partition("\n\n")
    first, extra, index, *path = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    checkpoint = SignedCheckpoint.from_text(note).checkpoint
    proof = SimpleNamespace(
        log_index=int(index.removeprefix("index ")),
        tree_size=checkpoint.log_size,
        root_hash=bytes.fromhex(checkpoint.log_hash),
        hashes=[b64decode(one) for one in path],
        checkpoint=SimpleNamespace(envelope=note),
    )
    inner = SimpleNamespace(
        canonicalized_body=b64decode(extra.removeprefix("extra ")), inclusion_proof=proof, log_id=SimpleNamespace(key_id=keyring.key_id)
    )
    return SimpleNamespace(_inner=inner)


@pytest.mark.django_db
def test_sigstore_verifies_the_file_of_a_proof_of_less_than_two_kilobytes() -> None:
    sign_many(300)
    event = sign(right="délégation du maire", before="a" * 64, after="b" * 64, facts={"version": "3"})
    sign_many(40)
    api.sequence_events()
    (key,) = api.list_public_keys()
    keyring = _Keyring(key)

    text = api.prove_event(event)
    entry = read_file(text, keyring)

    assert len(text.encode()) <= 2_000
    assert str(event).encode() in entry._inner.canonicalized_body
    verify_merkle_inclusion(entry)  # type: ignore[arg-type]
    verify_checkpoint(keyring, entry)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["entry", "head"])
def test_sigstore_refuses_a_changed_file(part: str) -> None:
    event = sign_many(20)[7]
    api.sequence_events()
    (key,) = api.list_public_keys()
    keyring = _Keyring(key)
    entry = read_file(api.prove_event(event), keyring)

    envelope = entry._inner.inclusion_proof.checkpoint

    if part == "entry":
        entry._inner.canonicalized_body += b" "
    else:
        envelope.envelope = envelope.envelope.replace("\n21\n", "\n22\n")

    with pytest.raises((VerificationError, InvalidSignature)):
        verify_merkle_inclusion(entry)  # type: ignore[arg-type]
        verify_checkpoint(keyring, entry)  # type: ignore[arg-type]
