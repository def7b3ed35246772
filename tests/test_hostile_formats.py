"""Files that are out to harm: bombs, ways out of a folder, absurd counts, lengths that lie. Each is refused soon."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from pathlib import Path

import pytest
from builders import ring
from log_files import dataflash, tlog, ulog

from dronectl.errors import InputError
from dronectl.readers import read_mission, read_zones

LONGEST_S = 5.0  # of the processor, so that a busy machine changes nothing
RING = " ".join(f"{x},{y}" for x, y in ring(-50, -50, 50, 50))
POLYGON = (
    f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)
KML = f"<kml><Placemark>{POLYGON}</Placemark></kml>"


def refused(path: Path, *complaints: str) -> None:
    """Both doors refuse the file with a place, within seconds."""
    for read in (lambda: read_zones([path]), lambda: read_mission(path)):
        begun = time.process_time()
        with pytest.raises(InputError) as raised:
            read()
        assert time.process_time() - begun < LONGEST_S
        assert str(path) in str(raised.value)
        assert not complaints or any(words in str(raised.value) for words in complaints), str(raised.value)


XML = {
    "a billion laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>',
    "an entity of a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
    "an entity of the network": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><kml>&x;</kml>',
    "a document type": '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd"><kml/>',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><kml/>',
}


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("suffix", [".kml", ".gpx", ".xml"])
def test_xml_that_declares_anything_is_refused(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text('<?xml version="1.0"?>' + XML[name])
    refused(path, "declares what no data file needs")


def test_xml_that_is_deep_wide_cut_or_misnamed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.kml"
    for text, words in (("<a>" * 100_000, "nested more than 200 deep"), (KML[: len(KML) // 2], "is not XML"),
                        ('<?xml version="1.0" encoding="klingon"?><kml/>', "is not XML"), ("<kml>\x00</kml>", "is not XML"),
                        ("<kml>&#1;</kml>", "is not XML")):  # fmt: skip
        path.write_text(text)
        refused(path, words)
    path.write_bytes(b'<?xml version="1.0" encoding="utf-8"?><kml>\xff\xfe</kml>')
    refused(path, "is not XML")


def test_absurd_counts_and_figures_in_kml_end_soon(tmp_path: Path) -> None:
    path = tmp_path / "x.kml"

    def taken(corners: int) -> float:
        path.write_text(KML.replace(RING, "5,52 " * corners))
        begun = time.process_time()
        read_zones([path])
        return time.process_time() - begun

    assert (
        taken(400_000) < 10 * taken(100_000) + 0.5
    )  # not with the square of the count: a ratio, since machines differ
    for figure in ("1e400,52", "nan,52", "inf,52", "5" * 5000 + ",52"):
        path.write_text(KML.replace(RING, figure + " " + RING))
        zones = read_zones([path])[0].zones
        assert zones[0].volumes[0].doubt


def zipped(path: Path, members: dict[str, bytes], *, level: int = 9) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../doc.kml", "/doc.kml", "a/../../doc.kml", "C:\\doc.kml", "..\\doc.kml"])
def test_an_archive_whose_names_lead_out_is_refused(name: str, tmp_path: Path) -> None:
    refused(zipped(tmp_path / "x.kmz", {name: KML.encode()}), "leads out of its folder")


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "x.kmz"
    refused(zipped(path, {"doc.kml": b" " * (300 << 20)}), "unpacks to")
    refused(zipped(path, {f"{k}.kml": b"x" for k in range(10_001)}, level=0), "more than 10000")
    data = bytearray(zipped(path, {"doc.kml": b" " * (64 << 20)}).read_bytes())
    for where in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):
        data[where : where + 4] = struct.pack("<I", 100)  # a size that lies
    path.write_bytes(data)
    refused(path)


def test_archives_that_are_cut_encrypted_or_of_another_kind_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.kmz", {"doc.kml": KML.encode() * 50})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "no readable ZIP archive")
    marked = bytearray(whole)
    marked[6] |= 1
    marked[whole.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(marked)
    refused(path, "encrypted")
    refused(zipped(path, {"readme.txt": b"hello", "b.txt": b"x"}), "a ZIP archive with")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("doc.kml", KML)
    refused(zipped(path, {"inner.kmz": inner.getvalue(), "x": b""}), "a ZIP archive with")


PACKED = {"gzip": b"\x1f\x8b\x08", "bzip2": b"BZh9", "xz": b"\xfd7zXZ\0", "Parquet": b"PAR1", "PDF": b"%PDF-1.7"}


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_are_named_and_not_unpacked(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(PACKED[name] + bytes(100))
    refused(tmp_path / "x.json", name)


def test_tables_that_are_none_are_refused(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "x.gpkg"
    path.write_bytes(b"fgb\x03fgb\x00" + b"\xff" * 200)
    refused(path)
    path.write_bytes(b"\x00\x00\x27\x0a" + b"\xff" * 200)
    refused(path)
    path.write_bytes(b"SQLite format 3\0" + bytes(52) + b"GPKG" + bytes(200))
    refused(path)
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (b)")
    refused(path, "no GeoPackage")


def test_gdal_is_never_asked_to_guess(tmp_path: Path) -> None:
    """A virtual file of GDAL would read other files from the disk: it is XML here, and nothing else."""
    secret = tmp_path / "secret.csv"
    secret.write_text("name,x,y\nsecret,5,52\n")
    path = tmp_path / "x.gpkg"
    path.write_text(f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
                    "</OGRVRTDataSource>")  # fmt: skip
    refused(path, "XML with the root <OGRVRTDataSource>")


@pytest.mark.parametrize("writer", [dataflash, ulog, tlog])
def test_binary_logs_that_lie_end_soon(writer, tmp_path: Path) -> None:
    fixes = [(float(k), 5.0, 52.0, 40.0) for k in range(50)]
    path = writer(tmp_path / "log", fixes)
    whole = path.read_bytes()
    for made in (
        whole[:100],
        whole[: len(whole) // 2],
        whole[:16] + b"\xff" * 5000 + whole[16:],
        whole[:9] + b"\x00" * 5_000_000,
        whole + whole[:8] * 200_000,
        whole[:8] + b"\xfe\xfd\xa3\x95" * 500_000,
        whole.replace(b"\x0a", b"\xff"),
    ):
        path.write_bytes(made)
        begun = time.process_time()
        try:
            read_mission(path)
        except InputError as error:
            assert str(path) in str(error)
        assert time.process_time() - begun < LONGEST_S


def test_a_log_that_describes_itself_wrongly_is_not_believed(tmp_path: Path) -> None:
    def described(length: int, letters: bytes, columns: bytes) -> bytes:
        return b"\xa3\x95\x80" + struct.pack("<BB4s16s64s", 10, length, b"POS", letters, columns)

    path = tmp_path / "x.bin"
    for length, letters, columns in ((0, b"QLLf", b"TimeUS,Lat,Lng,Alt"), (2, b"QLLf", b"TimeUS,Lat,Lng,Alt"),
                                     (255, b"QLLf", b"TimeUS,Lat,Lng,Alt"), (23, b"QLLf", b"Lat"), (23, b"????", b"a,b,c,d"),
                                     (23, b"QLLf", b"TimeUS,Lat,Lat,Lat")):  # fmt: skip
        path.write_bytes(described(length, letters, columns) + b"\xa3\x95\x0a" + bytes(20) * 100)
        with pytest.raises(InputError):
            read_mission(path)


def test_tables_of_text_that_are_absurd_end_soon(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    header = "latitude,longitude,altitude(m),curvesize(m),altitudemode\n"
    for text in (
        header,
        header + '"' * 2_000_000,
        header + "," * 1_000_000,
        header + "52,5,30,0,0\n" * 3 + "\0\0\n",
        "latitude,longitude" + ",x" * 200_000 + "\nx,2",
        header + "1e999,nan,inf,0,0\n",
        header + "52;5;30;0;0\n",
    ):
        path.write_text(text)
        begun = time.process_time()
        with pytest.raises(InputError):
            read_mission(path)
        assert time.process_time() - begun < LONGEST_S


def test_yaml_with_aliases_depth_or_tags_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    bomb = "airspace:\n- &a [x, x, x]\n- &b [*a, *a, *a]\n- [*b, *b]\n"
    for text, words in (
        (bomb, "by alias"),
        ("airspace:\n- " + "[" * 5000, "not YAML"),
        ("airspace:\n- " + "[" * 100 + "]" * 100, "nested more than"),
        ("airspace:\n- !!python/object/apply:os.system ['true']", "not YAML"),
        ("airspace:\n  5", "is no list"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=words):
            read_zones([path])


def test_what_a_file_says_of_itself_cannot_steer_a_terminal_or_a_page(run, tmp_path: Path) -> None:
    path = tmp_path / "evil.igc"
    path.write_text(
        "AXXX\nHFDTE120526\nHFALG:GEO\x1b[31m<script>alert(1)</script>\nB1000005200000N00500000EA0010000120\n"
    )
    for name in ("text", "html", "json", "geojson"):
        ran = run("check", path, "--covers", "--format", name)
        assert ran.code in (0, 1, 3) and "\x1b" not in ran.out
        assert name != "html" or "<script>alert" not in ran.out
    for command in (("missions", "show", path), ("missions", "lint", path)):
        assert "\x1b" not in run(*command).out
    columns = {'naam\n[evil]\nid = "x"': "v", "a]b": "\x1b[31m"}
    feature = {"type": "Feature", "geometry": None, "properties": columns}
    (tmp_path / "g.json").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    guessed = run("zones", "convert", tmp_path / "g.json", "--guess-mapping").out
    assert "\x1b" not in guessed and not [line for line in guessed.splitlines() if line.startswith(("[", "id"))]


def test_json_of_other_programs_with_wrong_shapes_is_refused_or_undecided(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for value in (
        {"items": [{"icaoClass": 1, "lowerLimit": 5}]},
        {"extents": [{"volume": {"outline_circle": {"center": 5, "radius": "x"}}}]},
        {"extents": [{"volume": 5}]},
        {"flights": [{"states": [{"position": {"lat": "x"}}]}]},
        {"flights": [{"states": [{"position": {"lat": 1e300, "lng": 5, "alt": None}}, 5, None]}]},
        {"details": {"volumes": 5}},
        {"features": [{"properties": {"typeId": 5, "Farve": [], "Bufferzone": {}}}], "type": "FeatureCollection"},
    ):
        path.write_text(json.dumps(value))
        try:
            zones = read_zones([path])[0].zones
            assert all(zone.doubts or zone.volumes[0].doubt or zone.restriction is not None for zone in zones)
        except InputError as error:
            assert str(path) in str(error)
        try:
            read_mission(path)
        except InputError as error:
            assert str(path) in str(error)
