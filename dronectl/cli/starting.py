"""What `init` does: ask what it was not told, write the settings of a folder, and read them back."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dronectl import bundled
from dronectl.cli import tongue
from dronectl.cli.writing import write
from dronectl.config import settings
from dronectl.errors import UsageError
from dronectl.readers.crew import read_crew
from dronectl.records import dataclass

SETTINGS, OPERATOR = "dronectl.toml", "operator.toml"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the flags say; what is None is asked for at a terminal."""

    city: str | None
    aircraft: Sequence[str] | None
    operator: str | None
    number: str | None
    lang: str | None


def init(folder: str, asked: Asked, *, ask: bool) -> int:
    """Write `dronectl.toml`, and `operator.toml` where there is something to put into it; neither over another."""
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise UsageError(f"{folder} is a file: name a folder")
    for name in (SETTINGS, OPERATOR):
        if (place / name).exists():
            raise UsageError(
                f"{place / name} is there already: it is not written over; edit it, or take another folder"
            )
    prompt: Callable[[str, str], str] = _prompt if ask else lambda words, default: default
    lang = _one_of(
        "--lang", asked.lang or prompt("Language (en or nl)", tongue.spoken()), tongue.LANGUAGES
    )  # what follows is asked in it
    say = tongue.teller_of(lang)
    cities = [*_cities(), ELSEWHERE]
    city = _one_of("--city", asked.city or prompt(say(f"Where ({', '.join(cities)})"), ELSEWHERE), cities)
    named = asked.aircraft
    if named is None:
        named = prompt(say("Aircraft, with commas (dronectl aircraft list; empty for none)"), "").split(",")
    name = asked.operator if asked.operator is not None else prompt(say("Name of the operator (empty for none)"), "")
    number = asked.number if asked.number is not None else prompt(say("Operator number (empty for none)"), "")
    aircraft = [word.strip() for word in named if word.strip()]
    _require_known(aircraft)
    for words in (name, number):
        if not words.isprintable():
            raise UsageError(f"{words!r} cannot be written: it holds characters that nobody can read")
    own_zones = (place / "zones").is_dir()
    crew = _operator(name.strip(), number.strip(), aircraft)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror or error}") from None
    written = {OPERATOR: crew} if crew else {}
    written[SETTINGS] = _settings(lang, bool(crew), own_zones, say)
    for file, text in written.items():
        write(str(place / file), text)
        tongue.note(f"wrote {place / file}")
    settings(place)  # as every command will
    if crew:
        read_crew([str(place / OPERATOR)])
    sys.stdout.write("\n".join(say(line) for line in _next(city, place, bool(crew), own_zones)) + "\n")
    return 0


def _cities() -> list[str]:
    """The cities that missions ship for."""
    return sorted(entry.name for entry in bundled.resolve(bundled.MISSIONS).iterdir() if entry.is_dir())


def _prompt(words: str, default: str) -> str:
    import typer

    return str(typer.prompt(words, default=default, show_default=bool(default), err=True))


def _one_of(option: str, word: str, known: Sequence[str]) -> str:
    if word.strip().lower() not in known:
        raise UsageError(f"{option} {word!r} is none of {', '.join(known)}")
    return word.strip().lower()


def _require_known(aircraft: Sequence[str]) -> None:
    from dronectl.crew import catalogue

    for name in aircraft:
        if name not in catalogue():
            raise UsageError(f"{name!r} is no aircraft here; `dronectl aircraft list` lists them")


def _operator(name: str, number: str, aircraft: Sequence[str]) -> str:
    """The operator's file; empty where nothing is known."""
    if not (name or number or aircraft):
        return ""
    lines = []
    if name or number:
        lines += ["[operator]", f"name = {_quoted(name)}", f"number = {_quoted(number)}"]
    for each in dict.fromkeys(aircraft):
        lines += ["", "[[aircraft]]", f"id = {_quoted(each)}", f"type = {_quoted(each)}"]
    return "\n".join(lines).lstrip("\n") + "\n"


def _quoted(word: str) -> str:
    """A text as TOML has it."""
    return json.dumps(word, ensure_ascii=False)


def _settings(lang: str, crew: bool, own_zones: bool, say: Callable[[str], str]) -> str:
    """The settings of a folder, with what people mostly add as remarks."""
    rows = [
        "# " + say("Settings of dronectl for this folder and those below it; dronectl config show says what holds."),
        f'lang = "{lang}"',
        *([f'operator = ["{OPERATOR}"]'] if crew else []),
        "",
        "# " + say("Zone files and folders. Those that ship are of five Dutch cities and not for navigation."),
        ("" if own_zones else "# ") + 'zones = ["zones"]',
        "# " + say("Terrain, so that heights above the ground and above the sea can be held against each other."),
        '# terrain = ["terrain"]',
        "# " + say("Room to keep from zones, metres."),
        "# margin_m = 20",
    ]
    return "\n".join(rows) + "\n"


def _next(city: str, place: Path, crew: bool, own_zones: bool) -> list[str]:
    """What to type next."""
    at = "" if place.resolve() == Path.cwd() else f"cd {shlex.quote(str(place))} && "
    doctor, check = f"{at}dronectl doctor", f"{at}dronectl check"
    rows = [f"next: {doctor}"]
    if own_zones:
        rows.append("the zones of the folder zones are asked, and no others: those that ship are left out")
    elif city == ELSEWHERE:
        rows.append(
            "no zone file that ships speaks of there: put zone files into a folder and name it in dronectl.toml"
        )
    if city != ELSEWHERE:
        first = min(bundled.resolve(bundled.MISSIONS).joinpath(city).iterdir())
        rows.append(f"to try it: {check} {bundled.named(first)}")
    if crew:
        rows.append("pilots, their competence and the insurance go into operator.toml: dronectl schema operator")
    return rows
