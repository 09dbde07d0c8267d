"""Coordinates: CGCS2000, EPSG:4490 (latitude, longitude), and GeoJSON geometry, RFC 7946 (longitude first)."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from standards.faults import GeometryFault, Part

CODE = "COORDINATES_INVALID"
LATITUDE_BOUNDS = (16.7, 53.56)
LONGITUDE_BOUNDS = (73.62, 134.77)
MAX_VERTICES = 1_000


class Point(NamedTuple):
    """A point in degrees, in the axis order of EPSG:4490. GeoJSON has it the other way round."""

    latitude: float
    longitude: float


Ring = tuple[Point, ...]


def parse_point(latitude: object, longitude: object) -> Point:
    """The point, in degrees, if it lies within the country's bounds.

    Raises GeometryFault(COORDINATES_INVALID) with part geometry (not numbers), order (latitude and longitude look
    swapped) or bounds.
    """
    y, x = _number(latitude), _number(longitude)
    if _within(y, x):
        return Point(y, x)
    if _within(x, y):
        raise GeometryFault(
            CODE,
            Part.ORDER,
            f"latitude `{y:g}` and longitude `{x:g}` are swapped",
            f"纬度{y:g}与经度{x:g}填反",
            "latitude is the smaller number here (about 30 to 36 in Jiangsu); GeoJSON alone has longitude first",
        )
    raise GeometryFault(
        CODE,
        Part.BOUNDS,
        f"latitude `{y:g}` and longitude `{x:g}` lie outside the country's bounds",
        f"纬度{y:g}、经度{x:g}超出范围",
        f"latitude {LATITUDE_BOUNDS[0]} to {LATITUDE_BOUNDS[1]}, longitude {LONGITUDE_BOUNDS[0]} to "
        f"{LONGITUDE_BOUNDS[1]}, CGCS2000 (EPSG:4490)",
    )


def parse_polygon(geojson: object) -> tuple[Ring, ...]:
    """The rings of a GeoJSON Polygon, the outer one first, each closed (last point = first).

    Raises GeometryFault(COORDINATES_INVALID) with part geometry (not a Polygon; a MultiPolygon must be sent piece by
    piece), vertices (more than 1,000 in all), ring (too few points, not closed, no area), order or bounds.
    Whether a ring crosses itself is not looked into: the source's own test decides about such a shape.
    """
    if not isinstance(geojson, Mapping):
        raise _geometry("a polygon is a GeoJSON object", "多边形应为GeoJSON对象")
    kind, coordinates = geojson.get("type"), geojson.get("coordinates")
    if kind != "Polygon":
        shown = kind if isinstance(kind, str) and kind.isascii() and len(kind) <= 20 else "unknown"
        raise _geometry(f"GeoJSON type `{shown}` is not accepted, only Polygon", "只接受GeoJSON类型Polygon")
    if not isinstance(coordinates, list | tuple) or not coordinates:
        raise _geometry("a Polygon has a list of rings under `coordinates`", "Polygon的coordinates应为环的列表")
    if not all(isinstance(ring, list | tuple) for ring in coordinates):
        raise _geometry("each ring of a Polygon is a list of positions", "Polygon的每个环应为坐标列表")
    count = sum(len(ring) for ring in coordinates)
    if count > MAX_VERTICES:
        raise GeometryFault(
            CODE,
            Part.VERTICES,
            f"the polygon has {count} vertices, more than {MAX_VERTICES}",
            f"多边形有{count}个顶点，超过{MAX_VERTICES}个",
            "simplify the outline or ask in parts",
        )
    return tuple(_ring(ring) for ring in coordinates)


def to_geojson(rings: tuple[Ring, ...]) -> dict[str, object]:
    """The rings as a GeoJSON Polygon, longitude first."""
    return {"type": "Polygon", "coordinates": [[[p.longitude, p.latitude] for p in ring] for ring in rings]}


def _ring(positions: list[object] | tuple[object, ...]) -> Ring:
    ring = tuple(_position(position) for position in positions)
    if len(ring) < 4:
        raise _bad_ring("a ring has fewer than four positions", "环的顶点少于4个")
    if ring[0] != ring[-1]:
        raise _bad_ring("a ring is not closed: its last position differs from its first", "环未闭合：首尾坐标不同")
    if _is_flat(ring):
        raise _bad_ring("a ring encloses no area", "环没有面积")
    return ring


def _position(position: object) -> Point:
    if not isinstance(position, list | tuple) or len(position) not in (2, 3):
        raise _geometry("a position is [longitude, latitude]", "坐标应为[经度, 纬度]")
    try:
        return parse_point(position[1], position[0])
    except GeometryFault as fault:
        if fault.part is not Part.ORDER:
            raise
        raise GeometryFault(
            CODE,
            Part.ORDER,
            f"position `[{position[0]:g}, {position[1]:g}]` is swapped: GeoJSON has longitude first",
            "坐标次序填反：GeoJSON经度在前",
            "write [longitude, latitude]",
        ) from None


def _is_flat(ring: Ring) -> bool:
    # Relative to the first point: products of whole degrees would drown the area of a small parcel in rounding. What is
    # left of rounding is far below a ten-millionth of the box round any real shape.
    y0, x0 = ring[0]
    doubled_area = sum(
        (a.longitude - x0) * (b.latitude - y0) - (b.longitude - x0) * (a.latitude - y0) for a, b in pairwise(ring)
    )
    height = max(p.latitude for p in ring) - min(p.latitude for p in ring)
    width = max(p.longitude for p in ring) - min(p.longitude for p in ring)
    return abs(doubled_area) <= 1e-7 * width * height


def _within(latitude: float, longitude: float) -> bool:
    return LATITUDE_BOUNDS[0] <= latitude <= LATITUDE_BOUNDS[1] and LONGITUDE_BOUNDS[0] <= longitude <= LONGITUDE_BOUNDS[1]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _geometry("latitude and longitude are finite numbers of degrees", "经纬度应为有限的数值（度）")
    return float(value)


def _geometry(message: str, message_zh: str) -> GeometryFault:
    hint = 'send {"type": "Polygon", "coordinates": [[[longitude, latitude], …]]}, one Polygon at a time'
    return GeometryFault(CODE, Part.GEOMETRY, message, message_zh, hint)


def _bad_ring(message: str, message_zh: str) -> GeometryFault:
    return GeometryFault(CODE, Part.RING, message, message_zh, "a ring has four or more positions and ends where it begins")
