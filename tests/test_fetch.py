"""`zones fetch` against a server on this machine that behaves, and misbehaves in every way we could think of."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from builders import VALID, a_zone, ring

from dronectl.errors import InputError
from dronectl.feeds import feeds_of, shipped
from dronectl.fetching import Refused, require_address
from dronectl.readers import read_zones
from dronectl.where import Where

Answer = Callable[[BaseHTTPRequestHandler], None]


class Publisher:
    """A server whose next answer a test chooses, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = whole(zone_file(1))
        self.asked: list[tuple[str, dict[str, str]]] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                self.close_connection = True
                with suppress(OSError):  # who asked went away
                    publisher.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/zones.geojson"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = Publisher()
    yield made
    made.server.shutdown()
    made.server.server_close()


def zone_file(*numbers: int) -> bytes:
    features = [a_zone(f"Z{n}", geometry={"type": "Polygon", "coordinates": [ring(n * 200, 0, n * 200 + 90, 90)]})
                for n in numbers]  # fmt: skip
    made = {"type": "FeatureCollection", "name": "Test", "metadata": VALID, "features": features}
    return json.dumps(made).encode()


def whole(body: bytes, **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()

    return answer


def drips(seconds: float) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.end_headers()
        for _ in range(int(seconds / 0.05)):
            to.wfile.write(b" ")
            to.wfile.flush()
            time.sleep(0.05)

    return answer


def drips_headers(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(80):
        to.wfile.write(f"X-{number}: 1\r\n".encode())
        to.wfile.flush()
        time.sleep(0.1)


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(400):
        to.wfile.write(b" " * 65_536)


def breaks_off(to: BaseHTTPRequestHandler) -> None:
    body = zone_file(1, 2, 3)
    to.send_response(200)
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body[:100])


def broken_chunks(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Transfer-Encoding", "chunked")
    to.end_headers()
    to.wfile.write(b"5\r\nhello\r\nZZ\r\n")


def too_long(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", str(10 << 30))
    to.end_headers()
    to.wfile.write(b"{}")


def no_http(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"\x00\x01\x02 this is no answer\r\n\r\n")


def round_and_round(to: BaseHTTPRequestHandler) -> None:
    status(302, Location=to.path + "x")(to)


MISBEHAVIOUR: dict[str, tuple[Answer, str]] = {
    "a server error": (status(503), "503"),
    "gone": (status(404), "404"),
    "no right": (status(401), "401"),
    "an empty answer": (whole(b""), "empty"),
    "no content": (status(204), "204"),
    "a page that says sorry": (whole(b"<html><body>Sorry</body></html>", Content_Type="text/html"), "no zone file"),
    "JSON that is no zone": (whole(b'{"hello": "world"}'), "no zone file"),
    "JSON cut short": (whole(zone_file(1, 2)[:-40]), "no zone file"),
    "one page of several": (
        whole(json.dumps(json.loads(zone_file(1)) | {"numberMatched": 9}).encode()),
        "gives one page",
    ),
    "a collection without zones": (whole(b'{"type": "FeatureCollection", "features": []}'), "no zone"),
    "a mission": (whole(b'{"fileType": "Plan", "version": 1, "mission": {"version": 2, "items": []}}'), "no zone file"),
    "fewer bytes than it said": (breaks_off, "broke off"),
    "broken chunks": (broken_chunks, "to the end"),
    "no HTTP": (no_http, "to the end"),
    "an endless answer": (endless, "larger than"),
    "a length that is too much": (too_long, "is refused"),
    "a slow answer": (drips(8), "longer than"),
    "slow headers": (drips_headers, "longer than"),
    "a silent server": (lambda to: time.sleep(2), "longer than"),
    "a redirect in a circle": (round_and_round, "302"),
    "a redirect to a file": (status(302, Location="file:///etc/passwd"), "not allowed"),
    "a redirect to another machine without https": (status(302, Location="http://example.org/z"), "address of https"),
    "a redirect with a password": (status(302, Location="https://me:secret@example.org/z"), "refused"),
    "a packed answer": (whole(gzip.compress(zone_file(1)), Content_Encoding="gzip"), "packed"),
    "nothing changed, though nobody asked so": (status(304), "304"),
    "a part": (status(206), "206"),
}


def registry(folder: Path, address: str, **more: str) -> Path:
    path = folder / "feeds.toml"
    rows = {"id": "test", "address": address, "format": "geojson", "title": "Test", "licence": "CC0", **more}
    path.write_text("[[feed]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in rows.items()), "utf-8")
    return path


def fetched(run, folder: Path, publisher: Publisher, *words: object):
    return run(
        "zones", "fetch", "test", "--registry", registry(folder, publisher.address), "--into", folder / "z", *words
    )


@pytest.mark.parametrize("how", MISBEHAVIOUR)
def test_a_server_that_misbehaves_changes_nothing(how: str, publisher: Publisher, tmp_path: Path, run) -> None:
    answer, why = MISBEHAVIOUR[how]
    good = fetched(run, tmp_path, publisher)
    assert good.code == 0, good.err
    before = {path: path.read_bytes() for path in (tmp_path / "z").rglob("*") if path.is_file()}
    (tmp_path / "z" / ".editions" / "test" / ".state.json").unlink()  # so that it asks without a condition
    publisher.answer = answer
    begun = time.monotonic()
    ran = fetched(run, tmp_path, publisher, "--timeout", "1", "--largest", "8")
    assert ran.code == 4 and why in ran.err, ran.err
    assert "its file is what it was" in ran.out and time.monotonic() - begun < 8
    after = {path: path.read_bytes() for path in (tmp_path / "z").rglob("*") if path.is_file()}
    assert {p: b for p, b in before.items() if p.name != ".state.json"} == after
    publisher.answer = whole(zone_file(1, 2))
    assert fetched(run, tmp_path, publisher).code == 0


def test_a_feed_is_asked_whether_it_changed_and_its_editions_are_kept(
    publisher: Publisher, tmp_path: Path, run
) -> None:
    publisher.answer = whole(zone_file(1, 2), ETag='"one"', Last_Modified="Wed, 25 Nov 2026 10:00:00 GMT")
    first = fetched(run, tmp_path, publisher)
    assert first.code == 0 and "new, 2 zones" in first.out and "nothing of your missions is sent" in first.err
    asked = publisher.asked[-1][1]
    assert asked["user-agent"].startswith("dronectl/") and "if-none-match" not in asked and "cookie" not in asked
    publisher.answer = status(304)
    again = fetched(run, tmp_path, publisher)
    assert again.code == 0 and "unchanged, 2 zones" in again.out and publisher.asked[-1][1]["if-none-match"] == '"one"'
    publisher.answer = whole(zone_file(1, 2, 3), ETag='"two"')
    third = json.loads(fetched(run, tmp_path, publisher, "-f", "json").out)["fetched"][0]
    assert third["state"] == "changed" and (third["zones"], third["zones_before"]) == (3, 2)
    target, kept = tmp_path / "z" / "test.geojson", Path(third["kept"])
    assert kept.read_bytes() == zone_file(1, 2) and target.read_bytes() == zone_file(1, 2, 3)
    (file,) = read_zones([str(tmp_path / "z")])  # the editions before are not read beside it
    assert len(file.zones) == 3 and len(read_zones([str(kept.parent)])[0].zones) == 2
    publisher.answer = whole(zone_file(1, 2, 3))
    assert "unchanged" in fetched(run, tmp_path, publisher).out
    target.write_bytes(b"{}")  # somebody wrote into it: all of it is fetched again
    publisher.answer = whole(zone_file(1, 2, 3), ETag='"two"')
    assert fetched(run, tmp_path, publisher).code == 0 and target.read_bytes() == zone_file(1, 2, 3)
    assert "if-none-match" not in publisher.asked[-1][1]


def test_an_edition_with_far_fewer_zones_is_looked_at_first(publisher: Publisher, tmp_path: Path, run) -> None:
    publisher.answer = whole(zone_file(1, 2, 3, 4, 5))
    fetched(run, tmp_path, publisher)
    publisher.answer = whole(zone_file(1, 2))
    ran = fetched(run, tmp_path, publisher)
    assert ran.code == 4 and "--shrink" in ran.err
    assert len(read_zones([str(tmp_path / "z")])[0].zones) == 5
    assert fetched(run, tmp_path, publisher, "--shrink").code == 0
    assert len(read_zones([str(tmp_path / "z")])[0].zones) == 2


def test_a_checksum_of_the_registry_is_held_to(publisher: Publisher, tmp_path: Path, run) -> None:
    words = ("--registry", registry(tmp_path, publisher.address, sha256="0" * 64), "--into", tmp_path / "z")
    ran = run("zones", "fetch", "test", *words)
    assert ran.code == 4 and "sha256" in ran.err and not (tmp_path / "z" / "test.geojson").exists()
    publisher.answer = whole(zone_file(1, 2), ETag='"one"')
    assert fetched(run, tmp_path, publisher).code == 0
    words = ("--registry", registry(tmp_path, publisher.address, sha256="0" * 64), "--into", tmp_path / "z")
    ran = run("zones", "fetch", "test", *words)  # the file that is there is not what the registry says by now
    assert ran.code == 4 and "sha256" in ran.err and "if-none-match" not in publisher.asked[-1][1]


def test_it_goes_through_a_proxy(publisher: Publisher, tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is asked for the whole address, and answers in place of a server that is not there."""
    monkeypatch.setenv("http_proxy", publisher.address.rsplit("/", 1)[0])
    monkeypatch.setenv("no_proxy", "")
    away = registry(tmp_path, "http://localhost:9/zones.geojson")
    ran = run("zones", "fetch", "test", "--registry", away, "--into", tmp_path / "z")
    assert ran.code == 0, ran.err
    assert publisher.asked[-1][0] == "http://localhost:9/zones.geojson"


def test_a_mapping_of_the_registry_is_written_beside_its_file(publisher: Publisher, tmp_path: Path, run) -> None:
    shape = {"type": "Polygon", "coordinates": [ring(0, 0, 90, 90)]}
    rows = [{"type": "Feature", "properties": {"localtype": word}, "geometry": shape}
            for word in ("Verboden", "Beperkt toegestaan", "Natura2000")]  # fmt: skip
    publisher.answer = whole(json.dumps({"type": "FeatureCollection", "features": rows}).encode())
    path = registry(tmp_path, publisher.address)
    values = ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in shipped()[0].mapping["kind"]["values"].items())
    own = f'[feed.mapping]\nkind = {{ column = "localtype", values = {{ {values} }} }}\n'
    path.write_text(path.read_text("utf-8") + own, "utf-8")
    assert run("zones", "fetch", "test", "--registry", path, "--into", tmp_path / "z").code == 0
    (file,) = read_zones([str(tmp_path / "z")])
    assert [zone.restriction and zone.restriction.value for zone in file.zones] == [
        "PROHIBITED",
        "REQ_AUTHORIZATION",
        None,
    ]
    path.write_text(path.read_text("utf-8").replace('"no-fly"', '"restricted"'), "utf-8")
    assert run("zones", "fetch", "test", "--registry", path, "--into", tmp_path / "z").code == 0
    (file,) = read_zones([str(tmp_path / "z")])
    assert file.zones[0].restriction and file.zones[0].restriction.value == "REQ_AUTHORIZATION"


def test_two_at_once_leave_one_whole_file(publisher: Publisher, tmp_path: Path, run) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from dronectl.fetching import Limits, fetch

    (feed,) = feeds_of({"feed": [{"id": "test", "address": publisher.address, "format": "geojson"}]}, Where("r"))
    (tmp_path / "z").mkdir()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: fetch(feed, tmp_path / "z", Limits()), range(8)))
    assert sorted(one.state for one in made) == ["new", *["same"] * 7]
    assert (tmp_path / "z" / "test.geojson").read_bytes() == zone_file(1)
    assert not [path for path in (tmp_path / "z").iterdir() if path.name.startswith(".test.")]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.org/z", "http://example.org/z", "https://", "https://a:b@example.org/z",
                "data:,x", "http://[::1", "//example.org/z"],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        require_address(address)


def test_the_registry_names_who_serves_what_and_tells_its_faults(run, tmp_path: Path) -> None:
    listed = run("zones", "fetch", "--list")
    assert listed.code == 0 and "nl-pdok-luchtvaartgebieden" in listed.out and "not for navigation" in listed.out
    for feed in shipped():
        require_address(feed.address)
        assert feed.publisher and feed.licence and feed.edition and "not for navigation" in feed.note
    with pytest.raises(InputError) as told:
        feeds_of(
            {"feed": [{"id": "A!", "format": "docx", "address": ""}, {"id": "b", "format": "kml", "adress": 3}]},
            Where("r"),
        )
    assert len(told.value.faults) == 5
    assert run("zones", "fetch", "nobody", "--into", tmp_path / "z").code == 2
    assert run("zones", "fetch", "nl-pdok-landingsite").code == 2
