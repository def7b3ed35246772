"""One table of scenes for every limit and every rule: what is flown, and what the rule must answer.

Each scene is flown in the air beside an empty square at 52 N, 5 E on 12 May 2026; what a case names is all that differs.
The whole text of every answer stands in `tests/every_rule.txt`, looked at by people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from builders import ACROSS, BESIDE, a_mission, a_simple_zone, a_zone, at, ring, write, zones

BASE = [at(-200, 80, 60), at(200, 80, 60)]


@dataclass(frozen=True)
class Case:
    """One scene, and the answer that one rule or limit must give."""

    about: str
    """A rule's code, or a limit's identifier."""
    name: str
    status: str
    category: str = "open/A2"
    points: list[list[float]] = field(default_factory=lambda: BASE)
    mission: dict[str, Any] = field(default_factory=dict)
    flight: dict[str, Any] = field(default_factory=dict)
    zones: tuple[dict[str, Any], ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    aircraft: dict[str, Any] | None = None
    operator: dict[str, Any] | None = None
    pilot: dict[str, Any] | None = None
    layers: dict[str, Any] = field(default_factory=dict)
    """Name of the layer: metres from the path at which a line or square lies, or a whole feature."""
    options: tuple[str, ...] = ()
    pack: str = ""
    permit: dict[str, Any] | None = None
    vertical_m: float = 0.0

    @property
    def id(self) -> str:
        return f"{self.about} {self.name}"


def arguments(case: Case, folder: Path) -> list[str]:
    """The command line of a case, with its files written."""
    facts = {"category": case.category} | case.mission
    crew = ""
    if case.aircraft is not None:
        facts["aircraft"] = "ours"
        crew += _toml("[[aircraft]]", {"id": "ours"} | case.aircraft)
    if case.operator is not None:
        crew += _toml("[operator]", case.operator)
    if case.pilot is not None:
        facts["pilot"] = "p1"
        competences = case.pilot.get("competence", [])
        crew += _toml("[[pilot]]", {"id": "p1"} | {k: v for k, v in case.pilot.items() if k != "competence"})
        crew += "".join(_toml("[[pilot.competence]]", entry) for entry in competences)
    mission = a_mission(case.points, mission=facts, uncertainty=(0, case.vertical_m), **case.flight)
    found = case.zones or (a_zone(),)
    words = ["check", str(write(folder / "m.geojson", mission)), "--zones"]
    words.append(str(zones(folder / "z.geojson", *found, metadata=case.metadata)))
    if crew:
        (folder / "crew.toml").write_text(crew, "utf-8")
        words += ["--operator", str(folder / "crew.toml")]
    for name, content in case.layers.items():
        words += ["--layer", f"{name}={_layer(folder / f'{name}.geojson', name, content)}"]
    if case.pack:
        (folder / "pack.toml").write_text(PACK + case.pack, "utf-8")
        words += ["--pack", str(folder / "pack.toml")]
    if case.permit is not None:
        words += ["--permit", str(write(folder / "p.json", {"permit": case.permit}))]
    return [*words, *case.options]


def _toml(head: str, values: dict[str, Any]) -> str:
    """A table; days are written as they are."""
    lines = [head]
    for name, value in values.items():
        day = isinstance(value, str) and len(value) == 10 and value[4] == "-"
        lines.append(f"{name} = {value if day else json.dumps(value)}")
    return "\n".join(lines) + "\n"


def _layer(path: Path, name: str, content: Any) -> Path:
    if isinstance(content, dict):
        features = [content]
    else:
        north = 80 + content
        shape: dict[str, Any] = {"type": "LineString", "coordinates": [at(-300, north)[:2], at(300, north)[:2]]}
        if name == "built-up":
            shape = {"type": "Polygon", "coordinates": [ring(-300, north, 300, north + 200)]}
        features = [{"type": "Feature", "properties": {"name": f"the {name}"}, "geometry": shape}]
    return write(path, {"type": "FeatureCollection", "features": features})


PACK = """
[pack]
id = "ours"
edition = "2026-01-01"
regime = "house"
valid_from = 2026-01-01
source = "house policy"
title.en = "Ours"
title.nl = "Onze"
"""


def limit(identifier: str, kind: str, **members: Any) -> str:
    """A limit of a house, as TOML."""
    given = {"id": identifier, "kind": kind, "article": "house policy", "valid_from": "2026-01-01",
             "confidence": "house"} | members  # fmt: skip
    return _toml("[[limit]]", given) + f'title.en = "{identifier} in words"\ntitle.nl = "{identifier} in woorden"\n'


def pair(about: str, keeps: dict[str, Any], breaks: dict[str, Any], *, name: str = "", **both: Any) -> list[Case]:
    """Two scenes on either side of one limit."""
    near, hit = (f"{word} {name}".strip() for word in ("near", "hit"))
    return [Case(about, near, "passed", **(both | keeps)), Case(about, hit, "failed", **(both | breaks))]


def said(about: str, statement: str, keeps: Any, breaks: Any, category: str, **both: Any) -> list[Case]:
    """A pair on one statement."""
    others = both.pop("declared", {})
    return [
        Case(about, name, status, category=category, mission={"declared": {statement: value} | others}, **both)
        for name, status, value in (("near", "passed", keeps), ("hit", "failed", breaks))
    ]


def high(metres: float) -> dict[str, Any]:
    return {"points": [at(-200, 80, metres), at(200, 80, metres)]}


def crowd(metres: float, kind: str = "gathering", persons: int | None = 100, **members: Any) -> dict[str, Any]:
    """A crowd some metres north of the path."""
    counted = {"expected": persons, "source": "permit"} if persons is not None else {"source": "nobody counted"}
    own = {"crowd": {"kind": kind, "persons": counted}}
    area = {"type": "Polygon", "coordinates": [ring(-50, 80 + metres, 50, 180 + metres)]}
    return a_zone(
        "C1",
        geometry=area,
        kind="NO_RESTRICTION",
        reason=["POPULATION"],
        extendedProperties={"dronectl": own},
        **members,
    )


def flown(seconds: float) -> dict[str, Any]:
    """The path of 400 m in some seconds."""
    return {
        "flight": {
            "times": ["2026-05-12T10:00:00+02:00", f"2026-05-12T10:{int(seconds // 60):02d}:{seconds % 60:06.3f}+02:00"]
        }
    }


def craft(**figures: Any) -> dict[str, Any]:
    return {"aircraft": {"model": "Ours"} | figures}


def volumes(**members: Any) -> dict[str, Any]:
    stated = {"contingency_m": 10, "contingency_up_m": 0, "ground_risk_buffer_m": 100}
    return {"mission": {"volumes": stated | members}}


STS1, STS2, STATE = "specific/STS-01", "specific/STS-02", "nl-state"
NORTH = {"mission": {"pilot_at": at(0, 80)[:2]}}


def sight(far: float, **others: Any) -> dict[str, Any]:
    """A path that reaches some metres from the pilot, who stands where it begins."""
    return {"points": [at(0, 80, 60), at(far, 80, 60)], "mission": {"pilot_at": at(0, 80)[:2], **others}}


def papers(**named: Any) -> dict[str, Any]:
    return {"mission": {"papers": named}}


def decision(until: str) -> dict[str, Any]:
    """A mission for public order, with the mayor's decision."""
    return {
        "mission": {
            "purpose": "public-order",
            "papers": {"camera_decision": {"reference": "B-1", "valid_until": until}},
        }
    }


A2_PILOT = {
    "name": "P",
    "born": "1990-01-01",
    "competence": [{"kind": "A1/A3", "issued": "2024-05-12"}, {"kind": "A2", "issued": "2024-05-12"}],
}


def pilot(**changed: Any) -> dict[str, Any]:
    return {"pilot": A2_PILOT | changed}


def proofs(*entries: tuple[str, str]) -> dict[str, Any]:
    return pilot(competence=[{"kind": kind, "issued": day} for kind, day in entries])


def operator(**changed: Any) -> dict[str, Any]:
    return {
        "operator": {
            "name": "O",
            "number": "NLDexample0001",
            "registered_on": "2026-01-01",
            "insurer": "I",
            "insured_until": "2026-12-31",
        }
        | changed
    }


def own(name: str, value: Any) -> dict[str, Any]:
    return {"extendedProperties": {"dronectl": {name: value}}}


LOWFLY = a_zone(
    "LF",
    kind="NO_RESTRICTION",
    geometry={"type": "Polygon", "coordinates": [ring(-100, 0, 100, 200)]},
    **own("law", ["NL-LOWFLY"]),
)
ARP = {"type": "Point", "coordinates": at(0, 0), "extent": {"subType": "Circle", "radius": 1}}
FAR_ARP = {"type": "Point", "coordinates": at(0, 9000), "extent": {"subType": "Circle", "radius": 1}}


def schiphol(metres: float, **members: Any) -> dict[str, Any]:
    """A control zone whose edge lies some metres south of the path."""
    area = {"type": "Polygon", "coordinates": [ring(-9000, 80 - metres, 9000, 9000)]}
    return a_zone("CTR1", kind="NO_RESTRICTION", geometry=area, **own("law", ["NL-CTR-SCHIPHOL"]), **members)


def beside_mast(metres: float) -> dict[str, Any]:
    """A path within 50 m of a mast of 110 m, whose owner asked for it."""
    mast = {"at": at(0, 80)[:2], "height_m": 110, "requested_by": "owner"}
    return {"points": [at(-40, 80, metres), at(40, 80, metres)], "mission": {"obstacles": [mast]}}


HOURS = [{"schedule": [{"day": ["ANY"], "startTime": "12:00Z", "endTime": "13:00Z"}]}]
CIVIL = a_zone(
    "CTR",
    kind="NO_RESTRICTION",
    reason=["AIR_TRAFFIC"],
    geometry={"type": "Polygon", "coordinates": [ring(-100, 0, 100, 200)]},
    **own("law", ["NL-CTR-CIVIL"]),
)
UNCLEAR = {"points": [at(-200, 80, 60), at(200, 80, 60)], "flight": {"datum": "AMSL"}}

FAR = {"type": "Polygon", "coordinates": [ring(80_000, 80_000, 80_100, 80_100)]}
TINY = {"mtom_kg": 0.2, "private_build": True}


def privacy(**members: Any) -> dict[str, Any]:
    """A school in the square."""
    return a_simple_zone("privacy", privacy={"subject": "school", "no_overflight": True}, **members)


VIEW = {"aircraft": {"type": "dji-m3e"}}
NOWHERE = {"type": "Feature", "properties": {}, "geometry": None}


def filming(height: float, north: float = 80, **camera: Any) -> dict[str, Any]:
    """A path at a height, with the wide lens."""
    return {"points": [at(-200, north, height), at(200, north, height)],
            "mission": {"camera": {"lens": "wide", "video": [3840, 2160]} | camera}}  # fmt: skip


def subject(half: float) -> dict[str, Any]:
    """The wide lens at 40 m over a subject that reaches some metres each way from the middle of the path."""
    area = {"type": "Polygon", "coordinates": [ring(-half, 80 - half, half, 80 + half)]}
    made = filming(40)
    made["points"] = [at(-400, 80, 40), at(400, 80, 40)]
    return made | {"mission": made["mission"] | {"subject": area}, **VIEW}


APART = {"mission": {"declared": {"uninvolved_m": 500}}}
C2 = {"class": "C2", "mtom_kg": 0.9}
LIGHT = {"class": "C0", "mtom_kg": 0.218}
IN_2025 = {"times": ["2025-05-12T10:00:00+02:00", "2025-05-12T10:01:00+02:00"]}
OVER_2024 = {"times": ["2023-12-31T23:59:30+01:00", "2024-01-01T00:00:30+01:00"]}
OVER_2025 = {"times": ["2024-12-31T23:59:30+01:00", "2025-01-01T00:00:30+01:00"]}
UNTIL_2026 = {"validFrom": "2026-01-01T00:00:00Z", "validTo": "2026-12-31T00:00:00Z"}
AT_NIGHT = {"times": ["2026-05-12T23:00:00+02:00", "2026-05-12T23:01:00+02:00"]}

LIMITS: list[Case] = [
    # open category
    *pair("EU-OPEN-MTOM", craft(mtom_kg=24.9), craft(mtom_kg=25.0), category="open/A3"),
    Case("EU-OPEN-MTOM", "undecided", "undecided", **craft(dimension_m=1.0)),
    *pair("EU-OPEN-HEIGHT", high(117), high(118), vertical_m=3),
    Case("EU-OPEN-HEIGHT", "undecided", "undecided", **UNCLEAR),
    *pair("EU-OPEN-OBSTACLE", beside_mast(124), {}, category="open/A2")[:1],
    Case("EU-OPEN-HEIGHT", "hit beside a mast", "failed", category="open/A2", **beside_mast(126)),
    *said("EU-OPEN-VLOS", "vlos", True, False, "open/A2"),
    *said("EU-OPEN-DG", "dangerous_goods_or_dropping", False, True, "open/A2"),
    *pair("EU-A1-CLASS", craft(**{"class": "C1"}), craft(**{"class": "C2"}), category="open/A1"),
    *pair("EU-A2-CLASS", craft(**{"class": "C2"}), craft(**{"class": "C3"})),
    Case("EU-A2-CLASS", "undecided", "undecided", **craft(mtom_kg=1.0)),
    *pair("EU-A3-CLASS", craft(**{"class": "C4"}), craft(**{"class": "C5"}), category="open/A3"),
    *said("EU-A1-FOLLOW", "follow_me_m", 50, 50.1, "open/A1", declared={"follow_me": True}),
    *pair("EU-A2-DIST", {"zones": (crowd(30.5),), **APART}, {"zones": (crowd(29.5),)}),
    Case(
        "EU-A2-DIST", "undecided", "undecided", zones=(crowd(20, limitedApplicability=HOURS),), flight={"untimed": True}
    ),
    *said("EU-A2-DIST", "uninvolved_m", 30, 29.9, "open/A2"),
    *said("EU-A2-LOWSPEED", "uninvolved_m", 5, 4.9, "open/A2", declared={"low_speed_mode": True}),
    *pair("EU-A2-LOWSPEED-MODE", flown(140), flown(130), mission={"declared": {"low_speed_mode": True}}),
    *said("EU-C4-MANUAL", "manual_flight", True, False, "open/A3", aircraft={"class": "C4", "mtom_kg": 5.0}),
    *said("EU-A3-PERSON", "no_uninvolved_in_range", True, False, "open/A3"),
    *pair("EU-A3-AREA", {"layers": {"built-up": 151}}, {"layers": {"built-up": 149}}, category="open/A3"),
    *said(
        "EU-NIGHT",
        "green_light",
        True,
        False,
        "open/A2",
        flight=AT_NIGHT,
    ),
    *said("EU-EMERGENCY", "near_emergency", False, True, "open/A2"),
    *pair("EU-REG", operator(registered_on="2025-05-12"), operator(registered_on="2025-05-11"), aircraft=C2),
    Case("EU-REG", "undecided", "undecided", operator={"name": "O", "number": "NLDexample0001"}, aircraft=C2),
    *pair(
        "EU-REG",
        operator(registered_on="2025-05-12"),
        operator(registered_on="2025-05-11"),
        aircraft=LIGHT,
        mission={"camera": {"hfov_deg": 70, "video": [3840, 2160]}},
        name="under 250 g with a camera",
    ),
    *pair(
        "EU-REG",
        operator(registered_on="2025-05-12"),
        operator(registered_on="2025-05-11"),
        aircraft=LIGHT | {"max_speed_mps": 30},
        name="under 250 g, 98 J",
    ),
    Case(
        "EU-REG",
        "under 250 g, perhaps with a camera",
        "undecided",
        aircraft=LIGHT,
        **operator(registered_on="2025-05-12"),
    ),
    *pair("EU-AGE", pilot(born="2010-05-12"), pilot(born="2010-05-13"), aircraft=C2),
    *pair(
        "EU-COMP-A1A3",
        proofs(("A1/A3", "2021-05-12")),
        proofs(("A1/A3", "2021-05-11")),
        category="open/A3",
        aircraft=C2,
    ),
    *pair("EU-COMP-A2", proofs(("A2", "2021-05-12")), proofs(("A2", "2021-05-11")), aircraft=C2),
    Case("EU-COMP-A2", "undecided", "undecided", pilot=A2_PILOT | {"competence": [{"kind": "A2"}]}, aircraft=C2),
    Case("EU-COMP-A2", "of another kind", "failed", aircraft=C2, **proofs(("A1/A3", "2025-05-12"))),
    # the Netherlands
    *pair("NL-ROAD-A12", {"layers": {"roads": 51.5}}, {"layers": {"roads": 48.5}}),
    *pair("NL-ROAD-A3", {"layers": {"roads": 151.5}}, {"layers": {"roads": 148.5}}, category="open/A3"),
    *pair("NL-RAIL-A12", {"layers": {"railways": 26.5}}, {"layers": {"railways": 23.5}}),
    *pair("NL-RAIL-A3", {"layers": {"railways": 151.5}}, {"layers": {"railways": 148.5}}, category="open/A3"),
    *pair("NL-GRID", {"layers": {"power-lines": 151.5}}, {"layers": {"power-lines": 148.5}}),
    Case("NL-GRID", "not given", "undecided"),
    *pair("NL-LOWFLY", high(29.9), high(30.1), zones=(LOWFLY,)),
    Case("NL-LOWFLY", "undecided", "undecided", zones=(LOWFLY,), **UNCLEAR),
    Case("NL-LOWFLY", "no such zones", "undecided"),
    Case("NL-LOWFLY-A3", "no such zones", "undecided", category="open/A3"),
    Case("NLS-CTR", "no such zones", "undecided", category=STATE),
    Case("NLS-CTR-HEIGHT", "no such zones", "undecided", category=STATE),
    *pair(
        "NL-LOWFLY-A3",
        {"points": [at(101, 80, 20), at(200, 80, 20)]},
        {"points": [at(99, 80, 20), at(200, 80, 20)]},
        category="open/A3",
        zones=(LOWFLY,),
    ),
    # specific category
    *pair("STS-HEIGHT", high(120), high(120.1), category=STS1),
    *pair("STS-OBSTACLE", beside_mast(124), {}, category=STS1)[:1],
    Case("STS-HEIGHT", "hit beside a mast", "failed", category=STS1, **beside_mast(126)),
    *pair(
        "STS-CEILING",
        volumes(contingency_up_m=30, ground_risk_buffer_m=200),
        volumes(contingency_up_m=30.1, ground_risk_buffer_m=200),
        **high(120),
        category=STS1,
        aircraft={"mtom_kg": 5.0},
    ),
    *pair("STS-CONT", volumes(contingency_m=10), volumes(contingency_m=9.9), category=STS1, aircraft={"mtom_kg": 5.0}),
    *pair(
        "STS01-GRB",
        volumes(ground_risk_buffer_m=15),
        volumes(ground_risk_buffer_m=14.9),
        category=STS1,
        aircraft={"mtom_kg": 10.0},
    ),
    *pair(
        "STS01-GRB",
        volumes(ground_risk_buffer_m=30),
        volumes(ground_risk_buffer_m=29.9),
        category=STS1,
        aircraft={"mtom_kg": 10.1},
    ),
    Case("STS01-GRB", "undecided", "undecided", category=STS1, aircraft={"dimension_m": 1.0}, **volumes()),
    *pair("STS01-SPEED", flown(81), flown(79.9), category=STS1),
    *pair(
        "STS01-TETHER",
        {"points": [at(0, 80, 30), at(34.9, 80, 30)]},
        {"points": [at(0, 80, 30), at(35.2, 80, 30)]},
        mission={"declared": {"tether_m": 30}},
        category=STS1,
    ),
    *pair("STS01-CLASS", craft(**{"class": "C5"}), craft(**{"class": "C2"}), category=STS1),
    *said("STS01-VLOS", "vlos", True, False, STS1),
    *said("STS-GROUND", "controlled_ground", True, False, STS1),
    *said("STS-REMOTE-ID", "remote_id", True, False, STS2),
    *pair("STS02-CLASS", craft(**{"class": "C6"}), craft(**{"class": "C5"}), category=STS2),
    *said("STS02-SPARSE", "sparsely_populated", True, False, STS2),
    *said("STS02-KEEP-IN", "keep_in_active", True, False, STS2),
    *said("STS02-VIS", "visibility_m", 5001, 5000, STS2),
    *pair("STS02-NOAO", sight(999.9), sight(1000.5), category=STS2),
    *pair(
        "STS02-AO-PILOT",
        sight(1999.5, observers_at=[at(1500, 80)[:2]]),
        sight(2000.6, observers_at=[at(1500, 80)[:2]]),
        category=STS2,
    ),
    *pair(
        "STS02-AO-NEAREST",
        sight(1500, observers_at=[at(600, 80)[:2]]),
        sight(1700, observers_at=[at(600, 80)[:2]]),
        category=STS2,
    ),
    *pair(
        "STS02-AO-APART",
        sight(500, observers_at=[at(999, 80)[:2]]),
        sight(500, observers_at=[at(1001, 80)[:2]]),
        category=STS2,
    ),
    *pair(
        "STS-VALID",
        papers(declaration={"reference": "D", "issued": "2024-05-12"}),
        papers(declaration={"reference": "D", "issued": "2024-05-11"}),
        category=STS1,
    ),
    Case("STS-VALID", "undecided", "undecided", category=STS1, **papers(declaration="D")),
    *pair(
        "STS-COMP",
        pilot(competence=[{"kind": "STS", "valid_until": "2026-05-12"}]),
        proofs(("A2", "2024-05-12")),
        category=STS1,
    ),
    *said("EU-SPEC-NIGHT", "green_light", True, False, "specific", flight=AT_NIGHT),
    *said("EU-SPEC-REMOTE-ID", "remote_id", True, False, "specific"),
    *pair("EU-SPEC-AGE", pilot(born="2008-05-12"), pilot(born="2012-05-13"), category="specific"),
    *pair("PDRA-S01-HEIGHT", high(149.9), high(150), category="specific/PDRA-S01"),
    *pair("PDRA-S02-HEIGHT", high(149.9), high(150), category="specific/PDRA-S02"),
    *pair("PDRA-G01-HEIGHT", high(149.9), high(150), category="specific/PDRA-G01"),
    *pair("PDRA-DIM", craft(dimension_m=3.0), craft(dimension_m=3.1), category="specific/PDRA-G01"),
    *pair("PDRA-S02-MTOM", craft(mtom_kg=25.0), craft(mtom_kg=25.1), category="specific/PDRA-S02"),
    *pair(
        "PDRA-G-ENERGY",
        craft(mtom_kg=6.8, max_speed_mps=100.0),
        craft(mtom_kg=6.81, max_speed_mps=100.0),
        category="specific/PDRA-G01",
    ),
    # state aircraft
    *pair("NLS-HEIGHT", high(120), high(120.1), category=STATE),
    *pair("NLS-VLOS", sight(499.9), sight(500.5), category=STATE),
    *pair(
        "NLS-DIST-25",
        {"layers": {"built-up": 151}},
        {"layers": {"built-up": 149}},
        category=STATE,
        aircraft={"mtom_kg": 25.1},
    ),
    *pair(
        "NLS-DIST-25-ROADS",
        {"layers": {"roads": 151.5}},
        {"layers": {"roads": 148.5}},
        category=STATE,
        aircraft={"mtom_kg": 25.1},
    ),
    *pair(
        "NLS-DIST-25-CROWDS",
        {"zones": (crowd(150.5),), **APART},
        {"zones": (crowd(149.5),)},
        category=STATE,
        aircraft={"mtom_kg": 25.1},
    ),
    *pair(
        "NLS-CTR",
        {"points": [at(0, 5605, 60), at(9, 5605, 60)]},
        {"points": [at(0, 5595, 60), at(9, 5595, 60)]},
        category=STATE,
        zones=(a_zone("ARP", kind="NO_RESTRICTION", geometry=ARP, **own("law", ["NL-ARP"])),),
    ),
    *pair("NLS-CTR-SCHIPHOL", {"zones": (schiphol(3690),)}, {"zones": (schiphol(3710),)}, category=STATE),
    Case(
        "NLS-CTR-SCHIPHOL",
        "undecided",
        "undecided",
        category=STATE,
        zones=(schiphol(3690, limitedApplicability=HOURS),),
        flight={"untimed": True},
    ),
    Case("NLS-CTR-SCHIPHOL", "no such zones", "undecided", category=STATE),
    *pair("NLS-CTR-HEIGHT", high(45), high(45.1), category=STATE, zones=(CIVIL,)),
    *pair("CAM-151C", decision("2026-05-12"), decision("2026-05-11"), category=STATE),
    *pair("WPG-RETENTION", papers(retention_class="police-daily"), papers(retention_class="forever"), category=STATE),
    # the example of a house
    *pair(
        "APV-SENSOR",
        papers(sensor_register={"reference": "S", "reported": "2026-05-07"}),
        papers(sensor_register={"reference": "S", "reported": "2026-05-08"}),
        options=("--pack", "house"),
    ),
    Case("APV-SENSOR", "undecided", "undecided", options=("--pack", "house"), **papers(sensor_register="S")),
    *pair(
        "HOUSE-RETENTION",
        papers(retention_class="72-hours"),
        papers(retention_class="a year"),
        options=("--pack", "house"),
    ),
    *pair("HOUSE-NOTICE", papers(notice="N"), papers(), options=("--pack", "house")),
    *pair(
        "HOUSE-HOURS",
        {"flight": {"times": ["2026-05-12T07:00:00+02:00", "2026-05-12T07:30:00+02:00"]}},
        {"flight": {"times": ["2026-05-12T06:59:00+02:00", "2026-05-12T07:30:00+02:00"]}},
        options=("--pack", "house"),
    ),
    *pair("EU-A2-1TO1", {"zones": (crowd(60.1),)}, {"zones": (crowd(59.9),)}),
    Case(
        "EU-A2-1TO1", "undecided", "undecided", zones=(crowd(20, limitedApplicability=HOURS),), flight={"untimed": True}
    ),
    *pair("PRIV-ZONE", filming(40), filming(12, 60), zones=(privacy(),), **VIEW, options=("--ignore", "PRV101")),
    *pair("PRIV-ZONE-WARN", filming(40), filming(20), zones=(privacy(),), **VIEW),
    Case("PRIV-ZONE-WARN", "undecided", "undecided", zones=(privacy(),), **filming(20)),
    *pair("PRIV-HOMES", filming(40), filming(20), layers={"homes": 30}, **VIEW),
    *pair("PRIV-CROWD", filming(40), filming(20), zones=(crowd(30),), **VIEW),
    *pair("PRIV-PUBLIC", filming(40), filming(20), layers={"public-ground": 30}, **VIEW),
    *pair("HOUSE-1TO1", {"zones": (crowd(60.1),)}, {"zones": (crowd(59.9),)}, options=("--pack", "house")),
    *pair(
        "HOUSE-INSURANCE",
        operator(insured_until="2026-05-12"),
        operator(insured_until="2026-05-11"),
        options=("--pack", "house"),
    ),
    # what the others leave
    *pair("EU-A1-SPEED", craft(**TINY, max_speed_mps=18.9), craft(**TINY, max_speed_mps=19.0), category="open/A1"),
    *pair(
        "EU-A1-C1",
        {"zones": (crowd(0.5),), **APART},
        {"zones": (crowd(-0.5),)},
        category="open/A1",
        aircraft={"class": "C1", "mtom_kg": 0.5},
    ),
    *said("EU-REMOTE-ID", "remote_id", True, False, "open/A2", aircraft=C2),
    *said("EU-GEO-AWARENESS", "geo_awareness", True, False, "open/A2", aircraft=C2),
    *pair(
        "STS02-GRB",
        volumes(ground_risk_buffer_m=40),
        volumes(ground_risk_buffer_m=39.9),
        category=STS2,
        aircraft={"class": "C6", "mtom_kg": 5.0, "termination_distance_m": 40.0},
    ),
    Case("EU-SPEC-AUTH", "near", "passed", category="specific", **papers(authorisation="A-1")),
    Case("EU-SPEC-AUTH", "not given", "undecided", category="specific"),
    *pair("EU-SPEC-REG", operator(registered_until="2026-12-31"), operator(number=" "), category="specific"),
    *pair("PDRA-G03-DIM", craft(dimension_m=3.0), craft(dimension_m=3.1), category="specific/PDRA-G03"),
    *said("PDRA-G03-AIRSPACE", "atypical_airspace", True, False, "specific/PDRA-G03"),
    *said("PDRA-S-GROUND", "controlled_ground", True, False, "specific/PDRA-S01"),
    *said("PDRA-S01-VLOS", "vlos", True, False, "specific/PDRA-S01"),
    *said("PDRA-SPARSE", "sparsely_populated", True, False, "specific/PDRA-G01"),
    *said("PDRA-G02-HEIGHT", "reserved_airspace", True, False, "specific/PDRA-G02"),
    *pair("PDRA-S02-NOAO", sight(999.9), sight(1000.5), category="specific/PDRA-S02"),
    *pair(
        "PDRA-S02-AO",
        sight(1999.5, observers_at=[at(1500, 80)[:2]]),
        sight(2000.6, observers_at=[at(1500, 80)[:2]]),
        category="specific/PDRA-S02",
    ),
    *pair("HOUSE-PURPOSE", {"mission": {"purpose": "roofs"}}, {}, options=("--pack", "house")),
    *pair("HOUSE-BASIS", {"mission": {"legal_basis": "Omgevingswet"}}, {}, options=("--pack", "house")),
    *pair("GDPR-35", papers(dpia="D-1"), papers(), options=("--pack", "house")),
    *pair(
        "HOUSE-SCHOOL",
        {"points": [at(-200, 70.5, 60), at(200, 70.5, 60)]},
        {"points": [at(-200, 69.5, 60), at(200, 69.5, 60)]},
        zones=(privacy(),),
        options=("--pack", "house"),
    ),
    Case("WPG-PURPOSE", "near", "passed", category=STATE, mission={"purpose": "investigation"}),
    Case("WPG-PURPOSE", "not given", "undecided", category=STATE),
]


def entry(code: str, kind: str) -> list[Case]:
    """A zone entered, passed, and one that keeps hours with a mission without time."""
    timeless = a_zone(kind=kind, limitedApplicability=HOURS)
    return [
        Case(code, "hit", "failed", points=ACROSS, zones=(a_zone(kind=kind),)),
        Case(code, "near", "passed", points=BESIDE, zones=(a_zone(kind=kind),)),
        Case(code, "undecided", "undecided", points=ACROSS, zones=(timeless,), flight={"untimed": True}),
    ]


def about(code: str, *cases: tuple[str, str, dict[str, Any]]) -> list[Case]:
    return [Case(code, name, status, **given) for name, status, given in cases]


def under(limits: list[Case], code: str) -> list[Case]:
    """The same scenes, asked for the rule that holds the limits."""
    return [replace(case, about=code) for case in limits]


def of(*names: str) -> list[Case]:
    return [case for case in LIMITS if case.id in names]


OLD = {"validTo": "2026-05-11T00:00:00Z"}
PERMIT = {"id": "P-1", "kind": "authorization", "issuer": "Tower", "zones": ["Z1"]}
HOUSE_HOURS = limit("HOUSE-H", "hours", comparator="within", **{"from": "09:00", "until": "17:00"})
TRIGGER = limit("HOUSE-T", "recording", comparator="in", values=["disorder"])
CONDITIONAL = a_simple_zone("conditional", condition={"max_height_m": 50})
FENCE = ("--fence",)

RULES: list[Case] = [
    *entry("AIR101", "PROHIBITED"),
    *entry("AIR102", "REQ_AUTHORIZATION"),
    Case("AIR102", "permitted", "permitted", points=ACROSS, zones=(a_zone(kind="REQ_AUTHORIZATION"),), permit=PERMIT),
    *about(
        "AIR103",
        ("hit", "failed", {"points": [at(-200, 0, 51), at(200, 0, 51)], "zones": (CONDITIONAL,)}),
        ("near", "passed", {"points": [at(-200, 0, 50), at(200, 0, 50)], "zones": (CONDITIONAL,)}),
        (
            "undecided",
            "undecided",
            {"points": ACROSS, "zones": (a_zone(kind="CONDITIONAL", restrictionConditions="ask"),)},
        ),
    ),
    *entry("AIR104", "USPACE"),
    *about(
        "AIR105",
        ("hit", "failed", {"points": ACROSS, "zones": (a_zone(kind="NO_RESTRICTION"),)}),
        ("near", "passed", {"zones": (a_zone(kind="NO_RESTRICTION"),)}),
    ),
    *about(
        "AIR106",
        ("hit", "failed", {"options": ("--margin", "30.5")}),
        ("near", "passed", {"options": ("--margin", "29.5")}),
        (
            "undecided",
            "undecided",
            {
                "options": ("--margin", "30.5"),
                "zones": (a_zone(layer={"uom": "m", "upper": 100, "upperReference": "AMSL"}),),
            },
        ),
    ),
    *under(of("NL-ROAD-A12 near", "NL-ROAD-A12 hit"), "AIR107"),
    *about(
        "AIR107",
        ("undecided", "undecided", {"layers": {"roads": {"type": "Feature", "properties": {}, "geometry": None}}}),
    ),
    *(
        Case(
            "AIR107",
            f"{name}, by its identifier",
            status,
            category="specific",
            pack=limit("OURS", "keep-away", comparator=">=", value=20, unit="m", **{"zones_where.ids": [identifier]}),
        )
        for name, identifier, status in (("far from a zone", "Z1", "passed"), ("no such zone", "Z99", "undecided"))
    ),
    Case(
        "AIR107",
        "of 25 kg, which is not above 25 kg",
        "passed",
        category=STATE,
        aircraft={"mtom_kg": 25.0},
        layers={"built-up": 100},
        zones=(a_zone("ARP", kind="NO_RESTRICTION", geometry=FAR_ARP, **own("law", ["NL-ARP"])),),
    ),
    *under(of("EU-OPEN-HEIGHT near", "EU-OPEN-HEIGHT hit", "EU-OPEN-HEIGHT undecided"), "ALT101"),
    *under(of("NL-LOWFLY near", "NL-LOWFLY hit", "NL-LOWFLY undecided"), "ALT102"),
    *under(of("EU-A2-CLASS near", "EU-A2-CLASS hit", "EU-A2-CLASS undecided"), "CAT101"),
    *under(of("STS01-SPEED near", "STS01-SPEED hit"), "CAT102"),
    *under(of("NLS-VLOS near", "NLS-VLOS hit"), "CAT103"),
    *under(of("EU-NIGHT near", "EU-NIGHT hit"), "CAT104"),
    *under(of("STS02-VIS near", "STS02-VIS hit"), "CAT105"),
    *under(of("STS01-GRB near", "STS01-GRB hit", "STS01-GRB undecided"), "CAT106"),
    Case("TIM202", "no time", "undecided", metadata=UNTIL_2026, flight={"untimed": True}),
    *about(
        "CAT107",
        ("hit", "undecided", {"category": "open A2"}),
        ("near", "passed", {}),
        ("undecided", "undecided", {"category": "opne"}),
        ("slip of the part", "undecided", {"category": "specific/STS-1"}),
        ("no part", "undecided", {"category": "open"}),
        ("before its edition", "undecided", {"category": "specific/PDRA-S01", "flight": IN_2025}),
        ("another edition", "undecided", {"flight": OVER_2024}),
        ("the same edition", "passed", {"flight": OVER_2025}),
    ),
    *about(
        "DAT101",
        ("hit", "undecided", {"points": ACROSS, "zones": (a_zone(kind="STRANGE"),)}),
        ("near", "passed", {}),
        ("undecided", "undecided", {"zones": (a_zone(geometry={"type": "Nonsense"}),)}),
    ),
    *about(
        "DAT102",
        ("hit", "undecided", {"zones": (a_zone(geometry=FAR),)}),
        ("near", "passed", {}),
        ("undecided", "undecided", {"zones": (a_zone(geometry=FAR),)}),
    ),
    *about(
        "DAT103",
        ("hit", "undecided", {"points": [[5.0, 85.2, 60], [5.01, 85.2, 60]], "options": ("--covers",)}),
        ("near", "passed", {"points": [[5.0, 84.9, 60], [5.01, 84.9, 60]], "options": ("--covers",)}),
        ("undecided", "undecided", {"points": [[5.0, 85.2, 60], [5.01, 85.2, 60]], "options": ("--covers",)}),
    ),
    *about(
        "PAP101",
        (
            "hit",
            "failed",
            {
                "points": ACROSS,
                "zones": (a_zone(kind="REQ_AUTHORIZATION"),),
                "permit": PERMIT | {"until": "2026-05-12T10:00:30+02:00"},
            },
        ),
        (
            "near",
            "passed",
            {
                "points": ACROSS,
                "zones": (a_zone(kind="REQ_AUTHORIZATION"),),
                "permit": PERMIT | {"until": "2026-05-12T10:01:00+02:00"},
            },
        ),
    ),
    *under(of("WPG-RETENTION near", "WPG-RETENTION hit"), "PAP102"),
    *under(of("EU-COMP-A2 near", "EU-COMP-A2 hit", "EU-COMP-A2 undecided"), "PAP103"),
    *under(of("EU-REG near", "EU-REG hit", "EU-REG undecided"), "PAP104"),
    *about(
        "PPL201",
        ("hit", "failed", {"zones": (crowd(-0.5, "assembly"),)}),
        ("near", "passed", {"zones": (crowd(0.5, "assembly"),)}),
        ("undecided", "undecided", {"zones": (crowd(-50, "street", persons=None),)}),
    ),
    *under(of("EU-A2-1TO1 near", "EU-A2-1TO1 hit", "EU-A2-1TO1 undecided"), "PPL203"),
    *about(
        "PPL205",
        ("hit", "failed", {"zones": (crowd(50, "assembly"),), "points": [at(0, 70, 60), at(0, 330, 60)]}),
        ("near", "passed", {"zones": (crowd(50, "assembly"),), "points": [at(-200, 70, 60), at(-200, 330, 60)]}),
    ),
    *about(
        "PPL206",
        ("hit", "failed", {"zones": (crowd(50, "street", persons=500),)}),
        ("near", "passed", {"zones": (crowd(50, "street", persons=499),)}),
    ),
    *about(
        "PPL207",
        ("hit", "failed", {"zones": (crowd(50, "assembly", persons=47_100),)}),
        ("near", "passed", {"zones": (crowd(50, "assembly", persons=46_900),)}),
    ),
    *under(of("EU-A2-DIST near", "EU-A2-DIST hit", "EU-A2-DIST undecided"), "PPL202"),
    *about(
        "PRV101",
        ("hit", "failed", {"points": ACROSS, "zones": (privacy(),)}),
        ("near", "passed", {"zones": (privacy(),)}),
        (
            "undecided",
            "undecided",
            {"points": [at(-200, 0, 60), at(200, 0, 60)], "zones": (privacy(upper=120, datum="AMSL"),)},
        ),
    ),
    *under(of("PRIV-ZONE-WARN near", "PRIV-ZONE-WARN hit", "PRIV-ZONE-WARN undecided"), "PRV102"),
    *under(of("PRIV-HOMES near", "PRIV-HOMES hit"), "PRV201"),
    Case("PRV201", "undecided", "undecided", layers={"homes": 30}, **filming(20)),
    Case("PRV201", "a home without a place", "undecided", layers={"homes": NOWHERE}, **filming(40), **VIEW),
    *under(of("PRIV-CROWD near", "PRIV-CROWD hit"), "PRV202"),
    Case("PRV202", "undecided", "undecided", zones=(crowd(30),), **filming(20)),
    Case("PRV202", "a square without a place", "undecided", layers={"public-ground": NOWHERE}, **filming(40), **VIEW),
    *about("PRV203", ("hit", "failed", subject(450)), ("near", "passed", subject(3000))),
    *about("PRV301", ("hit", "failed", subject(150)), ("near", "passed", subject(500))),
    *about(
        "PRV305",
        ("hit", "failed", {"pack": TRIGGER, "mission": {"camera": {}}}),
        ("near", "passed", {"pack": TRIGGER, "mission": {"camera": {"trigger": "disorder"}}}),
        ("not recording", "passed", {"pack": TRIGGER, "mission": {"camera": {"recording": False}}}),
        ("another word", "failed", {"pack": TRIGGER, "mission": {"camera": {"trigger": "curiosity"}}}),
        ("not given", "undecided", {"pack": TRIGGER}),
    ),
    *about(
        "TIM101",
        (
            "hit",
            "undecided",
            {"points": ACROSS, "zones": (a_zone(limitedApplicability=HOURS),), "flight": {"untimed": True}},
        ),
        ("near", "passed", {"points": ACROSS}),
        (
            "undecided",
            "undecided",
            {"points": ACROSS, "zones": (a_zone(limitedApplicability=HOURS),), "flight": {"untimed": True}},
        ),
    ),
    *about("TIM201", ("hit", "failed", {"metadata": {"validFrom": None, "validTo": None}}), ("near", "passed", {})),
    *about(
        "TIM202",
        ("hit", "undecided", {"metadata": OLD}),
        ("near", "passed", {}),
        ("undecided", "undecided", {"metadata": {"validFrom": "2026-01-01T00:00:00Z", "validTo": "31-12-2026"}}),
        ("not begun", "undecided", {"metadata": {"validFrom": "1 January", "validTo": "2026-12-31T00:00:00Z"}}),
        ("its last day", "passed", {"metadata": {"validFrom": "2026-01-01", "validTo": "2026-05-12"}}),
        ("the day after", "undecided", {"metadata": {"validFrom": "2026-01-01", "validTo": "2026-05-11"}}),
    ),
    *about(
        "TIM203",
        ("hit", "undecided", {"options": ("--max-age", "131")}),
        ("near", "passed", {"options": ("--max-age", "132")}),
        ("undecided", "undecided", {"options": ("--max-age", "131")}),
    ),
    *about(
        "TIM301",
        (
            "hit",
            "failed",
            {"pack": HOUSE_HOURS, "flight": {"times": ["2026-05-12T08:59:00+02:00", "2026-05-12T09:30:00+02:00"]}},
        ),
        (
            "near",
            "passed",
            {"pack": HOUSE_HOURS, "flight": {"times": ["2026-05-12T09:00:00+02:00", "2026-05-12T17:00:00+02:00"]}},
        ),
    ),
]
