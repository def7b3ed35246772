"""What a check is asked: every file and every figure that the answer hangs on, resolved, so that it can be asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Any

from dronectl.check import Report, require_finite
from dronectl.check import check as run_check
from dronectl.cli.gathering import Gathered, Ground, Reading, alt_datum_of, finite, gather, moment, permits_of
from dronectl.cli.stopwatch import Stopwatch
from dronectl.config import DEFAULTS, Setting, Settings
from dronectl.errors import InputError, UsageError
from dronectl.law import Pack
from dronectl.mission import Mission, Separation
from dronectl.permit import Permit
from dronectl.records import dataclass
from dronectl.rules import Options

FILES = ("missions", "zones", "permits", "packs", "operator", "terrain", "surface", "fence")
FILE = ("geoid", "about", "mapping")
MOST_APART = 10_000.0
SEPARATION = "50,15,30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Paths, and figures in the units of their names; flags stand before settings, which stand before defaults."""

    missions: Sequence[str]
    zones: Sequence[str] = ()
    permits: Sequence[str] = ()
    named_permits: bool = True
    """Take the permits that missions name, beside those above."""
    packs: Sequence[str] = ()
    operator: Sequence[str] = ()
    layers: Sequence[str] = ()
    """`NAME=FILE`."""
    terrain: Sequence[str] = ()
    surface: Sequence[str] = ()
    fence: Sequence[str] = ()
    geoid: str | None = None
    about: str | None = None
    mapping: str | None = None
    terrain_error_m: float | None = None
    geoid_error_m: float | None = None
    qnh_hpa: float | None = None
    takeoff_elevation_m: float | None = None
    margin_m: float = 0.0
    near_m: float = 0.0
    separation: str = SEPARATION
    """Between missions: metres sideways, metres up, seconds."""
    max_age_days: float | None = None
    rtl_alt_m: float | None = None
    alt_datum: str | None = None
    airspace: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None
    now: str | None = None
    covers: bool = False
    strict: bool = False
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    lang: str = "en"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Question:
        """From plain values; `TypeError` where they are none of a question."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
        }
        return cls(**values)

    def moved(self, moves: Mapping[str, str], read: Mapping[str, Sequence[str]]) -> Question:
        """The same question of files that lie elsewhere; what was `read` of a folder is named file by file."""
        named: dict[str, Any] = {
            name: tuple(place for path in getattr(self, name) for place in _moved(path, moves, read.get(name, ())))
            for name in FILES
        }
        single = {name: moves.get(path, path) for name in FILE if (path := getattr(self, name)) is not None}
        layers = [entry.partition("=") for entry in self.layers]
        for name in ("zones", "permits"):  # all that there are: those that a mission names among them
            named[name] = tuple(moves[path] for path in read[name])
        named["layers"] = tuple(f"{name}={moves.get(path, path)}" for name, _, path in layers)
        return replace(self, named_permits=False, **named, **single)

    def options(self) -> Options:
        """How the check is to be done."""
        made = Options(
            margin_m=self.margin_m, near_m=self.near_m, now=moment(self.now, "--now"), max_age_days=self.max_age_days,
            covers=self.covers, strict=self.strict, lang=self.lang, airspace=tuple(sorted(self.airspace.items())),
            separation=_separation(self.separation), select=tuple(self.select), ignore=tuple(self.ignore),
        )  # fmt: skip
        require_finite(made)
        return made

    def settings(self) -> Settings:
        """The settings that the question was resolved with, and no others."""
        own: dict[str, Any] = {"zones": tuple(self.zones), "airspace": dict(self.airspace)}
        return Settings(
            {name: Setting(name, own.get(name, value), "question") for name, (_, value) in DEFAULTS.items()}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The report, and all that it was asked of."""

    report: Report
    found: Gathered
    permits: Sequence[Permit]


def ask(
    question: Question, *, whole: bool = False, room_m: float = 0.0, shipped: Sequence[Pack] | None = None,
    watch: Stopwatch | None = None,
) -> Answer:  # fmt: skip
    """Read everything and check. With `whole`, zones far away are read as well, with `room_m` those within so many metres
    more than is asked about; `shipped` stands for the packs that ship.
    A watch is told when reading and checking end.

    Raises `InputError` with the faults of all files.
    """
    options = question.options()
    found = _found(question, None if whole else max(options.near_m, options.margin_m), room_m=room_m, shipped=shipped)
    permits, permit_faults = permits_of(question.permits, found.missions if question.named_permits else ())
    if found.faults or permit_faults:
        raise InputError([*found.faults, *permit_faults])
    watch = watch or Stopwatch()
    watch.lap("reading")
    report = run_check(found.missions, found.files, permits, options, found.models, found.house)
    watch.lap("checking")
    return Answer(report=report, found=found, permits=permits)


def missions_of(question: Question, shipped: Sequence[Pack]) -> list[Mission]:
    """The missions that a question is about, with all that it states of them. Raises `InputError` as `ask` does."""
    found = _found(question, None, with_zones=False, shipped=shipped)
    if found.faults:
        raise InputError(found.faults)
    return found.missions


def _found(
    question: Question, reach_m: float | None, *, room_m: float = 0.0, with_zones: bool = True,
    shipped: Sequence[Pack] | None,
) -> Gathered:  # fmt: skip
    """What a question is asked of, its permits left out."""
    ground = Ground(
        terrain=question.terrain, surface=question.surface, terrain_error=question.terrain_error_m, geoid=question.geoid,
        geoid_error=question.geoid_error_m, qnh=question.qnh_hpa, takeoff_elevation=question.takeoff_elevation_m,
    )  # fmt: skip
    reading = Reading(
        rtl_alt_m=question.rtl_alt_m, alt_datum=alt_datum_of(question.alt_datum), mapping=question.mapping
    )
    return gather(
        question.missions, question.settings(), question.zones, reading, reach_m, room_m=room_m, at=question.at,
        with_zones=with_zones, fence=question.fence, ground=ground, packs=question.packs, operator=question.operator,
        layers=question.layers, about=question.about, shipped=shipped,
    )  # fmt: skip


def question_of(chosen: Settings, missions: Sequence[str], **flags: Any) -> Question:
    """A question about missions by flags (the members of a question), each before the setting of its name."""
    own: dict[str, Any] = {name: value for name, value in flags.items() if value is not None and value != ()}
    for name in ("zones", "operator", "terrain", "surface"):
        own[name] = tuple(chosen.paths(name, list(own.get(name, ()))))
    own["packs"] = tuple(chosen.packs(own.get("packs", ())))
    own["layers"] = tuple(chosen.layers(own.get("layers", ())))
    own["geoid"] = chosen.path("geoid", own.get("geoid"))
    for name in ("terrain_error_m", "geoid_error_m", "qnh_hpa", "max_age_days"):
        own[name] = chosen.number(name, own.get(name))
    for name in ("margin_m", "near_m"):
        own[name] = chosen.number(name, own.get(name)) or 0.0
    own["alt_datum"], own["airspace"] = chosen.word("alt_datum", own.get("alt_datum")), chosen.table("airspace")
    own["separation"] = chosen.word("separation", own.get("separation")) or SEPARATION
    own["strict"] = chosen.flag("strict", own.get("strict", False))
    return Question(missions=tuple(missions), **own)


def _moved(path: str, moves: Mapping[str, str], read: Sequence[str]) -> list[str]:
    """Where a file lies now, or the files of a folder; what is neither, such as the name of a pack, stays."""
    inside = [moves[file] for file in read if file != path and Path(file).is_relative_to(path)]
    return [moves[path]] if path in moves else inside or [path]


def read_by(answer: Answer) -> list[str]:
    """Every file that an answer rests on."""
    found, house = answer.found, answer.found.house
    named = [m.path for m in found.missions] + [f.dataset.path for f in found.files] + [p.path for p in answer.permits]
    named += [path for path, _ in house.crew.files] + [pack.path for pack in house.packs] + list(found.beside)
    named += [path for layer in house.layers.values() for path, _, _ in layer.files]
    return named + found.models.paths


def _separation(words: str) -> Separation:
    try:
        sideways, up, seconds = (float(part) for part in words.split(","))
    except ValueError:
        raise UsageError(f"--separation {words!r}: give metres sideways, metres up and seconds, as 50,15,30") from None
    for value in (sideways, up, seconds):
        if not 0 <= finite(value, "--separation") <= MOST_APART:
            raise UsageError(f"--separation {words!r}: each is between 0 and {MOST_APART:g}")
    return Separation(sideways_m=sideways, up_m=up, seconds=seconds)
