"""Distances between schools."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
# Degrees of latitude and longitude, WGS 84.
Place = tuple[float, float]


def distance_km(one: Place, other: Place) -> float:
    """Along the great circle (haversine), in km; roads are longer, about by a third."""
    (latitude, longitude), (latitude_2, longitude_2) = one, other
    across = sin(radians(latitude_2 - latitude) / 2) ** 2
    along = sin(radians(longitude_2 - longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + cos(radians(latitude)) * cos(radians(latitude_2)) * along)))


def place_of(latitude: object, longitude: object) -> Place | None:
    """The two columns of a school as a place; None when one is missing."""
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))  # type: ignore[arg-type]
