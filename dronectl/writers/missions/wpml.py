"""Missions as DJI WPML: waylines with straight legs and stops, in the archive that DJI Pilot and FlightHub import."""

from __future__ import annotations

import io
import zipfile
from math import isfinite
from xml.etree.ElementTree import Element

from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.writers import CannotWrite
from dronectl.writers.legs import Point, homeward, lost, on_ground, points, require, single, upright
from dronectl.writers.xml import element
from dronectl.writers.xml import render as render_xml

NAME, SUFFIX = "wpml", ".kmz"
MODES = {Datum.TAKEOFF: "relativeToStartPoint", Datum.WGS84: "WGS84", Datum.AGL: "realTimeFollowSurface"}
TEMPLATE = {Datum.TAKEOFF: "relativeToStartPoint", Datum.WGS84: "EGM96", Datum.AGL: "realTimeFollowSurface"}
KML, WPML = "http://www.opengis.net/kml/2.2", "http://www.dji.com/wpmz/1.0.2"
SPEED_MPS = 5.0  # a wayline must name one; the mission's own speeds are told as lost
LOWEST_SECURITY_M = 1.2  # DJI: takeOffSecurityHeight, remote controller
STOP = "toPointAndStopWithDiscontinuityCurvature"
EPOCH = (1980, 1, 1, 0, 0, 0)  # same mission, same bytes


def misses(mission: Mission) -> list[str]:
    """What this format cannot say of the mission."""
    told = [note for note in lost(mission) if not note.startswith("what the camera")]
    if any(flight.recording for flight in mission.flights):
        told.append("when it records")
    told.append("its speeds: the wayline is flown at 5 m/s")
    return told


def render(mission: Mission) -> bytes:
    """The archive with the template and the waylines of the mission's one flight."""
    path, returns, level = homeward(points(single(mission, "a wayline file")))
    security = LOWEST_SECURITY_M
    start = path[0] if on_ground(path[0]) else None
    if start is not None and len(path) > 1:
        path = path[1:]
    lands = len(path) > 1 and on_ground(path[-1]) and upright(path[-1], path[-2])
    if lands:
        path = path[:-1]
    how = "pointToPoint"
    if start is not None and len(path) > 2 and upright(start, path[0]):
        how, security, path = _begun(path)
    require(path, tuple(MODES), "a wayline file")
    datums = {point.datum for point in path}
    if len(datums) > 1:
        words = " and ".join(sorted(datum.value for datum in datums if datum is not None))
        raise CannotWrite(f"a wayline has one kind of height, and the flight has heights over {words}")
    datum = path[0].datum
    assert datum is not None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, flown in (("wpmz/template.kml", False), ("wpmz/waylines.wpml", True)):
            finish = "goHome" if returns else "autoLand" if lands else "noAction"
            begins = how, max(security, LOWEST_SECURITY_M)
            body = _document(path, datum, start, begins, finish, level, flown=flown)
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _begun(path: list[Point]) -> tuple[str, float, list[Point]]:
    """How the aircraft flies to the first waypoint, at which security height, and the path from there.

    It climbs over take-off, where the path begins; what it cannot be told to do so stays a part of the path.
    """
    climbed, crossed, first = path[:3]
    if climbed.least_m is not None and crossed.least_m is not None:
        return "safely", climbed.least_m, path[2:]
    if climbed.datum is Datum.TAKEOFF:
        if crossed.least_m is not None and upright(crossed, first):
            return "pointToPoint", climbed.height, path[2:]
        low = (
            first.datum is Datum.TAKEOFF and first.height <= crossed.height
        )  # else it would fly there higher than meant
        if crossed.datum is Datum.TAKEOFF and crossed.height == climbed.height and upright(crossed, first) and low:
            return "safely", climbed.height, path[2:]
        if crossed.datum not in (Datum.TAKEOFF, None) and upright(climbed, crossed):
            return "safely", climbed.height, path[1:]
    return "pointToPoint", LOWEST_SECURITY_M, path


def _document(
    path: list[Point],
    datum: Datum,
    start: Point | None,
    begins: tuple[str, float],
    finish: str,
    level: float | None,
    *,
    flown: bool,
) -> bytes:
    root = element(None, "kml", xmlns=KML)
    root.set("xmlns:wpml", WPML)
    document = element(root, "Document")
    config = element(document, "wpml:missionConfig")
    _said(config, "flyToWaylineMode", begins[0])
    _said(config, "finishAction", finish)
    _said(config, "exitOnRCLost", "executeLostAction")
    _said(config, "executeRCLostAction", "goBack")
    _said(config, "takeOffSecurityHeight", f"{begins[1]:.3f}")
    if level is not None:
        _said(config, "globalRTHHeight", f"{level:.3f}")
    _said(config, "globalTransitionalSpeed", f"{SPEED_MPS:g}")
    if start is not None and not flown:
        _said(config, "takeOffRefPoint", f"{start.lat:.9f},{start.lon:.9f},0")
    folder = element(document, "Folder")
    _said(folder, "templateId", "0")
    if flown:
        _said(folder, "executeHeightMode", MODES[datum])
        _said(folder, "waylineId", "0")
    else:
        _said(folder, "templateType", "waypoint")
        system = element(folder, "wpml:waylineCoordinateSysParam")
        _said(system, "coordinateMode", "WGS84")
        _said(system, "heightMode", TEMPLATE[datum])
    _said(folder, "autoFlightSpeed", f"{SPEED_MPS:g}")
    for number, point in enumerate(path):
        _placemark(folder, point, number, flown=flown)
    return render_xml(root)


def _placemark(folder: Element, point: Point, number: int, *, flown: bool) -> None:
    mark = element(folder, "Placemark")
    element(element(mark, "Point"), "coordinates", f"{point.lon:.9f},{point.lat:.9f}")
    _said(mark, "index", str(number))
    if flown:
        _said(mark, "executeHeight", f"{point.height:.3f}")
    else:
        _said(mark, "height", f"{point.height:.3f}")
        _said(mark, "useGlobalHeight", "0")
    _said(mark, "waypointSpeed", f"{SPEED_MPS:g}")
    turn = element(mark, "wpml:waypointTurnParam")
    _said(turn, "waypointTurnMode", STOP)
    _said(turn, "waypointTurnDampingDist", "0")
    _said(mark, "useStraightLine", "1")
    actions: list[tuple[str, dict[str, str]]] = []
    if point.wait_s > 0 and isfinite(point.wait_s):
        actions.append(("hover", {"hoverTime": f"{point.wait_s:.0f}"}))
    if point.pitch_deg is not None and isfinite(point.pitch_deg):
        pitch = {"gimbalRotateMode": "absoluteAngle", "gimbalPitchRotateEnable": "1"}
        actions.append(("gimbalRotate", pitch | {"gimbalPitchRotateAngle": f"{point.pitch_deg:.1f}"}))
    if actions:
        _actions(mark, number, actions)


def _actions(mark: Element, number: int, actions: list[tuple[str, dict[str, str]]]) -> None:
    group = element(mark, "wpml:actionGroup")
    for name in ("actionGroupId", "actionGroupStartIndex", "actionGroupEndIndex"):
        _said(group, name, str(number))
    _said(group, "actionGroupMode", "sequence")
    _said(element(group, "wpml:actionTrigger"), "actionTriggerType", "reachPoint")
    for k, (function, given) in enumerate(actions):
        action = element(group, "wpml:action")
        _said(action, "actionId", str(k))
        _said(action, "actionActuatorFunc", function)
        params = element(action, "wpml:actionActuatorFuncParam")
        for name, value in given.items():
            _said(params, name, value)


def _said(parent: Element, name: str, value: str) -> None:
    element(parent, f"wpml:{name}", value)
