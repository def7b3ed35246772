"""What two sets of zones say differently: zones that only one of them has; outline, heights, times and rules of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import field

import numpy as np

from dronectl.geometry.overlay import Overlay, meeting_boxes, overlay
from dronectl.records import dataclass
from dronectl.zone import Box, Footprint, Volume, Zone

SAME_M = 0.5  # outlines nearer than this are the same: the bound of every distance here
ALIKE = 0.9  # zones without a common identifier are the same zone where they share so much


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A zone that both have, and in what they differ; nothing where it is the same."""

    a: Zone
    b: Zone
    by: str
    """`id`, or `place` where they have different identifiers and share their ground."""
    what: tuple[str, ...] = ()
    """Of `geometry`, `heights`, `times`, `restriction`, `reasons`, `conditions`, `identifier`."""
    laid: Overlay | None = None
    """The outlines over each other, where they differ and both are known."""


@dataclass(slots=True, kw_only=True)
class Differences:
    """Two sets of zones, held against each other."""

    only_a: list[Zone] = field(default_factory=list)
    only_b: list[Zone] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def same(self) -> int:
        """How many zones are the same in both."""
        return sum(not pair.what for pair in self.pairs)

    def differing(self, what: str) -> int:
        """How many zones differ in something."""
        return sum(what in pair.what for pair in self.pairs)

    @property
    def none(self) -> bool:
        """True where the two say the same."""
        return not self.only_a and not self.only_b and self.same == len(self.pairs)


def differences(a: Sequence[Zone], b: Sequence[Zone]) -> Differences:
    """Hold two sets of zones against each other: by identifier, then by place."""
    made = Differences()
    left_a, left_b = list(a), list(b)
    for one, other in _by_id(left_a, left_b):
        made.pairs.append(_pair(one, other, "id"))
    paired = {id(pair.a) for pair in made.pairs} | {id(pair.b) for pair in made.pairs}
    left_a, left_b = ([zone for zone in zones if id(zone) not in paired] for zones in (left_a, left_b))
    for one, other in _by_place(left_a, left_b):
        made.pairs.append(_pair(one, other, "place"))
    paired = {id(pair.a) for pair in made.pairs} | {id(pair.b) for pair in made.pairs}
    made.only_a = [zone for zone in a if id(zone) not in paired]
    made.only_b = [zone for zone in b if id(zone) not in paired]
    order = {id(zone): k for k, zone in enumerate(a)}
    made.pairs.sort(key=lambda pair: order[id(pair.a)])
    return made


def _by_id(a: Sequence[Zone], b: Sequence[Zone]) -> list[tuple[Zone, Zone]]:
    """Zones with one identifier; where several have it, those that are most alike."""
    known: dict[str, list[Zone]] = defaultdict(list)
    for zone in b:
        known[_key(zone)].append(zone)
    found = []
    for zone in a:
        others = known.get(_key(zone), [])
        if others:
            other = max(others, key=lambda one: _likeness(zone, one)) if len(others) > 1 else others[0]
            others.remove(other)
            found.append((zone, other))
    return found


def _key(zone: Zone) -> str:
    return " ".join(zone.id.casefold().split())


def _by_place(a: Sequence[Zone], b: Sequence[Zone]) -> list[tuple[Zone, Zone]]:
    """Zones that share most of their ground and ask the same, the most alike first."""
    placed_a, placed_b = ([zone for zone in zones if _box(zone) is not None] for zones in (a, b))
    boxes = [np.array([_box(zone) for zone in zones], dtype=float).reshape(-1, 4) for zones in (placed_a, placed_b)]
    ranked = []
    for i, j in meeting_boxes(boxes[0], boxes[1]):
        if placed_a[i].restriction is placed_b[j].restriction:
            alike = _likeness(placed_a[i], placed_b[j])
            if alike >= ALIKE:
                ranked.append((-alike, i, j))
    found, used_a, used_b = [], set[int](), set[int]()
    for _, i, j in sorted(ranked):
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            found.append((placed_a[i], placed_b[j]))
    return found


def _likeness(one: Zone, other: Zone) -> float:
    laid = _laid(one, other)
    return laid.likeness if laid is not None else 0.0


def _box(*zones: Zone) -> Box | None:
    """The box round zones whose place is known; None where one is not."""
    boxes = [volume.box for zone in zones for volume in zone.volumes]
    if not boxes or any(box is None for box in boxes):
        return None
    sides = np.array(boxes, dtype=float)
    low, high = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _laid(one: Zone, other: Zone) -> Overlay | None:
    box = _box(one, other)
    shapes = [[v.footprint for v in zone.volumes if v.footprint is not None] for zone in (one, other)]
    if box is None or not all(shapes):
        return None
    return overlay(shapes[0], shapes[1], box)


def _pair(one: Zone, other: Zone, by: str) -> Pair:
    laid = _laid(one, other)
    what = []
    known = [bool(_box(zone)) for zone in (one, other)]
    if (laid is not None and laid.apart_m > SAME_M) or known[0] != known[1]:
        what.append("geometry")
    if _apart(one, other, lambda volume: str(volume.band)):
        what.append("heights")
    if sorted(map(repr, one.periods)) != sorted(map(repr, other.periods)) or _apart(one, other, _hours):
        what.append("times")
    if one.restriction is not other.restriction or one.categories != other.categories:
        what.append("restriction")
    if set(one.reasons) != set(other.reasons):
        what.append("reasons")
    if conditions(one) != conditions(other):
        what.append("conditions")
    if by == "place":
        what.append("identifier")
    return Pair(a=one, b=other, by=by, what=tuple(what), laid=laid if "geometry" in what else None)


def _hours(volume: Volume) -> str:
    """When one volume of a zone is in force, where that is not when all of the zone is."""
    return repr(sorted(map(repr, volume.periods)))


def _grouped(zone: Zone, said: Callable[[Volume], str]) -> dict[str, list[Footprint]]:
    """The outlines of the volumes of which the same is said, by what that is."""
    made: dict[str, list[Footprint]] = defaultdict(list)
    for volume in zone.volumes:
        made[said(volume)] += [volume.footprint] if volume.footprint is not None else []
    return made


def _apart(one: Zone, other: Zone, said: Callable[[Volume], str]) -> bool:
    """True where volumes of zones say something else, such as other heights, or the same over other ground."""
    box, mine, others = _box(one, other), _grouped(one, said), _grouped(other, said)
    if mine.keys() != others.keys():
        return True
    if box is None or len(mine) < 2:
        return False
    return any(overlay(shapes, others[name], box).apart_m > SAME_M for name, shapes in mine.items())


def conditions(zone: Zone) -> tuple[str, ...]:
    """What a zone asks beside its restriction, each as words."""
    said = [zone.conditions]
    if zone.condition is not None:
        said.append(f"up to {zone.condition.max_height_m:g} m AGL")
    if zone.privacy is not None:
        limit = zone.privacy.max_px_per_m
        said += [
            f"privacy {zone.privacy.subject}".rstrip(), "not to be overflown" if zone.privacy.no_overflight else "",
            f"at most {limit:g} px/m" if limit is not None else "",
        ]  # fmt: skip
    if zone.crowd is not None:
        crowd = zone.crowd
        most = "?" if crowd.most is None else f"{crowd.most:g}"
        said.append(f"crowd {crowd.kind}, at most {most} persons, drift {crowd.drift_m:g} m")
        said += [f"{part.persons:g} persons in {part.name}" for part in crowd.parts]
    said += [*zone.law, "with consent" if zone.consent else "", *zone.doubts]
    return tuple(words for words in said if words)
