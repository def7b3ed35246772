"""
The operational volume is smaller than its category or its own figures ask for.

Why: contingency volume and ground risk buffer are the room in which a fault ends without harm.
What is measured: width of the contingency volume, its top above ground, and width of the ground risk buffer, as stated or as
    worked out from speed, height and aircraft; a stated width that is below what the formulae give is a warning.
Source: (EU) 2019/947, UAS.STS-01.010(3) and .020(1)(c), UAS.STS-02.010(3) and .020(2); LBA dimensioning guideline; JARUS SORA
    2.5, annex A.
Undecided when: the volume is asked for and the aircraft's speed or size, or the height above ground, is not known. Where the
    mission states no volume (`volumes`), it is not asked.
Example: STS-01 at 90 m with 8 kg and a buffer of 19 m fails STS01-GRB, at least 20 m.
Remedy: widen the volume, fly lower or slower.
"""

from collections.abc import Iterator
from dataclasses import replace

from dronectl.finding import Finding, Severity, Status
from dronectl.law import Limit
from dronectl.rules import Briefing, Rule
from dronectl.rules.held import judged, lacking, without_aircraft
from dronectl.volumes import HEIGHT_UNKNOWN, SOURCE, OperationalVolume

EPS_M = 1e-6  # rounding


def judge(briefing: Briefing) -> Iterator[Finding]:
    volume = briefing.volume
    if isinstance(volume, str):
        yield RULE.answer(
            Status.UNDECIDED,
            f"the operational volume cannot be worked out: {volume}",
            remedy="state the aircraft, or contingency_m, contingency_up_m and ground_risk_buffer_m; heights above ground",
        )
        return
    yield from judged(briefing, RULE, ("volume",), _held, "operational volume")
    if volume is not None:
        yield from _own_figures(volume)
        if volume.unknown:
            yield RULE.answer(
                Status.UNDECIDED, f"the operational volume cannot be worked out: {HEIGHT_UNKNOWN}",
                remedy="give a terrain model: --terrain FILE", flights=volume.unknown,
            )  # fmt: skip


def _held(limit: Limit, briefing: Briefing) -> Finding:
    volume = briefing.volume
    if not isinstance(volume, OperationalVolume):
        return lacking(RULE, limit, "volumes")
    field = limit.more["field"]
    if field == "ceiling":
        allowed = briefing.law.named(limit.more["above"])
        measured = volume.contingency_top_m - float(allowed.value if allowed and allowed.value else 0.0)
        what = f"the contingency volume ends at {volume.contingency_top_m:.1f} m above ground"
    elif field == "contingency":
        measured = volume.contingency_m
        what = f"the contingency volume is {measured:.1f} m wide"
    else:
        measured = volume.ground_risk_buffer_m
        what = f"the ground risk buffer is {measured:.1f} m wide"
        found = _least(limit, volume, briefing)
        if isinstance(found, str):
            if briefing.aircraft is None:
                return without_aircraft(RULE, limit, briefing)
            return RULE.answer(
                Status.UNDECIDED, f"{what}; {limit.title['en']}: {found}", remedy="state it: --operator FILE", law=limit
            )
        limit = replace(limit, value=found)
    kept = limit.kept(round(measured, 6))
    return RULE.answer(
        Status.PASSED if kept else Status.FAILED,
        f"{what}; {limit.asks}",
        remedy="" if kept else ("fly lower or slower" if field == "ceiling" else "widen it, or fly lower or slower"),
        law=limit,
        measured=measured,
    )


def _least(limit: Limit, volume: OperationalVolume, briefing: Briefing) -> float | str:
    """The least buffer: from a table of heights (the next higher row counts) and masses, or from the maker's figure."""
    aircraft = briefing.aircraft
    if aircraft is None:
        return "the aircraft is not known"
    if "least" in limit.more:
        stated = getattr(aircraft, limit.more["least"])
        return float(stated) if stated is not None else f"nobody states {limit.more['least']} of {aircraft.id}"
    if aircraft.mtom_kg is None:
        return f"nobody states the mass of {aircraft.id}"
    column = 1 if aircraft.mtom_kg <= limit.more["mass_up_to_kg"] else 2
    for row in limit.more["table"]:
        if volume.top_m <= row[0] + EPS_M:
            return float(row[column])
    return f"its table ends at {limit.more['table'][-1][0]} m, and the flight geography at {volume.top_m:.0f} m above ground"


def _own_figures(volume: OperationalVolume) -> Iterator[Finding]:
    """What is stated against what the formulae give."""
    made = volume.worked_out
    if made is None:
        why = "speed or size of the aircraft is not known"
        yield RULE.answer(Status.PASSED, f"the volume is taken as stated: {why}", basis=SOURCE)
        return
    told = False
    for name, stated, least in (
        ("contingency_m", volume.contingency_m, made.s_cv_m),
        ("contingency_up_m", volume.contingency_up_m, made.h_cv_m - volume.top_m),
        ("ground_risk_buffer_m", volume.ground_risk_buffer_m, made.s_grb_m),
    ):
        if name in volume.stated and stated < least - EPS_M:
            told = True
            yield RULE.answer(
                Status.FAILED,
                f"{name} is stated as {stated:.1f} m, and {volume.speed_mps:g} m/s at {volume.top_m:.0f} m above ground"
                f" ask for {least:.1f} m",
                remedy="state what shows that less is enough in the operations manual, or leave the figure out",
                severity=Severity.WARNING,
                basis=SOURCE,
                measured=stated,
                limit=least,
                unit="m",
            )
    if not told:
        yield RULE.answer(
            Status.PASSED,
            f"contingency volume {volume.contingency_m:.1f} m wide, to {volume.contingency_top_m:.1f} m above ground; "
            f"ground risk buffer {volume.ground_risk_buffer_m:.1f} m ({volume.method})",
            basis=SOURCE,
        )


RULE = Rule("CAT106", "operational-volume-too-small", Severity.VIOLATION, judge)
