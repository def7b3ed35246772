"""The few kinds of error that reach a user."""

from __future__ import annotations

from collections.abc import Iterable

from dronectl.records import dataclass
from dronectl.where import Where


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an input, where, and what to do about it."""

    where: Where
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}"
        return f"{text}\n  remedy: {self.remedy}" if self.remedy else text


class DronectlError(Exception):
    """The root of every error that `dronectl` raises on purpose."""


class InputError(DronectlError):
    """An input cannot be read; all its faults are told at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @classmethod
    def at(cls, where: Where, what: str, *, remedy: str = "") -> InputError:
        return cls([Fault(where, what, remedy)])


class UsageError(DronectlError):
    """The command was used wrongly: nothing was read, nothing was written."""


class MissingExtra(UsageError):
    """What was asked for needs a library that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs more than the core: pip install 'dronectl[{extra}]'")
