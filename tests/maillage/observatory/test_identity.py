"""The identity of a release holds from one process to the next: the same inputs, the same id, whatever Python's hash seed."""

import os
import subprocess
import sys

import pytest

HASH = """
import django; django.setup()
from django.conf import settings
from jauge.releases import compile_measures, hash_measures
from maillage.observatory.inputs import load_definitions
print(hash_measures(compile_measures(load_definitions(settings.DEFINITIONS).indicators)))
"""


@pytest.mark.slow
def test_measures_compile_to_the_same_text_in_every_process() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", HASH],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "DJANGO_SETTINGS_MODULE": "maillage.settings.test"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(1, 5)
    }

    assert len(hashes) == 1
