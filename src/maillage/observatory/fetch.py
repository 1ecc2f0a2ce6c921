"""Fetch: a source's file from its address into a folder, resumed where a cut left it, verified, put in place at once."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from jauge.provenance import SourceDefinition
from maillage.observatory.capture import inside

ATTEMPTS = 3
TIMEOUT_S = 30
LIMIT_BYTES = 2_000_000_000  # no described source comes near; an endless answer must not fill the disk
Progress = Callable[[int, int | None], None]


class FetchRefused(Exception):
    """A download that did not give the file. `str()` is the French sentence that says what to do."""

    code = "fetch_refused"


class NoAddress(FetchRefused):
    """The definition knows no address of a file. `page`: the publisher's."""

    code = "no_address"

    def __init__(self, name: str, page: str) -> None:
        self.page = page
        super().__init__(
            f"« {name} » n’a pas d’adresse de téléchargement direct. Récupérez le fichier depuis la page de l’éditeur : {page}"
        )


class Offline(FetchRefused):
    """The server cannot be reached."""

    code = "offline"

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"{host} est injoignable : vérifiez la connexion de cette machine, puis relancez la commande. "
            "Sans réseau, les sources embarquées suffisent : `maillage release build` les lit par défaut."
        )


class AddressRefused(FetchRefused):
    """The server answers, but with an error. `status`: its HTTP code."""

    code = "address_refused"

    def __init__(self, url: str, status: int, page: str) -> None:
        self.status = status
        super().__init__(f"{url} répond « {status} » : l’adresse a pu changer. Page de l’éditeur : {page}")


class Interrupted(FetchRefused):
    """The connection was cut each time. `received`: bytes kept for the next try."""

    code = "interrupted"

    def __init__(self, name: str, received: int) -> None:
        self.received = received
        super().__init__(
            f"Téléchargement interrompu : {received} octets gardés. Relancez `maillage sources fetch {name}` pour le reprendre."
        )


class WrongBytes(FetchRefused):
    """The whole file came, and it is not the one that is known. Nothing is kept of it."""

    code = "wrong_bytes"

    def __init__(self, url: str, expected: str, found: str) -> None:
        self.expected, self.found = expected, found
        super().__init__(f"{url} ne donne pas le fichier attendu (SHA-256 {found}, attendu {expected}). Rien n’a été remplacé.")


class TooLarge(FetchRefused):
    """More bytes than any described source has. Nothing is kept."""

    code = "too_large"

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} envoie plus de {LIMIT_BYTES} octets : ce n’est pas le fichier attendu. Rien n’a été gardé.")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file in its place. `verified`: its hash was known and is right. `already_there`: nothing had to be downloaded."""

    path: Path
    sha256: str
    size: int
    verified: bool
    already_there: bool


def fetch_source(source: SourceDefinition, folder: Path, *, on_progress: Progress | None = None) -> Fetched:
    """Download a source's file into `folder`, atomically; an interrupted download is taken up where it stopped.

    Raises NoAddress, Offline, AddressRefused, Interrupted, TooLarge, WrongBytes, UnsafePath, OSError (disk full: what came is kept).
    """
    if source.fetch is None:
        raise NoAddress(source.name, str(source.url))
    target = inside(folder, source.fetch.file or source.file)
    expected = source.fetch.sha256
    if expected and target.is_file() and _sha256(target) == expected:
        return Fetched(target, expected, target.stat().st_size, verified=True, already_there=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    _download(source, part, on_progress or (lambda _done, _total: None))
    found = _sha256(part)
    if expected and found != expected:
        _forget(part)
        raise WrongBytes(str(source.fetch.url), expected, found)
    _put_in_place(part, target)
    return Fetched(target, found, target.stat().st_size, verified=expected is not None, already_there=False)


def _download(source: SourceDefinition, part: Path, on_progress: Progress) -> None:
    """Fill `part`, trying again after a cut from the byte where it stopped."""
    assert source.fetch is not None
    url = str(source.fetch.url)
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT_S) as client:
        for attempt in range(ATTEMPTS):
            try:
                _download_once(client, url, part, str(source.url), on_progress)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                raise Offline(httpx.URL(url).host) from None
            except httpx.TransportError:
                time.sleep(0.1 * attempt)
            else:
                return
    raise Interrupted(source.name, part.stat().st_size if part.is_file() else 0)


def _download_once(client: httpx.Client, url: str, part: Path, page: str, on_progress: Progress) -> None:
    start, validator = _resumable(part, url)
    # If-Range: the server sends the rest only if the file is still the one whose beginning we hold, else the whole of it.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-", "If-Range": validator} if start else {})
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            _forget(part)
            raise httpx.ReadError("the range no longer exists: begin again")
        if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise AddressRefused(url, answer.status_code, page)
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and _range_start(answer) == start
        _remember(part, url, answer)
        _receive(answer, part, start if goes_on else 0, on_progress)


def _receive(answer: httpx.Response, part: Path, start: int, on_progress: Progress) -> None:
    length = answer.headers.get("Content-Length")
    total = start + int(length) if length else None
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        done = start
        for block in answer.iter_raw(65_536):
            file.write(block)
            done += len(block)
            if done > LIMIT_BYTES:
                _forget(part)
                raise TooLarge(str(answer.url))
            on_progress(done, total)
        file.flush()
        os.fsync(file.fileno())
    if total is not None and done < total:
        raise httpx.ReadError("fewer bytes than announced")


def _range_start(answer: httpx.Response) -> int:
    """The first byte that the answer holds, from `Content-Range: bytes 100-199/200`; -1 when it does not say."""
    text = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(text) if text.isdigit() else -1


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _resumable(part: Path, url: str) -> tuple[int, str]:
    """How many bytes are held of the very file that `url` gave, and the mark by which the server knows it; 0 when none."""
    try:
        notes = json.loads(_notes(part).read_text(encoding="utf-8"))
        held = part.stat().st_size
    except (OSError, ValueError):
        return 0, ""
    return (held, notes["validator"]) if notes.get("url") == url and notes.get("validator") else (0, "")


def _remember(part: Path, url: str, answer: httpx.Response) -> None:
    etag = answer.headers.get("ETag", "")
    # A weak mark («W/…») promises the same meaning, not the same bytes: resuming on it could mix two files.
    validator = answer.headers.get("Last-Modified", "") if not etag or etag.startswith("W/") else etag
    _notes(part).write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")


def _forget(part: Path) -> None:
    for path in (part, _notes(part)):
        with suppress(FileNotFoundError):
            path.unlink()


def _put_in_place(part: Path, target: Path) -> None:
    """The old file or the new one, never half of it."""
    part.replace(target)
    _forget(part)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
