"""A mission from the items of a plan, whatever file they came from."""

from __future__ import annotations

from dataclasses import replace

from dronectl.errors import Fault, InputError
from dronectl.mission import Mission, Uncertainty
from dronectl.readers.document import Document
from dronectl.readers.plan.item import Item
from dronectl.readers.plan.run import Craft, Run, flown
from dronectl.where import Where
from dronectl.zone import Zone


def assemble(
    document: Document,
    items: list[Item],
    *,
    home: tuple[float, float] | None,
    ground_m: float | None,
    craft: Craft,
    fixed_wing: bool,
    wing_mps: float,
    fence: tuple[Zone, ...],
    inside: tuple[Zone, ...],
    rally_at: tuple[tuple[float, float], ...],
    where: Where,
    faults: list[Fault],
    doubts: list[str],
    rtl_alt_m: float | None,
) -> Mission:
    """Run the items and keep every leg.

    `ground_m` is the ground at home in metres AMSL, as the file states it. Raises `InputError` with all faults, also where
    there is no path.
    """
    assumptions = [Uncertainty().assumed]
    if not faults:
        runner = Run(craft, items, home, document, doubts, assumptions, rtl_alt_m)
        runner.run(fixed_wing)
        faults.extend(runner.faults)
    if not faults and len(craft.points) == 0:
        what = "holds no item with a position: there is no path to check"
        if fence or inside:
            what = "holds a fence and no path: there is nothing to check"
        faults.append(Fault(where, what, "add waypoints in the planner and save it again"))
    if faults:
        raise InputError(faults)
    name = document.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return Mission(
        id=name,
        name=name,
        path=document.path,
        sha256=document.sha256,
        where=document.where,
        flights=(replace(flown(craft, where), ground_m=ground_m if home is not None else None),),
        assumptions=tuple(dict.fromkeys(assumptions)),
        remarks=tuple(document.remarks),
        doubts=tuple(dict.fromkeys(doubts)),
        fence=fence,
        fence_inside=inside,
        rally_at=rally_at,
        wing_mps=wing_mps,
    )
