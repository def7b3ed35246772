"""
The camera sees homes well enough to tell people apart.

Why: homes with a place are personal data, and who lives in them did not ask for a camera.
What is measured: the homes of the layer (`--layer homes=FILE`: buildings or addresses) that are in view at the limit or
    better while the camera records: how many, and home-seconds, the seconds of all of them together.
Source: the limit of the pack that it names (PRIV-HOMES: less than 62.5 px/m); guidance of the Dutch data protection authority
    on drones.
Undecided when: the camera cannot be known, where some home is, or they are in view only from where the aircraft can have been
    in a gap of its log. Without the layer, or where the mission says nothing of its camera, it is not asked.
Example: a roof inspection 28 m from the nearest house, with 14 homes in view at 62.5 px/m for 22 s.
Remedy: `dronectl camera MISSION` works out the least change: farther away, another lens, another pitch, no recording.
"""

from collections.abc import Iterator

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking
from dronectl.rules.in_view import asked, unplaced


def judge(briefing: Briefing) -> Iterator[Finding]:
    return judged(briefing, RULE, ("view",), _held, "view of homes", only=lambda limit: limit.more["of"] == "homes")


def _held(limit: Limit, briefing: Briefing) -> Finding:
    layer = briefing.layers.get("homes")
    if layer is None:
        return lacking(RULE, limit, "layer homes")
    level = float(limit.value or 0)
    found = asked(RULE, limit, briefing, layer.zones, [level])
    if isinstance(found, Finding):
        return found
    seen = [sighting for sighting in found.sightings if sighting.px_per_m >= level]
    if not seen:
        return unplaced(RULE, limit, "homes", layer.zones) or RULE.answer(
            Status.PASSED,
            f"no home is in view at {level:g} px/m or more",
            law=limit,
            measured=0.0,
            figures={"homes": 0.0, "home_seconds": 0.0},
        )
    seconds = sum(sighting.seconds[level] for sighting in seen)
    best = min(seen, key=lambda sighting: sighting.slant_m)
    long = f", {seconds:,.0f} home-seconds" if seconds == seconds else ""
    sure = any(sighting.sure_at(level) for sighting in seen)
    return RULE.answer(
        Status.FAILED if sure else Status.UNDECIDED,
        f"{found.name} sees {len(seen)} home{'' if len(seen) == 1 else 's'} at {level:g} px/m or more{long}; the nearest is "
        f"{best.slant_m:.0f} m away, at {best.px_per_m:.0f} px/m",
        remedy="stay farther away, use another lens, look elsewhere, or do not record (dronectl camera)",
        law=limit,
        measured=best.px_per_m,
        flights=tuple(dict.fromkeys(flight for sighting in seen for flight in sighting.legs)),
        figures={"homes": float(len(seen)), "home_seconds": seconds},
    )


RULE = Rule("PRV201", "homes-in-view", Severity.WARNING, judge)
