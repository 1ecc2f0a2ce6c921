"""The site is served on a free port, with its worker; both stop together."""

import socket
import sys

import pytest

from maillage.cli import serve


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert serve.find_free_port(port, tries=20) > port
        with pytest.raises(serve.NoFreePort):
            serve.find_free_port(port, tries=1)


def test_when_one_program_ends_the_other_is_stopped() -> None:
    ends = [sys.executable, "-c", "raise SystemExit(3)"]
    lasts = [sys.executable, "-c", "import time; time.sleep(60)"]

    assert serve.run_side_by_side([lasts, ends]) == 3
