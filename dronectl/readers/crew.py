"""Operator files: operator, pilots and aircraft, as TOML."""

from __future__ import annotations

from collections.abc import Sequence

from dronectl.camera import Camera, camera_of
from dronectl.crew import Aircraft, Competence, Crew, Operator, Pilot, aircraft_of, catalogue
from dronectl.errors import Fault, InputError
from dronectl.readers import models, toml
from dronectl.schemas.operator import AircraftPart, OperatorDocument, PilotPart
from dronectl.where import Where
from dronectl.zone import Remark


def read_crew(paths: Sequence[str]) -> Crew:
    """What all files state together, or an `InputError` with all their faults. A later file adds to an earlier one."""
    operator: Operator | None = None
    pilots: dict[str, Pilot] = {}
    aircraft: dict[str, Aircraft] = {}
    cameras: dict[str, Camera] = {}
    files: list[tuple[str, str]] = []
    remarks: list[Remark] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            document = toml.load(path)
            given = models.parse(OperatorDocument, document)
        except InputError as error:
            faults.extend(error.faults)
            continue
        files.append((path, document.sha256))
        remarks.extend(document.remarks)
        if given.operator is not None:
            told = given.operator
            operator = Operator(
                name=told.name, number=told.number, registered_on=told.registered_on,
                registered_until=told.registered_until, insurer=told.insurer, insured_until=told.insured_until,
            )  # fmt: skip
        for number, entry in enumerate(given.pilot):
            if entry.id in pilots:
                faults.append(Fault(document.where / "pilot" / number / "id", f"{entry.id!r} stands there twice"))
            pilots[entry.id] = _pilot(entry)
        for number, row in enumerate(given.aircraft):
            where = document.where / "aircraft" / number
            if row.id in aircraft:
                faults.append(Fault(where / "id", f"{row.id!r} stands there twice"))
            made = _aircraft(row, {**catalogue(), **aircraft}, path, where, faults)
            if made is not None:
                aircraft[row.id] = made
        for row_ in given.camera:
            cameras[row_.id] = camera_of(row_.model_dump(exclude_none=True), path)
    if faults:
        raise InputError(faults)
    return Crew(
        operator=operator, pilots=pilots, aircraft=aircraft, cameras=cameras, files=tuple(files), remarks=tuple(remarks)
    )


def _pilot(given: PilotPart) -> Pilot:
    proofs = tuple(
        Competence(kind=proof.kind, issued=proof.issued, valid_until=proof.valid_until, number=proof.number)
        for proof in given.competence
    )
    return Pilot(id=given.id, name=given.name, born=given.born, competences=proofs)


def _aircraft(
    row: AircraftPart, types: dict[str, Aircraft], path: str, where: Where, faults: list[Fault]
) -> Aircraft | None:
    base = None
    if row.type:
        base = types.get(row.type)
        if base is None:
            faults.append(Fault(where / "type", f"{row.type!r} is no type", f"use one of {', '.join(types)}"))
            return None
    stated = row.model_dump(by_alias=True, exclude_none=True, exclude={"type"})
    stated = {name: value for name, value in stated.items() if value != ""}
    return aircraft_of(stated, base, confidence="stated", source=path)
