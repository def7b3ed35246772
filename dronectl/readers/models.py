"""A document held against its model: every fault with its place, every unknown member with a remark, or what was meant."""

from __future__ import annotations

import os
from typing import Any, TypeVar

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # what others installed has no say in what a file means

from pydantic import BaseModel, ValidationError

from dronectl.errors import Fault, InputError
from dronectl.readers.document import Document
from dronectl.where import Where

Model = TypeVar("Model", bound=BaseModel)

SAID = {"missing": "is missing", "extra_forbidden": "is not a member that dronectl knows"}
ALIKE = 0.85  # of `difflib`: a letter more, less or in another place; a house figure
REMEDIES = {
    "missing": "add it; `dronectl schema mission` shows the shape",
    "extra_forbidden": "mend its name, or leave it out; `dronectl schema` shows the members",
    "literal_error": "use one of the words named",
    "string_type": "write it in quotes",
    "finite_number": "write the true value",
    "too_short": "add what is missing",
}


def parse(model: type[Model], document: Document) -> Model:
    """The document as a model; an `InputError` tells all its faults at once."""
    try:
        made = model.model_validate(document.value)
    except ValidationError as error:
        raise InputError(_faults(error, document)) from None
    faults: list[Fault] = []
    _remark_unknown(made, document.where, document, faults)
    if faults:
        raise InputError(faults)
    return made


def _faults(error: ValidationError, document: Document) -> list[Fault]:
    faults = []
    for entry in error.errors(include_url=False, include_context=False):
        where = document.where
        for key in entry["loc"]:
            if key in ("LineString", "Point"):  # the branch of a union, not a member
                continue
            where = where / key
        given = entry.get("input")
        shown = "" if isinstance(given, dict | list) or entry["type"] == "missing" else f" (given: {given!r})"
        what = SAID.get(entry["type"]) or entry["msg"][:1].lower() + entry["msg"][1:] + shown
        faults.append(Fault(where, what, REMEDIES.get(entry["type"], "")))
    return faults


def _remark_unknown(value: Any, where: Where, document: Document, faults: list[Fault]) -> None:
    """Remark on members that nobody knows; one that is nearly called as a member that is not there is a slip of the pen."""
    if isinstance(value, list):
        for k, entry in enumerate(value):
            if isinstance(entry, BaseModel):
                _remark_unknown(entry, where / k, document, faults)
        return
    if not isinstance(value, BaseModel):
        return
    for name in value.model_extra or {}:
        meant = _meant(name, value)
        if meant:
            what = f"is not a member that dronectl knows: is {meant!r} meant?"
            faults.append(Fault(where / name, what, "mend its name, or call it otherwise"))
        elif name != "bbox":
            document.note(where / name, "is not a member that dronectl knows; kept, not used")
    for name, field in type(value).model_fields.items():
        _remark_unknown(getattr(value, name), where / (field.alias or name), document, faults)


def _meant(name: str, value: BaseModel) -> str:
    """The member that a name is nearly that of, and that is not stated; empty where there is none."""
    from difflib import get_close_matches

    fields = type(value).model_fields
    free = [field.alias or own for own, field in fields.items() if own not in value.model_fields_set]
    return next(iter(get_close_matches(name.lower(), free, n=1, cutoff=ALIKE)), "")
