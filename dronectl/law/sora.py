"""The tables of SORA 2.5 and 2.0, and the steps that read them.

Each step takes plain facts and gives a level with the article that says so. None stands for outside SORA: the operation
belongs to the certified category.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from dronectl.records import dataclass

EDITIONS = ("2.5", "2.0")
ASSEMBLIES = "assemblies"
OUTSIDE = -1
ARCS = "abcd"
FACTS = ("atypical", "above_fl600", "airport", "class_bcd", "above_500ft", "tmz", "controlled", "urban")

TITLES = {  # JARUS SORA, annex E; the same words in 2.0 and 2.5
    "01": "The operator is competent and/or proven",
    "02": "The UAS is manufactured by a competent and/or proven entity",
    "03": "The UAS is maintained by a competent and/or proven entity",
    "04": "Components essential to safe operations are designed to an airworthiness design standard",
    "05": "The UAS is designed considering system safety and reliability",
    "06": "The C3 link characteristics are appropriate for the operation",
    "07": "Conformity check of the UAS configuration",
    "08": "Operational procedures are defined, validated and adhered to",
    "09": "The remote crew is trained, current and able to control the abnormal situation",
    "10": "Safe recovery from a technical issue",
    "11": "Procedures handle the deterioration of external systems supporting the operation",
    "12": "The UAS is designed to manage the deterioration of external systems",
    "13": "External services supporting the operation are adequate",
    "14": "Operational procedures are defined, validated and adhered to (human error)",
    "15": "The remote crew is trained, current and able to control the abnormal situation (human error)",
    "16": "Multi-crew coordination",
    "17": "The remote crew is fit to operate",
    "18": "Automatic protection of the flight envelope from human errors",
    "19": "Safe recovery from human error",
    "20": "A human factors evaluation has been performed, and the interface is found appropriate for the mission",
    "21": "Operational procedures are defined, validated and adhered to (adverse conditions)",
    "22": "The remote crew is trained to identify critical environmental conditions and to avoid them",
    "23": "Environmental conditions for safe operations are defined, measurable and adhered to",
    "24": "The UAS is designed and qualified for adverse environmental conditions",
}


@cache
def tables(edition: str) -> dict[str, Any]:
    """All tables of an edition; a `KeyError` for one that is not known."""
    if edition not in EDITIONS:
        raise KeyError(edition)
    return tomllib.loads(resources.files("dronectl.law").joinpath(f"sora-{edition}.toml").read_text("utf-8"))


def row_of_density(persons_per_km2: float, *, assemblies: bool) -> str:
    """The row of SORA 2.5, table 2, for the highest density in the volume and its buffer."""
    if assemblies:
        return ASSEMBLIES
    for row in tables("2.5")["igrc"]["row"]:
        if "below_per_km2" in row and persons_per_km2 < row["below_per_km2"]:
            return str(row["name"])
    return ASSEMBLIES


def column(edition: str, dim_m: float, speed_mps: float) -> int | None:
    """The first column of the table of intrinsic ground risk that holds both; None where none does."""
    table = tables(edition)["igrc"]
    speeds = table.get("speed_mps", [float("inf")] * len(table["dim_m"]))
    for number, (dim, speed) in enumerate(zip(table["dim_m"], speeds, strict=True)):
        if dim_m <= dim and speed_mps <= speed:
            return number
    return None


def igrc(edition: str, row: str, dim_m: float, speed_mps: float, mtom_kg: float | None) -> int | None:
    """The intrinsic ground risk class; None outside SORA."""
    table = tables(edition)["igrc"]
    small = table.get("small")
    light = (
        small is not None and mtom_kg is not None and mtom_kg <= small["mtom_kg"] and speed_mps <= small["speed_mps"]
    )
    if light and row != ASSEMBLIES:
        return int(small["igrc"])
    number = column(edition, dim_m, speed_mps)
    if number is None:
        return None
    cells = next(entry["cells"] for entry in table["row"] if entry["name"] == row)
    return None if cells[number] == OUTSIDE else int(cells[number])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigated:
    """The final ground risk class and the way to it."""

    grc: int | None
    """None outside SORA."""
    steps: tuple[tuple[str, str, int], ...]
    """Mitigation, robustness, and what it changes; in the order in which they apply."""
    notes: tuple[str, ...]


def final_grc(
    edition: str, intrinsic: int, mitigations: Mapping[str, str], dim_m: float, speed_mps: float, *, assemblies: bool
) -> Mitigated:
    """The ground risk class after mitigations, by name and robustness (`m1a`: `low`).

    Raises `ValueError` where a mitigation or its robustness is not one of the edition's, or excludes another.
    """
    rules = tables(edition)["mitigations"]
    for name, level in mitigations.items():
        if name not in rules["order"]:
            raise ValueError(f"{name} is no mitigation of SORA {edition}; those are {', '.join(rules['order'])}")
        if level not in rules[name]:
            raise ValueError(f"{name} has no robustness {level!r}; it has {', '.join(rules[name])}")
    if edition == "2.5" and mitigations.get("m1a") == "medium" and "m1b" in mitigations:
        raise ValueError("m1a at medium robustness excludes m1b")
    number = column(edition, dim_m, speed_mps)
    floor = tables(edition)["igrc"]["row"][0]["cells"][number] if number is not None else 1
    floor = min(floor, intrinsic)
    grc, steps, notes = intrinsic, [], []
    for name in rules["order"]:
        level = mitigations.get(name, "none")
        if level not in rules[name]:
            continue
        change = int(rules[name][level])
        if name == "m1a" and assemblies and change:
            notes.append("m1a does not count over assemblies of people in the open")
            continue
        if name.startswith("m1") and grc + change < floor:
            notes.append(f"{name} counts only down to {floor}, the class over controlled ground of the same column")
            change = floor - grc
        grc += change
        if change or name in mitigations:
            steps.append((name, level, change))
    outside = grc > rules["final_max"]
    return Mitigated(grc=None if outside else max(grc, 1), steps=tuple(steps), notes=tuple(notes))


def initial_arc(edition: str, facts: Mapping[str, bool]) -> tuple[str, tuple[str, ...]]:
    """The initial air risk class, and the facts of the line that decided: the first that fits."""
    for rule in tables(edition)["arc"]["rule"]:
        if all(facts.get(name, False) for name in rule["all"]):
            return str(rule["arc"]), tuple(rule["all"])
    raise AssertionError("the last line of the tree fits always")


def residual_arc(edition: str, initial: str, *, vlos: bool, observers: bool) -> str:
    """One class lower for flight within sight (in 2.5 also with airspace observers), and never below the lowest."""
    rules = tables(edition)["residual"]
    lowest = ARCS.index(rules["lowest"])
    if not (vlos or (observers and rules["observers_lower"])) or ARCS.index(initial) <= lowest:
        return initial
    return ARCS[max(ARCS.index(initial) - 1, lowest)]


def sail(edition: str, grc: int, arc: str) -> str:
    """The specific assurance and integrity level, from final ground risk and residual air risk."""
    table = tables(edition)["sail"]
    return str(table[str(max(grc, 2))][table["columns"].index(arc)])


def adjacent_m(edition: str, speed_mps: float) -> float:
    """How far the adjacent area reaches beyond the ground risk buffer, metres (SORA 2.5)."""
    rules = tables(edition)["adjacent"]
    return float(min(max(rules["seconds"] * speed_mps, rules["least_m"]), rules["most_m"]))


def containment(
    level: str,
    *,
    dim_m: float,
    speed_mps: float,
    mtom_kg: float | None,
    density: float,
    assembly: float,
    sheltered: bool,
) -> tuple[str, int] | None:
    """The robustness of containment (`L`, `M`, `H`, `X` for outside) and the table it is from (SORA 2.5, step 8).

    `density` is the average of the adjacent area in persons per square kilometre, `assembly` the most people of one
    assembly in the open near the volume. None where no table holds the aircraft.
    """
    whole = tables("2.5")
    if mtom_kg is not None and mtom_kg < whole["adjacent"]["light_kg"]:
        return "L", 0
    for table in whole["containment"]:
        if dim_m > table["dim_m"] or speed_mps >= table["speed_below_mps"] or (table["shelter"] and not sheltered):
            continue
        cells = table["I-II" if level in ("I", "II") else level]
        fits = [
            number
            for number, (people, crowd) in enumerate(zip(table["density"], table["assembly"], strict=True))
            if (people == 0 or density < people) and (crowd == 0 or assembly < crowd)
        ]
        return str(cells[max(fits)]), int(table["table"])
    return None


def objectives(edition: str, level: str) -> tuple[tuple[str, str, str], ...]:
    """Number, title and robustness of each operational safety objective at a SAIL."""
    table = tables(edition)["oso"]
    number = table["columns"].index(level)
    return tuple((name, TITLES[name], cells[number]) for name, cells in table.items() if name.isdigit())
