"""What permits do to findings: a violation that one covers whole becomes permitted, and every permit is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import PurePath

from dronectl.along import heights_on, leaving, times_on
from dronectl.category import purpose_in
from dronectl.finding import Finding, Severity, Status
from dronectl.geometry import shared
from dronectl.measures import Band
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.rules import PermitUse
from dronectl.track import Encounter, Track
from dronectl.zone import Restriction, Zone

COVERABLE = frozenset({
    "AIR101", "AIR102", "AIR103", "AIR104", "AIR106", "AIR107", "ALT101", "ALT102", "PRV101", "PPL201", "PPL202", "CAT101",
    "CAT102", "CAT103", "CAT104", "CAT105", "CAT106", "PAP102", "TIM301",
})  # fmt: skip
SAME = 1 / 3  # of what the boxes of two zones cover together, which both cover: a house figure
TOUCH = 1e-6  # of a piece of the path: less than a millimetre a leg


def apply(
    findings: Sequence[Finding], permits: Sequence[Permit], mission: Mission, flown: Sequence[Track]
) -> tuple[list[Finding], list[PermitUse]]:
    """The findings with what permits cover marked as permitted or waived, and what became of each permit."""
    tracks = {track.flight.id: track for track in flown}
    covered: dict[str, list[str]] = {permit.path: [] for permit in permits}
    refused: dict[str, list[str]] = {permit.path: [] for permit in permits}
    answered: list[Finding] = []
    namesakes = _namesakes([finding.zone for finding in findings if finding.zone is not None])
    for finding in findings:
        open_ = finding.status in (Status.FAILED, Status.UNDECIDED) and finding.severity is not Severity.INFO
        if not open_ or finding.missing or finding.rule not in COVERABLE:
            answered.append(finding)
            continue
        about = []
        for permit in permits:
            if not _about(permit, finding):
                continue
            which = _which(permit, finding.zone, namesakes)
            if which:
                refused[permit.path].append(which)
            else:
                about.append(permit)
        left = [*finding.encounters, *finding.possible]
        used: list[Permit] = []
        for permit in about:
            if not left and not used:  # a finding without a place on the path: the whole mission counts
                why = _why_not_whole(permit, finding, mission)
                if why:
                    refused[permit.path].append(why)
                else:
                    used.append(permit)
                continue
            whys = {id(met): _why_not(permit, finding, met, mission, tracks) for met in left}
            still = [met for met in left if whys[id(met)]]
            if len(still) < len(left):
                used.append(permit)
            refused[permit.path].extend(dict.fromkeys(whys[id(met)] for met in still))
            left = still
        if used and not left:
            status = Status.WAIVED if any(permit.kind == "waiver" for permit in used) else Status.PERMITTED
            names = ", ".join(permit.id for permit in used)
            for permit in used:
                covered[permit.path].append(f"{finding.rule} {finding.zone.id}" if finding.zone else finding.rule)
                refused[permit.path] = [why for why in refused[permit.path] if not why.startswith("covers part")]
            word = "waived" if status is Status.WAIVED else "permitted"
            answered.append(
                replace(finding, status=status, permit=names, message=f"{finding.message}: {word} under {names}")
            )
        else:
            answered.append(finding)
    uses = [
        PermitUse(permit=permit, covered=tuple(covered[permit.path]), refused=tuple(refused[permit.path]))
        for permit in permits
    ]
    return answered, uses


def _about(permit: Permit, finding: Finding) -> bool:
    """True where the permit speaks of this zone and this rule at all."""
    named = permit.rules | permit.limits.keys()
    meant = finding.rule in named or (bool(finding.law) and finding.law in named)
    if permit.zones and (finding.zone is None or not {finding.zone.id, _in_full(finding.zone)} & permit.zones):
        return False
    if finding.zone is None or finding.law:  # a limit of the law is lifted only by a permit that names it
        return meant
    return not permit.rules or meant


def _in_full(zone: Zone) -> str:
    """A zone with the file that it stands in, for files that number their zones alike."""
    return f"{PurePath(zone.dataset.path).name}::{zone.id}"


def _which(permit: Permit, zone: Zone | None, namesakes: frozenset[str]) -> str:
    """Why it is not known which zone a permit means; empty where it is."""
    if zone is None or zone.id not in namesakes or zone.id not in permit.zones or _in_full(zone) in permit.zones:
        return ""
    return f"several files have a zone {zone.id}, at different places; name the one that is meant, such as {_in_full(zone)!r}"


def _namesakes(zones: Sequence[Zone]) -> frozenset[str]:
    """The identifiers that zones of different files share which are not the same place."""
    found: dict[str, dict[str, Zone]] = {}
    for zone in zones:
        found.setdefault(zone.id, {})[zone.dataset.path] = zone
    return frozenset(
        name
        for name, several in found.items()
        if not all(_same(one, other) for one, other in combinations(several.values(), 2))
    )


def _same(one: Zone, other: Zone) -> bool:
    """True where two zones are about the same place: a small one inside a large one is another."""
    boxes = [[volume.box for volume in zone.volumes if volume.box is not None] for zone in (one, other)]
    return all(boxes) and shared(*boxes) >= SAME


def _why_not_kind(permit: Permit, finding: Finding) -> str:
    """Why a permit of this kind does not lift what was found; empty where it does."""
    zone = finding.zone
    prohibited = zone is not None and zone.restriction is Restriction.PROHIBITED
    if prohibited and zone is not None and finding.rule == "AIR101":
        if permit.kind != "exemption" and not (zone.consent and permit.kind == "authorization"):
            return f"a {permit.kind} cannot lift a prohibition ({zone.id}); that takes an exemption"
    elif prohibited and zone is not None and permit.kind == "waiver":
        return f"a waiver never covers a prohibited zone ({zone.id})"
    if permit.kind == "waiver" and finding.law and not finding.by_house:
        return f"a waiver of the house cannot lift {finding.law}, which is law; that takes an exemption"
    return ""


def _why_not_whole(permit: Permit, finding: Finding, mission: Mission) -> str:
    """Why the permit does not cover a finding about the whole mission; empty where it does."""
    why = _why_not_for(permit, mission) or _why_not_kind(permit, finding)
    if why:
        return why
    if permit.area is not None or permit.band != Band():
        return (
            f"{finding.law or finding.rule}: it is limited to a place or a height, and this is about the whole mission"
        )
    spans = [flight.span for flight in mission.flights]
    if permit.begin is not None or permit.end is not None:
        for span in spans:
            late = _time_of(permit, span)
            if late:
                return f"{finding.law or finding.rule}: {late}"
    return _limit(permit, finding)


def _why_not_for(permit: Permit, mission: Mission) -> str:
    for what, allowed, given in (
        ("mission", permit.missions, mission.id),
        ("aircraft", permit.aircraft, mission.aircraft),
        ("pilot", permit.pilots, mission.pilot),
        ("purpose", permit.purposes, mission.purpose),
    ):
        if allowed and given not in allowed and not (what == "purpose" and purpose_in(given, allowed)):
            return f"is not for {what} {given or '(not stated)'!r}"
    return ""


def _why_not(permit: Permit, finding: Finding, met: Encounter, mission: Mission, tracks: dict[str, Track]) -> str:
    """Why the permit does not cover one encounter; empty where it does."""
    why = _why_not_for(permit, mission) or _why_not_kind(permit, finding)
    if why:
        return why
    track = tracks[met.flight]
    about = finding.zone.id if finding.zone is not None else finding.rule
    whole = (0.0, float(len(track.course)))  # what is passed beside has no stretch of its own
    for span in met.spans or (whole,):
        why = _time(permit, track, span) or _place(permit, track, span) or _height(permit, finding, track, span)
        if why:
            return f"{about}: {why}"
    return ""


def _time(permit: Permit, track: Track, span: tuple[float, float]) -> str:
    if permit.begin is None and permit.end is None:
        return ""
    return _time_of(permit, times_on(track, span))


def _time_of(permit: Permit, times: tuple[float, float] | None) -> str:
    if times is None:
        return "it is valid for a time only, and the mission states no time"
    if permit.end is not None and times[1] > permit.end:
        if times[0] > permit.end:
            return f"it expired at {_clock(permit.end)}, before the flight is there"
        return f"it covers part only: it ends at {_clock(permit.end)}, while the flight is there"
    if permit.begin is not None and times[0] < permit.begin:
        return f"it is not valid before {_clock(permit.begin)}"
    return ""


def _clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%MZ}"


def _place(permit: Permit, track: Track, span: tuple[float, float]) -> str:
    if permit.area is None:
        return ""
    for low, high in leaving(permit.area, track):
        if min(high, span[1]) - max(low, span[0]) > TOUCH or (span[0] == span[1] and low <= span[0] <= high):
            return "it covers part only: the path leaves its area"
    return ""


def _height(permit: Permit, finding: Finding, track: Track, span: tuple[float, float]) -> str:
    why = _limit(permit, finding)
    if why:
        return why
    if not heights_on(track, span, permit.band):
        return f"it covers part only: the path is not surely inside {permit.band}"
    return ""


def _limit(permit: Permit, finding: Finding) -> str:
    """Why the figure that was found is not within the permit's own limit; empty where it is, or where it has none."""
    limit = permit.limits.get(finding.law) or permit.limits.get(finding.rule)
    if limit is None or (limit.max_m is None and limit.min_m is None):
        return ""
    if finding.measured is None:
        return "what it limits is not known here, so its limit cannot be held against it"
    if not limit.allows(finding.measured):
        return f"it allows {limit}, and {finding.measured:.0f} m were found"
    return ""
