"""Bytes changed at random in real and written files: a reader reads them or refuses them, and never does anything else."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from builders import ACROSS, SQUARE, a_mission, a_simple_zone, a_zone, at
from log_files import dataflash, tlog, ulog

from dronectl.readers import read_mission, read_zones
from dronectl.readers.fence_files import read_fence

LARGEST = 48_000  # bytes of a real file that is taken as a start; of larger ones the first bytes
WHOLE = (".json", ".geojson", ".kml", ".kmz", ".wpml", ".plan", ".mission", ".gpx")  # a part of these is none
SPARE = [b"\0", b"\xff", b"\n", b"\t", b" ", b"-", b"9" * 40, b"1e999", b"nan", b"*", b";", b"{", b"[", b'"', b"AC ", b"V X=",
         b"<", b">", b"</", b"&#0;", b"<!DOCTYPE a>", b"PK\x03\x04", b"\xa3\x95\x80", b"\xfe", b"\xfd", b"D", b"\x7f" * 8,
         b"\x00\x00\x00\x80", b"-->", b"GPS(", b",", b"=", b": ", b"&a ", b"*a"]  # fmt: skip
FOLDERS = {
    "zones": (
        "openair-fixtures",
        "openair",
        "zones-ed269",
        "zones-ed318",
        "zones-other",
        "tracks-kml",
        "utm-remoteid-f3548",
    ),
    "missions": ("missions-wpl", "missions-qgc", "missions-dji", "missions-litchi", "tracks-gpx", "tracks-kml"),
    "logs": ("logs-ulog", "logs-ardupilot", "logs-dji", "tracks-igc", "tracks-gpx", "utm-remoteid-f3548"),
}
READERS: dict[str, Callable[[Path], Any]] = {
    "zones": lambda path: read_zones([path]),
    "missions": read_mission,
    "logs": read_mission,
    "fences": read_fence,
}
FIXES = [(float(k), *at(10.0 * k, 0.0), 40.0 + k) for k in range(6)]


def seeds(kind: str, folder: Path, data: Path | None) -> list[bytes]:
    """Files to start from: our own, and the real ones where they are there."""
    real = [
        path
        for name in FOLDERS.get(kind, ())
        for path in (sorted((data / name).iterdir()) if data else [])
        if not path.name.endswith("-result.json") and (path.stat().st_size <= LARGEST or path.suffix not in WHOLE)
    ]
    return OWN[kind](folder) + [path.read_bytes()[:LARGEST] for path in real]


def _zones(folder: Path) -> list[bytes]:
    import pyogrio
    import shapely
    from numpy import array

    table = folder / "seed.gpkg"
    shapes = array([shapely.to_wkb(shapely.from_geojson(json.dumps(SQUARE)))], dtype=object)
    row = {"id": "P1", "kind": "no-fly", "upper": "120", "datum": "AGL"}
    made = []
    for driver, suffix in (("FlatGeobuf", ".fgb"), ("GPKG", ".gpkg"), ("ESRI Shapefile", ".shp")):
        path = table.with_suffix(suffix)
        columns = [array([value], dtype=object) for value in row.values()]
        pyogrio.raw.write(path, geometry=shapes, field_data=columns, fields=array(list(row), dtype=object), driver=driver,
                          geometry_type="Polygon", crs="EPSG:4326")  # fmt: skip
        made.append(path.read_bytes())
    kml = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name><Polygon><extrude>1</extrude>' \
          b"<altitudeMode>absolute</altitudeMode><outerBoundaryIs><LinearRing><coordinates>5,52,9 5.1,52,9 5.1,52.1,9 " \
          b"5,52,9</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"  # fmt: skip
    openair = b"AC P\nAN Zone\nAL GND\nAH FL95\nV X=52:00:00 N 005:00:00 E\nDA 2,10,80\nDP 52:10:00 N 005:00:00 E\nDC 1\n" \
              b"AA NONE/2026-05-12T10:00:00Z\nV W=2\nDY 52:00:00 N 005:00:00 E\nDY 52:01:00 N 005:00:00 E\n"  # fmt: skip
    yaml = b"airspace:\n- name: X\n  type: ATZ\n  geometry:\n  - upper: 2000 ft\n    lower: SFC\n    boundary:\n" \
           b"    - line:\n      - 520000N 0050000E\n      - 521000N 0050000E\n    - arc:\n        dir: cw\n" \
           b"        radius: 1 nm\n" \
           b"        centre: 520500N 0050000E\n        to: 520000N 0050000E\n"  # fmt: skip
    openaip = {"items": [{"_id": "a", "name": "X", "type": 4, "icaoClass": 3, "geometry": SQUARE,
                          "lowerLimit": {"value": 0, "unit": 1, "referenceDatum": 0},
                          "upperLimit": {"value": 65, "unit": 6, "referenceDatum": 2}}]}  # fmt: skip
    collection = {"type": "FeatureCollection", "features": [a_zone(), a_simple_zone("no-fly")]}
    return [
        *made,
        kml,
        _zip("doc.kml", kml),
        openair,
        yaml,
        json.dumps(openaip).encode(),
        json.dumps(collection).encode(),
    ]


def _missions(folder: Path) -> list[bytes]:
    wpl = b"QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t52\t5\t12\t1\n1\t0\t3\t22\t0\t0\t0\t0\t52\t5\t30\t1\n" \
          b"2\t0\t3\t18\t2\t0\t20\t0\t52.1\t5.1\t60\t1\n3\t0\t2\t177\t1\t3\t0\t0\t0\t0\t0\t1\n" \
          b"4\t0\t3\t5001\t3\t0\t0\t0\t52\t5\t0\t1\n5\t0\t2\t20\t0\t0\t0\t0\t0\t0\t0\t1\n"  # fmt: skip
    line = b'<kml xmlns="http://www.opengis.net/kml/2.2"><LineString><altitudeMode>absolute</altitudeMode><coordinates>' \
           b"5,52,40 5.1,52,40</coordinates></LineString></kml>"  # fmt: skip
    gpx = b'<gpx version="1.1"><rte><name>A</name><rtept lat="52" lon="5"><ele>4</ele></rtept>' \
          b'<rtept lat="52.1" lon="5"/></rte></gpx>'  # fmt: skip
    wpml = b'<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:wpml="http://www.dji.com/wpmz/1.0.6">' \
           b"<Document><wpml:missionConfig><wpml:finishAction>goHome</wpml:finishAction></wpml:missionConfig>" \
           b"<Folder><wpml:executeHeightMode>WGS84" \
           b"</wpml:executeHeightMode><Placemark><Point><coordinates>5,52</coordinates></Point><wpml:index>0</wpml:index>" \
           b"<wpml:executeHeight>50</wpml:executeHeight></Placemark></Folder></Document></kml>"  # fmt: skip
    return [json.dumps(a_mission(ACROSS)).encode(), wpl, line, gpx, wpml, _zip("wpmz/waylines.wpml", wpml)]


def _logs(folder: Path) -> list[bytes]:
    binary = [writer(folder / "seed", FIXES).read_bytes() for writer in (dataflash, ulog, tlog)]
    binary.append(tlog(folder / "seed", FIXES, version=2, second=True, offset_s=9.0).read_bytes())
    track = b'<kml xmlns:gx="http://www.google.com/kml/ext/2.2"><gx:Track><when>2026-05-12T08:00:00Z</when>' \
            b"<gx:coord>5 52 40</gx:coord></gx:Track></kml>"  # fmt: skip
    record = b"sep=;\nCUSTOM.updateTime [UTC];OSD.flyTime [s];OSD.latitude;OSD.longitude;OSD.height [ft]\n" \
             b"2026-05-12 08:00:00;0,1;52,1;5,1;100,5\n2026-05-12 08:00:01;1,1;52,1;5,2;100,5\n"  # fmt: skip
    table = b"timestamp,lat,lon,alt\n1778572800,52,5,40\n1778572801,52.0001,5,41\n"
    return [*binary, track, record, table]


def _fences(folder: Path) -> list[bytes]:
    return [b"52\t5\n52\t5.1\n52.1\t5.1\n52.1\t5\n52\t5.1\n", b"# px4\n0 120\n52 5\n52 5.1\n52.1 5.1\n52.1 5\n"]


OWN: dict[str, Callable[[Path], list[bytes]]] = {
    "zones": _zones,
    "missions": _missions,
    "logs": _logs,
    "fences": _fences,
}


def _zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, rng: random.Random) -> bytes:
    """A file with a few bytes changed, taken away, put in or said twice, or cut short."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        if not made:
            break
        place, length = rng.randrange(len(made)), rng.choice([1, 1, 2, 8, 40])
        match rng.randrange(5):
            case 0:
                made[place : place + length] = bytes(rng.randrange(256) for _ in range(length))
            case 1:
                del made[place : place + length]
            case 2:
                made[place:place] = rng.choice(SPARE)
            case 3:
                made[place:place] = made[place : place + length * 4] * rng.choice([1, 3])
            case _:
                if rng.random() < 0.2:
                    del made[place:]
                else:
                    made[place] ^= 1 << rng.randrange(8)
    return bytes(made)
