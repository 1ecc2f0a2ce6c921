"""Longitude and latitude to the official metres of each part of France, without a geodesy library (the base install stays light).

Ellipsoid GRS 80 for all; WGS 84 and the French systems (RGF93, RGAF09, RGFG95, RGR92, RGM04) agree within a metre, which is less than the
grid of the contours. Sources: IGN, note technique NT/G 71 (Lambert conformal conic); Krüger's series to the third order in n, as given by
Karney, «Transverse Mercator with an accuracy of a few nanometers», J. Geodesy 85 (2011), eq. 6-11 and 35. Tests compare with PROJ.
"""

from typing import Any, NamedTuple

import numpy as np

LAMBERT_93 = 2154
_A, _F = 6_378_137.0, 1 / 298.257222101  # GRS 80: semi-major axis in metres, flattening
_E = np.sqrt(_F * (2 - _F))
_N = _F / (2 - _F)
_SCALE = 0.9996  # UTM, on the central meridian
_EASTING_M = 500_000.0
# Lambert-93: standard parallels 44° and 49°, origin 46° 30′ N 3° E at (700,000 m, 6,600,000 m).
_PARALLELS, _ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = (44.0, 49.0), 46.5, 3.0
_ORIGIN_X, _ORIGIN_Y = 700_000.0, 6_600_000.0


class Zone(NamedTuple):
    """A UTM zone: its central meridian in degrees, and its northing at the equator in metres."""

    meridian: float
    northing_m: float


ZONES = {5490: Zone(-63, 0), 2972: Zone(-51, 0), 2975: Zone(57, 10_000_000), 4471: Zone(45, 10_000_000)}


def find_srids(longitude: Any, latitude: Any) -> Any:
    """The projection of the part of France that each point is in or near, array (n,) of EPSG codes (Lambert-93 by default)."""
    overseas = [longitude < -57, longitude < -30, (latitude < 0) & (longitude > 50), (latitude < 0) & (longitude > 30)]
    return np.select(overseas, [5490, 2972, 2975, 4471], LAMBERT_93)


def project(longitude: Any, latitude: Any, srid: int) -> tuple[Any, Any]:
    """Project degrees, arrays (n,), to easting and northing in metres. `srid`: Lambert-93 or one of ZONES.

    >>> [round(float(metres)) for metres in project(np.array([3.0]), np.array([46.5]), LAMBERT_93)]
    [700000, 6600000]
    """
    if srid == LAMBERT_93:
        return _project_lambert(np.radians(longitude), np.radians(latitude))
    zone = ZONES[srid]
    return _project_utm(np.radians(np.asarray(longitude) - zone.meridian), np.radians(latitude), zone.northing_m)


def _isometric(phi: Any) -> Any:
    """Isometric latitude, so that a conformal map is a function of it."""
    return np.arctanh(np.sin(phi)) - _E * np.arctanh(_E * np.sin(phi))


def _project_lambert(lam: Any, phi: Any) -> tuple[Any, Any]:
    low, high = np.radians(_PARALLELS)
    radius = [np.cos(p) / np.sqrt(1 - (_E * np.sin(p)) ** 2) for p in (low, high)]
    n = np.log(radius[1] / radius[0]) / (_isometric(low) - _isometric(high))
    c = _A * radius[0] / n * np.exp(n * _isometric(low))
    rho, rho_0 = c * np.exp(-n * _isometric(phi)), c * np.exp(-n * _isometric(np.radians(_ORIGIN_LATITUDE)))
    theta = n * (lam - np.radians(_ORIGIN_LONGITUDE))
    return _ORIGIN_X + rho * np.sin(theta), _ORIGIN_Y + rho_0 - rho * np.cos(theta)


def _project_utm(lam: Any, phi: Any, northing_m: float) -> tuple[Any, Any]:
    t = np.sinh(_isometric(phi))  # tangent of the conformal latitude
    xi, eta = np.arctan2(t, np.cos(lam)), np.arcsinh(np.sin(lam) / np.hypot(t, np.cos(lam)))
    rectifying = _A / (1 + _N) * (1 + _N**2 / 4)
    alphas = (_N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16, 13 * _N**2 / 48 - 3 * _N**3 / 5, 61 * _N**3 / 240)
    x = eta + sum(a * np.cos(2 * j * xi) * np.sinh(2 * j * eta) for j, a in enumerate(alphas, 1))
    y = xi + sum(a * np.sin(2 * j * xi) * np.cosh(2 * j * eta) for j, a in enumerate(alphas, 1))
    return _EASTING_M + _SCALE * rectifying * x, northing_m + _SCALE * rectifying * y
