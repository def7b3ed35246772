"""What rules, readers, commands and reports say, in Dutch: sentences are found by their English pattern, and filled in anew.

In the catalogues `{n1}` is a number, `{zone}` a zone with its name, `{datum}` a datum; what stands in `{*said}` must be a
sentence itself, in `{?why}` it may be one. JSON and what programs read stay English. A sentence that the catalogue does not
have stays English, and a test finds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib import resources

from dronectl.law import Limit

HOLE = re.compile(r"\{([*?]?)(\w+)\}")
NUMBER = re.compile(r"[-+]?\d{1,3}(,\d{3})*(\.\d+)?%?|[-+]?\d+(\.\d+)?%?")
KINDS = {"n": r"[-+]?\d[\d.,]*%?", "zone": r'".*?"(?: \([^()]*\))?', "datum": r"[A-Z0-9]+", "id": r"[^\s:]+"}
DATE = re.compile(
    r"(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
)
DAYS = {
    "Mon": "ma", "Tue": "di", "Wed": "wo", "Thu": "do", "Fri": "vr", "Sat": "za", "Sun": "zo", "Jan": "januari",
    "Feb": "februari", "Mar": "maart", "Apr": "april", "May": "mei", "Jun": "juni", "Jul": "juli", "Aug": "augustus",
    "Sep": "september", "Oct": "oktober", "Nov": "november", "Dec": "december",
}  # fmt: skip
CELLS = re.compile(r"((?:\S| (?=\S))*)(\s{2,}|\s?$|)")
SEPARATORS = ("; ", ", ")
Say = Callable[[str], str]


def english(text: str) -> str:
    """The text as it is."""
    return text


def say_in(lang: str, limits: Iterable[Limit] = ()) -> Say:
    """What turns English sentences into a language; `limits` are those whose names may stand in them."""
    return english if lang == "en" else _dutch(tuple(limits))


@lru_cache(maxsize=8)
def _dutch(limits: tuple[Limit, ...]) -> Say:
    return _Dutch(limits).say


def local(text: str) -> str:
    """A number with a decimal comma, a date with its month in Dutch; all else stays as it is."""
    if NUMBER.fullmatch(text):
        return text.translate(str.maketrans(",.", ".,"))
    return DATE.sub(lambda found: " ".join(DAYS.get(word, word) for word in found[0].split(" ")), text)


def pairs_of(name: str) -> list[list[str]]:
    """The pairs of English and Dutch of one catalogue."""
    text = resources.files("dronectl.reports").joinpath(f"languages/{name}.nl.toml").read_text("utf-8")
    made: list[list[str]] = tomllib.loads(text)["sentences"]
    return made


def by_line(text: str, tell: Say) -> str:
    """A text with every line said that is a sentence, and every cell of a line in columns; figures stay as they are."""
    if tell is english:
        return text
    lines = []
    for line in text.split("\n"):
        words = line.strip()
        said = _labelled(words, tell)
        if said != words:
            lines.append(line[: len(line) - len(line.lstrip())] + said)
        else:
            lines.append("".join(_cell(words, room, tell) for words, room in CELLS.findall(line)))
    return "\n".join(lines)


def _labelled(words: str, tell: Say) -> str:
    """A sentence, also behind a label or a place: `remark: zones.json::$.features[3]: it has no geometry`."""
    if not words or NUMBER.fullmatch(words):
        return words
    said = tell(words)
    parts = words.split(": ")
    for k in range(1, len(parts)) if said == words else ():
        rest = ": ".join(parts[k:])
        if not NUMBER.fullmatch(rest) and (inner := tell(rest)) != rest:
            return ": ".join([tell(parts[0]), *parts[1:k], inner])
    return said


def _cell(words: str, room: str, tell: Say) -> str:
    """A cell of a line in columns, and the room behind it, which gives way where the cell grows."""
    said = words if NUMBER.fullmatch(words) else tell(words)
    return said + room[max(0, min(len(said) - len(words), len(room) - 1)) :] if room and said != words else said + room


class _Sentence:
    """One English pattern and its Dutch."""

    __slots__ = ("_made", "holes", "key", "pattern", "weight", "words")

    def __init__(self, english_: str, dutch: str) -> None:
        parts = HOLE.split(english_)
        literal, self.holes = parts[::3], list(zip(parts[1::3], parts[2::3], strict=True))
        made = re.escape(literal[0])
        for (star, name), text in zip(self.holes, literal[1:], strict=True):
            kind = ".+?" if star else KINDS.get(name.rstrip("0123456789"), ".+?")
            made += f"(?P<{name}>{kind})" + re.escape(text)
        self.pattern = made
        self._made: re.Pattern[str] | None = None
        self.key = max(literal, key=len)
        self.weight = sum(len(text) for text in literal)
        self.words = dutch

    def match(self, text: str) -> re.Match[str] | None:
        """What a text fills the holes with; None where it is another sentence."""
        if self.key not in text:
            return None
        if self._made is None:
            self._made = re.compile(self.pattern, re.DOTALL)
        return self._made.fullmatch(text)


@cache
def catalogue() -> tuple[dict[str, str], tuple[_Sentence, ...]]:
    """Whole sentences by their English, and those with holes, the most telling first."""
    pairs = [pair for name in ("sentences", "messages") for pair in pairs_of(name)]
    whole = {one: other for one, other in pairs if not HOLE.search(one)}
    return whole, tuple(sorted((_Sentence(*pair) for pair in pairs if HOLE.search(pair[0])), key=lambda s: -s.weight))


class _Dutch:
    """A translator that knows the names of some limits, and remembers what it was asked."""

    def __init__(self, limits: Iterable[Limit]) -> None:
        whole, self.sentences = catalogue()
        self.known: dict[str, str | None] = dict(whole)
        self.papers: dict[str, str] = {}
        for limit in limits:
            title, asks, words = limit.title["en"], limit.asks, limit.words
            dutch, dutch_words = limit.title["nl"], limit.words_in("nl")
            lower = dutch if dutch[1:2].isupper() else dutch[:1].lower() + dutch[1:]
            if limit.kind == "paper":
                self.papers[f"{title}: "] = f"{dutch}: "
            self.known |= {title: dutch, asks.removesuffix(f": {words}"): lower, words: dutch_words,
                           f"{title}: {words}": f"{dutch}: {dutch_words}", asks: f"{lower}: {dutch_words}"}  # fmt: skip

    def say(self, text: str) -> str:
        """A sentence in Dutch; in English where the catalogue does not have it."""
        found = self._found(text)
        return text if found is None else found

    def _found(self, text: str) -> str | None:
        if not text or NUMBER.fullmatch(text) or DATE.match(text):
            return local(text)
        if text not in self.known:
            self.known[text] = None  # asked for within itself it is not known
            self.known[text] = self._matched(text) or self._parted(text) or self._paper(text)
        return self.known[text]

    def _matched(self, text: str) -> str | None:
        for sentence in self.sentences:
            match = sentence.match(text)
            if match is None:
                continue
            filled: dict[str, str] = {}
            for star, name in sentence.holes:
                inner = self._found(match[name]) if star else local(match[name])
                if inner is None and star == "*":
                    break
                inner = match[name] if inner is None else inner
                filled[name] = inner
            else:
                return HOLE.sub(lambda hole, filled=filled: filled[hole[2]], sentence.words)  # type: ignore[misc]
        return None

    def _paper(self, text: str) -> str | None:
        """The name of a paper with its reference, which is nobody's language."""
        for title, dutch in self.papers.items():
            if text.startswith(title):
                return dutch + text.removeprefix(title)
        return None

    def _parted(self, text: str) -> str | None:
        """A list of sentences, each of them known."""
        for separator in SEPARATORS:
            parts = text.split(separator)
            if len(parts) > 1:
                found = [self._found(part) for part in parts]
                if None not in found:
                    return separator.join(part for part in found if part is not None)
        return None
