"""What the models of all documents share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(allow_inf_nan=False)]
Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Moment = Annotated[str, Field(description="ISO 8601 date and time; without an offset it is read as Europe/Amsterdam")]


class Part(BaseModel):
    """A part of a document: strict about types, open to members it does not know."""

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True, protected_namespaces=())


class ClosedPart(Part):
    """A part that limits by what it says: a misspelled member would limit nothing, or leave a smaller figure standing."""

    model_config = ConfigDict(extra="forbid")
