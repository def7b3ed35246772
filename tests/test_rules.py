"""Every rule: a case that hits, one that nearly hits, one that cannot be decided; and pairs round every limit."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from builders import ACROSS, BESIDE, a_mission, a_simple_zone, a_zone, at, report_of, ring, write, zones

from dronectl.explanation import explanations
from dronectl.law import bundled_packs
from dronectl.rules import catalogue

AGL = {"uom": "m", "lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"}
AMSL = {"uom": "m", "lower": 0, "lowerReference": "AMSL", "upper": 120, "upperReference": "AMSL"}


@pytest.fixture
def ask(tmp_path: Path, run):
    """Check a mission against zones: the findings, by rule."""

    def asked(mission: dict[str, Any], *features: dict[str, Any], metadata=None, options: tuple[object, ...] = ()):
        zone_file = zones(tmp_path / "z.geojson", *features, metadata=metadata)
        mission_file = write(tmp_path / "m.geojson", mission)
        ran = run("check", mission_file, "--zones", zone_file, "--format", "json", *options)
        assert ran.code in (0, 1, 3), ran.err
        report = json.loads(ran.out)
        found: dict[str, list[dict[str, Any]]] = {}
        for finding in report["missions"][0]["findings"]:
            found.setdefault(finding["rule"], []).append(finding)
        return report["verdict"], found

    return asked


def status(found: dict[str, list[dict[str, Any]]], rule: str) -> set[str]:
    return {finding["status"] for finding in found.get(rule, [])}


ENTRY = [("AIR101", "PROHIBITED"), ("AIR102", "REQ_AUTHORIZATION"), ("AIR104", "USPACE")]


@pytest.mark.parametrize(("rule", "kind"), ENTRY)
def test_an_entered_zone_is_a_violation(ask, rule: str, kind: str) -> None:
    verdict, found = ask(a_mission(ACROSS), a_zone(kind=kind))
    assert verdict == "violation" and status(found, rule) == {"failed"}
    met = found[rule][0]["encounters"][0]
    assert met["length_m"] == pytest.approx(100, abs=0.2) and met["margin_m"] == pytest.approx(-50, abs=0.2)
    assert met["seconds"] == pytest.approx(15, abs=0.1) and met["enter"]["leg"] == [0, 1]


@pytest.mark.parametrize(("rule", "kind"), ENTRY)
def test_a_passed_zone_is_listed_with_its_clearance(ask, rule: str, kind: str) -> None:
    verdict, found = ask(a_mission(BESIDE), a_zone(kind=kind))
    assert verdict == "clear" and status(found, rule) == {"passed"}
    assert found[rule][0]["encounters"][0]["margin_m"] == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(("rule", "kind"), [*ENTRY, ("AIR103", "CONDITIONAL")])
def test_heights_over_different_datums_are_undecided(ask, rule: str, kind: str) -> None:
    verdict, found = ask(a_mission(ACROSS), a_zone(kind=kind, layer=AMSL))
    assert verdict == "undecided" and status(found, rule) == {"undecided"}
    assert "terrain model" in found[rule][0]["remedy"]


def test_a_datum_does_not_matter_from_the_ground_to_unlimited(ask) -> None:
    for datum in ("AGL", "AMSL", "WGS84", "TAKEOFF"):
        assert ask(a_mission(ACROSS, datum=datum), a_zone())[0] == "violation"


def test_a_datum_does_not_matter_where_the_difference_exceeds_the_worst_case(ask) -> None:
    far = {"uom": "m", "lower": 9500, "lowerReference": "AMSL"}
    assert ask(a_mission(ACROSS), a_zone(layer=far))[0] == "clear"


def test_a_limit_without_a_datum_is_undecided(ask) -> None:
    verdict, found = ask(a_mission(ACROSS), a_zone(layer={"uom": "m", "upper": 120}))
    assert verdict == "undecided" and "names no datum" in found["AIR101"][0]["message"]


def test_a_path_without_heights_is_undecided_in_a_band_and_decided_without_one(ask) -> None:
    flat = [point[:2] for point in ACROSS]
    assert ask(a_mission(flat), a_zone(layer=AGL))[0] == "undecided"
    assert ask(a_mission(flat), a_zone())[0] == "violation"


@pytest.mark.parametrize(("height", "verdict"), [(119.9, "violation"), (120.0, "violation"), (120.1, "clear")])
def test_the_upper_edge_of_a_band_belongs_to_the_zone(ask, height: float, verdict: str) -> None:
    points = [at(-200, 0, height), at(200, 0, height)]
    assert ask(a_mission(points), a_zone(layer=AGL))[0] == verdict


@pytest.mark.parametrize(("height", "verdict"), [(59.9, "clear"), (60.0, "violation"), (60.1, "violation")])
def test_the_lower_edge_of_a_band_belongs_to_the_zone(ask, height: float, verdict: str) -> None:
    layer = {"uom": "m", "lower": 60, "lowerReference": "AGL"}
    assert ask(a_mission([at(-200, 0, height), at(200, 0, height)]), a_zone(layer=layer))[0] == verdict


@pytest.mark.parametrize(("north", "verdict"), [(49.9, "violation"), (50.0, "violation"), (50.3, "clear")])
def test_the_edge_of_a_zone_belongs_to_the_zone(ask, north: float, verdict: str) -> None:
    assert ask(a_mission([at(-200, north, 60), at(200, north, 60)]), a_zone())[0] == verdict


@pytest.mark.parametrize(("north", "verdict"), [(54.5, "violation"), (55.5, "clear")])
def test_the_uncertainty_widens_the_path(ask, north: float, verdict: str) -> None:
    points = [at(-200, north, 60), at(200, north, 60)]
    assert ask(a_mission(points, uncertainty=(5, 0)), a_zone())[0] == verdict


def test_feet_are_metres_once_read(ask) -> None:
    layer = {"uom": "ft", "lower": 300, "lowerReference": "AGL"}
    assert ask(a_mission([at(-99, 0, 91.3), at(99, 0, 91.3)]), a_zone(layer=layer))[0] == "clear"
    assert ask(a_mission([at(-99, 0, 91.5), at(99, 0, 91.5)]), a_zone(layer=layer))[0] == "violation"


def test_a_climb_a_hover_and_a_single_fix_inside_are_found(ask) -> None:
    for points in ([at(0, 0, 5), at(0, 0, 80)], [at(0, 0, 60), at(0, 0, 60)], [at(0, 0, 60)]):
        assert ask(a_mission(points), a_zone())[0] == "violation"


def test_a_hover_near_a_zone_is_not_inside_and_within_its_margin_is_told(ask) -> None:
    points = [at(0, 60, 60), at(0, 60, 60)]
    assert ask(a_mission(points), a_zone())[0] == "clear"
    verdict, found = ask(a_mission(points), a_zone(), options=("--margin", 30))
    assert verdict == "violation" and status(found, "AIR106") == {"failed"}


@pytest.mark.parametrize(("margin", "expected"), [(29.5, "passed"), (30.5, "failed")])
def test_the_margin_that_was_asked_for(ask, margin: float, expected: str) -> None:
    _, found = ask(a_mission(BESIDE), a_zone(), options=("--margin", margin))
    assert status(found, "AIR106") == {expected}


def test_the_margin_counts_only_in_the_band_and_while_in_force(ask) -> None:
    low = {"uom": "m", "upper": 30, "upperReference": "AGL"}
    assert ask(a_mission(BESIDE), a_zone(layer=low), options=("--margin", 100))[0] == "clear"
    later = [{"startDateTime": "2026-05-13T00:00:00Z"}]
    assert ask(a_mission(BESIDE), a_zone(limitedApplicability=later), options=("--margin", 100))[0] == "clear"


def test_a_hole_is_a_hole_and_its_edge_belongs_to_the_zone(ask) -> None:
    from builders import ring

    holed = {"type": "Polygon", "coordinates": [ring(-100, -100, 100, 100), ring(-50, -50, 50, 50)[::-1]]}
    assert ask(a_mission([at(-40, 0, 60), at(40, 0, 60)]), a_zone(geometry=holed))[0] == "clear"
    assert ask(a_mission([at(-50, -40, 60), at(-50, 40, 60)]), a_zone(geometry=holed))[0] == "violation"


def test_the_conditions_meet_at_the_same_moment_or_not_at_all(ask) -> None:
    points = [at(-200, 0, 130), at(0, 0, 130), at(0, 100, 60)]  # above the band inside, below it outside
    assert ask(a_mission([at(-200, 0, 130), at(0, 0, 130), at(0, 200, 130)]), a_zone(layer=AGL))[0] == "clear"
    assert ask(a_mission(points), a_zone(layer=AGL))[0] == "violation"


# ---------------------------------------------------------------- conditional, information, privacy, crowds


def test_a_condition_in_text_is_never_taken_for_a_permission(ask) -> None:
    verdict, found = ask(
        a_mission(ACROSS), a_zone(kind="CONDITIONAL", restrictionConditions="PERMITTED/MAX HEIGHT=YES")
    )
    assert verdict == "undecided" and "PERMITTED/MAX HEIGHT=YES" in found["AIR103"][0]["message"]


@pytest.mark.parametrize(("height", "expected"), [(29.9, "passed"), (30.0, "passed"), (30.2, "failed")])
def test_a_machine_readable_condition_decides(ask, height: float, expected: str) -> None:
    condition = {"dronectl": {"condition": {"max_height_m": 30}}}
    zone = a_zone(kind="CONDITIONAL", extendedProperties=condition)
    _, found = ask(a_mission([at(-200, 0, height), at(200, 0, height)]), zone)
    assert status(found, "AIR103") == {expected}


def test_a_condition_counts_inside_its_zone_only(ask) -> None:
    zone = a_zone(kind="CONDITIONAL", extendedProperties={"dronectl": {"condition": {"max_height_m": 30}}})
    points = [at(-400, 0, 60), at(-200, 0, 20), at(0, 0, 20)]
    assert ask(a_mission(points), zone)[0] == "clear"


def test_an_information_zone_informs(ask) -> None:
    verdict, found = ask(a_mission(ACROSS), a_zone(kind="NO_RESTRICTION"))
    assert verdict == "clear" and found["AIR105"][0]["severity"] == "info" and status(found, "AIR105") == {"failed"}


def test_an_information_zone_lifts_no_other_zone(ask) -> None:
    assert ask(a_mission(ACROSS), a_zone("A"), a_zone("B", kind="NO_RESTRICTION"))[0] == "violation"


def test_a_privacy_zone_is_not_overflown(ask) -> None:
    verdict, found = ask(a_mission(ACROSS), a_simple_zone("privacy", privacy={"subject": "shelter"}))
    assert verdict == "violation" and status(found, "PRV101") == {"failed"}
    assert ask(a_mission(BESIDE), a_simple_zone("privacy"))[0] == "clear"
    assert ask(a_mission(ACROSS), a_simple_zone("privacy", upper=120, datum="AMSL"))[0] == "undecided"


def test_a_privacy_zone_may_allow_overflight(ask) -> None:
    assert ask(a_mission(ACROSS), a_simple_zone("privacy", privacy={"no_overflight": False}))[0] == "clear"
    ed318 = a_zone(kind="NO_RESTRICTION", reason=["PRIVACY"])
    assert ask(a_mission(ACROSS), ed318)[0] == "clear"
    ed318["properties"]["extendedProperties"] = {"dronectl": {"privacy": {"no_overflight": True}}}
    assert ask(a_mission(ACROSS), ed318)[0] == "violation"


def test_a_crowd_is_weighed_by_its_kind_and_density(ask) -> None:
    def crowd(**crowd_: Any) -> dict[str, Any]:
        return a_simple_zone("crowd", crowd=crowd_)

    assert status(ask(a_mission(ACROSS), crowd(kind="assembly"))[1], "PPL201") == {"failed"}
    assert ask(a_mission(ACROSS), a_simple_zone("crowd"))[0] == "violation"
    assert ask(a_mission(ACROSS), crowd(kind="street"))[0] == "undecided"
    assert (
        ask(a_mission(ACROSS), crowd(kind="street", persons={"worst": 499}))[0] == "clear"
    )  # 0.01 km2: 49,900 per km2
    assert ask(a_mission(ACROSS), crowd(kind="street", persons={"worst": 501}))[0] == "violation"
    assert ask(a_mission(ACROSS), crowd(kind="controlled"))[0] == "clear"
    assert ask(a_mission(BESIDE), crowd(kind="assembly"))[0] == "clear"
    assert ask(a_mission(BESIDE), crowd(kind="assembly", drift_m=31))[0] == "violation"


# ---------------------------------------------------------------- heights, time, data


@pytest.mark.parametrize(("height", "expected"), [(119.9, "passed"), (120.0, "passed"), (120.1, "failed")])
@pytest.mark.parametrize("category", ["open/A1", "open/A2", "open/A3", "specific/STS-01", "nl-state"])
def test_the_height_limit_of_the_category(ask, height: float, expected: str, category: str) -> None:
    points = [at(-400, 300, height), at(400, 300, height)]
    _, found = ask(a_mission(points, mission={"category": category}), a_zone())
    assert status(found, "ALT101") == {expected}


def test_the_height_limit_is_undecided_over_another_datum_and_not_asked_without_a_category(ask) -> None:
    points = [at(-400, 300, 60), at(400, 300, 60)]
    verdict, found = ask(a_mission(points, datum="AMSL", mission={"category": "open/A2"}), a_zone())
    assert verdict == "undecided" and status(found, "ALT101") == {"undecided"}
    verdict, found = ask(a_mission(points, datum="AMSL"), a_zone())
    assert verdict == "clear" and status(found, "ALT101") == {"not_applicable"}


def test_a_mission_without_time_is_undecided_where_a_zone_keeps_hours(ask) -> None:
    hours = [{"schedule": [{"day": ["ANY"], "startTime": "08:00Z", "endTime": "09:00Z"}]}]
    zone = a_zone(limitedApplicability=hours)
    verdict, found = ask(a_mission(ACROSS, untimed=True), zone)
    assert verdict == "undecided" and status(found, "TIM101") == {"undecided"}
    assert ask(a_mission(BESIDE, untimed=True), zone)[0] == "clear"
    period = {"from": "2026-05-12T06:00:00Z", "until": "2026-05-12T18:00:00Z"}
    assert ask(a_mission(ACROSS, period=period), zone)[0] == "violation"
    period["from"] = "2026-05-12T09:30:00Z"
    assert ask(a_mission(ACROSS, period=period), zone)[0] == "clear"


def test_the_validity_of_zone_files(ask) -> None:
    verdict, found = ask(a_mission(BESIDE), a_zone(), metadata={"validFrom": None, "validTo": None})
    assert verdict == "clear" and found["TIM201"][0]["severity"] == "warning" and status(found, "TIM201") == {"failed"}
    for edge in ({"validTo": "2026-05-12T07:59:00Z"}, {"validFrom": "2026-05-12T08:00:30Z"}):
        verdict, found = ask(a_mission(BESIDE), a_zone(), metadata=edge)
        assert verdict == "undecided" and status(found, "TIM202") == {"undecided"}
    assert ask(a_mission(BESIDE), a_zone(), metadata={"validTo": "2026-05-12T08:01:00Z"})[0] == "clear"


def test_the_age_that_was_allowed(ask) -> None:
    old = ("--now", "2026-05-12T00:00:00Z", "--max-age", 131)
    assert ask(a_mission(BESIDE), a_zone(), options=old)[0] == "clear"
    verdict, found = ask(a_mission(BESIDE), a_zone(), options=(*old[:3], 130))
    assert verdict == "undecided" and status(found, "TIM203") == {"undecided"}


def test_a_zone_that_is_not_understood_is_undecided_where_it_lies_and_nowhere_else(ask) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[at(-50, -50), at(50, 50), at(50, -50), at(-50, 50), at(-50, -50)]]}
    verdict, found = ask(a_mission(ACROSS), a_zone(geometry=bow_tie))
    assert verdict == "undecided" and status(found, "DAT101") == {"undecided"}
    assert ask(a_mission([at(-200, 90, 60), at(200, 90, 60)]), a_zone(geometry=bow_tie))[0] == "clear"
    for broken in (a_zone(kind="FORBIDDEN"), a_simple_zone("odd"), a_zone(layer={"uom": "furlong", "upper": 10})):
        assert ask(a_mission(ACROSS), broken)[0] == "undecided"
        assert ask(a_mission(BESIDE), broken)[0] == "clear"
    nowhere = a_zone("LOST", geometry={"type": "Point", "coordinates": at(9e4, 0)})
    assert ask(a_mission(BESIDE), a_zone(), nowhere)[0] == "undecided"


def test_one_broken_feature_does_not_hide_the_others(ask) -> None:
    verdict, found = ask(a_mission(ACROSS), a_zone(), {"type": "Feature", "geometry": None, "properties": None}, 7)
    assert verdict == "violation" and status(found, "AIR101") == {"failed"} and status(found, "DAT101") == {"undecided"}


def test_a_place_that_no_file_speaks_of_is_undecided(ask) -> None:
    away = [[6.5, 53.0, 60], [6.51, 53.0, 60]]
    verdict, found = ask(a_mission(away), a_zone())
    assert verdict == "undecided" and status(found, "DAT102") == {"undecided"}
    assert ask(a_mission(away), a_zone(), options=("--covers",))[0] == "clear"
    assert ask(a_mission(away), a_zone(), metadata={"covers": [3, 50, 8, 54]})[0] == "clear"
    assert ask(a_mission(BESIDE), a_zone(), metadata={"covers": [6, 50, 8, 54]})[0] == "undecided"


def test_a_path_beyond_85_degrees_is_undecided(ask) -> None:
    points = [[5.0, 85.2, 60], [5.01, 85.2, 60]]
    verdict, found = ask(a_mission(points), a_zone(), options=("--covers",))
    assert verdict == "undecided" and status(found, "DAT103") == {"undecided"}


# ---------------------------------------------------------------- the catalogue


def test_every_rule_explains_itself(run) -> None:
    for rule in catalogue():
        text = run("explain", rule.code.lower()).out
        dutch = run("explain", rule.code.lower(), "--lang", "nl").out
        for heading in ("Why:", "Source:", "Undecided when:", "Example:", "Remedy:"):
            assert heading in text, (rule.code, heading)
        for heading in ("Waarom:", "Bron:", "Onbeslist als:", "Voorbeeld:", "Oplossing:"):
            assert heading in dutch, (rule.code, heading)
        assert ("What is measured:" in text) == ("Wat wordt gemeten:" in dutch), rule.code
        assert rule.code in text and max(map(len, (text + dutch).splitlines())) <= 80
    assert len({rule.code for rule in catalogue()}) == len(catalogue()) >= 18


def numbers(words: str) -> list[str]:
    """Every figure of a text, whatever a language writes between thousands and before decimals."""
    plain = re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", words)
    return sorted(re.sub(r"(?<=\d),(?=\d)", ".", figure) for figure in re.findall(r"\d+(?:[.,:]\d+)*", plain))


def test_both_languages_tell_the_same_figures_and_articles() -> None:
    for rule in catalogue():
        assert numbers(rule.explanation.text) == numbers(rule.explanation.told("nl")), rule.code


def test_every_limit_is_told_in_dutch_words(run) -> None:
    english = {"at most", "at least", "less than", "more than", "one of", "every day", "never", "required", "years"}
    for pack in bundled_packs():
        for limit in pack.limits:
            assert not any(f" {word} " in f" {limit.words_in('nl')} " for word in english), (
                limit.id,
                limit.words_in("nl"),
            )
            assert numbers(limit.words) == numbers(limit.words_in("nl")), limit.id
    assert run("explain", "nl-road-a12", "--lang", "nl").out.splitlines()[1] == "  eist: ten minste 50 m"
    assert run("explain", "AIR101", "--lang", "fr").code == 2


def test_an_explanation_is_read_as_the_rule_states_it() -> None:
    assert tuple(explanations()) == tuple(rule.code for rule in catalogue())
    for rule in catalogue():
        told = rule.explanation
        assert (told.code, told.name, told.severity) == (rule.code, rule.name, rule.severity.value)
        assert told.text == inspect.cleandoc(inspect.getmodule(rule.judge).__doc__ or "")
        assert told.source in " ".join(told.text.split()) and told.source and told.title.endswith(".")


def test_a_rule_file_is_named_by_its_code_and_name() -> None:
    for rule in catalogue():
        assert rule.judge.__module__.rsplit(".", 1)[-1] == f"{rule.code.lower()}_{rule.name.replace('-', '_')}" or (
            rule.judge.__module__.rsplit(".", 1)[-1].startswith(rule.code.lower())
        )


def test_a_rule_set_aside_cannot_clear_a_mission(ask) -> None:
    assert ask(a_mission(ACROSS), a_zone(), options=("--ignore", "AIR101"))[0] == "undecided"
    assert ask(a_mission(BESIDE), a_zone(), options=("--ignore", "AIR101"))[0] == "clear"
    verdict, found = ask(a_mission(ACROSS), a_zone(), options=("--select", "ALT"))
    assert verdict == "undecided" and set(found) == {"ALT101", "ALT102"}


CLEAR = a_mission(
    [at(-200, 80, 60), at(200, 80, 60)], mission={"category": "open/A2"}, uncertainty=(5, 3)
)  # the reference mission: each piece of its evidence is needed


def test_clear_is_earned_and_never_left_over(ask) -> None:
    hours = [{"schedule": [{"day": ["ANY"], "startTime": "12:00Z", "endTime": "13:00Z"}]}]
    over = [a_zone("A", layer=AGL), a_zone("B", geometry=_big(), limitedApplicability=hours), a_zone("C", layer=_high(),
            geometry=_big())]  # fmt: skip
    assert ask(CLEAR, *over)[0] == "clear"
    for strip in (_no_times, _no_heights, _other_datum):
        assert ask(strip(json.loads(json.dumps(CLEAR))), *over)[0] == "undecided", strip.__name__
    assert ask(CLEAR, *over, metadata={"validTo": "2026-02-01T00:00:00Z"})[0] == "undecided"


def _big() -> dict[str, Any]:
    from builders import ring

    return {"type": "Polygon", "coordinates": [ring(-500, -500, 500, 500)]}


def _high() -> dict[str, Any]:
    return {"uom": "m", "lower": 150, "lowerReference": "AGL"}


def _no_times(mission: dict[str, Any]) -> dict[str, Any]:
    del mission["features"][0]["properties"]["times"]
    return mission


def _no_heights(mission: dict[str, Any]) -> dict[str, Any]:
    shape = mission["features"][0]["geometry"]
    shape["coordinates"] = [point[:2] for point in shape["coordinates"]]
    return mission


def _other_datum(mission: dict[str, Any]) -> dict[str, Any]:
    mission["features"][0]["properties"]["datum"] = "AMSL"
    return mission


def test_every_stretch_of_a_mission_must_be_spoken_of(run, tmp_path: Path) -> None:
    """Zones about the first flight say nothing of the second, far away, nor of the end of a long one."""
    here = a_zone(geometry={"type": "Polygon", "coordinates": [ring(300, 300, 400, 400)]})
    near = a_mission(ACROSS)
    there = a_mission([at(0, 300_000, 60), at(400, 300_000, 60)])["features"][0] | {"id": "flight-2"}
    both = near | {"features": [*near["features"], there]}
    long_ = a_mission([at(0, 0, 60), at(0, 120_000, 60)])
    for mission, expected, legs in (
        (near, "clear", ""),
        (both, "undecided", "flight-2 leg 0-1"),
        (long_, "undecided", "flight-1 leg 0-1"),
    ):
        made = report_of(run, tmp_path, mission, here)
        assert made["verdict"] == expected
        (told,) = [f["message"] for f in made["missions"][0]["findings"] if f["rule"] == "DAT102"]
        assert legs in told and ("no zone lies within 50 km (" in told) is bool(legs)
    nowhere = {**a_zone(identifier="Z3"), "geometry": {"type": "Polygon", "coordinates": []}}
    for files in ((here, nowhere), (nowhere,)):  # a zone that may be anywhere tells of no place
        made = report_of(run, tmp_path, both, *files)
        (told,) = [f for f in made["missions"][0]["findings"] if f["rule"] == "DAT102"]
        assert told["status"] == "undecided"
    beside = a_zone(geometry={"type": "Polygon", "coordinates": [ring(300, 300_300, 400, 300_400)]}, identifier="Z2")
    assert report_of(run, tmp_path, both, here, beside)["verdict"] == "clear"
    assert report_of(run, tmp_path, both, here, options=["--covers"])["verdict"] == "clear"
    west, south = at(-9_000, -9_000)[:2]
    east, north = at(9_000, 9_000)[:2]
    files = (
        zones(tmp_path / "a.geojson", metadata={"covers": [west, south, east, north]}),
        zones(tmp_path / "b.geojson", beside),
    )
    ran = run("check", write(tmp_path / "m.geojson", both), "-z", files[0], "-z", files[1], "-f", "json")
    assert (
        json.loads(ran.out)["verdict"] == "clear"
    )  # the one says so of the first flight, the other has a zone near the second


def test_zones_of_people_alone_do_not_speak_of_the_airspace(run, tmp_path: Path) -> None:
    """They are listed as what was not checked: nobody said that the airspace is free."""
    away = {"type": "Polygon", "coordinates": [ring(3_000, 3_000, 3_100, 3_100)]}
    people = a_simple_zone("privacy", away), a_simple_zone("crowd", away, id="S2")
    made = report_of(run, tmp_path, a_mission(ACROSS), *people)
    assert "airspace" in {gap["what"] for gap in made["not_checked"]}
    assert made["verdict"] == "clear"
    made = report_of(run, tmp_path, a_mission(ACROSS), *people, a_zone(geometry=away))
    assert "airspace" not in {gap["what"] for gap in made["not_checked"]}
    made = report_of(run, tmp_path, a_mission(ACROSS), *people, options=["--covers"])
    assert "airspace" not in {gap["what"] for gap in made["not_checked"]}


@pytest.mark.parametrize(("lower", "upper", "expected"), [
    (97.9, 200, "failed"), (98.1, 200, "passed"), (0, 52.1, "failed"), (0, 51.9, "passed"),
])  # fmt: skip
def test_a_volume_reaches_up_by_all_that_it_states_and_down_by_its_contingency(
    lower: float, upper: float, expected: str, run, tmp_path: Path
) -> None:
    """60 m, 3 m of uncertainty, 30 m of flight geography above the path, 5 m of contingency: from 52 m to 98 m."""
    layer = AGL | {"lower": lower, "upper": upper}
    room = {"flight_geography_m": 10, "flight_geography_up_m": 30, "contingency_m": 10, "contingency_up_m": 5,
            "ground_risk_buffer_m": 70}  # fmt: skip
    mission = a_mission(ACROSS, mission={"volumes": room}, uncertainty=(0, 3))
    made = report_of(run, tmp_path, mission, a_zone(layer=layer))
    (found,) = [f for f in made["missions"][0]["findings"] if f["rule"] == "AIR101"]
    assert found["status"] == expected, found["message"]
    if expected == "passed":
        (met,) = found["encounters"]
        assert met["vertical_margin_m"] == pytest.approx(0.1, abs=0.02)
    files = tmp_path / "m.geojson", "--zones", tmp_path / "z.geojson"
    assert "the path known within 8 m, and 38 m upwards" in " ".join(
        run("check", *files, "--explain-decision", "Z1").out.split()
    )
    bare = report_of(run, tmp_path, a_mission(ACROSS, uncertainty=(0, 3)), a_zone(layer=layer))
    assert {f["status"] for f in bare["missions"][0]["findings"] if f["rule"] == "AIR101"} == {"passed"}
