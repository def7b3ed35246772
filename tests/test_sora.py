"""SORA: the printed tables, monotone in every direction, and the rules between them."""

from __future__ import annotations

import itertools

import pytest

from dronectl.law import sora

LEVELS = ("I", "II", "III", "IV", "V", "VI")
ROBUSTNESS = {"NR": 0, "O": 0, "L": 1, "M": 2, "H": 3, "X": 4}
OUT = 99


@pytest.mark.parametrize("edition", sora.EDITIONS)
def test_ground_risk_never_falls_with_size_speed_or_people(edition: str) -> None:
    table = sora.tables(edition)["igrc"]
    cells = [[OUT if cell == sora.OUTSIDE else cell for cell in row["cells"]] for row in table["row"]]
    assert all(row == sorted(row) for row in cells)
    rows = cells if edition == "2.5" else [cells[k] for k in (0, 1, 2, 4, 6)]  # one order of people and sight
    assert all(list(column) == sorted(column) for column in zip(*rows, strict=True))


@pytest.mark.parametrize("edition", sora.EDITIONS)
def test_sail_and_objectives_never_fall(edition: str) -> None:
    grid = [[LEVELS.index(sora.sail(edition, grc, arc)) for arc in sora.ARCS] for grc in range(1, 8)]
    assert all(row == sorted(row) for row in grid)
    assert all(list(column) == sorted(column) for column in zip(*grid, strict=True))
    per_level = [{name: asked for name, _, asked in sora.objectives(edition, level)} for level in LEVELS]
    for name in per_level[0]:
        values = [ROBUSTNESS[osos[name]] for osos in per_level]
        assert values == sorted(values), name
    assert len(per_level[0]) == {"2.5": 17, "2.0": 24}[edition]


@pytest.mark.parametrize(
    ("density", "row"),
    [(0, "lt_5"), (4.9, "lt_5"), (5, "lt_50"), (49.9, "lt_50"), (50, "lt_500"), (4999, "lt_5000"), (5000, "lt_50000"),
     (49999, "lt_50000"), (50000, "assemblies")],
)  # fmt: skip
def test_a_density_on_a_limit_belongs_to_the_higher_row(density: float, row: str) -> None:
    assert sora.row_of_density(density, assemblies=False) == row


@pytest.mark.parametrize(
    ("dim", "speed", "column"),
    [(1, 25, 0), (1.01, 25, 1), (1, 25.1, 1), (3, 35, 1), (3, 35.1, 2), (40, 200, 4), (40.1, 10, None), (1, 201, None)],
)
def test_size_and_speed_pick_the_first_column_that_holds_both(dim: float, speed: float, column: int | None) -> None:
    assert sora.column("2.5", dim, speed) == column


def test_mitigations_stop_at_the_class_of_controlled_ground_and_exclude_each_other() -> None:
    floor = sora.final_grc("2.5", 3, {"m1a": "medium", "m1c": "low"}, 3, 20, assemblies=False)
    assert floor.grc == 1 and floor.notes
    with pytest.raises(ValueError, match="excludes"):
        sora.final_grc("2.5", 5, {"m1a": "medium", "m1b": "high"}, 1, 20, assemblies=False)
    assert sora.final_grc("2.5", 8, {}, 3, 20, assemblies=True).grc is None
    assert sora.final_grc("2.5", 7, {"m1a": "medium"}, 1, 20, assemblies=True).grc == 7
    assert sora.final_grc("2.0", 4, {}, 1, 20, assemblies=False).grc == 5  # no emergency response plan


@pytest.mark.parametrize(
    ("facts", "arc"),
    [((), "b"), (("urban",), "c"), (("controlled",), "c"), (("above_500ft",), "c"), (("above_500ft", "controlled"), "d"),
     (("airport",), "c"), (("airport", "class_bcd"), "d"), (("atypical", "airport", "class_bcd"), "a")],
)  # fmt: skip
def test_air_risk_is_the_first_line_that_fits(facts: tuple[str, ...], arc: str) -> None:
    assert sora.initial_arc("2.5", dict.fromkeys(facts, True))[0] == arc


def test_sight_lowers_air_risk_by_one_class_and_never_below_b() -> None:
    lowered = {arc: sora.residual_arc("2.5", arc, vlos=True, observers=False) for arc in sora.ARCS}
    assert lowered == {"a": "a", "b": "b", "c": "b", "d": "c"}
    assert sora.residual_arc("2.5", "d", vlos=False, observers=True) == "c"
    assert sora.residual_arc("2.0", "d", vlos=False, observers=True) == "d"


def test_containment_never_falls_with_people_and_never_rises_with_sail() -> None:
    crafts = [(1, 20, True), (3, 30, True), (3, 30, False), (8, 70, False), (20, 110, False), (40, 190, False)]
    for (dim, speed, sheltered), assembly in itertools.product(crafts, (0, 39_999, 40_000, 400_000)):
        grid = []
        for level in LEVELS:
            row = []
            for density in (0, 50, 500, 5000, 50_000, 1e6):
                found = sora.containment(
                    level,
                    dim_m=dim,
                    speed_mps=speed,
                    mtom_kg=5,
                    density=density,
                    assembly=assembly,
                    sheltered=sheltered,
                )
                assert found is not None
                row.append(ROBUSTNESS[found[0]])
            grid.append(row)
        assert all(row == sorted(row) for row in grid)
        assert all(list(column) == sorted(column, reverse=True) for column in zip(*grid, strict=True))
