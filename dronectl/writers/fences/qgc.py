"""The mission with its fence as a QGroundControl `.plan`. Of a plan that is one already, only the fence is written anew."""

from __future__ import annotations

import json
from dataclasses import replace

from dronectl.fencing import Fence, Limits
from dronectl.mission import Mission
from dronectl.readers.source import source
from dronectl.writers.missions import qgc_plan

NAME, SUFFIX, CARRIES_MISSION = "qgc", ".plan", True
LIMITS = Limits()


def render(mission: Mission, fence: Fence) -> bytes:
    """The plan's own items as they are, where it is one; else the mission written as a plan."""
    fenced = replace(mission, fence=tuple(fence.outside), fence_inside=tuple(fence.inside))
    if mission.path.lower().endswith(SUFFIX):
        whole = json.loads(source(mission.path).read())
        whole["geoFence"] = {**whole.get("geoFence", {}), **qgc_plan.fence_of(fenced)}
        return (json.dumps(whole, indent=4, ensure_ascii=False, allow_nan=False) + "\n").encode()
    return qgc_plan.render(fenced)
