"""What permits do to findings: a violation that one covers whole becomes permitted, and every permit is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dronectl.along import heights_on, leaving, times_on
from dronectl.finding import Finding, Severity, Status
from dronectl.mission import Mission
from dronectl.permit import Permit
from dronectl.rules import PermitUse
from dronectl.track import Encounter, Track
from dronectl.zone import Restriction

COVERABLE = frozenset({"AIR101", "AIR102", "AIR103", "AIR104", "AIR106", "ALT101", "PRV101", "PPL201"})
TOUCH = 1e-6  # of a piece of the path: less than a millimetre a leg


def apply(
    findings: Sequence[Finding], permits: Sequence[Permit], mission: Mission, flown: Sequence[Track]
) -> tuple[list[Finding], list[PermitUse]]:
    """The findings with what permits cover marked as permitted or waived, and what became of each permit."""
    tracks = {track.flight.id: track for track in flown}
    covered: dict[str, list[str]] = {permit.path: [] for permit in permits}
    refused: dict[str, list[str]] = {permit.path: [] for permit in permits}
    answered: list[Finding] = []
    for finding in findings:
        open_ = finding.status in (Status.FAILED, Status.UNDECIDED) and finding.severity is Severity.VIOLATION
        if not open_ or finding.rule not in COVERABLE:
            answered.append(finding)
            continue
        about = [permit for permit in permits if _about(permit, finding)]
        left = [*finding.encounters, *finding.possible]
        used: list[Permit] = []
        for permit in about:
            whys = {id(met): _why_not(permit, finding, met, mission, tracks) for met in left}
            still = [met for met in left if whys[id(met)]]
            if len(still) < len(left) or not left:
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
    if finding.zone is None:  # a limit of the law is lifted only by a permit that names it
        return finding.rule in named
    if permit.zones and finding.zone.id not in permit.zones:
        return False
    return not permit.rules or finding.rule in named


def _why_not(permit: Permit, finding: Finding, met: Encounter, mission: Mission, tracks: dict[str, Track]) -> str:
    """Why the permit does not cover one encounter; empty where it does."""
    for what, allowed, given in (
        ("mission", permit.missions, mission.id),
        ("aircraft", permit.aircraft, mission.aircraft),
        ("pilot", permit.pilots, mission.pilot),
        ("purpose", permit.purposes, mission.purpose),
    ):
        if allowed and given not in allowed:
            return f"is not for {what} {given or '(not stated)'!r}"
    if finding.zone is not None and finding.zone.restriction is Restriction.PROHIBITED and finding.rule == "AIR101":
        if permit.kind != "exemption":
            return f"a {permit.kind} cannot lift a prohibition ({finding.zone.id}); that takes an exemption"
    elif permit.kind == "waiver" and finding.zone is not None and finding.zone.restriction is Restriction.PROHIBITED:
        return f"a waiver never covers a prohibited zone ({finding.zone.id})"
    track = tracks[met.flight]
    about = finding.zone.id if finding.zone is not None else finding.rule
    for span in met.spans:
        why = _time(permit, track, span) or _place(permit, track, span) or _height(permit, finding, track, span)
        if why:
            return f"{about}: {why}"
    return ""


def _time(permit: Permit, track: Track, span: tuple[float, float]) -> str:
    if permit.begin is None and permit.end is None:
        return ""
    times = times_on(track, span)
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
    limit = permit.limits.get(finding.rule)
    if limit is not None and limit.max_m is not None:
        if finding.measured is None:
            return "the height above ground is not known, so its limit cannot be held against it"
        if finding.measured > limit.max_m:
            return f"it allows {limit.max_m:g} m, and the path reaches {finding.measured:.0f} m"
    if not heights_on(track, span, permit.band):
        return f"it covers part only: the path is not surely inside {permit.band}"
    return ""
