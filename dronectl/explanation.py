"""What each rule is and says of itself, read from its file without running it: the geometry stays unloaded."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from inspect import cleandoc

from dronectl.records import dataclass

FILE = re.compile(r"[a-z]{3}\d{3}_\w+\.py")
HEAD = re.compile(r'"""(?P<text>.*?)"""$.*^RULE = Rule\("(?P<code>\w+)", "(?P<name>[\w-]+)", Severity\.(?P<severity>\w+), ',
                  re.MULTILINE | re.DOTALL)  # fmt: skip
SOURCE = re.compile(r"^Source: (.+?)(?=^\w[\w ]*:|\Z)", re.MULTILINE | re.DOTALL)
DUTCH = {
    "why": "Waarom", "measured": "Wat wordt gemeten", "source": "Bron", "undecided": "Onbeslist als",
    "example": "Voorbeeld", "remedy": "Oplossing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule's code, its name, how much it weighs where it fails, and its text under the headings Why to Remedy."""

    code: str
    name: str
    severity: str
    text: str

    def told(self, lang: str) -> str:
        """The text in a language: `en`, or `nl` under its own headings."""
        if lang != "nl":
            return self.text
        given = _dutch()[self.code]
        lines = [f"{heading}: {given[name]}" for name, heading in DUTCH.items() if name in given]
        return "\n\n".join([given["title"], "\n".join(lines)])

    @property
    def title(self) -> str:
        """The first sentence of the text."""
        return self.text.split("\n\n")[0].replace("\n", " ")

    @property
    def source(self) -> str:
        """What the text says under Source."""
        return _source(self.text)


@cache
def _source(text: str) -> str:
    found = SOURCE.search(text)
    return " ".join(found[1].split()) if found else ""


@cache
def explanations() -> dict[str, Explanation]:
    """Every rule that lies in the folder of the rules, by code."""
    folder = resources.files("dronectl") / "rules"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if FILE.fullmatch(file.name):
            head = HEAD.match(file.read_text("utf-8"))
            if head is None:
                raise ValueError(f"{file.name} does not begin with its explanation, or states no rule")
            found[head["code"]] = Explanation(
                head["code"], head["name"], head["severity"].lower(), cleandoc(head["text"])
            )
    return found


@cache
def _dutch() -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("dronectl") / "rules" / "dutch.toml").read_text("utf-8"))
