"""What the commands print that look at rule packs, aircraft, waivers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dronectl import bundled
from dronectl.errors import Fault, InputError, UsageError
from dronectl.law import Limit, Pack, bundled_packs
from dronectl.law.comparison import LANGUAGES

WORDS = {
    "en": (
        "pack",
        "asks",
        "source",
        "binds",
        "in force",
        "confidence",
        "what is held against it",
        "until further notice",
    ),
    "nl": (
        "regelpakket",
        "eist",
        "bron",
        "bindt",
        "geldig",
        "zekerheid",
        "wat ertegen wordt gehouden",
        "tot nader order",
    ),
}


def language(lang: str) -> str:
    """A language that texts are kept in."""
    if lang not in LANGUAGES:
        raise UsageError(f"{lang!r} is no language here; use en or nl")
    return lang


def _all(paths: Sequence[str]) -> tuple[Pack, ...]:
    if not paths:
        return bundled_packs()
    from dronectl.readers.packs import read_packs

    return read_packs(paths)[0]


def show(name: str, paths: Sequence[str], lang: str) -> str:
    """One limit in each edition that has it, or every limit of a pack, or the explanation of a rule."""
    language(lang)
    found = _all(paths)
    named = [pack for pack in found if name in (pack.id, pack.name)]
    if named:
        newest = max(named, key=lambda pack: pack.valid_from)
        head = f"{newest.id} {newest.edition}: {newest.title[lang]}\n{newest.source}\n\n"
        return head + "\n".join(limit_text(limit, (newest.edition,), lang) for limit in newest.limits)
    limits = limits_text(name, found, lang)
    if limits:
        return limits
    from dronectl.cli import looking

    return looking.explain(name, lang)


def limits_text(name: str, found: Sequence[Pack], lang: str) -> str:
    """One limit in every edition that has it, the newest first; empty where none has. Editions that say the same are one."""
    wanted = name.strip().upper()
    told: dict[str, tuple[Limit, list[str]]] = {}
    for pack in sorted(found, key=lambda pack: pack.valid_from, reverse=True):
        for limit in pack.limits:
            if limit.id == wanted:
                told.setdefault(limit_text(limit, (), lang), (limit, []))[1].append(pack.edition)
    return "\n".join(limit_text(limit, editions, language(lang)) for limit, editions in told.values())


def limit_text(limit: Limit, editions: Sequence[str], lang: str) -> str:
    """A limit for people: what it asks, its article, whom it binds, since when, how sure, in which editions of its pack."""
    name, asks, source, binds, force, sure, kind, forever = WORDS[lang]
    until = limit.valid_until.isoformat() if limit.valid_until else forever
    rows = [
        (asks, limit.words_in(lang)), (source, limit.article),
        (name, " ".join([limit.pack, ", ".join(editions)])),
        (binds, ", ".join(limit.categories) or "-"), (force, f"{limit.valid_from} - {until}"), (sure, limit.confidence),
        (kind, limit.kind),
    ]  # fmt: skip
    table = limit.more.get("table")
    if table:
        rows.append(
            ("tabel" if lang == "nl" else "table", "; ".join(f"{row[0]} m: {row[1]}/{row[2]} m" for row in table))
        )
    return f"{limit.id}  {limit.title[lang]}\n" + "".join(f"  {label}: {words}\n" for label, words in rows)


def packs(paths: Sequence[str]) -> str:
    """Every pack and edition."""
    lines = []
    for pack in _all(paths):
        until = pack.valid_until.isoformat() if pack.valid_until else "until further notice"
        when = f"{pack.valid_from} to {until}"
        asked = "; only where asked for (--pack)" if pack.opt_in else ""
        lines.append(f"{pack.id:<12} {pack.edition:<11} {len(pack.limits):>3} limits  {when}\n")
        lines.append(f"{'':<12} {pack.title['en']}{asked}; binds {', '.join(pack.categories) or 'every mission'}\n")
    return "".join(lines)


def _edition(name: str) -> Pack:
    for pack in bundled_packs():
        if pack.name == name:
            return pack
    if Path(name).suffix == ".toml":
        from dronectl.readers.packs import read_packs

        return next(pack for pack in read_packs([name])[0] if pack.path == name)
    raise UsageError(
        f"{name!r} is no edition; use one of {', '.join(pack.name for pack in bundled_packs())}, or a file"
    )


def diff(one: str, other: str) -> tuple[str, bool]:
    """What differs between two editions: limits only in one, and those with other figures, articles or dates."""
    first, second = _edition(one), _edition(other)
    left, right = ({limit.id: limit for limit in pack.limits} for pack in (first, second))
    lines = [f"{first.name} -> {second.name}"]
    lines += [f"- {name}  {left[name].title['en']}: {left[name].words}" for name in left if name not in right]
    lines += [f"+ {name}  {right[name].title['en']}: {right[name].words}" for name in right if name not in left]
    for name in left:
        if name in right:
            changed = [
                f"{what} {a} -> {b}"
                for what, a, b in (
                    ("asks", left[name].words, right[name].words),
                    ("article", left[name].article, right[name].article),
                    ("binds", left[name].categories, right[name].categories),
                    ("confidence", left[name].confidence, right[name].confidence),
                    ("valid until", left[name].valid_until, right[name].valid_until),
                )
                if a != b
            ]
            lines += [f"~ {name}  {'; '.join(changed)}"] if changed else []
    same = len(lines) == 1
    return "\n".join([*lines, "no difference" if same else f"{len(lines) - 1} difference(s)"]) + "\n", same


def lint(paths: Sequence[str]) -> tuple[str, int]:
    """Every fault of some packs."""
    from dronectl.readers.packs import read_packs

    try:
        found, _ = read_packs(paths)
    except InputError as error:
        return "".join(f"{fault}\n" for fault in error.faults) + f"{len(error.faults)} fault(s)\n", 1
    own = [pack for pack in found if not pack.path.startswith(bundled.PREFIX)]
    return "".join(f"{pack.path}: {pack.name}, {len(pack.limits)} limits, no fault\n" for pack in own), 0


def aircraft_list(operator: Sequence[str]) -> str:
    """The catalogue, and the operator's own."""
    from dronectl.crew import Crew, catalogue
    from dronectl.readers.crew import read_crew

    crew = read_crew(operator) if operator else Crew()
    lines = []
    for found in {**catalogue(), **crew.aircraft}.values():
        mass = f"{found.mtom_kg:g} kg" if found.mtom_kg is not None else "-"
        size = f"{found.dimension_m:g} m" if found.dimension_m is not None else "-"
        speed = f"{found.max_speed_mps:g} m/s" if found.max_speed_mps is not None else "-"
        label = found.label or "-"
        lines.append(f"{found.id:<20} {mass:>9} {size:>7} {speed:>9}  {label:<5} {found.confidence:<7} {found.model}\n")
    return "".join(lines) + "The type plate, the class label and the operations manual win. C: not used as it is.\n"


def aircraft_show(name: str, operator: Sequence[str]) -> str:
    """One aircraft as a row of an operator file."""
    from dronectl.crew import FIGURES, Crew
    from dronectl.readers.crew import read_crew

    found = (read_crew(operator) if operator else Crew()).find_aircraft(name)
    if found is None:
        raise UsageError(f"{name!r} is no aircraft here; `dronectl aircraft list` lists them")
    lines = [f"# confidence {found.confidence}; {found.source}", "[[aircraft]]", f"id = {json.dumps(found.id)}"]
    if found.label:
        lines.append(f'class = "{found.label}"')
    for figure in sorted(FIGURES - {"class_note"}):
        value = getattr(found, figure)
        if value is None or value == "" or value is False:
            continue
        lines.append(f"{figure} = {json.dumps(value) if not hasattr(value, 'isoformat') else value.isoformat()}")
    return "\n".join(lines) + "\n"


def _known() -> set[str]:
    """Every code that a permit may name: the rules, and the limits of the bundled packs."""
    from dronectl.explanation import explanations

    return {*explanations(), *(limit.id for pack in bundled_packs() for limit in pack.limits)}


def waiver_add(
    file: str,
    identifier: str,
    rules: Sequence[str],
    reason: str,
    approved_by: str,
    until: str,
    zones: Sequence[str],
    missions: Sequence[str],
) -> str:
    """Write a waiver, once its members are sound."""
    import tempfile

    from dronectl.cli.writing import write
    from dronectl.readers.permits import read_permit

    if Path(file).exists():
        raise UsageError(f"{file} exists: a waiver is not overwritten; choose another name")
    known = _known()
    for code in rules:
        if code not in known and not code.startswith("HOUSE-"):
            raise UsageError(f"{code!r} is no rule and no limit; `dronectl rules` lists them")
    permit = {
        "id": identifier, "kind": "waiver", "issuer": approved_by, "approved_by": approved_by, "reason": reason,
        "rules": list(rules), "until": until,
    }  # fmt: skip
    permit |= {name: list(words) for name, words in (("zones", zones), ("missions", missions)) if words}
    text = json.dumps({"permit": permit}, indent=1, ensure_ascii=False) + "\n"
    with tempfile.TemporaryDirectory(prefix="dronectl-") as folder:
        trial = Path(folder) / "waiver.json"
        trial.write_text(text, "utf-8")
        try:
            read_permit(trial)
        except InputError as error:
            raise UsageError("; ".join(f"{fault.where.path}: {fault.what}" for fault in error.faults)) from None
    write(file, text)
    return f"wrote {file}: waiver {identifier} of {', '.join(rules)} until {until}\n"


def _files(paths: Sequence[str]) -> list[str]:
    found: list[str] = []
    for path in paths:
        folder = bundled.resolve(path)
        found.extend(sorted(str(file) for file in folder.glob("*.json")) if folder.is_dir() else [path])
    return found


def waiver_list(paths: Sequence[str], now: str | None) -> str:
    """Permits, a line each."""
    from dronectl.cli.gathering import moment
    from dronectl.readers.permits import read_permit
    from dronectl.reports.words import tame

    clock = moment(now, "--now")
    lines = []
    for path in _files(paths):
        permit = read_permit(path)
        until = f"{datetime.fromtimestamp(permit.end, UTC):%Y-%m-%d %H:%MZ}" if permit.end is not None else "no end"
        state = " EXPIRED" if clock is not None and permit.end is not None and permit.end < clock else ""
        about = ", ".join(sorted({*permit.rules, *permit.zones})) or "every zone that it fits"
        why = f": {permit.reason}" if permit.reason else ""
        lines.append(tame(f"{permit.id}  {permit.kind}, until {until}{state}; {about}; {permit.issuer}{why}") + "\n")
    return "".join(lines) or "no permit\n"


def waiver_lint(paths: Sequence[str], now: str | None) -> tuple[str, int]:
    """Every fault of some permits: what they lack, what stands for several, what is expired."""
    from dronectl.cli.gathering import moment
    from dronectl.readers.permits import read_permit
    from dronectl.where import Where

    clock = moment(now, "--now")
    known = _known()
    faults: list[Fault] = []
    files = _files(paths)
    for path in files:
        try:
            permit = read_permit(path)
        except InputError as error:
            faults.extend(error.faults)
            continue
        if clock is not None and permit.end is not None and permit.end < clock:
            faults.append(Fault(Where(path), f"{permit.kind} {permit.id} is expired", "renew it, or take it away"))
        for code in sorted((permit.rules | permit.limits.keys()) - known):
            if not code.startswith("HOUSE-"):
                faults.append(Fault(Where(path), f"{code!r} is no rule and no limit", "`dronectl rules` lists them"))
        if permit.kind == "waiver" and not permit.rules:
            faults.append(Fault(Where(path), f"waiver {permit.id} names no rule", "name the rules that it waives"))
    text = "".join(f"{fault}\n" for fault in faults)
    return text + f"{len(files)} permit(s), {len(faults)} fault(s)\n", 1 if faults else 0
