"""Operator files: operator, pilots and aircraft, as TOML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dronectl.camera import Camera, camera_of
from dronectl.crew import Aircraft, Competence, Crew, Operator, Pilot, aircraft_of, catalogue
from dronectl.errors import Fault, InputError
from dronectl.readers import models, toml
from dronectl.schemas.operator import AircraftPart, CameraRow, OperatorDocument, PilotPart
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
            if operator is not None:
                what = "a file before it states an operator: which of the two flies is not known"
                faults.append(Fault(document.where / "operator", what, "give the file of the operator that flies"))
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
        for number, own in enumerate(given.camera):
            where = document.where / "camera" / number
            if own.id.lower() in cameras:
                faults.append(Fault(where / "id", f"{own.id!r} stands there twice"))
            faults.extend(_odd(own, where))
            cameras[own.id.lower()] = camera_of(own.model_dump(exclude_none=True), path)
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


def _odd(row: CameraRow, where: Where) -> Iterator[Fault]:
    """What of a camera is written the wrong way round: it would be taken to see less than it does."""
    if row.pitch_deg[0] > row.pitch_deg[1]:
        yield Fault(where / "pitch_deg", "ends below where it begins", "write the lowest pitch first: [-90, 35]")
    for number, lens in enumerate(row.lens):
        place = where / "lens" / number
        if lens.hfov_deg[0] < lens.hfov_deg[-1]:
            yield Fault(place / "hfov_deg", "ends wider than it begins", "write the widest first, then the longest")
        if lens.eq_mm is not None and lens.eq_mm[0] > lens.eq_mm[-1]:
            yield Fault(place / "eq_mm", "ends shorter than it begins", "write the widest first, then the longest")


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
    made = aircraft_of(stated, base, confidence="stated", source=path)
    if made.takeoff_kg is not None and made.mtom_kg is not None and made.takeoff_kg > made.mtom_kg:
        what = f"is above the most that it may be, {made.mtom_kg:g} kg"
        faults.append(Fault(where / "takeoff_kg", what, "state the mtom_kg of this airframe, or mend its mass"))
        return None
    return made
