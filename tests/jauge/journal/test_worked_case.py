"""The worked case of docs/algorithms/journal.md: each of its lines is what the code gives."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from tests.jauge.journal.small_log import SIGNER, store_hashes

from jauge.journal import (
    FIRST_CHAIN,
    Checkpoint,
    Event,
    commit_value,
    encode_event,
    extend_chain,
    hash_leaf,
    hash_tree,
    prove_consistency,
    prove_inclusion,
    sign_checkpoint,
)

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "journal.md"


def work_case() -> dict[str, str]:
    """Three events: a convention proposed, signed for Lannion, signed for the département; the first says something of a person."""
    commitment = commit_value(salt=bytes(range(32)), name="comment", value="J’ai relu.")
    acts = [("propose", "1", {"version": "1"}, {"comment": commitment}), ("sign", "2", {}, {}), ("sign", "3", {}, {})]
    events = [
        Event(
            key=UUID(int=number),
            at=datetime(2026, 11, 25, 19, number, tzinfo=UTC),
            act=f"conventions.{act}_convention",
            actor=f"actors:person/{person}",
            about="conventions:convention/7",
            facts=facts,
            commitments=commitments,
        )
        for number, (act, person, facts, commitments) in enumerate(acts)
    ]
    entries = [encode_event(event) for event in events]
    leaves = [hash_leaf(entry) for entry in entries]
    chains = [FIRST_CHAIN]
    for leaf in leaves:
        chains.append(extend_chain(chains[-1], leaf))
    found = {"commitment": commitment, "entry0": entries[0].decode()}
    found |= {f"leaf{number}": leaf.hex() for number, leaf in enumerate(leaves)}
    found |= {f"chain{number}": chain.hex() for number, chain in enumerate(chains[1:])}
    found |= {f"root{size}": hash_tree(leaves[:size]).hex() for size in (1, 2, 3)}
    found["path0"] = " ".join(one.hex() for one in prove_inclusion(0, 3, store_hashes(leaves)))
    found["from2to3"] = " ".join(one.hex() for one in prove_consistency(2, 3, store_hashes(leaves)))
    found["verifier"] = str(SIGNER.verifier)
    found["head3"] = sign_checkpoint(Checkpoint(SIGNER.name, 3, hash_tree(leaves)), [SIGNER]).replace("\n", "⏎")
    return found


def read_document() -> dict[str, str]:
    """The lines `name: value` of the worked case."""
    block = DOCUMENT.read_text().split("```text\n")[1].split("```")[0]
    return dict(re.findall(r"^(\w+): (.*)$", block, flags=re.MULTILINE))


def test_the_document_says_what_the_code_gives() -> None:
    assert read_document() == work_case()
