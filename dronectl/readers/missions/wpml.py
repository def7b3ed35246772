"""Missions as DJI WPML: the waylines that the aircraft flies, with its take-off and its way home.

`waylines.wpml` is what is flown; `template.kml` is asked for the take-off point, and for the path where there is nothing
else. Heights are above the ellipsoid, above take-off, or above the surface, as `executeHeightMode` says.
"""

from __future__ import annotations

from dataclasses import field, replace
from math import isfinite, isnan, nan
from typing import Any

from dronectl import geometry
from dronectl.errors import InputError
from dronectl.measures import Datum
from dronectl.mission import Mission
from dronectl.readers import kml, route, values, xml
from dronectl.readers.archive import PATHS, Archive
from dronectl.readers.choices import Choices
from dronectl.readers.document import Document
from dronectl.readers.route import Stop
from dronectl.readers.xml import Element
from dronectl.records import dataclass
from dronectl.where import Where

MODES = {"WGS84": Datum.WGS84, "relativeToStartPoint": Datum.TAKEOFF, "realTimeFollowSurface": Datum.AGL}
TEMPLATE_MODES = {
    "EGM96": Datum.AMSL, "relativeToStartPoint": Datum.TAKEOFF, "aboveGroundLevel": Datum.AGL,
    "realTimeFollowSurface": Datum.AGL,
}  # fmt: skip
CURVED = "ContinuityCurvature"
STRAIGHT = "toPointAndStopWithDiscontinuityCurvature"
SHOOTS = frozenset({"takePhoto", "orientedShoot", "panoShot", "accurateShoot"})
LEVEL_M = 1.0  # a way between heights this near each other is level
APART_M = 1.0  # template and waylines say the same where their points are this near
REACHED = "reachPoint"  # the trigger of actions that are done at one waypoint; others are done all along


def accepts(value: Any) -> bool:
    """True for DJI's archive, and for either of its members on its own."""
    if isinstance(value, Archive):
        return value.find(".wpml") is not None or value.find("template.kml") is not None
    return isinstance(value, Element) and value.name == "kml" and kml.is_wpml(value)


def read(document: Document, choices: Choices) -> Mission:
    """All waylines in their order, one after the other; what of the way is not in the file is said."""
    lines, template = _parts(document)
    main = lines if lines is not None else template
    if main is None:
        raise InputError.at(document.where, "holds neither waylines nor a template")
    said: list[str] = []
    doubts = _beside(document)
    stops: list[Stop] = []
    flown = lines is not None
    for folder in main.below("Folder"):
        stops.extend(_wayline(folder, document, flown, said, doubts, _is_aimed_by_point(main, template)))
    if not stops:
        remedy = "export the route from DJI Pilot with its waylines (KMZ)"
        raise InputError.at(document.where, "holds no waypoint: the path is not in the file", remedy=remedy)
    if not flown:
        said.append("the file holds the template only: what the aircraft flies may be smoothed by its planner")
    elif template is not None:
        _compare(main, template, document)
    config = main.child("Document")
    config = config.child("missionConfig") if config is not None else None
    start = _start(template, document)
    first = stops[0]
    _begin(stops, config, start, said)
    _finish(stops, first, config, choices, said)
    flight = route.flight("flight-1", document.where, stops)
    if start is not None:
        flight = replace(flight, takeoff_at=start)
    return route.mission(document, [flight], said, doubts=tuple(dict.fromkeys(doubts)))


def _beside(document: Document) -> list[str]:
    """Other waylines and paths in the archive, which are not read."""
    value = document.value
    if not isinstance(value, Archive):
        return []
    held = len(value.every(".wpml"))
    said = [f"{document.path}: the archive holds {held} files of waylines, and one is read"] if held > 1 else []
    others = value.beside(PATHS, [*value.every(".wpml"), *value.every("template.kml")[:1]])
    return [*said, *kml.not_read(document, others)]


def _parts(document: Document) -> tuple[Element | None, Element | None]:
    """Waylines and template; None where the file does not have it."""
    value = document.value
    if isinstance(value, Archive):
        made = []
        for suffix in (".wpml", "template.kml"):
            name = value.find(suffix)
            made.append(xml.parse(value.read(name), Where(document.path, name)) if name else None)
        return made[0], made[1]
    is_lines = next(value.below("executeHeightMode", "executeHeight"), None) is not None
    return (value, None) if is_lines else (None, value)


@dataclass(slots=True)
class _Payload:
    """What gimbal and camera do while a wayline is flown."""

    pitch_deg: float = nan
    """Where the gimbal looks: 0 the horizon, -90 straight down; NaN where nothing has said it."""
    films: bool = False


@dataclass(slots=True)
class _Actions:
    """What is done at waypoints, and along the legs between them."""

    at: dict[int, list[Element]] = field(default_factory=dict)
    shoots_from: list[tuple[float, float]] = field(default_factory=list)
    """From and to which waypoint photos are taken all along."""
    turns_to: dict[int, float] = field(default_factory=dict)
    """The pitch at which the gimbal arrives at a waypoint, turning all the way there; NaN where it is not known."""

    def shoots(self, index: int) -> bool:
        """True where photos are taken on the legs at a waypoint."""
        return any(first <= index <= last for first, last in self.shoots_from)


def _wayline(
    folder: Element, document: Document, flown: bool, said: list[str], doubts: list[str], by_point: bool
) -> list[Stop]:
    datum = _datum(folder, flown, document, doubts)
    speed = _number(folder.words("autoFlightSpeed"))
    level = _number(folder.words("waylineCoordinateSysParam", "globalHeight"))
    level = _number(folder.words("globalHeight")) if isnan(level) else level
    placemarks = [p for p in folder.children("Placemark") if p.child("Point") is not None]
    if not placemarks:
        if next(folder.below("Polygon", "LineString"), None) is not None:
            doubts.append(f"{xml.at(document.path, folder)}: an area to be surveyed stores no path")
        return []
    stops: list[Stop] = []
    payload, corner = _Payload(), 0.0
    actions = _actions(folder)
    for k, mark in enumerate(placemarks):
        where = xml.at(document.path, mark)
        point = mark.child("Point")
        place = kml.coordinates(point.child("coordinates") if point is not None else None)
        if place.broken or not place.points:
            raise InputError.at(where, place.broken or "names no place", remedy="export the route again")
        if flown:
            height = _number(mark.words("executeHeight"))
        else:
            own = _number(mark.words("height"))
            height = level if mark.words("useGlobalHeight") == "1" or isnan(own) else own
        own_speed = _number(mark.words("waypointSpeed"))
        index = _number(mark.words("index"))
        number = int(index) if isfinite(index) else k
        if by_point:
            payload.pitch_deg = _number(mark.words("waypointGimbalHeadingParam", "waypointGimbalPitchAngle"))
        payload.pitch_deg = actions.turns_to.get(number, payload.pitch_deg)
        stop = Stop(
            lon=place.points[0][0],
            lat=place.points[0][1],
            height=height,
            datum=datum,
            where=where,
            widen_m=_turn(mark, document, doubts) if k else 0.0,
            speed_mps=own_speed if own_speed > 0 else speed,
            pitch_deg=payload.pitch_deg,
            recording=payload.films or actions.shoots(number),
        )
        stop.widen_m = max(stop.widen_m, corner)
        corner = _turn(mark, document, doubts)
        stops.append(stop)
        for action in actions.at.get(number, []):
            stops.extend(_do(action, stops[-1], payload, corner))
        if isnan(height):
            doubts.append(f"{where}: states no height")
    if len(stops) > 1 and any(stop.widen_m for stop in stops):
        said.append("rounded turns widen the legs at them by the damping distance")
    return stops


def _datum(folder: Element, flown: bool, document: Document, doubts: list[str]) -> Datum | None:
    word = folder.words("executeHeightMode") if flown else folder.words("waylineCoordinateSysParam", "heightMode")
    found = (MODES if flown else TEMPLATE_MODES).get(word)
    if found is None:
        doubts.append(f"{xml.at(document.path, folder)}: height mode {word!r} is not known")
    return found


def _turn(mark: Element, document: Document, doubts: list[str]) -> float:
    """Metres by which the turn at a waypoint may leave the lines that meet there."""
    turn = mark.child("waypointTurnParam")
    mode = turn.words("waypointTurnMode") if turn is not None else ""
    if not mode or mode == STRAIGHT:
        return 0.0
    damping = _number(turn.words("waypointTurnDampingDist")) if turn is not None else nan
    if CURVED in mode and mark.words("useStraightLine") != "1" and not damping > 0:
        doubts.append(f"{xml.at(document.path, mark)}: the turn {mode} is a curve whose width is not in the file")
    return damping if damping > 0 else 0.0


def _is_aimed_by_point(main: Element, template: Element | None) -> bool:
    """True where the gimbal's pitch at the waypoints is meant: waylines write 0 there where the pilot or actions turn it."""
    modes = [
        (e.text or "").strip() for top in (main, template) if top is not None for e in top.below("gimbalPitchMode")
    ]
    if modes:
        return "usePointSetting" in modes
    return any(values.number(e.text) for e in main.below("waypointGimbalPitchAngle"))


def _actions(folder: Element) -> _Actions:
    """The actions of a wayline: those at its start are done at the first waypoint."""
    made = _Actions()
    for start in folder.children("startActionGroup"):
        made.at.setdefault(0, []).extend(start.children("action"))
    for group in folder.below("actionGroup"):
        first, last = _number(group.words("actionGroupStartIndex")), _number(group.words("actionGroupEndIndex"))
        if not isfinite(first):
            continue
        actions = list(group.children("action"))
        if group.words("actionTrigger", "actionTriggerType") in ("", REACHED):
            made.at.setdefault(int(first), []).extend(actions)
            continue
        last = last if isfinite(last) else float("inf")
        for action in actions:
            name = action.words("actionActuatorFunc")
            if name in SHOOTS or name == "startRecord":
                made.shoots_from.append((first, last))
            elif name == "gimbalEvenlyRotate" and last == first + 1:
                made.turns_to[int(last)] = _pitch(action, nan)
            elif name.startswith("gimbal") and isfinite(last):
                made.turns_to |= dict.fromkeys(range(int(first), int(last) + 1), nan)
    return made


def _pitch(action: Element, present: float) -> float:
    """The pitch to which an action turns the gimbal; NaN where it does not say."""
    given = action.child("actionActuatorFuncParam")
    if given is None or given.words("gimbalPitchRotateEnable") == "0":
        return present if given is not None else nan
    if given.words("gimbalRotateMode") not in ("", "absoluteAngle"):
        return nan
    return _number(given.words("gimbalPitchRotateAngle"))


def _do(action: Element, stop: Stop, payload: _Payload, widen_m: float) -> list[Stop]:
    """What an action does to time, gimbal and camera; a stop more where the gimbal turns, which it does on the spot."""
    name, given = action.words("actionActuatorFunc"), action.child("actionActuatorFuncParam")
    made: list[Stop] = []
    if name == "hover":
        stop.wait_s += _number(given.words("hoverTime")) if given is not None else nan
    elif name in ("gimbalRotate", "orientedShoot"):
        pitch = _pitch(action, payload.pitch_deg)
        if pitch != payload.pitch_deg and not (isnan(pitch) and isnan(payload.pitch_deg)):
            payload.pitch_deg = pitch
            made = [replace(stop, kind="hover", wait_s=0.0, pitch_deg=pitch, recording=payload.films, widen_m=widen_m)]
            stop = made[0]
    if name in SHOOTS or name == "startRecord":
        stop.recording = True
    payload.films = (payload.films or name == "startRecord") and name != "stopRecord"
    return made


def _start(template: Element | None, document: Document) -> tuple[float, float] | None:
    """Longitude and latitude of the take-off point that the template refers to."""
    words = next((e.text or "" for e in template.below("takeOffRefPoint")), "") if template is not None else ""
    parts = [values.number(part.strip()) for part in words.split(",")]
    if len(parts) < 2 or parts[0] is None or parts[1] is None or (parts[0] == 0 and parts[1] == 0):
        return None
    return parts[1], parts[0]


def _begin(stops: list[Stop], config: Element | None, start: tuple[float, float] | None, said: list[str]) -> None:
    """From the ground up and over to the first waypoint, as DJI's Cloud API says of `flyToWaylineMode`.

    `safely`: up to the height of the first waypoint, or to the safe height if that is higher, and level from there.
    `pointToPoint`: up to the safe height, and straight to the first waypoint; level where that is lower.
    """
    first = stops[0]
    here = start or (first.lon, first.lat)
    if start is None:
        said.append(route.FIRST)
    else:
        said.append(
            "take-off is taken to be where the template's reference point is; where the aircraft starts decides"
        )
    given = _number(config.words("takeOffSecurityHeight")) if config is not None else nan
    safe = given if given > 0 else 0.0
    before = [Stop(lon=here[0], lat=here[1], height=0.0, datum=Datum.TAKEOFF, where=first.where)]
    low = Stop(lon=here[0], lat=here[1], height=safe, datum=Datum.TAKEOFF, where=first.where, kind="take-off")
    level = route.level_with(first, safe)
    over = Stop(lon=first.lon, lat=first.lat, where=first.where, **level)
    climbs = (over.height, over.datum) != (first.height, first.datum)
    straight = config is not None and config.words("flyToWaylineMode") == "pointToPoint"
    if geometry.metres_between(*here, first.lon, first.lat) <= APART_M:  # straight up
        first.kind = "take-off"
        if safe > 0 and climbs:
            before.append(low)
    else:
        if not straight:
            before.append(replace(over, lon=here[0], lat=here[1], kind="take-off"))
        elif safe > 0:
            before.append(low)
        if climbs:
            before.append(over)
            first.kind = "take-off"
    speed = _number(config.words("globalTransitionalSpeed")) if config is not None else nan
    for stop in [*before[1:], first]:
        stop.speed_mps = speed if speed > 0 else first.speed_mps
    stops[:0] = before


def _finish(stops: list[Stop], first: Stop, config: Element | None, choices: Choices, said: list[str]) -> None:
    """What the aircraft does after the last waypoint; `first` is the first one."""
    action = config.words("finishAction") if config is not None else ""
    last = stops[-1]
    speed = last.speed_mps
    if action == "gotoFirstWaypoint":
        even = first.datum is last.datum and abs(first.height - last.height) <= LEVEL_M
        stops.append(
            Stop(lon=first.lon, lat=first.lat, height=last.height if even else nan, datum=last.datum if even else None,
                 where=last.where, kind="return", speed_mps=speed)
        )  # fmt: skip
        if not even:
            said.append("how the aircraft climbs or descends on its way to the first waypoint is not in the file")
        said.append(route.HOMELESS)
    elif action == "autoLand":
        down = 0.0 if last.datum is Datum.TAKEOFF else nan
        stops.append(Stop(lon=last.lon, lat=last.lat, height=down, datum=None if isnan(down) else last.datum,
                          where=last.where, kind="landing", speed_mps=speed))  # fmt: skip
    elif action == "goHome":
        level = choices.rtl_alt_m if choices.rtl_alt_m is not None else nan
        if isnan(level) and config is not None:
            level = _number(config.words("globalRTHHeight"))
        level = level if level > 0 else nan  # no aircraft can be set to come home lower
        _return(stops, level, speed, said)
    else:
        said.append(route.HOMELESS)


def _return(stops: list[Stop], level: float, speed: float, said: list[str]) -> None:
    last, home = stops[-1], stops[0]
    known = not isnan(level)
    if known:
        said.append(f"the aircraft returns home at {level:g} m above take-off, or as high as it is")
        way = route.level_with(last, level)
    else:
        said.append("the height of the way home is set in the aircraft and not known here (--rtl-alt METRES gives it)")
        way = {"height": nan, "datum": None}
    for stop in [last, home] if known else [home]:
        stops.append(Stop(lon=stop.lon, lat=stop.lat, where=last.where, kind="return", speed_mps=speed, **way))
    down = {"height": 0.0, "datum": Datum.TAKEOFF} if known else way
    stops.append(Stop(lon=home.lon, lat=home.lat, where=last.where, kind="landing", speed_mps=speed, **down))


def _compare(lines: Element, template: Element, document: Document) -> None:
    """Say where the template's waypoints are not those of the waylines."""
    found = []
    for top in (lines, template):
        marks = [kml.coordinates(p.child("coordinates")).points for p in top.below("Point")]
        found.append([points[0] for points in marks if points])
    flown, drawn = found
    if not drawn:
        return
    far = len(flown) != len(drawn) or any(
        geometry.metres_between(a[0], a[1], b[0], b[1]) > APART_M
        for a, b in zip(flown, drawn, strict=False)
        if abs(a[1]) <= 90 and abs(b[1]) <= 90
    )
    if far:
        what = f"the template has {len(drawn)} waypoints and the waylines {len(flown)}, and they differ"
        document.note(document.where, f"{what}: the waylines are flown", "save the route again")


def _number(words: str) -> float:
    made = values.number(words)
    return nan if made is None else made
