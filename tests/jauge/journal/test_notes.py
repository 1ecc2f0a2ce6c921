"""Signed notes: the known answer of Go's `note` package, keys, refusals."""

import pytest
from tests.jauge.journal.small_log import SIGNER

from jauge.journal import (
    KeyMalformed,
    NoteMalformed,
    NoteNotSigned,
    SignatureFalse,
    make_signer,
    open_note,
    read_signer,
    read_verifier,
    sign_note,
)

# The example of the documentation of golang.org/x/mod/sumdb/note.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
OTHER = make_signer("maillage.example/journal", bytes(32))
NOTE = sign_note("texte\n", [SIGNER])


def test_the_known_note_is_signed_and_opened_as_go_does() -> None:
    signer, verifier = read_signer(GO_PRIVATE), read_verifier(GO_PUBLIC)

    assert signer.verifier == verifier
    assert sign_note(GO_TEXT, [signer]) == f"{GO_TEXT}\n{GO_SIGNATURE}"
    assert open_note(f"{GO_TEXT}\n{GO_SIGNATURE}", [verifier]) == (GO_TEXT, (verifier,))


def test_keys_read_back_as_they_were_written() -> None:
    assert read_signer(SIGNER.write()) == SIGNER
    assert read_verifier(str(SIGNER.verifier)) == SIGNER.verifier
    assert SIGNER.seed.hex() not in repr(SIGNER)


def test_two_keys_sign_and_a_reader_who_knows_one_is_content() -> None:
    note = sign_note("texte\n", [OTHER, SIGNER])

    assert open_note(note, [SIGNER.verifier]) == ("texte\n", (SIGNER.verifier,))
    assert open_note(note, [SIGNER.verifier, OTHER.verifier])[1] == (OTHER.verifier, SIGNER.verifier)


def test_a_false_signature_of_a_known_key_is_told_apart() -> None:
    with pytest.raises(SignatureFalse):
        open_note(NOTE.replace("texte", "autre"), [SIGNER.verifier])


@pytest.mark.parametrize("note", [NOTE.replace("texte", "autre"), sign_note("texte\n", [OTHER]), NOTE.replace("— maillage", "— village")])
def test_a_note_that_no_known_key_signed_is_refused(note: str) -> None:
    with pytest.raises(NoteNotSigned):
        open_note(note, [SIGNER.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "texte\n",
        "texte\n\n",
        NOTE.removesuffix("\n"),
        NOTE + "x\n",
        NOTE + "\n",
        NOTE.replace("texte", "te\txte"),
        NOTE.replace("— ", "- "),
        "texte\n\n— nom AAAA\n",
        "texte\n\n— nom AAA\n",
        "texte\n\n" + NOTE.split("\n\n")[1] * 17,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteMalformed):
        open_note(note, [SIGNER.verifier])


@pytest.mark.parametrize(
    "text",
    ["", "nom", GO_PUBLIC.replace("c74f20a3", "c74f20a4"), GO_PUBLIC.replace("+AR", "+BR"), "a b" + GO_PUBLIC, GO_PUBLIC + "A", GO_PRIVATE],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyMalformed):
        read_verifier(text)


@pytest.mark.parametrize("text", [GO_PUBLIC, GO_PRIVATE.replace("c74f20a3", "00000000"), "PRIVATE+KEY+", GO_PRIVATE[:-4]])
def test_what_is_no_private_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyMalformed) as refusal:
        read_signer(text)
    assert "AYEKFALV" not in str(refusal.value)


@pytest.mark.parametrize(("name", "seed"), [("a b", bytes(32)), ("a+b", bytes(32)), ("", bytes(32)), ("a", bytes(31))])
def test_a_key_needs_a_name_and_a_whole_seed(name: str, seed: bytes) -> None:
    with pytest.raises(KeyMalformed):
        make_signer(name, seed)
