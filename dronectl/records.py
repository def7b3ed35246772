"""Dataclasses that cost little to define: the same as those of the standard library, with one function compiled for each.

The standard library compiles six for a frozen class. A check of one mission defines 170 classes, and with this module it
starts an eighth sooner. What is compiled is the constructor alone; to compare, hash, print, copy and freeze a value, all
classes share functions that go through its fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # a type checker need not know the difference
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True, order=False):
        """As `dataclasses.dataclass`: the same arguments, and a class that behaves alike."""

        def made(plain: type) -> type:
            if order:
                return dataclasses.dataclass(plain, frozen=frozen, slots=slots, kw_only=kw_only, eq=eq, order=True)
            own = set(vars(plain))
            if plain.__doc__ is None:
                plain.__doc__ = plain.__name__  # the standard library works out a signature for it
            record = dataclasses.dataclass(plain, init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)
            _complete(record, own, frozen=frozen, slots=slots, eq=eq)
            return record

        return made if cls is None else made(cls)


def _complete(record: Any, own: set[str], *, frozen: bool, slots: bool, eq: bool) -> None:
    """Give a class what it did not write itself; `own` is what it did."""
    fields = dataclasses.fields(record)
    if hasattr(record, "__post_init__") or not all(field.init for field in fields):
        raise TypeError(f"{record.__qualname__}: a record has no __post_init__, and takes every field")
    shared: dict[str, Any] = {"__init__": _constructor(record, fields, frozen=frozen, slots=slots)}
    shared["__repr__"] = _repr
    if eq:
        value = _values([field.name for field in fields if field.compare])
        shared |= {"__eq__": _equal(value), "__hash__": (lambda self: hash(value(self))) if frozen else None}
    if frozen:
        shared |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        if slots:  # without these, a value that is unpickled would be set by what refuses to
            shared |= {"__getstate__": _state, "__setstate__": _restore}
    for name, function in shared.items():
        if name not in own:
            setattr(record, name, function)


def _constructor(record: Any, fields: tuple[Any, ...], *, frozen: bool, slots: bool) -> Callable[..., None]:
    """The `__init__` of a class, compiled from its fields."""
    known: dict[str, Any] = {"MISSING": dataclasses.MISSING, "set_": object.__setattr__}
    in_order: list[str] = []
    by_name: list[str] = []
    lines = []
    for field in fields:
        name, value = field.name, field.name
        if field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
            argument = f"{name}=default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"new_{name}"] = field.default_factory
            argument = f"{name}=MISSING"
            value = f"new_{name}() if {name} is MISSING else {name}"
        else:
            argument = name
        (by_name if field.kw_only else in_order).append(argument)
        if not frozen:
            lines.append(f"self.{name} = {value}")
        elif slots:
            known[f"set_{name}"] = getattr(record, name).__set__  # the slot itself, which nothing refuses
            lines.append(f"set_{name}(self, {value})")
        else:
            lines.append(f"set_(self, {name!r}, {value})")
    arguments = ", ".join(["self", *in_order, *(["*"] if by_name else []), *by_name])
    exec(f"def __init__({arguments}):\n " + ("\n ".join(lines) or "pass"), known)  # noqa: S102  the class's own field names
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{record.__qualname__}.__init__"
    made.__module__ = record.__module__
    return made


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of some fields, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _equal(value: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, Any], Any]:
    def __eq__(self: Any, other: Any) -> Any:
        return value(self) == value(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _repr(self: Any) -> str:
    told = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({told})"


def _refuse_to_set(_: Any, name: str, __: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
