"""Questions about missions that change while they are asked: zones are read round the first, and all if one leaves that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dronectl.check import Report, check
from dronectl.cli.question import Answer, Question, ask
from dronectl.editions import Library
from dronectl.mission import Mission
from dronectl.reaching import reach_m
from dronectl.readers import surroundings
from dronectl.zone import Box

ROOM_M = 2_000.0  # a way round may go so far without more zones being read: house figure
Found = TypeVar("Found")
Ask = Callable[[Mission], Report]


class _Beyond(Exception):
    """A mission that leaves what was read."""


def sought(question: Question, look: Callable[[Answer, Ask], Found]) -> tuple[Answer, Found]:
    """What `look` finds when it is given the answer about a mission, and a way to ask about changed ones."""
    near = ask(question, room_m=ROOM_M)
    try:
        return near, look(near, _asking(near, question, ROOM_M))
    except _Beyond:
        whole = ask(question, whole=True)
        return whole, look(whole, _asking(whole, question, None))


def _asking(answer: Answer, question: Question, room_m: float | None) -> Ask:
    found, library, options = answer.found, Library(answer.found.files), question.options()
    asked_m, found_m = max(options.near_m, options.margin_m), found.reach_m or 0.0
    read = [] if room_m is None else surroundings(found.missions, found_m + room_m)

    def checked(changed: Mission) -> Report:
        if room_m is not None:
            needed_m = max(asked_m + reach_m(changed, found.models, found.house), found_m)
            if not all(_held(box, read) for box in surroundings([changed], needed_m)):
                raise _Beyond
        return check([changed], library, answer.permits, options, found.models, found.house)

    return checked


def _held(box: Box, boxes: list[Box]) -> bool:
    west, south, east, north = box
    return any(left <= west and low <= south and east <= right and north <= high for left, low, right, high in boxes)
