"""Tables as text: comma, semicolon or tab between the columns, a header with names and units, figures in either locale."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, nan

from dronectl.errors import InputError
from dronectl.measures import METRES_PER_FOOT
from dronectl.readers.document import Document, Text
from dronectl.where import Where

UNIT = re.compile(r"^(.*?)\s*[\[(]\s*([^\])]*?)\s*[\])]\s*$")
FACTORS = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "ft": METRES_PER_FOOT, "feet": METRES_PER_FOOT,
    "foot": METRES_PER_FOOT,
}  # fmt: skip
MOST_ROWS = 5_000_000
LONGEST_FIELD = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A header and where it stands; its rows are read one by one."""

    columns: Mapping[str, int]
    """Name without its unit, in lower case, to its place."""
    units: Mapping[str, str]
    """Name to its unit, in lower case; empty where it has none."""
    text: str
    delimiter: str
    first: int
    """The line of the first row, counted from 1."""
    comma: bool
    """True where a comma parts the decimals."""

    def has(self, *names: str) -> bool:
        return all(name in self.columns for name in names)

    def rows(self, document: Document) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of every row; an `InputError` where the file is no table after all."""
        lines = self.text.splitlines()[self.first - 1 :]
        reader = csv.reader(lines, delimiter=self.delimiter)
        try:
            for count, cells in enumerate(reader):
                if count > MOST_ROWS:
                    raise InputError.at(document.where, f"has more than {MOST_ROWS:,} rows", remedy="split the file")
                if any(cell.strip() for cell in cells):
                    yield self.first + reader.line_num - 1, cells
        except csv.Error as error:
            where = Where(document.path, f"line {self.first + reader.line_num - 1}")
            raise InputError.at(where, f"is no row: {error}", remedy="export the table again") from None

    def word(self, cells: list[str], name: str) -> str:
        """A cell as it stands; empty where the column or the cell is missing."""
        place = self.columns.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def number(self, cells: list[str], name: str) -> float:
        """A cell as a number; NaN where it is none."""
        words = self.word(cells, name)
        if self.comma:
            words = words.replace(",", ".")
        try:
            made = float(words)
        except ValueError:
            return nan
        return made if isfinite(made) else nan

    def metres(self, cells: list[str], name: str) -> float:
        """A cell in metres, by the unit in its header; NaN where it is no number or its unit no length."""
        return self.number(cells, name) * FACTORS.get(self.units.get(name, "") or "m", nan)


def header(value: object) -> Table | None:
    """The header of a text that is a table; None where it is none."""
    if not isinstance(value, Text):
        return None
    lines = value[:65_536].lstrip().splitlines()
    skipped = value[: len(value) - len(value.lstrip())].count("\n")
    if lines and re.fullmatch(r"sep=.", lines[0].strip(), re.IGNORECASE):
        lines, skipped = lines[1:], skipped + 1
    if not lines:
        return None
    first = lines[0]
    delimiter = max(",;\t", key=first.count)
    if first.count(delimiter) < 1 or len(first) > LONGEST_FIELD:
        return None
    try:
        names = next(csv.reader([first], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return None
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    for place, name in enumerate(names):
        found = UNIT.match(name.strip())
        stem, unit = (found[1], found[2]) if found else (name.strip(), "")
        key = stem.strip().lower()
        if key and key not in columns:
            columns[key], units[key] = place, unit.lower()
    comma = delimiter == ";" and any(re.search(r"(?:^|;)-?\d+,\d+(?:;|$)", line) for line in lines[1:6])
    return Table(columns, units, str(value), delimiter, skipped + 2, comma)
