"""What `zones fetch` does: list the feeds, or fetch some of them, one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dronectl.cli import tongue
from dronectl.cli.applying import require_format
from dronectl.cli.gathering import finite
from dronectl.errors import UsageError
from dronectl.feeds import SHIPPED, Feed, feeds_of, shipped
from dronectl.fetching import Fetched, Limits, Refused, fetch
from dronectl.readers import toml
from dronectl.reports.words import tame

ALL_CAME, SOME_DID_NOT = 0, 4
FORMATS = ("text", "json")


def zones_fetch(
    wanted: Sequence[str], into: str | None, registry: Sequence[str], *, listed: bool, largest_mib: float, longest_s: float,
    shrink: bool, format_: str,
) -> int:  # fmt: skip
    """Fetch feeds; 4 where one of them did not come."""
    require_format(format_, FORMATS)
    known = _known(registry)
    if listed or not wanted:
        print(_listing(known, format_), end="")
        return ALL_CAME
    if into is None:
        raise UsageError("say where the files go: --into FOLDER")
    limits = Limits(
        largest_bytes=int(_above_0(largest_mib, "--largest") * (1 << 20)), longest_s=_above_0(longest_s, "--timeout"),
        shrink=shrink,
    )  # fmt: skip
    chosen = _chosen(wanted, known)
    folder = Path(into)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{into} cannot be written to: {error.strerror}") from None
    came: list[Fetched] = []
    refused: dict[str, str] = {}
    for feed in chosen:
        tongue.note(f"asking {tame(feed.address)}; nothing of your missions is sent")
        try:
            came.append(fetch(feed, folder, limits))
        except Refused as error:
            refused[feed.id] = str(error)
            tongue.note(f"error: {feed.id}: {tame(str(error))}")
    print(_told(came, refused, format_), end="")
    return SOME_DID_NOT if refused else ALL_CAME


def _known(registry: Sequence[str]) -> dict[str, tuple[Feed, str]]:
    """Feeds by identifier, with the file that names each; a later file goes before an earlier one."""
    found = {feed.id: (feed, SHIPPED) for feed in shipped()}
    for path in registry:
        document = toml.load(path)
        found.update({feed.id: (feed, path) for feed in feeds_of(document.value, document.where)})
    return found


def _chosen(wanted: Sequence[str], known: dict[str, tuple[Feed, str]]) -> list[Feed]:
    if list(wanted) == ["all"]:
        return [feed for feed, _ in known.values()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(f"no registry names {', '.join(unknown)}; `dronectl zones fetch --list` names the feeds")
    return [known[name][0] for name in dict.fromkeys(wanted)]


def _listing(known: dict[str, tuple[Feed, str]], format_: str) -> str:
    if format_ == "json":
        rows = [
            {"id": feed.id, "title": feed.title, "publisher": feed.publisher, "address": feed.address, "format": feed.format,
             "licence": feed.licence, "edition": feed.edition, "note": feed.note, "registry": path}
            for feed, path in known.values()
        ]  # fmt: skip
        return json.dumps({"schema": "dronectl/feeds/v1", "feeds": rows}, indent=2, ensure_ascii=False) + "\n"
    lines = []
    for feed, path in known.values():
        lines.append(f"{tame(feed.id)}: {tame(feed.title)} ({tame(feed.publisher)}; {tame(path)})")
        lines += [f"  {tame(words)}" for words in (feed.address, feed.licence, feed.edition, feed.note) if words]
    return "\n".join(lines) + "\n"


def _told(came: Sequence[Fetched], refused: dict[str, str], format_: str) -> str:
    if format_ == "json":
        rows = [
            {"id": one.feed.id, "state": one.state, "path": str(one.path), "sha256": one.sha256, "zones": one.zones,
             "zones_before": one.zones_before, "kept": str(one.kept) if one.kept else None}
            for one in came
        ]  # fmt: skip
        made = {"schema": "dronectl/fetched/v1", "fetched": rows, "refused": refused}
        return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    lines = [tongue.told(_line(one)) for one in came]
    lines += [tongue.told(f"{name}: not fetched; its file is what it was") for name in refused]
    return "\n".join(lines) + "\n" if lines else ""


def _line(one: Fetched) -> str:
    if one.state == "same":
        return f"{one.feed.id}: unchanged, {one.zones} zones in {one.path}"
    before = f", {one.zones_before} before" if one.zones_before is not None else ""
    kept = f"; the edition before it is kept as {one.kept}" if one.kept else ""
    return f"{one.feed.id}: {one.state}, {one.zones} zones{before} in {one.path}, sha256 {one.sha256[:12]}{kept}"


def _above_0(value: float, option: str) -> float:
    if not finite(value, option) > 0:
        raise UsageError(f"{option} must be above 0")
    return value
