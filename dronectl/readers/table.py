"""Tables as text: comma, semicolon or tab between the columns, a header with names and units, figures in either locale."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import zip_longest
from math import isfinite, nan
from operator import methodcaller

import numpy as np
from numpy.typing import NDArray

from dronectl.errors import InputError
from dronectl.measures import METRES_PER_FOOT
from dronectl.readers.document import Document, Text
from dronectl.records import dataclass
from dronectl.where import Where

UNIT = re.compile(r"^(.*?)\s*[\[(]\s*([^\])]*?)\s*[\])]\s*$")
FACTORS = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "ft": METRES_PER_FOOT, "feet": METRES_PER_FOOT,
    "foot": METRES_PER_FOOT,
}  # fmt: skip
SAID = {
    "1": 1.0,
    "true": 1.0,
    "yes": 1.0,
    "0": 0.0,
    "false": 0.0,
    "no": 0.0,
}  # of a cell that says whether something is
SAME_DEG = 2e-4  # 22 m: what two receivers of one aircraft may differ by; a house figure
MOST_ROWS = 5_000_000
LONGEST_FIELD = 1 << 20
LONGEST_LINE = 1 << 16  # of a table that is read at once


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
    again: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Name to the places of further columns that are called so."""

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
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    yield self.first + reader.line_num - 1, cells
        except csv.Error as error:
            where = Where(document.path, f"line {self.first + reader.line_num - 1}")
            raise InputError.at(where, f"is no row: {error}", remedy="export the table again") from None

    def whole(self, document: Document) -> Columns:
        """All rows at once, column by column: quicker than row by row where every row is wanted."""
        plain = self._plain()
        if plain is not None:
            return Columns(self, range(self.first, self.first + len(plain[0])), plain)
        lines, rows = [], []
        for line, cells in self.rows(document):
            lines.append(line)
            rows.append(cells)
        even = len({len(cells) for cells in rows}) <= 1
        return Columns(self, lines, list(zip(*rows, strict=True) if even else zip_longest(*rows, fillvalue="")))

    def _plain(self) -> list[list[str]] | None:
        """The columns where every line is a row of as many cells, without quotes to follow, none of them empty; else None."""
        lines = self.text.splitlines()[self.first - 1 :]
        if not lines or '"' in self.text or "\0" in self.text or len(lines) > MOST_ROWS:
            return None
        parts = set(map(methodcaller("count", self.delimiter), lines))
        if len(parts) != 1 or max(map(len, lines)) > LONGEST_LINE:
            return None
        cells, wide = self.delimiter.join(lines).split(self.delimiter), parts.pop() + 1
        columns = [cells[place::wide] for place in range(wide)]
        return columns if all(map(str.strip, columns[0])) else None

    def refuse_several(self, document: Document, *groups: Sequence[str]) -> None:
        """Raise an `InputError` where several columns of a group of names tell different degrees: which one is meant?"""
        for names in groups:
            places = [
                k for name in names if name in self.columns for k in (self.columns[name], *self.again.get(name, ()))
            ]
            if len(places) < 2:
                continue
            for line, cells in self.rows(document):
                told = [self.figure(cells[k].strip()) for k in places if k < len(cells)]
                known = [value for value in told if isfinite(value)]
                if known and max(known) - min(known) > SAME_DEG:
                    found = ", ".join(name for name in names if name in self.columns)
                    what = f"has several columns for {names[0]} ({found}), and they differ: which one is meant?"
                    raise InputError.at(
                        Where(document.path, f"line {line}"), what, remedy="leave one of them in the table"
                    )

    def word(self, cells: list[str], name: str) -> str:
        """A cell as it stands; empty where the column or the cell is missing."""
        place = self.columns.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def number(self, cells: list[str], name: str) -> float:
        """A cell as a number; NaN where it is none."""
        return self.figure(self.word(cells, name))

    def figure(self, words: str) -> float:
        """Words as a number; NaN where they are none."""
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


class Columns:
    """The rows of a table as columns."""

    def __init__(self, table: Table, lines: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        self.table = table
        self.lines = lines
        """The line of every row, counted from 1."""
        self._columns = columns

    def __len__(self) -> int:
        return len(self.lines)

    def words(self, name: str) -> Sequence[str]:
        """The cells of a column as they stand; all empty where the column is missing."""
        place = self.table.columns.get(name)
        if place is None or place >= len(self._columns):
            return [""] * len(self.lines)
        return self._columns[place]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The cells of a column as numbers; NaN where one is none."""
        words = self.words(name)
        if not any(words):
            return np.full(len(words), nan)
        try:
            made = np.fromiter(
                map(float, words), dtype=float, count=len(words)
            )  # most columns are figures from top to bottom
        except ValueError:
            return np.array([self.table.figure(cell.strip()) for cell in words], dtype=float)
        return np.where(np.isfinite(made), made, nan)

    def metres(self, name: str) -> NDArray[np.float64]:
        """The cells of a column in metres, by the unit in its header; NaN where its unit is no length."""
        return self.numbers(name) * FACTORS.get(self.table.units.get(name, "") or "m", nan)


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
    again: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found = UNIT.match(name.strip())
        stem, unit = (found[1], found[2]) if found else (name.strip(), "")
        key = stem.strip().lower()
        if key and key not in columns:
            columns[key], units[key] = place, unit.lower()
        elif key:
            again.setdefault(key, []).append(place)
    comma = delimiter == ";" and any(re.search(r"(?:^|;)-?\d+,\d+(?:;|$)", line) for line in lines[1:6])
    return Table(columns, units, str(value), delimiter, skipped + 2, comma, again)
