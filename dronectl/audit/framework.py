"""A control framework over an audit: rows are controls; columns say whether each is designed, exists, and works.

`yes`, `no` and `unknown`: what nobody can tell from the files of the audit stays unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from dronectl.audit.flight import Setting
from dronectl.audit.summary import CONTROLS, Summary
from dronectl.errors import InputError, UsageError
from dronectl.logbook import FIELDS
from dronectl.records import dataclass
from dronectl.rules import CODE, catalogue
from dronectl.where import Where

NAMES = ("ilt-log", "wpg", "dpia", "house")
EXISTS = ("logbooks", "plans", "zones", "papers", "camera", "waivers", "operator", "privacy-zones", "logs")
WORKS = (*CONTROLS, "logged", "purpose", "basis", "waivers")
MEMBERS = frozenset({"title", "source", "design", "exists", "works"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One control: each answer with what it rests on."""

    title: Mapping[str, str]
    source: str
    design: str
    """`yes`, `no` or `unknown`."""
    design_by: str
    exists: str
    exists_by: str
    works: str
    works_by: str


def load(name: str) -> tuple[Mapping[str, str], list[dict[str, Any]]]:
    """The title and the controls of a framework that ships, or of a file (TOML) of the same shape."""
    if name in NAMES:
        text = resources.files("dronectl.audit").joinpath(f"frameworks/{name}.toml").read_text("utf-8")
    elif Path(name).is_file():
        text = Path(name).read_text("utf-8")
    else:
        raise UsageError(f"--framework {name!r}: use one of {', '.join(NAMES)}, or a file")
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError.at(Where(name), f"is no TOML: {error}", remedy="mend it, or give another file") from None
    controls = value.get("control")
    if (
        not isinstance(value.get("title"), dict)
        or not _is_told(value["title"])
        or not isinstance(controls, list)
        or not controls
    ):
        raise InputError.at(Where(name), "has no title, or no [[control]]", remedy="copy a framework that ships")
    for k, control in enumerate(controls):
        odd = _odd(control)
        if odd:
            raise InputError.at(Where(name) / "control" / k, odd, remedy="copy a framework that ships")
    return value["title"], controls


def _is_told(title: Mapping[str, Any]) -> bool:
    """True for a title in English, and maybe in other languages."""
    return "en" in title and all(isinstance(words, str) and words for words in title.values())


def _odd(control: Any) -> str:
    if not isinstance(control, dict) or not isinstance(control.get("title"), dict) or not _is_told(control["title"]):
        return "has no title in English"
    if not isinstance(control.get("source"), str):
        return "has no source"
    for name in control.keys() - MEMBERS:
        return f"{name!r} is not known"
    works = control.get("works")
    if isinstance(works, list):
        codes = {rule.code for rule in catalogue()}
        for name in works:
            if not isinstance(name, str) or (CODE.fullmatch(name.lower()) and name not in codes):
                return f"works {name!r} is no rule"
        works = None
    if works is not None and works not in WORKS and str(works).removeprefix("field:") not in FIELDS:
        return f"works {works!r} is not known"
    if control.get("exists") is not None and control["exists"] not in EXISTS:
        return f"exists {control['exists']!r} is not known"
    return "" if control.get("design") in (None, "packs") else f"design {control['design']!r} is not known"


def judged(controls: list[dict[str, Any]], made: Summary, setting: Setting, logs: int) -> list[Row]:
    """Every control of a framework, answered from an audit."""
    return [
        Row(
            title=control["title"], source=control["source"], **_design(control.get("design"), setting),
            **_exists(control.get("exists"), made, setting, logs), **_works(control.get("works"), made),
        )
        for control in controls
    ]  # fmt: skip


def _design(what: str | None, setting: Setting) -> dict[str, str]:
    if what is None:
        return {"design": "unknown", "design_by": "no file of the audit says"}
    own = setting.house.asked
    if own:
        return {"design": "yes", "design_by": f"rules of the house: {', '.join(own)}"}
    return {"design": "no", "design_by": "no rules of the house were given (--pack)"}


def _exists(what: str | None, made: Summary, setting: Setting, logs: int) -> dict[str, str]:
    zones = [zone for file in setting.files for zone in file.zones]
    counts = {
        "logbooks": (sum(len(book.entries) for book in setting.logbooks), "entries of logbooks"),
        "plans": (len(setting.plans), "plans"), "zones": (len(zones), "zones"), "logs": (logs, "logs"),
        "privacy-zones": (sum(zone.privacy is not None for zone in zones), "privacy zones"),
        "papers": (made.controls["papers"].kept, "flights whose papers were there"),
        "camera": (made.controls["privacy"].asked, "flights asked about their camera"),
        "waivers": (sum(permit.kind == "waiver" for permit in setting.permits), "waivers"),
        "operator": (len(setting.house.crew.files), "files of the operator"),
    }  # fmt: skip
    if what is None:
        return {"exists": "unknown", "exists_by": "no file of the audit says"}
    asked = {"papers": made.controls["papers"].asked, "camera": made.controls["privacy"].asked}
    if asked.get(what) == 0:
        return {"exists": "unknown", "exists_by": "never asked"}
    count, words = counts[what]
    return {"exists": "yes" if count else "no", "exists_by": f"{count} {words}"}


def _works(what: str | list[str] | None, made: Summary) -> dict[str, str]:
    if what is None:
        return {"works": "unknown", "works_by": "no file of the audit says"}
    if isinstance(what, list):
        told = [made.answers[name] for name in what if name in made.answers]
        if not told:
            return _share(0, 0, 0)
        kept, asked = sum(c.kept + c.waived for c in told), sum(c.asked for c in told)
        return _share(kept, asked + made.unread, sum(c.unknown for c in told) + made.unread, flights=made.flights)
    if what.startswith("field:"):
        kept = made.logged - made.missing.get(what.removeprefix("field:"), 0)
        return _share(kept, made.flights, made.flights - made.logged)
    if what == "logged":
        return _share(made.logged, made.flights, made.unread)
    if what == "purpose":
        return _share(made.flights - made.purposes.get("not stated", 0), made.flights, made.unread)
    if what == "basis":
        return _share(made.based, made.flights, made.unread)
    if what == "waivers":
        used = len(made.waivers)
        word = "no" if made.expired else "yes" if used else "unknown"
        return {"works": word, "works_by": f"{used} used, {len(made.expired)} expired at the time of the flight"}
    control = made.controls[what]
    bare = control.not_asked if what == "volume" else 0  # without a plan nobody knows the volume
    kept = control.kept + control.waived
    return _share(kept, control.asked + bare, control.unknown + bare, flights=made.flights)


def _share(kept: int, asked: int, unknown: int, *, flights: int = 0) -> dict[str, str]:
    """How many kept a control of those that were asked, and of how many flights nobody asked."""
    if asked == 0:
        return {"works": "unknown", "works_by": "never asked"}
    word = "no" if kept + unknown < asked else "unknown" if unknown else "yes"
    said = f"{kept}/{asked}" + (f", {unknown} unknown" if unknown else "")
    if asked < flights:
        said += f", {flights - asked} not asked"
    return {"works": word, "works_by": said}
