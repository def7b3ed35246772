"""Latitude and longitude the wrong way round: found by country, and by zones and mission that only meet when swapped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dronectl.errors import Fault, InputError
from dronectl.geometry import EARTH_RADIUS_M
from dronectl.mission import Mission
from dronectl.where import Where
from dronectl.zone import Box, Zone, ZoneFile

FAR_M = 1_000_000.0  # farther than any country is from its own zones
TOGETHER_M = 50_000.0
FAR_COS, TOGETHER_COS = (float(np.cos(metres / EARTH_RADIUS_M)) for metres in (FAR_M, TOGETHER_M))

# Boxes round states, west south east north in degrees, rounded outward; overseas parts are left out.
COUNTRIES: dict[str, Box] = {
    "ALB": (19, 39, 22, 43), "AUT": (9, 46, 18, 50), "BEL": (2, 49, 7, 52), "BGR": (22, 41, 29, 45),
    "CHE": (5, 45, 11, 48), "CYP": (32, 34, 35, 36), "CZE": (12, 48, 19, 52), "DEU": (5, 47, 16, 56),
    "DNK": (7, 54, 16, 58), "ESP": (-19, 27, 5, 44), "EST": (21, 57, 29, 60), "FIN": (19, 59, 32, 71),
    "FRA": (-6, 41, 10, 52), "GBR": (-9, 49, 3, 61), "GRC": (19, 34, 30, 42), "HRV": (13, 42, 20, 47),
    "HUN": (16, 45, 23, 49), "IRL": (-11, 51, -5, 56), "ISL": (-25, 63, -13, 67), "ITA": (6, 35, 19, 48),
    "LIE": (9, 47, 10, 48), "LTU": (20, 53, 27, 57), "LUX": (5, 49, 7, 51), "LVA": (20, 55, 29, 59),
    "MLT": (14, 35, 15, 37), "NLD": (3, 50, 8, 54), "NOR": (4, 57, 32, 72), "POL": (14, 48, 25, 55),
    "PRT": (-32, 32, -6, 43), "ROU": (20, 43, 30, 49), "SRB": (18, 42, 24, 47), "SVK": (16, 47, 23, 50),
    "SVN": (13, 45, 17, 47), "SWE": (10, 55, 25, 70), "UKR": (22, 44, 41, 53),
}  # fmt: skip


def refuse_outside_country(file: ZoneFile) -> None:
    """Refuse a file with a zone over 1,000 km from its country that lies in it once latitude and longitude are swapped."""
    faults = []
    for zone in file.zones:
        home = COUNTRIES.get(zone.country.upper())
        box = zone.box
        if home is None or box is None:
            continue
        lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if _far(lon, lat, home) and not _far(lat, lon, home, within=TOGETHER_M):
            what = f"zone {zone.id} lies at {lat:.3f} N, {lon:.3f} E, far from {zone.country}; swapped it lies in it"
            faults.append(Fault(zone.where, what, "write longitude before latitude in every position"))
    if faults:
        raise InputError(faults)


class Middles:
    """The zones whose place is known, with the middles of their boxes in degrees: made once, asked about many missions."""

    def __init__(self, files: Sequence[ZoneFile]) -> None:
        self._parts: list[tuple[ZoneFile, Sequence[Zone], Sequence[int]]] = []
        lon, lat = [np.zeros(0)], [np.zeros(0)]
        for file in files:
            found = [(zone, box) for zone in file.zones if (box := zone.box) is not None]
            lon.append(np.array([(box[0] + box[2]) / 2 for _, box in found]))
            lat.append(np.array([(box[1] + box[3]) / 2 for _, box in found]))
            known: list[int] = []
            if file.beyond is not None:
                known = np.flatnonzero(~np.isnan(file.beyond.lon)).tolist()
                lon.append(file.beyond.lon[known])
                lat.append(file.beyond.lat[known])
            self._parts.append((file, [zone for zone, _ in found], known))
        self.lon, self.lat = np.concatenate(lon), np.concatenate(lat)
        self.there, self.swapped = _on_sphere(self.lon, self.lat), _on_sphere(self.lat, self.lon)
        """The same as unit vectors, (n, 3), and those of longitude and latitude swapped."""

    def __len__(self) -> int:
        return len(self.lon)

    def named(self, k: int) -> tuple[str, Where]:
        """How one of them is called and where it stands."""
        for file, zones, rows in self._parts:
            if k < len(zones):
                return zones[k].id, zones[k].where
            k -= len(zones)
            if k < len(rows) and file.beyond is not None:
                row = rows[k]
                return file.beyond.ids[row], Where(file.dataset.path) / "features" / int(file.beyond.numbers[row])
            k -= len(rows)
        raise IndexError(k)


def refuse_apart(missions: Sequence[Mission], middles: Middles) -> None:
    """Refuse zones that lie over 1,000 km from a mission and come to lie at it once swapped, and the other way round."""
    if not len(middles):
        return
    lon, lat = middles.lon, middles.lat
    faults = []
    for mission in missions:
        here = mission.flights[0]
        at_lon, at_lat = float(here.lon[0]), float(here.lat[0])
        at = _on_sphere(here.lon[:1], here.lat[:1])[0]
        suspects = (middles.there @ at < FAR_COS) & (middles.swapped @ at > TOGETHER_COS)
        for k in np.flatnonzero(suspects).tolist():
            identifier, where = middles.named(k)
            away = float(_metres(lon[k : k + 1], lat[k : k + 1], at_lon, at_lat)[0])
            what = (
                f"zone {identifier} at {lat[k]:.3f} N, {lon[k]:.3f} E lies {away / 1000:,.0f} km from the mission "
                f"{mission.path}; with latitude and longitude swapped in one of the two they meet"
            )
            faults.append(Fault(where, what, "write longitude before latitude in every position"))
    if faults:
        raise InputError(faults)


def _far(lon: float, lat: float, box: Box, *, within: float = FAR_M) -> bool:
    if abs(lat) > 90:
        return True
    nearest = np.array([min(max(lon, box[0]), box[2])]), np.array([min(max(lat, box[1]), box[3])])
    return bool(_metres(*nearest, lon, lat)[0] > within)


def _on_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions as unit vectors, (n, 3): the product of two is the cosine of the angle between them."""
    phi, turn = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(turn), np.cos(phi) * np.sin(turn), np.sin(phi)])


def _metres(lon: NDArray[np.float64], lat: NDArray[np.float64], lon0: float, lat0: float) -> NDArray[np.float64]:
    """Great-circle metres; good to half a percent, which is enough for "far away"."""
    phi, phi0 = np.radians(lat), np.radians(lat0)
    half = np.sin((phi - phi0) / 2) ** 2 + np.cos(phi) * np.cos(phi0) * np.sin(np.radians(lon - lon0) / 2) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return metres
