"""The SORA of one mission: every step with its level, and the inputs it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dronectl import geometry
from dronectl.along import above_ground
from dronectl.crew import Aircraft
from dronectl.encounter import Meeting, Skies
from dronectl.law import sora
from dronectl.measures import METRES_PER_FOOT, Answer
from dronectl.mission import Mission, VolumePlan
from dronectl.readers.population import People
from dronectl.track import Track
from dronectl.volumes import OperationalVolume, outlines, volume_of
from dronectl.zone import Rings, Zone

ABOVE_M = 500 * METRES_PER_FOOT  # 500 ft above ground: SORA 2.5, step 4
HELD_FACTS = {
    "atypical": "airspace is atypical", "airport": "airport or heliport environment", "class_bcd": "class B, C or D",
    "above_500ft": "above 500 ft above ground", "tmz": "transponder mandatory zone", "controlled": "controlled airspace",
    "urban": "over an urban area", "above_fl600": "above FL600",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what it is, what came of it, and from what."""

    name: str
    value: str
    inputs: tuple[str, ...]
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A SORA, as far as its inputs carry it."""

    edition: str
    source: str
    mission: str
    steps: tuple[Step, ...]
    sail: str | None
    objectives: Mapping[str, str]
    outcome: str
    """`in-scope`, `outside` or `unknown`."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the applicant states."""

    edition: str = "2.5"
    mitigations: Mapping[str, str]
    airspace: Mapping[str, bool]
    """Facts of the airspace, by the names of `sora.FACTS`; they add to what the zones say."""
    row: str = ""
    """The row of the table of ground risk, in place of a density; 2.0 always needs it."""
    vlos: bool | None = None
    sheltered: bool = False


def assess(
    mission: Mission,
    tracks: Sequence[Track],
    zones: Sequence[Zone],
    aircraft: Aircraft | None,
    people: People | None,
    given: Given,
) -> Assessment:
    """All steps that the inputs carry; the first that they do not makes the outcome unknown, and says what is missing.

    Raises `ValueError` where the statements contradict the edition.
    """
    return _Work(mission, tracks, zones, aircraft, people, given).run()


def adjacent_reach(aircraft: Aircraft | None, edition: str) -> float:
    """Metres beyond the operational volume in which the population matters."""
    speed = aircraft.max_speed_mps if aircraft and aircraft.max_speed_mps else 0.0
    return sora.adjacent_m(edition, speed) if edition == "2.5" else 0.0


class Unknown(Exception):
    """A step whose inputs are not there."""


class Outside(Exception):
    """A step that leaves SORA."""


class _Work:
    def __init__(
        self,
        mission: Mission,
        tracks: Sequence[Track],
        zones: Sequence[Zone],
        aircraft: Aircraft | None,
        people: People | None,
        given: Given,
    ) -> None:
        self.mission, self.tracks, self.zones = mission, tracks, zones
        self.aircraft, self.people, self.given = aircraft, people, given
        self.steps: list[Step] = []
        self.tables = sora.tables(given.edition)

    def run(self) -> Assessment:
        level: str | None = None
        outcome, why = "in-scope", ""
        osos: dict[str, str] = {}
        try:
            level = self._levels()
            osos = sora.objectives(self.given.edition, level)
        except Unknown as gap:
            outcome, why = "unknown", str(gap)
        except Outside as gap:
            outcome, why = "outside", str(gap)
        return Assessment(
            edition=self.given.edition, source=self.tables["source"], mission=self.mission.id, steps=tuple(self.steps),
            sail=level if outcome == "in-scope" else None, objectives=osos, outcome=outcome, why=why,
        )  # fmt: skip

    def _levels(self) -> str:
        dim, speed, mass = self._vehicle()
        volume = self._volume()
        shapes = outlines(volume, self.tracks)
        crowds = self._crowds(volume)
        row = self._row(shapes["ground-risk-buffer"], crowds)
        intrinsic = sora.igrc(self.given.edition, row, dim, speed, mass)
        article = self.tables["igrc"]["article"]
        what = (f"row {row}", f"{dim:g} m", f"{speed:g} m/s", f"{mass:g} kg" if mass is not None else "mass not known")
        if intrinsic is None:
            self._add("Intrinsic ground risk class", "outside SORA", what, article)
            raise Outside(f"no ground risk class for row {row} with {dim:g} m and {speed:g} m/s: certified category")
        self._add("Intrinsic ground risk class (iGRC)", str(intrinsic), what, article)
        grc = self._mitigate(intrinsic, dim, speed, row == sora.ASSEMBLIES or row.endswith("gathering"))
        arc = self._air()
        level = sora.sail(self.given.edition, grc, arc)
        self._add("SAIL", level, (f"final GRC {grc}", f"residual ARC-{arc}"), self.tables["sail"]["article"])
        if self.given.edition == "2.5":
            self._containment(level, volume, shapes["contingency-volume"], dim, speed, mass)
        return level

    def _add(self, name: str, value: str, inputs: tuple[str, ...], article: str = "") -> None:
        self.steps.append(Step(name=name, value=value, inputs=inputs, article=article))

    def _vehicle(self) -> tuple[float, float, float | None]:
        craft = self.aircraft
        if craft is None or craft.dimension_m is None:
            raise Unknown("the aircraft's size is not known: name the aircraft, or give it in an operator file")
        plan = self.mission.volumes
        speed = craft.max_speed_mps
        if speed is None:
            raise Unknown("the aircraft's highest speed is not known: give it in an operator file")
        if plan is not None and plan.speed_mps is not None and plan.speed_mps > speed:
            speed = plan.speed_mps
        who = craft.model or craft.id
        value = f"{craft.dimension_m:g} m, {speed:g} m/s"
        self._add("Characteristic dimension and highest speed", value, (f"{who}: {craft.source}",))
        return craft.dimension_m, speed, craft.mtom_kg

    def _volume(self) -> OperationalVolume:
        mission = self.mission
        inputs = ["the mission's volumes"]
        if mission.volumes is None:
            mission = replace(mission, volumes=VolumePlan())
            inputs = ["the mission states no volumes: worked out with the defaults, buffer 1:1"]
        volume = volume_of(mission, self.tracks, self.aircraft)
        if isinstance(volume, str):
            raise Unknown(f"the operational volume cannot be worked out: {volume}")
        value = (
            f"flight geography to {volume.top_m:.0f} m AGL, contingency volume {volume.contingency_m:.1f} m and to "
            f"{volume.contingency_top_m:.1f} m AGL, ground risk buffer {volume.ground_risk_buffer_m:.1f} m"
        )
        self._add("Operational volume and ground risk buffer", value, tuple(inputs), "SORA annex A")
        return volume

    def _crowds(self, volume: OperationalVolume) -> list[Meeting]:
        crowds = [zone for zone in self.zones if zone.crowd is not None and zone.crowd.kind != "controlled"]
        wide = volume.sideways_m + volume.ground_risk_buffer_m
        tracks = [track.widened(wide, volume.upward_m, 0.0) for track in self.tracks]
        return [met for met in Skies(crowds).meetings(tracks) if met.inside is not Answer.NO] if crowds else []

    def _row(self, area: Rings, crowds: Sequence[Meeting]) -> str:
        gathered = [
            met.zone.name or met.zone.id for met in crowds if met.zone.crowd and met.zone.crowd.kind == "assembly"
        ]
        named = {entry["name"] for entry in self.tables["igrc"]["row"]}
        if self.given.row:
            if self.given.row not in named:
                raise ValueError(
                    f"{self.given.row} is no row of SORA {self.given.edition}; those are {', '.join(sorted(named))}"
                )
            if gathered and not (self.given.row == sora.ASSEMBLIES or self.given.row.endswith("gathering")):
                raise ValueError(f"the row {self.given.row} is stated, and the volume reaches assembly {gathered[0]!r}")
            self._add("People at risk", self.given.row, ("as stated (--row)",), self.tables["igrc"]["article"])
            return self.given.row
        if self.given.edition == "2.0":
            raise Unknown(f"SORA 2.0 needs the row of its table: --row {'|'.join(sorted(named))}")
        if gathered:
            self._add("People at risk", sora.ASSEMBLIES, tuple(f"assembly {name!r}" for name in gathered))
            return sora.ASSEMBLIES
        if self.mission.declared.get("controlled_ground") is True:
            self._add("People at risk", "controlled_ground", ("stated: only involved persons below",))
            return "controlled_ground"
        if self.people is None:
            raise Unknown("the population is not known: give it, --population FILE, or state controlled_ground")
        density, name, covered = self.people.highest(area)
        if density is None:
            raise Unknown(f"{self.people.path} does not say how many people live at {name or 'the place'}")
        if not covered:
            raise Unknown(f"{self.people.path} does not cover the whole volume and its buffer")
        for met in crowds:
            crowd = met.zone.crowd
            if crowd is None:
                continue
            count = crowd.worst if crowd.worst is not None else crowd.expected
            if count is None:
                raise Unknown(f"nobody says how many persons crowd {met.zone.name or met.zone.id!r} holds")
            theirs = count / max(geometry.area_m2(met.zone) / 1e6, 1e-9)
            if theirs > density:
                density, name = theirs, f"crowd {met.zone.name or met.zone.id}"
        row = sora.row_of_density(density, assemblies=False)
        value = f"{density:,.0f} persons/km2: row {row}"
        self._add(
            "People at risk, highest density", value, (f"{name} in {self.people.path}",), self.tables["igrc"]["article"]
        )
        return row

    def _mitigate(self, intrinsic: int, dim: float, speed: float, assemblies: bool) -> int:
        given, rules = self.given, self.tables["mitigations"]
        made = sora.final_grc(given.edition, intrinsic, given.mitigations, dim, speed, assemblies=assemblies)
        steps = [f"{name} {rules['titles'][name]} ({level}): {change:+d}" for name, level, change in made.steps]
        value = "outside SORA" if made.grc is None else str(made.grc)
        self._add(
            "Final ground risk class (GRC)", value, (*(steps or ["no mitigation"]), *made.notes), rules["article"]
        )
        if made.grc is None:
            raise Outside(f"the final ground risk class is above {rules['final_max']}: certified category")
        return made.grc

    def _air(self) -> str:
        facts = {name: bool(self.given.airspace.get(name)) for name in sora.FACTS}
        inputs = [f"{HELD_FACTS[name]}: stated" for name, value in facts.items() if value]
        for zone, fact in self._touched():
            if not facts[fact]:
                inputs.append(f"{HELD_FACTS[fact]}: zone {zone.name or zone.id!r} is touched, or may be")
                facts[fact] = True
        high = above_ground(self.tracks, ABOVE_M)
        if high.above is not Answer.NO and not facts["above_500ft"]:
            facts["above_500ft"] = True
            inputs.append("above 500 ft above ground" + ("" if high.above is Answer.YES else ": cannot be ruled out"))
        arc, line = sora.initial_arc(self.given.edition, facts)
        decided = ", ".join(HELD_FACTS[name] for name in line) or "none of the other lines fits"
        self._add(
            "Initial air risk class", f"ARC-{arc}", (*inputs, f"decided by: {decided}"), self.tables["arc"]["article"]
        )
        vlos = self.given.vlos if self.given.vlos is not None else self.mission.declared.get("vlos") is True
        observers = bool(self.mission.observers_at)
        residual = sora.residual_arc(self.given.edition, arc, vlos=vlos, observers=observers)
        sight = "within sight of the pilot, as stated" if vlos else "not stated to be within sight"
        sight += "; airspace observers" if observers else ""
        self._add("Residual air risk class", f"ARC-{residual}", (sight,), self.tables["residual"]["article"])
        robustness = self.tables["tmpr"][residual]
        self._add("Tactical mitigation performance", robustness, (f"ARC-{residual}",), "step 6")
        return residual

    def _touched(self) -> list[tuple[Zone, str]]:
        found = []
        for met in Skies(self.zones).meetings(self.tracks):
            if met.inside is Answer.NO or "AIR_TRAFFIC" not in met.zone.reasons:
                continue
            law = met.zone.law
            if any(name.startswith("NL-CTR") for name in law) or met.zone.id.upper().startswith("CTR"):
                found.append((met.zone, "controlled"))
            elif any(name in ("NL-HELI", "NL-AIRFIELD") for name in law):
                found.append((met.zone, "airport"))
            elif "TMZ" in met.zone.name.upper().split() or met.zone.id.upper().startswith("TMZ"):
                found.append((met.zone, "tmz"))
            else:
                found.append((met.zone, "controlled"))
        return found

    def _containment(
        self, level: str, volume: OperationalVolume, flown: Rings, dim: float, speed: float, mass: float | None
    ) -> None:
        rules = self.tables["adjacent"]
        if mass is not None and mass < rules["light_kg"]:
            self._add("Containment", "low", (f"{mass:g} kg",), rules["article"])
            return
        if self.people is None:
            raise Unknown("containment needs the population of the adjacent area: --population FILE")
        reach = sora.adjacent_m("2.5", speed)
        around = geometry.grown(flown, reach)
        density, share = self.people.average(around)
        if density is None or share < 0.999:
            raise Unknown(
                f"containment needs the population within {reach:,.0f} m, and {self.people.path} covers {share:.0%} of it"
            )
        assembly = self._assemblies(volume, float(rules["assemblies_within_m"]))
        found = sora.containment(
            level, dim_m=dim, speed_mps=speed, mtom_kg=mass, density=density, assembly=assembly,
            sheltered=self.given.sheltered,
        )  # fmt: skip
        inputs = (
            f"average of the adjacent area, {reach:,.0f} m: {density:,.0f} persons/km2 ({self.people.path})",
            f"largest assembly within {rules['assemblies_within_m']} m: {assembly:,.0f} persons",
            "people in the adjacent area are sheltered, as stated"
            if self.given.sheltered
            else "no sheltering is stated",
        )
        if found is None or found[0] == "X":
            self._add("Containment", "outside SORA", inputs, rules["article"])
            raise Outside("no containment is enough for the adjacent area: certified category")
        words = {"L": "low", "M": "medium", "H": "high"}[found[0]]
        self._add("Containment", words, inputs, f"{rules['article']}, table {found[1]}")

    def _assemblies(self, volume: OperationalVolume, within_m: float) -> float:
        crowds = [zone for zone in self.zones if zone.crowd is not None and zone.crowd.kind == "assembly"]
        tracks = [track.widened(volume.sideways_m + within_m, 1e5, 0.0) for track in self.tracks]
        most = 0.0
        for met in Skies(crowds).meetings(tracks) if crowds else []:
            crowd = met.zone.crowd
            if met.inside is Answer.NO or crowd is None:
                continue
            count = crowd.worst if crowd.worst is not None else crowd.expected
            if count is None:
                raise Unknown(f"nobody says how many persons assembly {met.zone.name or met.zone.id!r} holds")
            most = max(most, count)
        return most
