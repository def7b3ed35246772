"""The SORA of one mission: every step with its level, and the inputs it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dronectl import geometry
from dronectl.along import above_ground
from dronectl.crowd_density import densest
from dronectl.editions import spoken_of
from dronectl.encounter import COVERED_M, Meeting, Skies
from dronectl.house import House
from dronectl.law import sora
from dronectl.measures import M2_PER_KM2, METRES_PER_FOOT, Answer
from dronectl.mission import VolumePlan
from dronectl.prepared import Prepared, with_room
from dronectl.readers.population import People
from dronectl.records import dataclass
from dronectl.track import Track
from dronectl.volumes import SOURCE, OperationalVolume, outlines, volume_of
from dronectl.zone import Rings, Zone

ABOVE_M = 500 * METRES_PER_FOOT  # 500 ft above ground: SORA 2.5, step 4
SEEN = ("airport", "tmz", "controlled")  # facts that zone files tell of; the others are stated, measured or of a layer
AIRPORTS = frozenset({"NL-HELI", "NL-AIRFIELD"})
FACTS = {
    "atypical": "airspace that is atypical", "above_fl600": "above FL600", "airport": "airport or heliport environment",
    "class_bcd": "class B, C or D", "above_500ft": "above 500 ft above ground", "tmz": "transponder mandatory zone",
    "controlled": "controlled airspace", "urban": "over an urban area",
}  # fmt: skip
WORDS = {"L": "low", "M": "medium", "H": "high"}


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
    objectives: tuple[tuple[str, str, str], ...]
    """Number, title and robustness of each operational safety objective."""
    objectives_article: str
    outcome: str
    """`in-scope`, `outside` or `unknown`."""
    why: str = ""
    """What is missing, or what leaves the scope; empty where it is in scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the applicant states."""

    edition: str = "2.5"
    mitigations: Mapping[str, str]
    airspace: Mapping[str, bool]
    """Facts of the airspace, by the names of `FACTS`: that they hold, or that they do not."""
    row: str = ""
    """The row of the table of ground risk, in place of a density; 2.0 always needs it."""
    vlos: bool | None = None
    sheltered: bool = False


class Unknown(Exception):
    """A step whose inputs are not there."""


class Outside(Exception):
    """A step that leaves SORA."""


def assess(ready: Prepared, zones: Sequence[Zone], house: House, people: People | None, given: Given) -> Assessment:
    """All steps that the inputs carry; the first that they do not makes the outcome unknown, and says what is missing.

    Raises `ValueError` where the statements contradict the edition, the zones or each other.
    """
    work = _Work(ready, zones, house, people, given)
    level: str | None = None
    outcome, why = "in-scope", ""
    objectives: tuple[tuple[str, str, str], ...] = ()
    try:
        level = work.level()
        objectives = sora.objectives(given.edition, level)
    except Unknown as gap:
        outcome, why = "unknown", str(gap)
    except Outside as gap:
        outcome, why = "outside", str(gap)
    return Assessment(
        edition=given.edition, source=work.tables["source"], mission=ready.mission.id, steps=tuple(work.steps),
        sail=level if outcome == "in-scope" else None, objectives=objectives,
        objectives_article=work.tables["oso"]["article"], outcome=outcome, why=why,
    )  # fmt: skip


def area_asked(ready: Prepared, edition: str) -> Rings | None:
    """The area whose population the steps ask for; None where the volume cannot be worked out."""
    volume = _volume_of(ready)
    if isinstance(volume, str):
        return None
    drawn = outlines(volume, ready.bare)
    speed = ready.aircraft.max_speed_mps if ready.aircraft else None
    if edition != "2.5" or speed is None:
        return drawn["ground-risk-buffer"]
    reach = max(sora.adjacent_m(edition, speed), volume.ground_risk_buffer_m)
    return geometry.grown(drawn["contingency-volume"], reach)


def _volume_of(ready: Prepared) -> OperationalVolume | str:
    whole = ready.whole_volume
    if whole is not None:
        return whole
    return volume_of(replace(ready.mission, volumes=VolumePlan()), ready.bare, ready.aircraft)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vehicle:
    """The figures of the aircraft that SORA asks for."""

    dim_m: float
    speed_mps: float
    mtom_kg: float | None


class _Work:
    def __init__(
        self, ready: Prepared, zones: Sequence[Zone], house: House, people: People | None, given: Given
    ) -> None:
        self.ready, self.mission = ready, ready.mission
        self.zones, self.house, self.people, self.given = zones, house, people, given
        self.steps: list[Step] = []
        self.tables = sora.tables(given.edition)

    def level(self) -> str:
        """The SAIL, with every step on the way to it and after it."""
        vehicle = self._vehicle()
        volume = self._volume()
        tracks = with_room(self.ready.bare, volume)
        drawn = outlines(volume, self.ready.bare)
        row = self._row(drawn["ground-risk-buffer"], self._crowds(tracks))
        intrinsic = self._intrinsic(row, vehicle)
        grc = self._mitigate(intrinsic, vehicle, row == sora.ASSEMBLIES or row.endswith("gathering"))
        arc = self._air(tracks)
        level = sora.sail(self.given.edition, grc, arc)
        self._add("SAIL", level, (f"final GRC {grc}", f"residual ARC-{arc}"), self.tables["sail"]["article"])
        if self.given.edition == "2.5":
            self._containment(level, volume, vehicle)
        else:
            self._add("Containment", "not assessed", ("SORA 2.0, step 9: judge it by hand",), "SORA 2.0, step 9")
        return level

    def _add(self, name: str, value: str, inputs: tuple[str, ...], article: str = "") -> None:
        self.steps.append(Step(name=name, value=value, inputs=inputs, article=article))

    def _vehicle(self) -> _Vehicle:
        craft = self.ready.aircraft
        if craft is None:
            why = self.ready.aircraft_why or "the mission names no aircraft"
            raise Unknown(f"the aircraft is not known: {why}; name it in the mission, or with --about FILE")
        speed, plan = craft.max_speed_mps, self.mission.volumes
        if craft.dimension_m is None or speed is None:
            missing = "size" if craft.dimension_m is None else "highest speed"
            raise Unknown(f"the {missing} of {craft.id} is not known: give it in an operator file (--operator FILE)")
        if plan is not None and plan.speed_mps is not None and plan.speed_mps > speed:
            speed = plan.speed_mps
        mass = f"; {craft.mtom_kg:g} kg" if craft.mtom_kg is not None else ""
        value = f"{craft.dimension_m:g} m and {speed:g} m/s{mass}"
        what = f"{craft.model or craft.id} (confidence {craft.confidence}): {craft.source}"
        self._add("Characteristic dimension and highest speed", value, (what,))
        return _Vehicle(dim_m=craft.dimension_m, speed_mps=speed, mtom_kg=craft.mtom_kg)

    def _volume(self) -> OperationalVolume:
        inputs = ["the volumes that the mission states"]
        if self.mission.volumes is None:
            inputs = ["the mission states no volumes: they are worked out with the defaults, buffer 1:1"]
        volume = _volume_of(self.ready)
        if isinstance(volume, str):
            raise Unknown(f"the operational volume cannot be worked out: {volume}")
        value = (
            f"flight geography to {volume.top_m:.0f} m AGL; contingency volume {volume.contingency_m:.1f} m wide, to "
            f"{volume.contingency_top_m:.1f} m AGL; ground risk buffer {volume.ground_risk_buffer_m:.1f} m wide"
        )
        self._add("Operational volume and ground risk buffer", value, tuple(inputs), SOURCE)
        return volume

    def _crowds(self, tracks: Sequence[Track]) -> list[Meeting]:
        """The crowds that the volume and its buffer reach; a controlled one is of involved persons."""
        crowds = [zone.at_any_height() for zone in self.zones if zone.uninvolved]
        return [met for met in Skies(crowds).meetings(tracks) if met.inside is not Answer.NO] if crowds else []

    def _row(self, area: Rings, crowds: Sequence[Meeting]) -> str:
        table, given = self.tables["igrc"], self.given
        gathered = [_name(met.zone) for met in crowds if met.zone.crowd and met.zone.crowd.kind == "assembly"]
        named = [entry["name"] for entry in table["row"]]
        if given.row:
            if given.row not in named:
                raise ValueError(f"{given.row} is no row of SORA {given.edition}; those are {', '.join(named)}")
            if gathered and not (given.row == sora.ASSEMBLIES or given.row.endswith("gathering")):
                raise ValueError(
                    f"row {given.row} is stated, and the volume or its buffer reaches assembly {gathered[0]!r}"
                )
            self._add("People at risk", given.row, ("as stated",), table["article"])
            return given.row
        if given.edition == "2.0":
            raise Unknown(f"SORA 2.0 has no densities, it needs a row of its table: --row, one of {', '.join(named)}")
        if gathered:
            inputs = tuple(f"the volume or its buffer reaches assembly {name!r}, or may" for name in gathered)
            self._add("People at risk", sora.ASSEMBLIES, inputs, table["article"])
            return sora.ASSEMBLIES
        if self.mission.declared.get("controlled_ground") is True and not crowds:
            self._add("People at risk", "controlled_ground", ("stated: only involved persons below",), table["article"])
            return "controlled_ground"
        density, what = self._density(area, crowds)
        row = sora.row_of_density(density, assemblies=False)
        value = f"{row}: at most {density:,.0f} persons/km2"
        self._add("People at risk, highest density", value, (what,), table["article"])
        return row

    def _density(self, area: Rings, crowds: Sequence[Meeting]) -> tuple[float, str]:
        """The highest density in the volume and its buffer, of those who live there and of every crowd."""
        if self.people is None:
            raise Unknown(
                "the population is not known: --population FILE, or controlled_ground in the mission's statements"
            )
        path, found = self.people.path, self.people.highest(area)
        if not found.covered:
            raise Unknown(f"{path} covers {found.share:.1%} of the volume and its buffer")
        if found.per_km2 is None:
            raise Unknown(f"{path} does not say how many people live in {found.name!r}")
        density, what = found.per_km2, f"{found.name} in {path}"
        for met in crowds:
            theirs = _per_km2(met.zone)
            if theirs > density:
                density, what = theirs, f"crowd {_name(met.zone)}"
        return density, what

    def _intrinsic(self, row: str, vehicle: _Vehicle) -> int:
        article = self.tables["igrc"]["article"]
        found = sora.igrc(self.given.edition, row, vehicle.dim_m, vehicle.speed_mps, vehicle.mtom_kg)
        what = (f"row {row}", f"{vehicle.dim_m:g} m", f"{vehicle.speed_mps:g} m/s")
        if found is None:
            self._add("Intrinsic ground risk class (iGRC)", "outside SORA", what, article)
            raise Outside(f"no ground risk class for row {row}, {vehicle.dim_m:g} m and {vehicle.speed_mps:g} m/s")
        self._add("Intrinsic ground risk class (iGRC)", str(found), what, article)
        return found

    def _mitigate(self, intrinsic: int, vehicle: _Vehicle, assemblies: bool) -> int:
        given, rules = self.given, self.tables["mitigations"]
        made = sora.final_grc(
            given.edition, intrinsic, given.mitigations, vehicle.dim_m, vehicle.speed_mps, assemblies=assemblies
        )
        steps = [f"{name} {rules['titles'][name]} ({level}): {change:+d}" for name, level, change in made.steps]
        value = "outside SORA" if made.grc is None else str(made.grc)
        inputs = (*(steps or ["no mitigation is claimed"]), *made.notes)
        self._add("Final ground risk class (GRC)", value, inputs, rules["article"])
        if made.grc is None:
            raise Outside(f"the final ground risk class is above {rules['final_max']}")
        return made.grc

    def _air(self, tracks: Sequence[Track]) -> str:
        facts, inputs = self._airspace(tracks)
        arc, line = sora.initial_arc(self.given.edition, facts)
        decided = " and ".join(FACTS[name] for name in line) or "none of the other lines fits"
        article = self.tables["arc"]["article"]
        self._add("Initial air risk class", f"ARC-{arc}", (*inputs, f"decided by: {decided}"), article)
        stated = self.given.vlos if self.given.vlos is not None else self.mission.declared.get("vlos")
        observers = bool(self.mission.observers_at)
        residual = sora.residual_arc(self.given.edition, arc, vlos=stated is True, observers=observers)
        sight = (
            "within sight of the pilot, as stated" if stated is True else "not stated to be within sight of the pilot"
        )
        sight += "; with airspace observers" if observers else ""
        self._add("Residual air risk class", f"ARC-{residual}", (sight,), self.tables["residual"]["article"])
        robustness = self.tables["tmpr"][residual]
        self._add("Tactical mitigation performance requirement", robustness, (f"ARC-{residual}",), "step 6")
        return residual

    def _airspace(self, tracks: Sequence[Track]) -> tuple[dict[str, bool], list[str]]:
        """Each fact of the airspace, and where it is from: what is neither stated nor seen counts against the flight."""
        stated = self.given.airspace
        found: dict[str, str] = {}
        for met in Skies(self.zones).meetings(tracks):
            if met.inside is not Answer.NO and met.zone.of_aviation:
                fact = "airport" if AIRPORTS & set(met.zone.law) else "controlled"
                found.setdefault(fact, f"zone {_name(met.zone)!r} is touched, or may be")
        high = above_ground(tracks, ABOVE_M)
        if high.above is not Answer.NO:
            found["above_500ft"] = "measured" if high.above is Answer.YES else "cannot be ruled out"
        if "airport" in found and "controlled" in found and "class_bcd" not in stated:
            found["class_bcd"] = "an airport in controlled airspace, and its class is not stated"
        if "urban" not in stated:
            urban = self._urban(tracks)
            if urban:
                found["urban"] = urban
        for name, why in found.items():
            if stated.get(name) is False:
                raise ValueError(f"the airspace is stated not to be {name}, and {why}")
        facts = {name: name in found or stated.get(name, False) for name in FACTS}
        self._refuse_unseen(tracks, facts)
        inputs = [f"{FACTS[name]}: {found[name]}" for name in FACTS if name in found]
        inputs += [f"{FACTS[name]}: {'' if value else 'no, '}as stated" for name, value in stated.items()]
        unseen = [FACTS[name] for name in SEEN if name not in stated and name not in found]
        inputs += [f"{what}: not stated, and no zone that is touched says so" for what in unseen]
        return facts, inputs

    def _refuse_unseen(self, tracks: Sequence[Track], facts: Mapping[str, bool]) -> None:
        """Where no zone file speaks of the airspace, what nobody states may be so: it matters if the class depends on it."""
        stated, edition = self.given.airspace, self.given.edition
        left = [name for name in SEEN if name not in stated and not facts[name]]
        if not left or spoken_of(Skies([zone for zone in self.zones if zone.of_aviation]), tracks):
            return
        worst = {**facts, **dict.fromkeys(left, True)}
        worst["class_bcd"] = stated.get("class_bcd", worst["airport"] and worst["controlled"])
        if sora.initial_arc(edition, worst)[0] != sora.initial_arc(edition, facts)[0]:
            said = " ".join(f"--airspace {name}=no" for name in left)
            raise Unknown(
                f"no zone file that is valid then speaks of the airspace within {COVERED_M / 1000:.0f} km: give one "
                f"(--zones FILE), or state what holds, such as {said}"
            )

    def _urban(self, tracks: Sequence[Track]) -> str:
        """Why the flight counts as over an urban area; empty where the layer of built-up areas says that it is not."""
        layer = self.house.layers.get("built-up")
        if layer is None:
            return "counted as such, since nobody says that it is not, and there is no layer of built-up areas"
        if not layer.zones:
            return "counted as such: the layer of built-up areas has nothing near"
        met = [m for m in Skies(layer.zones).meetings(tracks) if m.inside is not Answer.NO]
        return f"built-up area {_name(met[0].zone)!r}" if met else ""

    def _containment(self, level: str, volume: OperationalVolume, vehicle: _Vehicle) -> None:
        rules = self.tables["adjacent"]
        if vehicle.mtom_kg is not None and vehicle.mtom_kg < rules["light_kg"]:
            self._add("Containment", WORDS["L"], (f"below {rules['light_kg']} kg",), rules["article"])
            return
        if self.people is None:
            raise Unknown("containment needs the population of the adjacent area: --population FILE")
        path, reach = self.people.path, sora.adjacent_m("2.5", vehicle.speed_mps)
        density = max(self._adjacent(self.people, track, volume, reach) for track in self.ready.bare)
        assembly = self._largest_assembly(volume, float(rules["assemblies_within_m"]))
        level_of = sora.containment(
            level, dim_m=vehicle.dim_m, speed_mps=vehicle.speed_mps, mtom_kg=vehicle.mtom_kg, density=density,
            assembly=assembly, sheltered=self.given.sheltered,
        )  # fmt: skip
        inputs = (
            f"average within {reach:,.0f} m of the volume, beyond the buffer: {density:,.1f} persons/km2 ({path})",
            f"largest assembly within {rules['assemblies_within_m']} m of the volume: {assembly:,.0f} persons",
            "people there are sheltered, as stated" if self.given.sheltered else "no shelter is stated",
        )
        if level_of is None or level_of[0] == "X":
            self._add("Containment", "outside SORA", inputs, rules["article"])
            raise Outside("no containment is enough for the adjacent area")
        self._add("Containment", WORDS[level_of[0]], inputs, f"{rules['article']}, table {level_of[1]}")

    def _adjacent(self, people: People, track: Track, volume: OperationalVolume, reach: float) -> float:
        """The average density beside one flight: what is empty beside another is no relief for it."""
        drawn = outlines(volume, [track])
        around = geometry.grown(drawn["contingency-volume"], max(reach, volume.ground_risk_buffer_m))
        found = people.average(around, drawn["ground-risk-buffer"])
        if not found.covered or found.overlap:
            why = "its polygons lie over each other" if found.overlap else f"it covers {found.share:.1%}"
            raise Unknown(
                f"containment needs the population within {reach:,.0f} m of the volume, and {people.path}: {why}"
            )
        if found.per_km2 is None:
            raise Unknown(f"{people.path} does not say how many people live in {found.name!r}, in the adjacent area")
        return found.per_km2

    def _largest_assembly(self, volume: OperationalVolume, within_m: float) -> float:
        crowds = [
            zone.at_any_height() for zone in self.zones if zone.crowd is not None and zone.crowd.kind == "assembly"
        ]
        tracks = [track.widened(volume.sideways_m, 0.0, within_m) for track in self.ready.bare]
        met = Skies(crowds).meetings(tracks) if crowds else []
        return max((_persons(m.zone) for m in met if m.inside is not Answer.NO), default=0.0)


def _name(zone: Zone) -> str:
    return zone.name or zone.id


def _per_km2(zone: Zone) -> float:
    """The highest density of a crowd, by the most persons that it may hold."""
    _persons(zone)
    found = densest(zone)
    if found is None:
        raise Unknown(f"the place of crowd {_name(zone)!r} is not known")
    return found.per_m2 * M2_PER_KM2


def _persons(zone: Zone) -> float:
    """The most persons that a crowd may hold."""
    if zone.crowd is None or zone.crowd.most is None:
        raise Unknown(f"nobody says how many persons crowd {_name(zone)!r} holds")
    return zone.crowd.most
