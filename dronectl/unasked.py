"""What was not checked: questions that nobody gave what they need, and places that no file speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from dronectl.encounter import COVERED_M
from dronectl.finding import MissionResult, NotChecked
from dronectl.law import Law
from dronectl.mission import Mission
from dronectl.records import dataclass
from dronectl.rules import CROWDS_M, Options, catalogue, chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Missions at places where the zone files say nothing of a kind."""

    airless: list[Mission] = field(default_factory=list)
    """No zone of the airspace is as near as `COVERED_M`."""
    empty: list[Mission] = field(default_factory=list)
    """No crowd is near."""
    public: list[Mission] = field(default_factory=list)
    """They have a camera, and no privacy zone is near."""


MISSING = {
    "statement": ("what the operator states", '"declared" in the mission, or --about FILE'),
    "camera": ("what the camera sees", '"camera" in the mission, or --about FILE'),
    "crowd": ("the 1:1 rule", "give the crowds as zones (kind crowd): --zones FILE"),
    "layer": ("layers of the ground", "--layer NAME=FILE"),
    "zones": ("zones that a limit speaks of", "give them with the limit that they stand for: --zones FILE"),
    "operator": ("pilot, registration and insurance", "--operator FILE"),
    "aircraft": ("the aircraft against its category", '"aircraft" in the mission, or --about FILE'),
    "paper": ("papers", '"papers" in the mission, or --about FILE'),
    "place": ("distance to the pilot and observers", '"pilot_at" in the mission, or --about FILE'),
    "time": ("rules about the time of the flight", "give the start: --at TIME"),
    "speed": ("rules about speed", "give speed_mps or times"),
    "wind": ("the wind", '"wind" in the mission, or --about FILE'),
    "volumes": ("the operational volume", '"volumes" in the mission, or --about FILE'),
    "purpose": ("rules that hang on the purpose", '"purpose" in the mission, or --about FILE'),
    "category": ("the limits of the category", '"category" in the mission, or --about FILE'),
    "rules": ("the law of the category on that day", "name a category that the packs know, or add a pack: --pack FILE"),
}


def _not_given(missions: Sequence[Mission], results: Sequence[MissionResult], laws: Sequence[Law]) -> list[NotChecked]:
    """What rules would have asked, had somebody given what they need: one entry a kind, with the limits."""
    left = []
    for mission, result, law in zip(missions, results, laws, strict=True):
        whose = f"{mission.id}: " if len(missions) > 1 else ""
        needs: dict[str, dict[str, list[str]]] = {}
        for finding in (*result.findings, *result.set_aside):
            if finding.missing:
                kind, _, name = finding.missing.partition(" ")
                needs.setdefault(kind, {}).setdefault(name, []).append(finding.law or finding.message)
        for kind, names in needs.items():
            what, remedy = MISSING[kind]
            parts = [f"{name} ({', '.join(ids)})" if name else ", ".join(ids) for name, ids in sorted(names.items())]
            left.append(NotChecked(what=what, why=f"{whose}not given: {'; '.join(parts)}", remedy=remedy))
        if law.uncertain:
            named = ", ".join(limit.id for limit in law.uncertain)
            why = f"{whose}their confidence is C, and no pack of the house adopts them: {named}"
            left.append(
                NotChecked(what="uncertain limits", why=why, remedy="adopt them in a pack of the house: [[adopt]]")
            )
    return left


def not_checked(
    missions: Sequence[Mission],
    options: Options,
    results: Sequence[MissionResult],
    laws: Sequence[Law],
    places: Places,
) -> tuple[NotChecked, ...]:
    """All that a check of some missions did not ask, in order."""

    def whose(some: Sequence[Mission]) -> str:
        return f"{', '.join(mission.id for mission in some)}: " if len(missions) > 1 else ""

    left = [
        NotChecked(
            what="NOTAM and temporary airspace",
            why="only the zone files named under inputs were read; nothing is fetched",
            remedy="consult the NOTAM service before take-off",
        ),
        *_not_given(missions, results, laws),
    ]
    if places.airless and not options.covers:
        why = f"no zone of the airspace is within {COVERED_M / 1000:g} km, only people or nothing at all"
        remedy = "give the zones of the airspace: --zones FILE"
        left.append(NotChecked(what="airspace", why=whose(places.airless) + why, remedy=remedy))
    if places.empty:
        why = f"no zone file holds a crowd within {max(CROWDS_M, options.near_m):g} m"
        left.append(NotChecked(what="crowds", why=whose(places.empty) + why, remedy="add a crowd zone for the event"))
    if places.public:
        why = f"no zone file holds a privacy zone within {options.near_m:g} m"
        remedy = "give those of the place: --zones FILE"
        left.append(NotChecked(what="privacy zones", why=whose(places.public) + why, remedy=remedy))
    rules = [rule for rule in catalogue() if not chosen(rule, options)]
    left.extend(
        NotChecked(
            what=f"{rule.code} {rule.name}",
            why="set aside by --select or --ignore; what it found is counted under set aside",
            remedy="run the check without it",
        )
        for rule in rules
    )
    return tuple(sorted(dict.fromkeys(left), key=lambda gap: (gap.what, gap.why)))
