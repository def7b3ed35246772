"""What a user or an organisation set once: `dronectl.toml`, the user's own file, `DRONECTL_*`, and flags before them all."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from dronectl import bundled
from dronectl.errors import Fault, InputError, UsageError
from dronectl.records import dataclass
from dronectl.where import Where

FILE = "dronectl.toml"
PREFIX = "DRONECTL_"
Value = bool | float | str | tuple[str, ...] | Mapping[str, str] | None

PATHS, PATH, NUMBER, WORD, TABLE, FLAG = "paths", "path", "number", "word", "table", "flag"
LAYERS = ("roads", "railways", "power-lines", "built-up", "homes", "public-ground")
SHIPPED_PACKS = frozenset({"house"})  # packs that ship and bind where their name is given
NEARLY = 0.7  # of its letters: a house figure
YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
OWN_COLON = (bundled.PREFIX, "postgis:")  # what a path may begin with
SECRET = frozenset({"database_url"})
RESTRICTIONS = ("PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION")
DEFAULTS: dict[str, tuple[str, Value]] = {
    "zones": (PATHS, (bundled.ZONES,)),
    "terrain": (PATHS, ()),
    "surface": (PATHS, ()),
    "terrain_error_m": (NUMBER, None),
    "geoid": (PATH, None),
    "geoid_error_m": (NUMBER, None),
    "qnh_hpa": (NUMBER, None),
    "margin_m": (NUMBER, 0.0),
    "near_m": (NUMBER, 1000.0),
    "separation": (WORD, "50,15,30"),
    "max_age_days": (NUMBER, None),
    "alt_datum": (WORD, None),
    "airspace": (TABLE, {}),
    "packs": (PATHS, ()),
    "operator": (PATHS, ()),
    "layers": (TABLE, {}),
    "strict": (FLAG, False),
    "lang": (WORD, "en"),
    "basemap": (PATH, None),
    "database_url": (WORD, None),
    "ledger": (PATH, None),
    "cache": (WORD, None),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, and who set it."""

    name: str
    value: Value
    source: str


class Settings:
    """All settings, each from the nearest that sets it: flag, environment, `dronectl.toml`, the user's file, default."""

    def __init__(self, settings: Mapping[str, Setting]) -> None:
        self.settings = dict(settings)

    def number(self, name: str, flag: float | None = None) -> float | None:
        value = self.settings[name].value if flag is None else flag
        assert value is None or isinstance(value, float | int)
        return None if value is None else float(value)

    def flag(self, name: str, flag: bool = False) -> bool:
        """True where the flag or the setting says so."""
        return flag or self.settings[name].value is True

    def path(self, name: str, flag: str | None = None) -> str | None:
        value = self.settings[name].value if flag is None else flag
        assert value is None or isinstance(value, str)
        return value

    def word(self, name: str, flag: str | None = None) -> str | None:
        value = self.settings[name].value if flag is None else flag
        assert value is None or isinstance(value, str)
        return value

    def table(self, name: str) -> dict[str, str]:
        value = self.settings[name].value
        assert isinstance(value, Mapping)
        return dict(value)

    def layers(self, flags: Sequence[str] = ()) -> list[str]:
        """Layers of the ground, `NAME=FILE`: those of the flags, and for the others what the settings say."""
        for words in flags:
            name, _, path = words.partition("=")
            if name not in LAYERS or not path:
                raise UsageError(f"--layer {words!r}: write NAME=FILE, with one of {', '.join(LAYERS)}")
        given = {words.partition("=")[0] for words in flags}
        return [*flags, *(f"{name}={path}" for name, path in self.table("layers").items() if name not in given)]

    def packs(self, flags: Sequence[str] = ()) -> list[str]:
        """Rules of the house: those of the settings, and what flags add to them; no flag takes one away."""
        return list(dict.fromkeys([*self.paths("packs"), *flags]))

    def paths(self, name: str, flag: list[str] | tuple[str, ...] | None = None) -> list[str]:
        value = flag or self.settings[name].value
        assert isinstance(value, list | tuple)
        return list(value)


def cache_folder(chosen: Settings) -> Path | None:
    """Where large zone files are kept in parts: the folder of the setting, else that of the user; None for `off`."""
    word = chosen.word("cache")
    if word is not None:
        return None if word == "off" else Path(word).expanduser()
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(name):
            return Path(os.environ[name]) / "dronectl" / "zones"
    home = os.environ.get("HOME")
    return Path(home) / ".cache" / "dronectl" / "zones" if home else None


def settings(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings for work in a folder (by default the current one).

    Raises `InputError` with all faults of the files, `UsageError` for a variable that is no number.
    """
    environment = os.environ if environment is None else environment
    found = {name: Setting(name, value, "default") for name, (_, value) in DEFAULTS.items()}
    found["lang"] = _spoken(environment)
    faults: list[Fault] = []
    for file in (_user_file(environment), _upward(folder or Path.cwd())):
        if file is not None and file.is_file():
            found.update(_from_file(file, faults))
    if faults:
        raise InputError(faults)
    _refuse_slips(environment)
    for name, (kind, _) in DEFAULTS.items():
        words = environment.get(PREFIX + name.upper())
        if words:
            found[name] = Setting(name, _from_words(words, kind, PREFIX + name.upper()), PREFIX + name.upper())
    return Settings(found)


def _refuse_slips(environment: Mapping[str, str]) -> None:
    """Refuse a variable that is nearly called as one that sets something: it would set nothing, without a word."""
    known = [PREFIX + name.upper() for name in DEFAULTS]
    for given in sorted(name for name in environment if name.startswith(PREFIX) and name not in known):
        from difflib import get_close_matches

        near = get_close_matches(given.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in known], 1, NEARLY)
        if near:
            raise UsageError(f"{given} sets nothing: write {PREFIX}{near[0]}")


def _spoken(environment: Mapping[str, str]) -> Setting:
    """The language that the machine is set to, where we have it; else English. The order is that of gettext."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if words := environment.get(name):
            return Setting("lang", "nl", name) if words.lower().startswith("nl") else Setting("lang", "en", "default")
    return Setting("lang", "en", "default")


def _user_file(environment: Mapping[str, str]) -> Path | None:
    base = environment.get("XDG_CONFIG_HOME")
    if base:
        return Path(base) / "dronectl" / FILE
    home = environment.get("HOME")
    return Path(home) / ".config" / "dronectl" / FILE if home else None


def _upward(folder: Path) -> Path | None:
    for place in (folder, *folder.resolve().parents):
        if (place / FILE).is_file():
            return place / FILE
    return None


def _from_file(file: Path, faults: list[Fault]) -> dict[str, Setting]:
    where = Where(str(file))
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(where, f"cannot be read: {error}", "mend it, or take it away"))
        return {}
    found: dict[str, Setting] = {}
    for name, value in given.items():
        if name not in DEFAULTS:
            faults.append(Fault(where / name, "is no setting", f"use one of {', '.join(DEFAULTS)}"))
            continue
        kind = DEFAULTS[name][0]
        listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if kind == PATHS and (listed or isinstance(value, str)):
            items = [value] if isinstance(value, str) else value
            found[name] = Setting(name, tuple(_beside(file, item) for item in items), str(file))
        elif kind == PATH and isinstance(value, str):
            found[name] = Setting(name, _beside(file, value), str(file))
        elif kind == WORD and isinstance(value, str):
            found[name] = Setting(name, value, str(file))
        elif kind == TABLE and isinstance(value, dict):
            found[name] = Setting(name, _table(file, where / name, name, value, faults), str(file))
        elif kind == FLAG and isinstance(value, bool):
            found[name] = Setting(name, value, str(file))
        elif kind == NUMBER and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            found[name] = Setting(name, float(value), str(file))
        else:
            wanted = {
                PATHS: "a list of paths", PATH: "a path", NUMBER: "a number", WORD: "a word in quotes",
                FLAG: "true or false", TABLE: 'a table: RMZ = "NO_RESTRICTION", or roads = "roads.geojson"',
            }[kind]  # fmt: skip
            faults.append(Fault(where / name, f"is {value!r}", f"give {wanted}"))
    return found


def _table(file: Path, where: Where, name: str, value: Mapping[str, object], faults: list[Fault]) -> dict[str, str]:
    """Classes of airspace with what they ask, or layers of the ground with their files."""
    for key, word in value.items():
        if name == "airspace" and word not in RESTRICTIONS:
            faults.append(Fault(where / key, f"is {word!r}", f"use one of {', '.join(RESTRICTIONS)}"))
        elif name == "layers" and (key not in LAYERS or not isinstance(word, str)):
            faults.append(Fault(where / key, f"is {word!r}", f"give a file to one of {', '.join(LAYERS)}"))
    if name == "layers":
        return {key: _beside(file, str(path)) for key, path in value.items()}
    return {key.upper(): str(word) for key, word in value.items()}


def _beside(file: Path, path: str) -> str:
    """A path as it is meant: relative to the file that names it."""
    if path.startswith(OWN_COLON) or Path(path).is_absolute() or path in SHIPPED_PACKS:
        return path
    return str(file.parent / path)


def _apart(words: str) -> list[str]:
    """Paths that stand behind each other, those with a colon of their own (`bundled:zones`, `postgis:TABLE`) whole."""
    made: list[str] = []
    for part in words.split(os.pathsep):
        if made and made[-1] + ":" in OWN_COLON and os.pathsep == ":":
            made[-1] += ":" + part
        else:
            made.append(part)
    return made


def _from_words(words: str, kind: str, variable: str) -> Value:
    if kind == PATHS:
        return tuple(_apart(words))
    if kind in (PATH, WORD):
        return words
    if kind == TABLE:
        raise UsageError(f"{variable} cannot be set in the environment: write it in {FILE}")
    if kind == FLAG:
        if words.lower() not in YES_NO:
            raise UsageError(f"{variable} is {words!r}, and one of {', '.join(YES_NO)} is wanted")
        return YES_NO[words.lower()]
    try:
        value = float(words)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{variable} is {words!r}, and a number is wanted")
    return value
