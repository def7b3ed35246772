"""What `publish` does: make the register, attack it, and write it only where the attack finds nobody."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dronectl.audit import flights, store, summary
from dronectl.camera import LEVELS, View
from dronectl.cli import tongue
from dronectl.cli.gathering import alt_datum_of, house_of
from dronectl.cli.handing_over import ledger_path
from dronectl.cli.signing import clock, signer
from dronectl.cli.writing import write
from dronectl.config import settings
from dronectl.errors import InputError, UsageError
from dronectl.evidence import ledger as ledgers
from dronectl.evidence.canonical import digest
from dronectl.filming import view_for
from dronectl.house import House
from dronectl.mission import Mission
from dronectl.readers.layers import read_layer
from dronectl.records import dataclass
from dronectl.reports import register as report
from dronectl.sharing.disclosure import attack
from dronectl.sharing.register import DELAY_DAYS, POLICE_DELAY_DAYS, Settings, places_of, register
from dronectl.viewing import density

DONE, FOUND, UNKNOWN = 0, 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the flags of a register say."""

    folders: Sequence[str]
    period: str | None
    homes: Sequence[str]
    areas: str | None
    results: Sequence[str]
    publisher: str
    delay: int
    police_delay: int
    operator: Sequence[str]
    alt_datum: str | None


def publish(asked: Asked, output: str, key: str | None, now: str | None, dry_run: bool) -> int:
    """Make the register of a period; 1 where it would give a place away, 3 where a log could not be read."""
    when = clock(now)
    if asked.delay < DELAY_DAYS or asked.police_delay < POLICE_DELAY_DAYS:
        raise UsageError(f"a register waits {DELAY_DAYS} days at least, for police flights {POLICE_DELAY_DAYS}")
    chosen = settings()
    house, faults = house_of(chosen, [], asked.operator, [], [])
    if faults:
        raise InputError(faults)
    label, span = summary.period_of(asked.period)
    homes = read_layer("homes", list(asked.homes))
    areas = read_layer("areas", [asked.areas]) if asked.areas is not None else None
    opened = flights.open_flights(asked.folders, alt_datum_of(chosen.word("alt_datum", asked.alt_datum)))
    moment = datetime.fromisoformat(when).timestamp()
    wanted = Settings(
        period=_plain(label), publisher=asked.publisher, now=moment, delay_days=asked.delay,
        police_delay_days=asked.police_delay,
    )  # fmt: skip
    known = (one for one in opened if one.begins_in(span))
    made = register(known, homes, areas, _results(asked.results), lambda mission: _level(mission, house), wanted)
    places = places_of(homes)
    test = attack(made.document, made.truths, places, wanted.fewest)
    sys.stdout.write(report.told(made, test, tongue.teller()))
    for fault in opened.unread:
        tongue.note(f"error: {fault.where}: {fault.what}")
    if not test.passed:
        return FOUND
    if not dry_run:
        _write(report.files(made, test, len(places[0]), areas), output, key, when)
    return UNKNOWN if opened.unread else DONE


def _write(files: Mapping[str, str], output: str, key: str | None, when: str) -> None:
    signed = signer(key)
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{output} is a file: name a folder for the register")
    folder.mkdir(parents=True, exist_ok=True)
    digests = {name: digest(text.encode()) for name, text in files.items()}
    line = ledgers.append(ledger_path(), {"what": "publish", "when": when, "to": "public", "files": digests}, signed)
    for name, text in files.items():
        write(str(folder / name), text)
    tongue.note(f"wrote {len(files)} files to {output}; line {line.number} of the ledger, head {line.digest}")


def _plain(label: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in label)


def _results(paths: Sequence[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of an audit by the digest of the log and the flight."""
    if not paths:
        return {}
    kept = flights.results_in(paths)
    if not kept:
        raise UsageError("--results: name the results of an audit (flights.parquet, or its folder)")
    rows = store.rows(kept, ["flight", "sha256", "verdict", "excursions"])
    return {(row["sha256"], row["flight"]): row for row in rows}


def _level(mission: Mission, house: House) -> str:
    """What the camera could make out of people below, by the names of the levels."""
    if mission.camera is None:
        return "not_stated"
    view = view_for(mission, house.cameras, house.aircraft_of(mission)[0])
    most = density(mission, view) if isinstance(view, View) else None
    if most is None:
        return "unknown"
    reached = [name for name, level in LEVELS.items() if most >= level]
    return reached[-1] if reached else "none"
