"""Files from outside, opened with suspicion: size, encoding, depth, numbers and duplicate members are looked at first."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import field
from hashlib import sha256
from typing import Any, NoReturn

from dronectl import bundled
from dronectl.errors import Fault, InputError
from dronectl.folders import files_in
from dronectl.readers import binary, xml
from dronectl.readers.archive import archive
from dronectl.readers.binary import Binary
from dronectl.readers.source import HEAD, STDIN, source
from dronectl.records import dataclass
from dronectl.where import Where
from dronectl.zone import Remark

DEEPEST = 64  # GeoJSON needs 9, plans 8
OPENAIR = re.compile(r"^[ \t]*AC[ \t]+\S", re.MULTILINE | re.IGNORECASE)  # the line that opens an airspace
ASSIGNED = re.compile(r"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$]*\s*=\s*(?=[\[{])")  # JavaScript round JSON
TEXT_SUFFIXES = (".json", ".geojson", ".xml", ".kml", ".gpx", ".txt", ".csv", ".plan", ".waypoints", ".srt", ".igc")
# Text files of older programs that are not UTF-8: the formats in which a letter of a name may be wrong, but no figure.
OLD_TEXTS = (
    OPENAIR,
    re.compile(r"^\s*QGC WPL", re.ASCII),
    re.compile(r"^(?:sep=.\s)?[^\n]*lat[^\n]*[,;\t][^\n]*lon", re.IGNORECASE),  # the header of a table of positions
    re.compile(r"^\s*\d+\s*\n\d\d:\d\d:\d\d,\d{3} -->"),  # subtitles
    re.compile(r"^(?:A[A-Z0-9]{3}[^\n]*\n|H[FOP]DTE|[^\n]*\nH[FOP][A-Z]{3})"),  # a flight recorder's file
)
NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which features of a file a document holds, where it does not hold all, and what kind of file that is."""

    numbers: tuple[int, ...]
    of: int
    """How many the file has."""
    profile: str
    module: str
    """The reader that it is for: `geojson` or `ed269`."""


@dataclass(slots=True)
class Document:
    """A file that was read: its value, its digest, and what was odd about its bytes."""

    path: str
    sha256: str
    value: Any
    remarks: list[Remark] = field(default_factory=list)
    places: list[Where] | None = None
    """Where each feature stands, for features that were not written as GeoJSON."""
    part: Part | None = None
    counted: bool = False
    """True where each feature of it was read as one zone, in their order."""
    of_bytes: tuple[Remark, ...] = ()
    """What was odd about it before its features were looked at."""

    @property
    def where(self) -> Where:
        return Where(self.path)

    def note(self, where: Where, what: str, remedy: str = "") -> None:
        """Keep a deviation that did not stop the reading."""
        self.remarks.append(Remark(where=where, what=what, remedy=remedy))


class Text(str):
    """The text of a file that is neither JSON nor XML."""

    __slots__ = ()


def load(path: str) -> Document:
    """A document in the shape that its content has; an `InputError` where it has none.

    The value is a JSON value, an `Element` (XML), `Text`, a `Binary` or an `Archive`.
    """
    opened = source(path)
    kind = binary.kind_of(opened.head, Where(path))
    if kind == binary.ZIP:
        return _unpacked(Document(path, opened.sha256(), archive(opened)))
    if kind is not None:
        return Document(path, opened.sha256(), Binary(kind, opened))
    raw = opened.read()
    document = Document(path, sha256(raw).hexdigest(), None)
    _fill(document, raw)
    return document


def load_json(path: str) -> Document:
    """A JSON document, or an `InputError` with every reason why it is none."""
    raw = source(path).read()
    document = Document(path, sha256(raw).hexdigest(), None)
    _parse(document, _text(raw, document))
    return document


def is_openair(path: str) -> bool:
    """True for a text file with a line that opens an airspace."""
    head = source(path).head
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return OPENAIR.search(head.decode("utf-16" if wide else "latin-1", "replace")) is not None


def _unpacked(document: Document) -> Document:
    """An archive with one text file in it stands for that file; others are left to the readers."""
    found = document.value
    inside = [name for name in found.names if not name.startswith(("__MACOSX/", ".")) and "/." not in name]
    if len(inside) == 1 and inside[0].lower().endswith(TEXT_SUFFIXES):
        document.note(document.where, f"is a ZIP archive: its member {inside[0]} was read")
        _fill(document, found.read(inside[0]))
    return document


def _fill(document: Document, raw: bytes) -> None:
    """The value of a document from its bytes."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or raw[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        if raw.startswith(b"\xef\xbb\xbf"):
            document.note(document.where, "starts with a byte order mark (utf-8)", "save it as plain UTF-8")
        document.value = xml.parse(raw.lstrip(b" \t\r\n") if raw[:1].isspace() else raw, document.where)
        return
    text = _text(raw, document)
    if text.lstrip()[:1] in ("{", "[") or ASSIGNED.match(text[:200]):
        _parse(document, text)
    else:
        document.value = Text(text)


def _text(raw: bytes, document: Document) -> str:
    if not raw.strip():
        raise InputError.at(document.where, "is empty", remedy="export the file again")
    return _decode(raw, document)


def _parse(document: Document, text: str) -> None:
    """Read the text as JSON into the document's value."""
    where = document.where
    wrapped = ASSIGNED.match(text[:200])
    if wrapped:
        document.note(where, "is JavaScript, not JSON: what is assigned was read")
        text = text[wrapped.end() :].rstrip().rstrip(";")
    faults: list[Fault] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            faults.append(Fault(where, f"an object has the member {twice[0]!r} twice", "keep one of the two"))
        return made

    def constant(word: str) -> NoReturn:
        raise _NotANumber(word)

    if not _quickly(document, text):
        _refuse_depth(text, where)
        try:
            document.value = json.loads(text, object_pairs_hook=members, parse_constant=constant)
        except _NotANumber as error:
            place = _line_of(text, str(error))
            raise InputError.at(
                where, f"{error} is not a number{place}", remedy="replace it by the true value"
            ) from None
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip()) - 1
            what = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
            remedy = "the file ends too early: copy or download it again" if cut else "mend the file at that place"
            raise InputError.at(where, what, remedy=remedy) from None
        except RecursionError:
            raise InputError.at(where, "is nested too deep to be read") from None
        except ValueError as error:
            raise InputError.at(where, f"holds a number that cannot be read: {error}") from None
    if faults:
        raise InputError(faults)


def _quickly(document: Document, text: str) -> bool:
    """Read good JSON at speed; False where it must be read again with care, to say what is wrong with it.

    The quick parser gives up by itself at 200 levels of nesting.

    An object with a member twice keeps one of the two, so it has fewer members than the text has `":`; text inside strings
    can only add to the latter.
    """
    from pydantic_core import from_json

    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError:
        return False
    if _members(value) != len(re.findall(r'"\s*:', text)):
        return False
    document.value = value
    return True


def _members(value: Any) -> int:
    """How many members all objects in a value have; lists of numbers are passed over."""
    count = 0
    left = [value]
    while left:
        here = left.pop()
        if type(here) is dict:
            count += len(here)
            for inside in here.values():
                if type(inside) is dict or (type(inside) is list and inside and type(inside[0]) in (dict, list)):
                    left.append(inside)
        elif type(here) is list and here:
            first = here[0]
            if type(first) is list and first and type(first[0]) is float:
                continue
            left.extend(here)
    return count


class _NotANumber(Exception):
    """NaN or an infinity stood where JSON has numbers."""


def _decode(raw: bytes, document: Document) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            document.note(document.where, f"starts with a byte order mark ({encoding})", "save it as plain UTF-8")
            raw = raw[len(mark) :]
            break
    else:
        encoding = "utf-8"
        if (raw[:2] and raw[0:1] == b"\0") or raw[1:2] == b"\0":
            encoding = "utf-16-be" if raw[0:1] == b"\0" else "utf-16-le"
            document.note(document.where, f"is {encoding} without a byte order mark", "save it as UTF-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        head = raw[:HEAD].decode("latin-1")
        if encoding == "utf-8" and raw.lstrip()[:1] not in b"{[" and any(kind.search(head) for kind in OLD_TEXTS):
            document.note(document.where, "is not UTF-8, read as Windows-1252", "save it as UTF-8")
            return raw.decode("cp1252", errors="replace")
        what = f"is not {encoding} text: byte {error.start} is {raw[error.start]:#04x}"
        raise InputError.at(document.where, what, remedy="save it as UTF-8") from None


def _refuse_depth(text: str, where: Where) -> None:
    """Stop before a parser is sent into thousands of nested brackets."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    import numpy as np

    brackets = np.frombuffer(text.encode("utf-8").translate(None, NO_BRACKETS), np.uint8)
    step = np.where((brackets == ord("[")) | (brackets == ord("{")), 1, -1)
    if np.cumsum(step, dtype=np.int32).max() <= DEEPEST:
        return
    depth = deepest = 0
    inside = escaped = False
    for letter in text:
        if inside:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                inside = False
        elif letter == '"':
            inside = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    if deepest > DEEPEST:
        what = f"is nested {deepest} deep, more than the {DEEPEST} that any zone or mission file needs"
        raise InputError.at(where, what, remedy="export the file again")


def _line_of(text: str, word: str) -> str:
    at = re.search(rf"(?<![\w\"]){re.escape(word)}(?![\w\"])", text)
    return f" (line {text.count(chr(10), 0, at.start()) + 1})" if at else ""


def files_below(paths: Sequence[str]) -> list[str]:
    """The files that paths stand for: a file is itself, a folder every file below it that is not hidden, sorted.

    Raises `InputError` where a folder may hold more that cannot be seen.
    """
    found: list[str] = []
    faults: list[Fault] = []
    for path in paths:
        folder = bundled.resolve(path)
        if path != STDIN and folder.is_dir():
            shown = bundled.named if path.startswith(bundled.PREFIX) else str
            inside, unseen = files_in(folder)
            found.extend(shown(file) for file in inside)
            faults.extend(unseen)
        else:
            found.append(path)
    if faults:
        raise InputError(faults)
    return list(dict.fromkeys(found))
