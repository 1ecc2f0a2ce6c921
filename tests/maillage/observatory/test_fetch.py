"""Fetching from a loopback server: resumed after a cut, verified, put in place at once, with a sentence for each refusal."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jauge.provenance import Fetch, SourceDefinition
from maillage.observatory import fetch
from maillage.observatory.capture import UnsafePath
from maillage.observatory.fetch import AddressRefused, Interrupted, NoAddress, Offline, TooLarge, WrongBytes, fetch_source
from maillage.observatory.sources import load_sources
from maillage.settings import paths

BODY = bytes(range(256)) * 2_000
SHA256 = hashlib.sha256(BODY).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    """Serves BODY; the server says after how many bytes each of the next answers is cut, and keeps the ranges asked for."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers.get("Range"))
        if self.server.status != 200:
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = self._start()
        rest = self.server.body[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(self.server.body) - 1}/{len(self.server.body)}")
        self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        cut = self.server.cuts.pop(0) if self.server.cuts else None
        self.wfile.write(rest[:cut])
        if cut is not None:
            self.close_connection = True

    def _start(self) -> int:
        asked = self.headers.get("Range")
        if not asked or self.headers.get("If-Range") != self.server.etag or self.server.ignores_ranges:
            return 0
        return int(asked.removeprefix("bytes=").rstrip("-"))

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body, self.etag, self.status, self.ignores_ranges = BODY, '"one"', 200, False
        self.cuts: list[int | None] = []
        self.ranges: list[str | None] = []


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def _source(server: _Server, sha256: str | None = SHA256) -> SourceDefinition:
    base = load_sources(paths.DEFINITIONS)["arcep_fixed_2019"]
    address = Fetch.model_validate({"url": f"http://127.0.0.1:{server.server_port}/x.csv", "sha256": sha256})
    return base.model_copy(update={"fetch": address, "file": "observatory/x.csv"})


def test_a_file_is_fetched_verified_and_alone_in_its_folder(server: _Server, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []

    fetched = fetch_source(_source(server), tmp_path, on_progress=lambda done, total: told.append((done, total)))

    assert fetched.path.read_bytes() == BODY
    assert (fetched.verified, fetched.already_there, fetched.sha256) == (True, False, SHA256)
    assert [path.name for path in fetched.path.parent.iterdir()] == ["x.csv"]
    assert told[-1] == (len(BODY), len(BODY))


def test_a_cut_download_goes_on_from_the_byte_where_it_stopped(server: _Server, tmp_path: Path) -> None:
    server.cuts = [100_000]

    fetched = fetch_source(_source(server), tmp_path)

    assert fetched.path.read_bytes() == BODY
    assert server.ranges[0] is None
    assert server.ranges[1] is not None
    assert 0 < int(server.ranges[1].removeprefix("bytes=").rstrip("-")) <= 100_000


def test_a_download_cut_each_time_is_taken_up_by_the_next_command(server: _Server, tmp_path: Path) -> None:
    server.cuts = [100_000, 50_000, 50_000]
    with pytest.raises(Interrupted) as caught:
        fetch_source(_source(server), tmp_path)
    assert not (tmp_path / "observatory/x.csv").exists()
    assert caught.value.received > 0

    fetched = fetch_source(_source(server), tmp_path)

    assert fetched.path.read_bytes() == BODY
    assert server.ranges[-1] == f"bytes={caught.value.received}-"


def test_a_file_that_changed_meanwhile_is_fetched_whole(server: _Server, tmp_path: Path) -> None:
    server.cuts = [100_000, 1, 1]
    with pytest.raises(Interrupted):
        fetch_source(_source(server, None), tmp_path)
    server.body, server.etag = BODY[::-1], '"two"'

    assert fetch_source(_source(server, None), tmp_path).path.read_bytes() == BODY[::-1]


def test_a_server_that_ignores_ranges_is_read_from_the_start(server: _Server, tmp_path: Path) -> None:
    server.cuts, server.ignores_ranges = [100_000], True

    assert fetch_source(_source(server), tmp_path).path.read_bytes() == BODY


def test_a_weak_mark_of_the_server_is_not_trusted_to_resume(server: _Server, tmp_path: Path) -> None:
    server.etag, server.cuts = 'W/"one"', [100_000]

    assert fetch_source(_source(server), tmp_path).path.read_bytes() == BODY
    assert server.ranges == [None, None]


def test_a_file_already_there_and_right_is_not_fetched_again(server: _Server, tmp_path: Path) -> None:
    fetch_source(_source(server), tmp_path)

    again = fetch_source(_source(server), tmp_path)

    assert again.already_there
    assert len(server.ranges) == 1


def test_other_bytes_than_the_known_ones_leave_the_old_file_and_no_rubbish(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "observatory").mkdir()
    (tmp_path / "observatory/x.csv").write_bytes(b"old")

    with pytest.raises(WrongBytes) as caught:
        fetch_source(_source(server, "b" * 64), tmp_path)

    assert (caught.value.expected, caught.value.found) == ("b" * 64, SHA256)
    assert [path.read_bytes() for path in (tmp_path / "observatory").iterdir()] == [b"old"]


def test_a_gone_address_says_where_the_publisher_is(server: _Server, tmp_path: Path) -> None:
    server.status = 404

    with pytest.raises(AddressRefused, match=r"data\.gouv\.fr") as caught:
        fetch_source(_source(server), tmp_path)

    assert caught.value.status == 404


def test_an_unreachable_server_is_told_as_offline(server: _Server, tmp_path: Path) -> None:
    source = _source(server)
    server.shutdown()
    server.server_close()

    with pytest.raises(Offline, match="connexion"):
        fetch_source(source, tmp_path)


def test_a_source_without_address_gives_its_publishers_page(server: _Server, tmp_path: Path) -> None:
    with pytest.raises(NoAddress, match=r"data\.gouv\.fr"):
        fetch_source(_source(server).model_copy(update={"fetch": None}), tmp_path)


def test_an_endless_answer_is_stopped(server: _Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LIMIT_BYTES", 100_000)

    with pytest.raises(TooLarge):
        fetch_source(_source(server), tmp_path)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_target_out_of_the_folder_is_refused_before_any_request(server: _Server, tmp_path: Path) -> None:
    with pytest.raises(UnsafePath):
        fetch_source(_source(server).model_copy(update={"file": "../x.csv"}), tmp_path)

    assert server.ranges == []
