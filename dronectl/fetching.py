"""Zone files fetched from their publishers: the one room that opens a connection.

Nothing of missions leaves: what is sent is the address and the name of this tool. A file takes the place of the one before it
only when it came whole, within size and time, and reads as zones; the one before it is kept as an edition.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from dronectl._version import __version__
from dronectl.errors import InputError
from dronectl.evidence.lock import alone
from dronectl.feeds import Feed
from dronectl.readers import mapping, paging, read_zones
from dronectl.records import dataclass

CHUNK = 65_536
SILENT_S = 30.0  # without a byte
MOST_REDIRECTS = 5
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
EDITIONS = ".editions"  # a folder with a dot: what lies in it is not read with the files beside it
STATE = ".state.json"  # nor is this with the editions
LEAST_SHARE = 0.5  # a new edition with fewer zones than this share of the last one is looked at by a person first
LARGEST_MIB, LONGEST_S = 256.0, 120.0


class Refused(Exception):
    """A feed could not be fetched, and why; its file is what it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a feed may take."""

    largest_bytes: int = int(LARGEST_MIB * (1 << 20))
    longest_s: float = LONGEST_S
    """For all of it."""
    shrink: bool = False
    """True where a new edition may have far fewer zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one feed."""

    feed: Feed
    path: Path
    state: str
    """`new`, `changed` or `same`."""
    sha256: str
    zones: int
    zones_before: int | None = None
    kept: Path | None = None
    """Where the edition before it lies now."""
    bytes: int = 0


def fetch(feed: Feed, folder: Path, limits: Limits, *, now: Callable[[], float] = time.time) -> Fetched:
    """Fetch one feed into a folder. Raises `Refused` where nothing that can be used came; then nothing is changed."""
    require_address(feed.address)
    own = folder / EDITIONS / feed.id
    own.mkdir(parents=True, exist_ok=True)
    with alone(own / STATE):
        return _fetch(feed, folder, own, limits, now)


def require_address(address: str) -> None:
    """Refuse an address that is not https; http only to this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise Refused(f"{address!r} is no address: {error}") from None
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and host not in HERE):
        raise Refused(f"{address!r} is not an address of https")
    if parts.username or parts.password:
        raise Refused("an address with a name or password in it is refused: it would stand in files and reports")


def _fetch(feed: Feed, folder: Path, own: Path, limits: Limits, now: Callable[[], float]) -> Fetched:
    target = folder / feed.file
    known = _state(own / STATE)
    same = target.is_file() and known.get("sha256") == _digest(target) and _is_of(known, feed)
    ends = time.monotonic() + limits.longest_s
    handle, name = tempfile.mkstemp(prefix=f".{feed.id}.", suffix=Path(feed.file).suffix, dir=folder)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as into:
            answer = _ask(feed, known if same else {}, into, limits, ends)
        if answer is None:
            return Fetched(feed=feed, path=target, state="same", sha256=str(known["sha256"]), zones=int(known["zones"]))
        digest = _digest(part)
        if feed.sha256 and digest != feed.sha256.lower():
            raise Refused(f"its sha256 is {digest}, and the registry says {feed.sha256.lower()}")
        if same and digest == known["sha256"]:
            _remember(own, feed, answer, digest, int(known["zones"]), now())
            return Fetched(feed=feed, path=target, state="same", sha256=digest, zones=int(known["zones"]))
        zones = _zones(feed, part)
        before = int(known["zones"]) if same else None
        if before is not None and zones < before * LEAST_SHARE and not limits.shrink:
            raise Refused(f"it has {zones} zones, and the edition before it {before}: look at it, then give --shrink")
        kept = _keep(target, own, known, now()) if target.is_file() else None
        size = part.stat().st_size
        _write_mapping(feed, target)
        part.replace(target)
        _remember(own, feed, answer, digest, zones, now())
        return Fetched(
            feed=feed, path=target, state="changed" if kept else "new", sha256=digest, zones=zones, zones_before=before,
            kept=kept, bytes=size,
        )  # fmt: skip
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
        with suppress(FileNotFoundError):
            Path(f"{part}{mapping.SUFFIX}").unlink()


class _SameKind(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to an address that a feed may have, and few of them."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        try:
            require_address(newurl)
            if req.full_url.startswith("https:") and not newurl.startswith("https:"):
                raise Refused(f"it redirects from https to {newurl!r}")
        except Refused:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _ask(
    feed: Feed, known: Mapping[str, Any], into: IO[bytes], limits: Limits, ends: float
) -> Mapping[str, str] | None:
    """Write what a feed answers into a file; its headers, or None where it says that nothing has changed."""
    headers = {"User-Agent": f"dronectl/{__version__}", "Accept-Encoding": "identity"}
    if known.get("etag"):
        headers["If-None-Match"] = str(known["etag"])
    elif known.get("last_modified"):
        headers["If-Modified-Since"] = str(known["last_modified"])
    request = urllib.request.Request(feed.address, headers=headers)  # noqa: S310 - `require_address` looked at it
    watch = Watch(limits.longest_s)
    try:
        with watch, watch.opener().open(request, timeout=min(limits.longest_s, SILENT_S)) as answer:
            _copy(answer, into, limits, ends)
            return {name.lower(): value for name, value in answer.headers.items()}
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 304 and known:
            return None
        raise Refused(f"the server answers {error.code} {error.reason}") from None
    except (http.client.HTTPException, OSError, ValueError) as error:  # urllib.error.URLError is an OSError
        if watch.late or time.monotonic() >= ends:  # the connection may give up before the watch, in the same moment
            raise Refused(f"it took longer than {limits.longest_s:g} s") from None
        why = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Refused(f"the server could not be asked to the end: {_why(why)}") from None


class Watch:
    """Connections over http and https, through the proxies of the environment, that are cut off after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.late = False
        self._open: list[http.client.HTTPConnection] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.late = True
        for connection in self._open:
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def plain(self, host: str, **how: Any) -> http.client.HTTPConnection:
        """A connection over http."""
        self._open.append(http.client.HTTPConnection(host, **how))
        return self._open[-1]

    def safe(self, host: str, **how: Any) -> http.client.HTTPConnection:
        """A connection over https, its certificate looked at."""
        self._open.append(http.client.HTTPSConnection(host, context=ssl.create_default_context(), **how))
        return self._open[-1]

    def opener(self) -> urllib.request.OpenerDirector:
        """What asks; it knows http and https and nothing else."""
        made = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(), _Http(self), _Https(self), _SameKind(), urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(), urllib.request.UnknownHandler(),
        ):  # fmt: skip
            made.add_handler(handler)
        return made


class _Http(urllib.request.HTTPHandler):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(self.watch.plain, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(self.watch.safe, req)


def _why(error: object) -> str:
    return str(error) or type(error).__name__


def _copy(answer: Any, into: IO[bytes], limits: Limits, ends: float) -> None:
    """All bytes of an answer, no more and no longer than allowed."""
    if answer.status != 200:
        raise Refused(f"the server answers {answer.status}, which is no file")
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise Refused(f"the answer is packed ({coding}), which was not asked for")
    said = answer.headers.get("Content-Length")
    if said is not None and said.strip().isdecimal() and int(said) > limits.largest_bytes:
        raise Refused(f"it says to be {int(said) >> 20} MiB, and more than {limits.largest_bytes >> 20} is refused")
    size = 0
    while True:
        left = ends - time.monotonic()
        if left <= 0:
            raise Refused(f"it took longer than {limits.longest_s:g} s")
        chunk = answer.read1(CHUNK)
        if not chunk:
            break
        size += len(chunk)
        if size > limits.largest_bytes:
            raise Refused(f"it is larger than {limits.largest_bytes >> 20} MiB")
        into.write(chunk)
    if said is not None and said.strip().isdecimal() and size != int(said):
        raise Refused(f"it broke off after {size} of {int(said)} bytes")
    if size == 0:
        raise Refused("the answer is empty")


def _zones(feed: Feed, part: Path) -> int:
    """How many zones a new file holds, read as it would be read in its place; refused where it is no zone file."""
    _write_mapping(feed, part)
    try:
        files = read_zones([str(part)])
    except InputError as error:
        raise Refused(f"it is no zone file: {error.faults[0].what}") from None
    for file in files:
        if file.page is not None:
            raise Refused(f"its address gives one page: {paging.what(file.page)}")
    count = sum(len(file.zones) for file in files)
    if not count:
        raise Refused("it holds no zone")
    return count


def _write_mapping(feed: Feed, target: Path) -> None:
    if not feed.mapping:
        return
    lines = [f"# What the columns of feed {feed.id} mean. Written by `dronectl zones fetch`."]
    lines += [f"{json.dumps(name)} = {_toml(how)}" for name, how in feed.mapping.items()]
    _replace(Path(f"{target}{mapping.SUFFIX}"), ("\n".join(lines) + "\n").encode())


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(how)}" for name, how in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _keep(target: Path, own: Path, known: Mapping[str, Any], now: float) -> Path:
    """A second name for the edition that is about to be replaced."""
    digest = _digest(target)
    since = known.get("fetched") if known.get("sha256") == digest else None
    stamp = str(since or _stamp(now)).replace(":", "")
    kept = own / f"{stamp}-{digest[:12]}{target.suffix}"
    if not kept.exists():
        _replace(kept, target.read_bytes())
        beside = Path(f"{target}{mapping.SUFFIX}")
        if beside.is_file():
            _replace(Path(f"{kept}{mapping.SUFFIX}"), beside.read_bytes())
    return kept


def _remember(own: Path, feed: Feed, answer: Mapping[str, str], digest: str, zones: int, now: float) -> None:
    made = {
        "feed": feed.id, "address": feed.address, "sha256": digest, "zones": zones, "fetched": _stamp(now),
        "etag": answer.get("etag"), "last_modified": answer.get("last-modified"), "licence": feed.licence,
        "mapping": feed.mapping,
    }  # fmt: skip
    _replace(own / STATE, (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode())


def _is_of(known: Mapping[str, Any], feed: Feed) -> bool:
    """True where what is known was fetched of a feed as the registry has it now: address, columns, and digest if any."""
    pinned = not feed.sha256 or known.get("sha256") == feed.sha256.lower()
    return pinned and known.get("address") == feed.address and known.get("mapping", {}) == feed.mapping


def _state(path: Path) -> dict[str, Any]:
    """What is known of the last fetch; nothing where that is not there or is damaged: then all is fetched anew."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("zones"), int) else {}


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    with os.fdopen(handle, "wb") as into:
        into.write(content)
    Path(name).replace(path)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _stamp(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
