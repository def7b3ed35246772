"""A sample of flights for somebody to look at: seeded, stratified, with the reason why each is in.

A flight's place in the draw hangs on the seed and on the flight alone (SHA-256 of both), so that the same seed draws the same
flights whatever lies beside them, and nobody can choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from dronectl.audit.store import Row
from dronectl.intervals import Interval
from dronectl.readers.moments import HOME_ZONE
from dronectl.records import dataclass

STRATA = ("purpose", "pilot", "aircraft", "category", "verdict", "month", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One flight of a sample."""

    flight: str
    path: str
    sha256: str
    start: float | None
    stratum: str
    why: str


def sample(
    rows: Iterable[Row], count: int, seed: int, by: str, span: Interval | None = None
) -> tuple[list[Drawn], int]:
    """`count` flights of a period, spread over strata as they are over all, at least one of each; and how many there are.

    A flight that keeps no time may be of the period, and is in the draw.
    """
    strata: dict[str, list[tuple[str, Row]]] = {}
    whole = 0
    for row in rows:
        if span is not None and row["start"] is not None and not span[0] <= row["start"] <= span[1]:
            continue
        whole += 1
        strata.setdefault(_stratum(row, by), []).append((_draw(seed, row), row))
    shares = _shares({name: len(members) for name, members in strata.items()}, count)
    drawn = []
    for name in sorted(strata):
        members = sorted(strata[name], key=lambda pair: pair[0])
        for place, (_, row) in enumerate(members[: shares[name]], 1):
            kind = "all flights" if by == "none" else f"{by} {name or 'not stated'}"
            why = f"draw {place} of {shares[name]} from {len(members)} with {kind} (seed {seed})"
            drawn.append(Drawn(
                flight=row["flight"], path=row["path"], sha256=row["sha256"], start=row["start"], stratum=name, why=why
            ))  # fmt: skip
    return drawn, whole


def _draw(seed: int, row: Row) -> str:
    return sha256(f"{seed}\0{row['sha256']}\0{row['flight']}".encode()).hexdigest()


def _stratum(row: Row, by: str) -> str:
    if by == "none":
        return ""
    if by == "month":
        start = row["start"]
        return "" if start is None else f"{datetime.fromtimestamp(start, ZoneInfo(HOME_ZONE)):%Y-%m}"
    return str(row.get(by) or "")


def _shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """How many of each stratum: in proportion, the largest remainders first, and at least one where there is room."""
    total = sum(sizes.values())
    count = min(count, total)
    if not total:
        return {}
    least = 1 if count >= len(sizes) else 0
    exact = {name: count * size / total for name, size in sizes.items()}
    shares = {name: min(max(int(exact[name]), least), sizes[name]) for name in sizes}
    order: Sequence[str] = sorted(sizes, key=lambda name: (-(exact[name] - int(exact[name])), name))
    while sum(shares.values()) < count:
        for name in order:
            if sum(shares.values()) < count and shares[name] < sizes[name]:
                shares[name] += 1
    biggest = sorted(sizes, key=lambda name: (-shares[name], name))
    while sum(shares.values()) > count:
        name = next(name for name in biggest if shares[name] > least)
        shares[name] -= 1
        biggest = sorted(sizes, key=lambda name: (-shares[name], name))
    return shares
