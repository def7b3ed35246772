"""Cameras: how many pixels a metre gets at a distance, and how wide a lens sees.

The pixel density of an object at a slant range R is f_px / R, where f_px is the focal length in pixels of the frame that is
kept. Optical zoom multiplies f_px; digital zoom does not. Levels of density: EN 62676-4:2015, pixels per metre on the target.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import atan, cos, degrees, hypot, inf, radians, sin, sqrt, tan
from typing import Any

from dronectl.records import dataclass

LEVELS = {"detect": 25.0, "observe": 62.5, "recognise": 125.0, "identify": 250.0}  # px/m: EN 62676-4:2015
FILM_WIDTH_MM = 36.0  # of 35 mm film
FILM_4_3_MM = 34.613  # width of a 4:3 frame with the diagonal of 35 mm film: that of 43.267 mm
ANY_PITCH = (-90.0, 90.0)


def focal_px(width_px: float, hfov_deg: float) -> float:
    """The focal length in pixels of a frame that is `width_px` wide and sees `hfov_deg` across."""
    return width_px / (2 * tan(radians(hfov_deg) / 2))


def focal_px_of_film(width_px: float, eq_mm: float) -> float:
    """The focal length in pixels from the focal length as on 35 mm film, across its width of 36 mm."""
    return width_px * eq_mm / FILM_WIDTH_MM


def hfov_of_film(eq_mm: float) -> float:
    """The horizontal field of view of a 4:3 sensor, degrees, from the focal length as on 35 mm film (by the diagonal)."""
    return degrees(2 * atan(FILM_4_3_MM / (2 * eq_mm)))


def cropped(hfov_deg: float, crop: float) -> float:
    """The field of view that is left where only the middle of the sensor is kept."""
    return degrees(2 * atan(tan(radians(hfov_deg) / 2) / crop))


def reach_m(focal: float, px_per_m: float) -> float:
    """The slant range up to which a metre gets at least some pixels."""
    return focal / px_per_m


def densities(focal: float, height_m: float, ground_m: float) -> tuple[float, float, float]:
    """Pixels per metre at a ground distance: towards the camera, on open ground, and on whoever stands upright."""
    slant = max(hypot(height_m, ground_m), 1e-9)
    whole = focal / slant
    return whole, whole * height_m / slant, whole * ground_m / slant


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """One lens with its sensor; of a zoom lens from its widest to its longest."""

    name: str
    still: tuple[int, int]
    """Width and height of a photo, pixels."""
    hfov_deg: tuple[float, float]
    """Horizontal field of view, from widest to longest."""
    eq_mm: tuple[float, float] | None = None
    """Focal length as on 35 mm film, from widest to longest."""
    confidence: str = "B"

    @property
    def zooms(self) -> bool:
        return self.hfov_deg[0] > self.hfov_deg[1]

    def hfov_at(self, eq_mm: float) -> float | None:
        """The field of view at a focal length between widest and longest; None where that is not known."""
        if self.eq_mm is None or not self.eq_mm[0] - 1e-6 <= eq_mm <= self.eq_mm[1] + 1e-6:
            return None
        widest = tan(radians(self.hfov_deg[0]) / 2)
        return degrees(2 * atan(widest * self.eq_mm[0] / eq_mm))


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The lenses of an aircraft or a payload."""

    id: str
    lenses: tuple[Lens, ...]
    aircraft: tuple[str, ...] = ()
    """The aircraft that carry it and nothing else."""
    pitch_deg: tuple[float, float] = ANY_PITCH
    """How far its gimbal can be steered: 0 the horizon, -90 straight down."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a mission's camera can see and resolve: the worst of what is not stated."""

    focal_px: float
    """The longest focal length that is possible, pixels."""
    hfov_deg: float
    """The widest field of view that is possible."""
    vfov_deg: float
    pitch_deg: tuple[float, float]
    """What the gimbal can do, where the mission does not say what it does."""
    error_deg: float
    """How far the camera may look beside what is stated."""
    name: str
    said: tuple[str, ...]
    """What was assumed."""
    fastest_mps: float | None = None
    """How fast the aircraft that carries it may be; None where that is not known."""

    def reach_m(self, px_per_m: float) -> float:
        """The slant range up to which a metre gets at least some pixels."""
        return self.focal_px / px_per_m

    @property
    def corner_deg(self) -> float:
        """From the middle of the frame to its corner."""
        return degrees(atan(hypot(tan(radians(self.hfov_deg) / 2), tan(radians(self.vfov_deg) / 2))))


def camera_of(row: Mapping[str, Any], source: str) -> Camera:
    """A camera from a row of a catalogue."""
    lenses = tuple(
        Lens(
            name=entry["name"],
            still=(int(entry["still"][0]), int(entry["still"][1])),
            hfov_deg=(float(entry["hfov_deg"][0]), float(entry["hfov_deg"][-1])),
            eq_mm=(float(entry["eq_mm"][0]), float(entry["eq_mm"][-1])) if "eq_mm" in entry else None,
            confidence=entry.get("confidence", "stated"),
        )
        for entry in row["lens"]
    )
    low, high = row.get("pitch_deg", ANY_PITCH)
    return Camera(
        id=row["id"], lenses=lenses, aircraft=tuple(name.lower() for name in row.get("aircraft", ())),
        pitch_deg=(float(low), float(high)), source=source,
    )  # fmt: skip


@cache
def catalogue() -> dict[str, Camera]:
    """The cameras that ship with the tool, by identifier."""
    given = tomllib.loads(resources.files("dronectl.law").joinpath("cameras.toml").read_text("utf-8"))
    return {row["id"]: camera_of(row, given["source"]) for row in given["camera"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a mission states of its camera; what it leaves open is taken at its worst."""

    payload: str = ""
    lens: str = ""
    eq_mm: float | None = None
    video: tuple[int, int] | None = None
    """Width and height of the video that is kept."""
    photo: tuple[int, int] | None = None
    """The same of the photos."""
    hfov_deg: float | None = None
    crop: float = 1.0
    """How much narrower the video is than the sensor."""
    pitch_deg: tuple[float, float] | None = None
    error_deg: float = 1.0

    @property
    def frames(self) -> list[tuple[int, int]]:
        """What is kept, as far as it is stated."""
        return [frame for frame in (self.video, self.photo) if frame is not None]

    def shown_by(self, lens: Lens, widest: float, longest: float) -> list[tuple[tuple[int, int], float, float]]:
        """The frames that are kept of a lens, with their field of view at its widest and at its longest."""

        def kept(frame: tuple[int, int]) -> tuple[int, int]:
            return frame if frame[0] <= lens.still[0] else lens.still  # a wider one adds no pixels of its own

        shown = []
        if self.video is not None:
            shown.append((kept(self.video), cropped(widest, self.crop), cropped(longest, self.crop)))
        if self.photo is not None or self.video is None:  # the crop is that of a video, but where none is stated
            tele = longest if self.video is not None else cropped(longest, self.crop)
            shown.append((kept(self.photo or lens.still), widest, tele))
        return shown


def view_of(wanted: Wanted, aircraft: str, cameras: Mapping[str, Camera]) -> View | str:
    """What a camera can see and resolve, or why that is not known."""
    if wanted.hfov_deg is not None and wanted.frames:
        stated = [(frame, wanted.hfov_deg, wanted.hfov_deg) for frame in wanted.frames]
        return _view(wanted, "stated", stated, ANY_PITCH, [])
    found = carried(wanted.payload, aircraft, cameras)
    if isinstance(found, str):
        return found
    said: list[str] = []
    lenses = [lens for lens in found.lenses if not wanted.lens or lens.name == wanted.lens]
    if not lenses:
        return (
            f"camera {found.id!r} has no lens {wanted.lens!r}; it has {', '.join(lens.name for lens in found.lenses)}"
        )
    uncertain = [lens.name for lens in lenses if lens.confidence == "C"]
    if uncertain:
        return f"the catalogue's figures of lens {uncertain[0]!r} of {found.id!r} are uncertain (marked C)"
    if not wanted.lens and len(lenses) > 1:
        said.append(
            f"no lens is stated: the longest of {found.id} counts for what is resolved, the widest for what is seen"
        )
    if not wanted.frames:
        said.append("neither video nor photo size is stated: that of a photo counts")
    shown = []
    for lens in lenses:
        widest, longest = lens.hfov_deg
        if lens.zooms and wanted.eq_mm is not None:
            at = lens.hfov_at(wanted.eq_mm)
            if at is None:
                return f"lens {lens.name!r} of {found.id!r} has no {wanted.eq_mm:g} mm"
            widest = longest = at
        elif lens.zooms:
            said.append(f"no zoom of lens {lens.name!r} is stated: its longest counts for what is resolved")
        shown.extend(wanted.shown_by(lens, widest, longest))
    return _view(wanted, f"{found.id} {wanted.lens}".strip(), shown, found.pitch_deg, said)


def carried(payload: str, aircraft: str, cameras: Mapping[str, Camera]) -> Camera | str:
    """The camera of a name, or else the one of an aircraft, or why neither is known; the operator's own goes first."""
    if payload:
        found = cameras.get(payload.lower())
        return found or f"no catalogue and no operator file has a camera {payload!r}"
    fitting = [camera for camera in cameras.values() if aircraft.lower() in camera.aircraft]
    shipped = catalogue()
    fitting = [camera for camera in fitting if shipped.get(camera.id) is not camera] or fitting
    if not fitting:
        return f"nobody says which camera {aircraft or 'the aircraft'} carries"
    if len(fitting) > 1:
        return f"{aircraft} may carry {' or '.join(camera.id for camera in fitting)}, and the mission names no payload"
    return fitting[0]


def _view(
    wanted: Wanted,
    name: str,
    shown: list[tuple[tuple[int, int], float, float]],
    pitch_deg: tuple[float, float],
    said: list[str],
) -> View:
    focal = max(focal_px(frame[0], longest) for frame, _, longest in shown)
    widest = max(widest for _, widest, _ in shown)
    tall = max(
        degrees(2 * atan(tan(radians(hfov) / 2) * frame[1] / frame[0])) for frame, hfov, _ in shown
    )  # a frame keeps its width of the sensor, and crops its height
    pitch = wanted.pitch_deg or pitch_deg
    return View(
        focal_px=focal, hfov_deg=widest, vfov_deg=tall, pitch_deg=pitch, error_deg=wanted.error_deg, name=name,
        said=tuple(said),
    )  # fmt: skip


def strip_m(height_m: float, depression_deg: float, vfov_deg: float) -> tuple[float, float]:
    """What is seen on flat ground along the axis: near and far edge, metres from the point below; far is inf at the horizon.

    A negative near edge lies behind the point below.
    """
    near, far = depression_deg + vfov_deg / 2, depression_deg - vfov_deg / 2
    first = height_m * cos(radians(near)) / sin(radians(near))
    return first, inf if far <= 0 else height_m / tan(radians(far))


def countable_strip_m(focal: float, height_m: float, least: float, most: float) -> tuple[float, float] | None:
    """The ground distances at which a metre gets at least `least` and less than `most` pixels, and the 1:1 rule holds.

    None where there are none.
    """
    far = sqrt(max(reach_m(focal, least) ** 2 - height_m**2, 0.0))
    near = max(height_m, sqrt(max(reach_m(focal, most) ** 2 - height_m**2, 0.0)))
    return (near, far) if near < far else None
