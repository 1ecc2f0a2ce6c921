"""The sequencer killed again and again at any moment: no gap, no event twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.maillage.outside import reach_database

PROGRAM = Path(__file__).with_name("killing.py")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_sequencer_killed_a_hundred_times_leaves_no_gap_and_no_double(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "60", "6"], env=reach_database(tmp_path), capture_output=True, text=True, check=True, timeout=300
    )

    found = json.loads(done.stdout)
    assert found["killed"] == 120
    assert found["sequenced_under_fire"] > 100
    assert found["acts"] == 800
    assert found["events"] == found["size"] == 801  # and the event that names the key
    assert (found["waiting"], found["doubles"], found["faults"]) == (0, 0, [])
