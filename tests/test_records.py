"""A record is a dataclass of the standard library in all that it does."""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ROOT

from dronectl import records

KINDS = [
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True, "kw_only": True},
    {"frozen": True, "eq": False},
    {"slots": True, "kw_only": True},
    {"slots": True, "eq": False},
    {"frozen": True, "slots": True, "order": True},
    {},
]
of_standard: dict[int, Any] = {}
of_records: dict[int, Any] = {}


def made(maker: Callable[..., Any], arguments: dict[str, bool], number: int) -> Any:
    class Leg:
        start: int
        speed_mps: float = 5.0
        notes: list[str] = dataclasses.field(default_factory=list)
        place: str = dataclasses.field(default="", repr=False, compare=False)

        @property
        def twice(self) -> int:
            return 2 * self.start

    Leg.__qualname__ = Leg.__name__ = f"Leg{number}_{maker.__module__.replace('.', '_')}"
    whole = maker(**arguments)(Leg)
    globals()[whole.__name__] = whole  # where pickle looks for it
    return whole


for number, kind in enumerate(KINDS):
    of_standard[number] = made(dataclasses.dataclass, kind, number)
    of_records[number] = made(records.dataclass, kind, number)


def told(what: Callable[[Any], Any], record: Any) -> Any:
    """What comes of it: a value, or the kind of error."""
    try:
        return what(record)
    except (TypeError, AttributeError) as error:  # a frozen value raises an AttributeError of its own
        return type(error)


def set_speed(record: Any) -> Any:
    value = record(start=1)
    value.speed_mps = 6.0
    return value.speed_mps


def delete_speed(record: Any) -> Any:
    value = record(start=1)
    del value.speed_mps
    return hasattr(value, "speed_mps")


def another_name(record: Any) -> Any:
    value = record(start=1)
    try:
        value.another = 1
    except (AttributeError, TypeError):  # the standard library's own message trips over its slots
        return "refused"
    return value.another


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "by name": lambda record: dataclasses.asdict(record(start=1, speed_mps=2.0, notes=["a"], place="b")),
    "in order": lambda record: dataclasses.astuple(record(1, 2.0, ["a"], "b")),
    "defaults": lambda record: dataclasses.astuple(record(start=1)),
    "own lists": lambda record: record(start=1).notes is record(start=1).notes,
    "without": lambda record: record(),
    "too many": lambda record: record(1, 2, [], "", 3),
    "unknown name": lambda record: record(start=1, stop=2),
    "text": lambda record: repr(record(start=1)).replace(record.__qualname__, "Leg"),
    "equal": lambda record: record(start=1) == record(start=1),
    "not compared": lambda record: record(start=1, place="a") == record(start=1, place="b"),
    "unequal": lambda record: record(start=1) == record(start=2),
    "another kind": lambda record: record(start=1) == 1,
    "not a number": lambda record: record(start=1, speed_mps=math.nan) == record(start=1, speed_mps=math.nan),
    "hash": lambda record: hash(record(start=1, notes=())) == hash(record(start=1, notes=())),
    "hash of a list": lambda record: bool(hash(record(start=1))),
    "less": lambda record: record(start=1) < record(start=2),
    "set": set_speed,
    "delete": delete_speed,
    "another name": another_name,
    "replace": lambda record: dataclasses.astuple(dataclasses.replace(record(start=1), speed_mps=3.0)),
    "copy": lambda record: dataclasses.astuple(copy.copy(record(start=1, notes=["a"]))),
    "deep copy": lambda record: dataclasses.astuple(copy.deepcopy(record(start=1, notes=["a"]))),
    "pickle": lambda record: dataclasses.astuple(pickle.loads(pickle.dumps(record(start=1, notes=["a"])))),
    "property": lambda record: record(start=4).twice,
    "dictionary": lambda record: hasattr(record(start=1), "__dict__"),
    "matched": lambda record: record.__match_args__,
    "arguments": lambda record: [(each.name, each.kind) for each in inspect.signature(record).parameters.values()],
}


@pytest.mark.parametrize("number", range(len(KINDS)), ids=lambda number: "-".join(KINDS[number]) or "plain")
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_record_answers_as_the_standard_library_does(question: str, number: int) -> None:
    ask = QUESTIONS[question]
    assert told(ask, of_records[number]) == told(ask, of_standard[number])


def test_one_with_a_single_field_is_compared_and_hashed_by_it() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Height:
        metres: float

    assert Height(3.0) == Height(3.0) != Height(4.0)
    assert hash(Height(3.0)) == hash(Height(3.0))


def test_what_a_class_writes_itself_stays() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Height:
        metres: float

        def __repr__(self) -> str:
            return f"{self.metres} m"

        def __hash__(self) -> int:
            return 7

    assert repr(Height(3.0)) == "3.0 m"
    assert hash(Height(3.0)) == 7


def test_what_a_record_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="takes every field"):

        @records.dataclass(frozen=True)
        class Hidden:
            metres: float = dataclasses.field(default=0.0, init=False)

    with pytest.raises(TypeError, match="no __post_init__"):

        @records.dataclass(frozen=True)
        class Later:
            metres: float

            def __post_init__(self) -> None:
                raise AssertionError


def test_every_class_of_the_package_is_a_record() -> None:
    for path in sorted((ROOT / "dronectl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "dataclasses" and path.name != "records.py":
                assert "dataclass" not in {name.name for name in node.names}, path
