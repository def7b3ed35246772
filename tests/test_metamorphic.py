"""What must hold of the answers on two missions that differ in one thing, whatever the world they fly through."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import at, write, zones
from depth import deep
from worlds import VERDICTS, Rank, a_flight, a_permit_of, a_world, feature, of, the_facts, told

from dronectl.editions import Library
from dronectl.readers import read_mission, read_zones
from dronectl.readers.permits import read_permit
from dronectl.rules import Options

Ask = Callable[[dict[str, Any]], tuple[str, Rank]]
VOLUME = "CAT106"  # where a volume is not known, the paths are held without it
TOGETHER = "TRF101"  # what flights of a mission are to each other, none has by itself


def asking(rng: random.Random, folder: Path) -> Ask:
    """What asks missions about one random world."""
    library = Library(read_zones([zones(folder / "z.geojson", *a_world(rng))]))
    given = a_permit_of(rng)
    permits = [] if given is None else [read_permit(write(folder / "p.json", given))]
    options = Options(margin_m=rng.choice([0, 0, 20]))

    def asked(mission: dict[str, Any]) -> tuple[str, Rank]:
        flown = read_mission(write(folder / "m.geojson", copy.deepcopy(mission)))
        return told(flown, library, permits, options)

    return asked


def lost(before: Rank, after: Rank) -> Rank:
    """What was found before, and is not, or weighs less, after."""
    return {key: rank for key, rank in before.items() if after.get(key, 0) < rank}


@pytest.mark.parametrize("seed", range(deep(400, 30)))
def test_a_mission_is_as_bad_as_its_worst_flight(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    ask, facts = asking(rng, tmp_path), the_facts(rng)
    flights = [a_flight(rng, number) for number in range(rng.choice([2, 3]))]
    whole, parts = ask(of(*flights, **facts)), [ask(of(flight, **facts)) for flight in flights]
    assert all(VERDICTS[whole[0]] >= VERDICTS[verdict] for verdict, _ in parts)
    if not any(rule == VOLUME for rule, *_ in whole[1]):  # a flight of unknown height takes the others' volume
        assert not any(lost(found, whole[1]) for _, found in parts)
        by_itself = {key for key in whole[1] if key[0] != TOGETHER}
        assert by_itself <= {key for _, found in parts for key in found}
        assert whole[0] == max((verdict for verdict, _ in parts), key=VERDICTS.__getitem__)


@pytest.mark.parametrize("seed", range(deep(300, 20)))
def test_a_flight_is_as_bad_as_the_worst_of_its_parts(seed: int, tmp_path: Path) -> None:
    """Some points state no height, and some paths no times; the parts meet in a point."""
    rng = random.Random(seed)
    ask, facts = asking(rng, tmp_path), the_facts(rng)
    facts.pop("volumes", None)
    points, east, north = [], rng.uniform(-600, 600), rng.uniform(-600, 600)
    for _ in range(rng.choice([3, 4, 5])):
        points.append(at(east, north, *([] if rng.random() < 0.2 else [rng.choice([20, 40, 60, 118, 125])])))
        east, north = east + rng.uniform(-500, 500), north + rng.uniform(-500, 500)
    moments = [f"2026-05-12T{rng.choice([10, 22])}:{5 * k:02d}:00+02:00" for k in range(len(points))]
    moments = [f"{moments[0][:13]}{moment[13:]}" for moment in moments]
    datum, timed, cut = rng.choice(["AGL", "AMSL"]), rng.random() < 0.8, rng.randrange(1, len(points) - 1)

    def part(first: int, last: int) -> tuple[str, Rank]:
        when: dict[str, Any] = {"times": moments[first:last]} if timed else {"untimed": True}
        return ask(of(feature(points[first:last], datum=datum, **when), **facts))

    whole = part(0, len(points))
    for verdict, found in (part(0, cut + 1), part(cut, len(points))):
        assert VERDICTS[whole[0]] >= VERDICTS[verdict]
        missed = lost(found, whole[1])
        # of a flight it is asked as a whole where it falls, and no margin of a zone that it enters
        assert not {key for key in missed if key[0] not in ("AIR106", "VEH108")}


@pytest.mark.parametrize("seed", range(deep(300, 20)))
def test_a_path_that_is_less_sure_is_no_better(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    ask, facts, flight = asking(rng, tmp_path), the_facts(rng), a_flight(rng, 0)
    verdict, found = ask(of(flight, **facts))
    for unsure in ((2, 1), (8, 3), (30, 12)):
        wider, more = ask(of(flight, uncertainty=unsure, **facts))
        assert VERDICTS[wider] >= VERDICTS[verdict]
        assert not {key for key in lost(found, more) if key[0] != "AIR106"}  # what was passed is entered, or may be
        verdict, found = wider, more
