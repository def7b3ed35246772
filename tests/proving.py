"""One scene held against the oracle: what disagrees, and by how much the engine erred towards the zone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from builders import VALID, tracks_of
from oracle.judge import judge
from scenes import Scene, a_scene, changed, offset

from dronectl.along import above_ground
from dronectl.encounter import Meeting, Skies
from dronectl.measures import Answer
from dronectl.mission import Mission
from dronectl.readers import read_zone_document
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.missions import geojson
from dronectl.track import Track

EDGE = 0.001  # metres or seconds: nearer to a limit than this the oracle itself may be wrong
BOUND_M, BOUND_SHARE = 0.5, 0.0005  # what is promised: DESIGN, 0.5 m + 0.05 %
PART = 0.6  # of the widening of every other scene that is the room of a volume
BESIDE = 0.98  # of the widening: lines moved sideways lie a little farther apart here and there
CHANGES = ("reversed", "cut", "rings", "feet", "shifted", "wider", "another zone", "other order")


@dataclass
class Outcome:
    """What came of one scene."""

    seed: int
    answer: str
    faults: list[str] = field(default_factory=list)
    """What disagrees with the oracle, with its figures; empty where nothing does."""
    overshoot_m: float = 0.0
    """How far outside the oracle has the deepest sample where the engine says inside, without any model; metres, seconds."""
    clearance_m: float | None = None
    """How far the engine's clearance is from the oracle's, metres; where the zone is passed."""
    doubtful: bool = False
    """True where the answer rests on models that have an error."""


def met(scene: Scene, folder: Path, zone: dict | None = None, mission: dict | None = None) -> list[Meeting]:
    """What the engine says of a scene, or of one said otherwise."""
    value = {"type": "FeatureCollection", "metadata": VALID, "features": [zone or scene.zone]}
    zones = read_zone_document(Document("z.geojson", "", value)).zones
    flown = geojson.read(Document("m.geojson", "", mission or scene.mission), Choices())
    return Skies(zones).meetings(_flights(scene, flown, folder), near_m=20_000.0)


def _flights(scene: Scene, flown: Mission, folder: Path) -> list[Track]:
    """Its flights; of every other scene a part of the widening is room of an operational volume.

    The path is asked for its height above ground before that room is known, as a volume is worked out.
    """
    models, unsure = scene.models(folder), flown.uncertainty
    if scene.seed % 2:
        return tracks_of(flown, models)
    sideways_m, upward_m = PART * unsure.horizontal_m, PART * unsure.vertical_m
    lean = replace(unsure, horizontal_m=unsure.horizontal_m - sideways_m, vertical_m=unsure.vertical_m - upward_m)
    bare = tracks_of(replace(flown, uncertainty=lean), models)
    above_ground(bare, 0.0)
    return [track.widened(sideways_m, upward_m, 0.0) for track in bare]


def inside(meetings: list[Meeting]) -> Answer:
    return meetings[0].inside if meetings else Answer.NO


def hold(seed: int, folder: Path) -> Outcome:
    """Hold one scene against the oracle."""
    scene = a_scene(seed)
    question = scene.question
    meetings = met(scene, folder)
    said, answer = inside(meetings), judge(question)
    outcome = Outcome(seed, said.value, doubtful=bool(scene.rasters) or question.window_error_s > 0)
    if any(volume.doubt for volume in scene.zones()[0].volumes):
        outcome.faults.append("the scene's own footprint was not understood")
    if answer.exact > EDGE and said is Answer.NO:
        outcome.faults.append(f"FALSE CLEAR: inside by {answer.exact:.3f}")
    elif said is Answer.NO and scene.rasters:
        outcome.faults += _beside(scene)
    if not scene.holes:
        size = max((volume.circle[1] for volume in question.volumes if volume.circle), default=3000.0)
        bend = _bend(scene)
        room = BOUND_M + BOUND_SHARE * size + bend
        best = answer.maybe if outcome.doubtful else answer.exact
        if said is not Answer.NO and best < -(room + answer.step):  # look closer before blaming
            finer = judge(question, per_leg=2000)
            best = finer.maybe if outcome.doubtful else finer.exact
            if best < -(room + finer.step):
                outcome.faults.append(f"false alarm ({said.value}): outside by {-best:.3f}, step {finer.step:.3f}")
        if answer.sure > EDGE and said is not Answer.YES:
            outcome.faults.append(f"needless doubt ({said.value}): surely inside by {answer.sure:.3f}")
        if said is Answer.YES and not outcome.doubtful and question.edge_step_m <= 200.0 and bend == 0.0:
            outcome.overshoot_m = max(0.0, -answer.exact)
    _clearance(outcome, scene, meetings)
    return outcome


def _beside(scene: Scene) -> list[str]:
    """The path itself moved sideways, by no more than it is widened: over another ground, and inside all the same."""
    question = scene.question
    for azimuth in range(0, 360, 60) if question.reach_m > 1.0 else ():
        moved = [
            (*offset(lon, lat, azimuth, BESIDE * question.reach_m), height, time)
            for lon, lat, height, time in question.points
        ]
        found = judge(replace(question, points=moved, reach_m=0.0))
        if found.exact > EDGE:
            return [f"FALSE CLEAR: {azimuth} degrees beside the path inside by {found.exact:.3f}"]
    return []


def _clearance(outcome: Outcome, scene: Scene, meetings: list[Meeting]) -> None:
    """Hold the clearance on the ground against the oracle's, where height and time play no part."""
    question = scene.question
    if not meetings or meetings[0].in_plan is not Answer.NO or question.edge_step_m > 200.0:
        return
    flat = scene.question.__class__(
        points=question.points, datum=question.datum, reach_m=0.0, vertical_m=0.0, windows=None,
        volumes=[volume.__class__(circle=volume.circle, polygons=volume.polygons) for volume in question.volumes],
    )  # fmt: skip
    bend, stated = _bend(scene), meetings[0].margin_m
    if stated == 0:
        return
    for per_leg in (48, 2000):  # where they differ, look closer: the deepest of few samples may be on the wrong leg
        found = judge(flat, per_leg=per_leg)
        nearest = -found.exact
        off = stated + question.reach_m - nearest
        if -(BOUND_M + BOUND_SHARE * nearest + bend) <= off <= EDGE + found.step / 10_000:
            outcome.clearance_m = abs(off) if bend == 0.0 else None
            return
    outcome.faults.append(f"clearance off by {off:.3f} at {nearest:.1f} m")


def _bend(scene: Scene) -> float:
    """Metres by which a path is widened because its legs are geodesics and GeoJSON draws them straight: DESIGN."""
    return float(scene.flown().flights[0].widen_m.max())


def vary(seed: int, how: str, folder: Path) -> str:
    """Say a scene in which something is found otherwise: what was lost, empty where nothing was, '-' where it is no case."""
    scene = a_scene(seed)
    before = met(scene, folder)
    said = inside(before)
    if said is Answer.NO or (said is Answer.YES and not _firm(scene, before)):
        return "-"
    rng = random.Random(seed)
    if how in ("another zone", "other order"):
        after = _among_others(scene, folder, how)
    else:
        made = changed(scene, how, rng)
        if made is None:
            return "-"
        after = inside(met(scene, folder, *made))
    kept = after is not Answer.NO if how == "wider" else after is said
    return "" if kept else f"{said.value} became {after.value}"


def _firm(scene: Scene, meetings: list[Meeting]) -> bool:
    """True where the finding does not hang on the last digits: at the very edge a change of one may decide."""
    answer = judge(scene.question)
    return answer.sure > 0.05 or (answer.exact > 0.05 and not scene.rasters and not scene.question.window_error_s)


def _among_others(scene: Scene, folder: Path, how: str) -> Answer:
    others = [a_scene(scene.seed + k).zone for k in (1, 2)]
    for k, zone in enumerate(others):
        zone["properties"]["identifier"] = f"other-{k}"
    listed = [scene.zone, *others] if how == "another zone" else [*others, scene.zone]
    value = {"type": "FeatureCollection", "metadata": VALID, "features": listed}
    zones = read_zone_document(Document("z.geojson", "", value)).zones
    flown = geojson.read(Document("m.geojson", "", scene.mission), Choices())
    found = Skies(zones).meetings(tracks_of(flown, scene.models(folder)), near_m=1000.0)
    return inside([meeting for meeting in found if meeting.zone.id == "Z1"])
