"""Ways to break the engine, one at a time: the suite must notice each of them (`tests/test_mutations.py`).

Each names a file of the package, a text that stands there once, and what it becomes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One break: what it does, and the tests that are asked."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


RULES, ORACLE, HEIGHTS, TIME = (
    "tests/test_rules.py",
    "tests/test_oracle.py",
    "tests/test_heights.py",
    "tests/test_time.py",
)
SCHEDULE, PERMITS = "tests/test_schedule.py", "tests/test_permits.py"
LOGS, ZONE_FILES, MISSION_FILES = "tests/test_logs.py", "tests/test_zone_formats.py", "tests/test_mission_formats.py"
CONVERT = "tests/test_convert.py"
SIGHT, SEEING, CROWDS = "tests/test_sight.py", "tests/test_seeing.py", "tests/test_crowds.py"
CAMERA = "tests/test_camera.py"
LIMITS, APPLICATION, LAW = "tests/test_limits.py", "tests/test_application.py", "tests/test_law.py"

MUTATIONS = (
    Mutation("drop the holes", "geometry/contact.py", "shapes.append(shapely.Polygon(on_plane[0], on_plane[1:]))",
             "shapes.append(shapely.Polygon(on_plane[0]))", (RULES,)),
    Mutation("test the points only", "geometry/contact.py",
             "p1 = plane.project(course.lon[pieces, 1], course.lat[pieces, 1])", "p1 = p0", (RULES,)),
    Mutation("inscribe the circles", "geometry/contact.py", "Disc(footprint.radius_m)", "Disc(footprint.radius_m * 0.9988)",
             (ORACLE,)),
    Mutation("leave long edges as they are", "geometry/contact.py", "number = np.maximum(1, np.ceil(count)).astype(np.intp)",
             "number = np.ones(len(count), np.intp)", (ORACLE,)),
    Mutation("forget the antimeridian", "geometry/contact.py",
             "in (-360.0, 0.0, 360.0):\n            shifted = boxes", "in (0.0,):\n            shifted = boxes", (ORACLE,)),
    Mutation("give the edge to the aircraft", "geometry/shapes.py", "EPS_M = 0.02", "EPS_M = -0.6", (RULES, ORACLE)),
    Mutation("drop the last leg", "geometry/course.py", "        return len(self.leg)",
             "        return max(len(self.leg) - 1, 1)", (RULES, ORACLE)),
    Mutation("ignore the horizontal uncertainty", "track.py", "reach = course.widen + unsure.horizontal_m",
             "reach = course.widen", (RULES,)),
    Mutation("ignore the vertical uncertainty", "encounter.py", "slack = vertical_m + VERTICAL_EPS_M",
             "slack = VERTICAL_EPS_M", (ORACLE, HEIGHTS)),
    Mutation("ignore the time", "encounter.py", "    if hours is None:\n        return [], WHOLE\n",
             "    if hours is not None:\n        return [], []\n", (RULES,)),
    Mutation("take unknown for no", "encounter.py", "    elif wide.maybe:\n", "    elif False:\n", (RULES,)),
    Mutation("look at the first volume only", "encounter.py", "for k in range(len(zone.volumes))]", "for k in range(1)]",
             (RULES, ORACLE)),
    Mutation("take the height of the leg, not of the crossing", "encounter.py",
             "sure_here = meet(meet(intervals, high), when)", "sure_here = meet(intervals if high else [], when)",
             (RULES, TIME, ORACLE)),
    Mutation("ignore the upper limit", "encounter.py", "        sure, may = over.at_most(slack)\n",
             "        sure, may = WHOLE, WHOLE\n", (RULES,)),
    Mutation("swap the datums", "readers/values.py", '"AMSL": Datum.AMSL', '"AMSL": Datum.AGL', (RULES, HEIGHTS)),
    Mutation("read feet as metres", "measures.py", "METRES_PER_FOOT = 0.3048", "METRES_PER_FOOT = 1.0", (RULES,)),
    Mutation("turn the geoid upside down", "altitude.py",
             "return Bounds.even(0.0, 0.0).minus(track.models.sea(_piece(track, piece)))",
             "return track.models.sea(_piece(track, piece))", (HEIGHTS,)),
    Mutation("ask the terrain at the ends only", "heights/models.py",
             "count = int(np.ceil(piece.length_m / step)) + 1 if piece.length_m > 0 else 1", "count = 2", (HEIGHTS,)),
    Mutation("forget the error of the terrain", "heights/terrain.py", "        least -= error\n        most += error\n",
             "", (HEIGHTS,)),
    Mutation("forget the ground beside the path", "heights/models.py", "piece.near_m + apart)", "0.0)", (HEIGHTS,)),
    Mutation("take no data for sea level", "heights/raster.py", "] = np.nan", "] = 0.0", (HEIGHTS,)),
    Mutation("take off from sea level", "altitude.py", "low, high = found or (LOWEST_GROUND_M, HIGHEST_GROUND_M)",
             "low, high = found or (0.0, 0.0)", (HEIGHTS,)),
    Mutation("end a night on its first day", "schedule.py",
             "ends = _edge(entry.end, day + timedelta(days=1), places, opening=False)",
             "ends = _edge(entry.end, day, places, opening=False)", (SCHEDULE,)),
    Mutation("let the sun rise five minutes late", "sun.py", '"SR": -0.833', '"SR": -0.05', (TIME,)),
    Mutation("open a local day by the clock of noon", "schedule.py",
             "return sorted({wall.replace(fold=fold).timestamp() for fold in (0, 1)})",
             "return [wall.replace(hour=12, minute=0).timestamp() - 43200 + wall.hour * 3600 + wall.minute * 60]", (TIME,)),
    Mutation("honour a permit after its end", "permitting.py", "if permit.end is not None and times[1] > permit.end:",
             "if permit.end is not None and times[0] > permit.end:", (PERMITS,)),
    Mutation("honour a permit at any height", "permitting.py", "if not heights_on(track, span, permit.band):", "if False:",
             (PERMITS,)),
    Mutation("take a gap for a straight line", "gaps.py", "reach = float(np.sqrt(flown**2 - float(metres[leg]) ** 2)) / 2",
             "reach = 0.0", (LOGS,)),
    Mutation("believe a clock that runs backward", "readers/flown.py", "back = np.flatnonzero(step < 0)",
             "back = np.flatnonzero(step < -np.inf)", (LOGS,)),
    Mutation("keep a fix at 0/0", "readers/flown.py", "here &= (lon != 0.0) | (lat != 0.0)", "here &= True", (LOGS,)),
    Mutation("read a telemetry packet whatever its checksum", "readers/logs/tlog.py",
             "return value & 0xFFFF", "return 0", (LOGS,)),
    Mutation("swap latitude and longitude of AIXM", "readers/zones/aixm.py",
             "else [(lon, lat) for lat, lon in pairs]", "else pairs", (ZONE_FILES,)),
    Mutation("forget what moving to WGS 84 may be off", "geometry/wkb.py",
             "shapes = np.where(polygonal, grown, shapes)", "pass", (ZONE_FILES,)),
    Mutation("give dipul one unit for both limits", "readers/zones/dipul.py",
             "values.band(None, None, high, high_ref, high_unit,", "values.band(None, None, high, high_ref, low_unit,",
             (ZONE_FILES,)),
    Mutation("take ellipsoid heights of DJI for take-off heights", "readers/missions/wpml.py",
             'MODES = {"WGS84": Datum.WGS84', 'MODES = {"WGS84": Datum.TAKEOFF', (MISSION_FILES,)),
    Mutation("fly a rounded corner straight", "readers/missions/litchi.py",
             "stop.widen_m = max(stop.widen_m, corner)", "stop.widen_m = 0.0", (MISSION_FILES,)),
    Mutation("write a zone that was not understood as it stood", "writers/shape.py",
             "        restriction = Restriction.CONDITIONAL\n",
             "        restriction = restriction or Restriction.NO_RESTRICTION\n", (CONVERT,)),
    Mutation("round what is converted", "writers/xml.py", "if text:\n        made.text = clean(text)",
             "if text:\n        made.text = clean(text)[:2]", (CONVERT,)),
    Mutation("take less than for at most", "law/pack.py",
             '"<": measured < self.value', '"<": measured <= self.value', (LIMITS,)),
    Mutation("let a mass of 25 kg be above 25 kg", "rules/held.py", '"mtom_above_kg": gt', '"mtom_above_kg": ge', (LIMITS,)),
    Mutation("see a hundredth farther", "rules/cat103_out_of_sight.py", "float(limit.value or 0), who)",
             "float(limit.value or 0) * 1.01, who)", (LIMITS,)),
    Mutation("take a paper a day late", "rules/pap102_paper_missing.py",
             "if before < lead:", "if before < lead - 1:", (LIMITS,)),
    Mutation("read the buffer's table for a lighter aircraft", "rules/cat106_operational_volume_too_small.py",
             "column = 1 if aircraft.mtom_kg <= ", "column = 1 if aircraft.mtom_kg < 2 * ", (LIMITS,)),
    Mutation("take the newest law for every day", "law/shelf.py", "pack.valid_from <= day and", "True and", (LAW,)),
    Mutation("forget the room of the volume", "prepared.py", "track.widened(volume.sideways_m,", "track.widened(0.0,",
             (APPLICATION, LAW)),
    Mutation("stay in one request for two hours", "flightplans.py", "ground > float(gap.value or 0)",
             "ground > 2 * float(gap.value or 0)", (APPLICATION,)),
    Mutation("take silence for the countryside", "assessment.py",
             "            if urban:\n", "            if False:\n", (APPLICATION,)),
    Mutation("count an area covered by half", "readers/population.py", "return self.share >= WHOLE",
             "return self.share >= 0.4", (APPLICATION,)),
    Mutation("take the average for the highest", "readers/population.py", "np.argmax(self.per_km2[met])",
             "np.argmin(self.per_km2[met])", (APPLICATION,)),
    Mutation("believe the gimbal to the degree", "geometry/sight.py", "beside = looks.off_deg[rows] /",
             "beside = 0 * looks.off_deg[rows] /", (SIGHT,)),
    Mutation("forget the height that is not known for sure", "geometry/sight.py", "unit * high[:, None, None]",
             "unit * low[:, None, None]", (SIGHT,)),
    Mutation("see no ground above the camera", "geometry/sight.py", "rises = looks.low[rows] < NEAREST_M",
             "rises = looks.low[rows] < -1e9", (SIGHT,)),
    Mutation("turn the roll the other way", "geometry/sight.py", "right * turn - up * lift, up * turn + right * lift",
             "right * turn + up * lift, up * turn - right * lift", (SIGHT,)),
    Mutation("see from the middle of each step only", "seeing.py", " + length[row] / count[row] / 2", " - 0.0", (SEEING,)),
    Mutation("record only between two points that record", "seeing.py", "return on[leg] | on[", "return on[leg] & on[",
             (SEEING,)),
    Mutation("take the widest lens for the longest", "camera.py", "focal = max(focal_px", "focal = min(focal_px", (CAMERA,)),
    Mutation("forget rising ground", "seeing.py", "- track.vertical_m - rise\n", "- track.vertical_m\n", (SEEING,)),
    Mutation("let a march stand where it begins", "readers/marches.py", "min(end * speed, float(along[-1]))",
             "min(begin * speed, float(along[-1]))", (CROWDS,)),
    Mutation("keep all places of a march at all times", "encounter.py",
             "seen = zone.in_time_of(k)", "seen = zone", (CROWDS,)),
    Mutation("fly at the least height of a stretch", "crowding.py", "np.maximum(ends[:-1], ends[1:])",
             "np.minimum(ends[:-1], ends[1:]) - 5", (CROWDS,)),
    Mutation("come home at once", "crowding.py", "farthest / HOMEWARD_MPS)", "0.0)", (CROWDS,)),
    Mutation("hide behind what may be there", "occlusion.py", "low, _ = terrain.ground(", "_, low = terrain.ground(",
             ("tests/test_occlusion.py",)),
)  # fmt: skip
