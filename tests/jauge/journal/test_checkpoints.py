"""Signed heads and proofs that travel alone: known form, small, refused when anything in them is changed."""

from base64 import b64encode

import pytest
from tests.jauge.journal.small_log import SIGNER, name_event, number_leaves, store_hashes, write_entries

from jauge.journal import (
    Checkpoint,
    EventMalformed,
    Growth,
    NoteMalformed,
    NoteNotSigned,
    Proof,
    ProofFalse,
    ProofMalformed,
    encode_event,
    hash_leaf,
    hash_tree,
    open_checkpoint,
    prove_consistency,
    prove_inclusion,
    read_checkpoint,
    read_growth,
    read_proof,
    sign_checkpoint,
    verify_growth,
    verify_proof,
    write_growth,
    write_proof,
)

ENTRIES = write_entries(11)
LEAVES = [hash_leaf(entry) for entry in ENTRIES]
HEAD = Checkpoint("maillage.example/journal", 11, hash_tree(LEAVES))
KEYS = [SIGNER.verifier]


def prove(index: int) -> str:
    """The file of a proof."""
    path = tuple(prove_inclusion(index, 11, store_hashes(LEAVES)))
    return write_proof(Proof(ENTRIES[index], index, path, sign_checkpoint(HEAD, [SIGNER])))


def test_a_head_is_three_lines_signed() -> None:
    note = sign_checkpoint(HEAD, [SIGNER])

    assert note.split("\n")[:3] == ["maillage.example/journal", "11", b64encode(HEAD.root).decode()]
    assert open_checkpoint(note, KEYS) == (HEAD, (SIGNER.verifier,))


def test_extension_lines_are_passed_over() -> None:
    assert read_checkpoint(HEAD.text + "extension\n") == HEAD


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n!!\n", "\n1\nAAAA\n"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(NoteMalformed):
        read_checkpoint(text)


@pytest.mark.parametrize("index", range(11))
def test_a_proof_verifies_with_the_public_key_alone(index: int) -> None:
    assert verify_proof(prove(index), KEYS) == (name_event(index), index, HEAD)
    assert write_proof(read_proof(prove(index))) == prove(index)


def test_a_proof_under_a_million_events_weighs_less_than_two_kilobytes() -> None:
    uuid = "0b7f2c5e-96a1-4c0e-8a55-3f1d6f1f7b10"
    entry = encode_event(
        name_event(
            1,
            actor=f"actors:person/{uuid}",
            on_behalf_of=f"actors:organisation/{uuid}",
            about=f"conventions:convention/{uuid}",
            right="délégation du maire",
            before="a" * 64,
            after="b" * 64,
        )
    )
    path = tuple(number_leaves(20))
    checkpoint = sign_checkpoint(Checkpoint("numerique.cotesdarmor.example/journal", 1_000_000, path[0]), [SIGNER])

    assert len(write_proof(Proof(entry, 999_999, path, checkpoint)).encode()) <= 2_000


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("tlog-proof@v1", "tlog-proof@v2", ProofMalformed),
        ("index 5", "index 05", ProofMalformed),
        ("index 5", "index 4", ProofFalse),
        ("index 5", "index 50", ProofFalse),
        ("extra ", "extra !", ProofMalformed),
        ("extra ", "extra AAAA", EventMalformed),
        ("\n11\n", "\n12\n", NoteNotSigned),
        ("\n11\n", "\n011\n", NoteNotSigned),
        ("— maillage", "— village", NoteNotSigned),
        ("\n\n", "\nAAAA\n\n", ProofMalformed),
        ("\n\n", "\n", NoteMalformed),
    ],
)
def test_a_changed_proof_is_refused(old: str, new: str, refusal: type[Exception]) -> None:
    with pytest.raises((refusal, ProofMalformed) if new == "\n" else refusal):
        verify_proof(prove(5).replace(old, new, 1), KEYS)


def test_the_event_of_another_proof_is_refused() -> None:
    mine, other = read_proof(prove(5)), read_proof(prove(6))

    with pytest.raises(ProofFalse):
        verify_proof(write_proof(Proof(other.entry, mine.index, mine.path, mine.checkpoint)), KEYS)


def grow(old: int) -> tuple[str, str]:
    """The head of size `old` as somebody kept it, and the proof that the log of eleven events grew from it."""
    kept = sign_checkpoint(Checkpoint(HEAD.origin, old, hash_tree(LEAVES[:old])), [SIGNER])
    path = tuple(prove_consistency(old, 11, store_hashes(LEAVES)))
    return kept, write_growth(Growth(old, path, sign_checkpoint(HEAD, [SIGNER])))


@pytest.mark.parametrize("old", range(1, 12))
def test_a_growth_verifies_with_the_head_that_was_kept(old: int) -> None:
    kept, growth = grow(old)

    assert verify_growth(growth, kept, KEYS) == (Checkpoint(HEAD.origin, old, hash_tree(LEAVES[:old])), HEAD)
    assert write_growth(read_growth(growth)) == growth


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("old 5", "old 05", ProofMalformed),
        ("old 5", "new 5", ProofMalformed),
        ("old 5", "old 6", ProofFalse),
        ("\n\n", "\nAAAA\n\n", ProofMalformed),
        ("\n11\n", "\n12\n", NoteNotSigned),
        ("— maillage", "— village", NoteNotSigned),
    ],
)
def test_a_changed_growth_is_refused(old: str, new: str, refusal: type[Exception]) -> None:
    kept, growth = grow(5)

    with pytest.raises(refusal):
        verify_growth(growth.replace(old, new, 1), kept, KEYS)


def test_a_head_of_another_log_or_of_a_rewritten_one_is_refused() -> None:
    _, growth = grow(5)
    other = sign_checkpoint(Checkpoint("another/journal", 5, hash_tree(LEAVES[:5])), [SIGNER])
    rewritten = sign_checkpoint(Checkpoint(HEAD.origin, 5, hash_tree(LEAVES[1:6])), [SIGNER])

    for kept in (other, rewritten):
        with pytest.raises(ProofFalse):
            verify_growth(growth, kept, KEYS)
