"""What rules and reports say, in Dutch: sentences are found by their English pattern, and filled in anew.

In the catalogue `{n1}` is a number, `{zone}` a zone with its name, `{datum}` a datum; what stands in `{*said}` must be a
sentence itself, in `{?why}` it may be one. JSON and what programs read stay English. A sentence that the catalogue does not
have stays English, and a test finds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
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
SEPARATORS = ("; ", ", ")
Say = Callable[[str], str]


def english(text: str) -> str:
    """The text as it is."""
    return text


def say_in(lang: str, limits: Iterable[Limit] = ()) -> Say:
    """What turns English sentences into a language; `limits` are those whose names may stand in them."""
    if lang == "en":
        return english
    return _Dutch(limits).say


def local(text: str) -> str:
    """A number with a decimal comma, a date with its month in Dutch; all else stays as it is."""
    if NUMBER.fullmatch(text):
        return text.translate(str.maketrans(",.", ".,"))
    return DATE.sub(lambda found: " ".join(DAYS.get(word, word) for word in found[0].split(" ")), text)


class _Sentence:
    """One English pattern and its Dutch."""

    __slots__ = ("holes", "key", "pattern", "weight", "words")

    def __init__(self, english_: str, dutch: str) -> None:
        parts = HOLE.split(english_)
        literal, self.holes = parts[::3], list(zip(parts[1::3], parts[2::3], strict=True))
        made = re.escape(literal[0])
        for (star, name), text in zip(self.holes, literal[1:], strict=True):
            kind = ".+?" if star else KINDS.get(name.rstrip("0123456789"), ".+?")
            made += f"(?P<{name}>{kind})" + re.escape(text)
        self.pattern = re.compile(made, re.DOTALL)
        self.key = max(literal, key=len)
        self.weight = sum(len(text) for text in literal)
        self.words = dutch


@cache
def catalogue() -> tuple[dict[str, str], tuple[_Sentence, ...]]:
    """Whole sentences by their English, and those with holes, the most telling first."""
    text = resources.files("dronectl.reports").joinpath("languages/sentences.nl.toml").read_text("utf-8")
    pairs = tomllib.loads(text)["sentences"]
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
            if sentence.key not in text:
                continue
            match = sentence.pattern.fullmatch(text)
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
