"""The line of a file on which a value stands, for programs that show a finding beside it."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

from dronectl import bundled

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
LINE = re.compile(r"::.*\bline (\d+)")
LARGEST = 64 << 20


def lines_of(file: str, digest: str, places: Collection[str]) -> dict[str, int]:
    """The line, from 1, of each place such as `roof.plan::$.mission.items[3]` or `log.csv::line 12`.

    Places whose line cannot be told are left out: of archives, of binary files, and of a file that has changed since.
    """
    found = {place: int(line[1]) for place in places if (line := LINE.search(place))}
    wanted = {place.partition("::")[2]: place for place in places if "::$" in place}
    if not wanted:
        return found
    try:
        raw = bundled.resolve(file).read_bytes()
        if len(raw) > LARGEST or sha256(raw).hexdigest() != digest:
            return found
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return found
    return found | {wanted[path]: line for path, line in _json_lines(text, wanted).items()}


def _json_lines(text: str, wanted: Collection[str]) -> dict[str, int]:
    """The lines of some values of a JSON text, by their path."""
    found: dict[str, int] = {}
    stack: list[tuple[str, int]] = []  # path of each open value, and the number of its next item; -1 for an object
    path, line, before = "$", 1, 0
    key = ""
    expects_key = False
    for token in TOKEN.finditer(text):
        word = token[0]
        line += text.count("\n", before, token.start())
        before = token.start()
        if word in "]}":
            path, _ = stack.pop() if stack else ("$", 0)
            expects_key = False
        elif word == ",":
            expects_key = bool(stack) and stack[-1][1] < 0
        elif expects_key and word.startswith('"'):
            key, expects_key = word[1:-1], False
        elif word != ":":
            if stack:
                parent, number = stack[-1]
                if number >= 0:
                    path = f"{parent}[{number}]"
                    stack[-1] = (parent, number + 1)
                else:
                    path = f"{parent}.{key}" if key.isidentifier() else f"{parent}[{key!r}]"
            if path in wanted:
                found.setdefault(path, line)
            if word in "[{":
                stack.append((path, 0 if word == "[" else -1))
                expects_key = word == "{"
    return found
