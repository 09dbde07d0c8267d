"""Place lookups: in PostgreSQL's built-in types (GiST on `point` or `polygon`, no extension), and the same in Python.

x is longitude, y is latitude, in degrees; distances are metres on a sphere of the earth's mean radius, areas are compared
in degrees. A border belongs to its polygon. PostGIS answers the same questions behind the same three functions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from json import JSONDecodeError, loads
from typing import Any, TypeAlias

from catalogue.model import LookupKind

EARTH_RADIUS_M = 6_371_008.8
_MARGIN_DEGREES = 1e-9  # a tenth of a millimetre, for what rounding loses

Point: TypeAlias = tuple[float, float]
"""(longitude, latitude): x before y, as PostgreSQL and GeoJSON have it."""
Ring: TypeAlias = tuple[Point, ...]


class PlaceError(ValueError):
    """A key that is no place."""


@dataclass(frozen=True, slots=True)
class PlaceLookup:
    """The SQL of a place lookup. `keys` names each key's number `k."#key"`; `order` comes before the fetch's own order."""

    keys: str
    arrays: int
    condition: str
    order: tuple[str, ...]


def place_lookup(kind: LookupKind, geometry: str) -> PlaceLookup:
    """How rows are found by their `geometry` (an SQL expression) in PostgreSQL's built-in types."""
    match kind:
        case LookupKind.AT_POINT:
            return PlaceLookup(
                'unnest($1::point[]) WITH ORDINALITY AS k(place, "#key")',
                1,
                f"{geometry} && polygon(box(k.place, k.place)) AND {geometry} @> k.place",
                (f"area(path({geometry}))",),
            )
        case LookupKind.NEAR:
            distance = _distance_sql(geometry)
            return PlaceLookup(
                'unnest($1::point[], $2::box[], $3::double precision[]) WITH ORDINALITY AS k(place, around, radius, "#key")',
                3,
                f"{geometry} <@ k.around AND {distance} <= k.radius",
                (distance,),
            )
        case LookupKind.WITHIN:
            # PostgreSQL's own answer also names some shapes that a spike of the area cuts through
            return PlaceLookup(
                'unnest($1::polygon[]) WITH ORDINALITY AS k(place, "#key")',
                4,
                f"{geometry} <@ k.place AND NOT EXISTS ({_crossing_sql(geometry)})",
                (),
            )
        case LookupKind.EQUALS:
            raise ValueError("a lookup by value is no place lookup")


def place_arrays(kind: LookupKind, keys: Sequence[object]) -> tuple[list[object], ...]:
    """The keys as the arrays that `place_lookup` takes. Raises PlaceError."""
    if kind is LookupKind.WITHIN:
        rings = [ring_of(key) for key in keys]
        sides = [(n, *side) for n, ring in enumerate(rings, 1) for side in _sides(ring)]
        numbers: list[object] = [number for number, _, _ in sides]
        starts: list[object] = [start for _, start, _ in sides]
        ends: list[object] = [end for _, _, end in sides]
        return (list(rings), numbers, starts, ends)
    points: list[object] = [point_of(key) for key in keys]
    if kind is LookupKind.AT_POINT:
        return (points,)
    radii = [radius_of(key) for key in keys]
    boxes: list[object] = [box_around(point_of(key), radius) for key, radius in zip(keys, radii, strict=True)]
    return (points, boxes, list(radii))


def point_of(key: object) -> Point:
    """The point of an AT_POINT or NEAR key, which begins with latitude, longitude."""
    if not isinstance(key, tuple) or len(key) < 2:
        raise PlaceError("a place is latitude and longitude")
    return (float(key[1]), float(key[0]))


def radius_of(key: object) -> float:
    """The radius in metres of a NEAR key."""
    if not isinstance(key, tuple) or len(key) != 3:
        raise PlaceError("a place to search around is latitude, longitude and a radius in metres")
    return float(key[2])


def ring_of(key: object) -> Ring:
    """The outer ring, not closed, of a GeoJSON Polygon's text. Raises PlaceError for anything else, holes included."""
    try:
        shape: Any = loads(key) if isinstance(key, str) else None
        if shape["type"] != "Polygon":
            raise PlaceError("the area is not a GeoJSON `Polygon`")
        (outer,) = shape["coordinates"]
        ring = tuple((float(point[0]), float(point[1])) for point in outer)
    except PlaceError:
        raise
    except (JSONDecodeError, TypeError, KeyError, ValueError, IndexError):
        raise PlaceError("the area is not a GeoJSON `Polygon` of one ring") from None
    if len(ring) < 4 or ring[0] != ring[-1] or not all(math.isfinite(number) for point in ring for number in point):
        raise PlaceError("the area's ring is not closed, or has fewer than three corners")
    return ring[:-1]


def box_around(point: Point, radius_m: float) -> tuple[Point, Point]:
    """The upper right and lower left corner of a box that holds every point within the radius."""
    longitude, latitude = point
    angle = radius_m / EARTH_RADIUS_M
    height = math.degrees(angle) + _MARGIN_DEGREES
    reach = math.sin(min(angle, math.pi / 2)) / max(math.cos(math.radians(latitude)), 1e-12)
    width = math.degrees(math.asin(reach)) + _MARGIN_DEGREES if reach < 1 else 180.0
    return (longitude + width, latitude + height), (longitude - width, latitude - height)


def distance_m(one: Point, other: Point) -> float:
    """The great-circle distance (haversine), in metres."""
    half_height = math.sin(math.radians(one[1] - other[1]) / 2)
    half_width = math.sin(math.radians(one[0] - other[0]) / 2)
    chord = half_height**2 + math.cos(math.radians(one[1])) * math.cos(math.radians(other[1])) * half_width**2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def _distance_sql(geometry: str) -> str:
    half_height = f"sin(radians(({geometry})[1] - k.place[1]) / 2)"
    half_width = f"sin(radians(({geometry})[0] - k.place[0]) / 2)"
    cosines = f"cos(radians(({geometry})[1])) * cos(radians(k.place[1]))"
    chord = f"{half_height} ^ 2 + {cosines} * {half_width} ^ 2"
    return f"{2 * EARTH_RADIUS_M} * asin(sqrt(least(1.0, {chord})))"


def _crossing_sql(geometry: str) -> str:
    """Rows where a side of the shape (from its text: no function gives a polygon's corners) crosses one of the area."""
    corners = f"unnest(string_to_array(btrim({geometry}::text, '()'), '),(')) WITH ORDINALITY AS c(text, n)"
    following = "coalesce(lead(c.text) OVER around, first_value(c.text) OVER around) AS next"
    sides = f"SELECT c.text, {following} FROM {corners} WINDOW around AS (ORDER BY c.n)"  # noqa: S608  a column's name
    shape = f"SELECT ('(' || text || ')')::point AS a, ('(' || next || ')')::point AS b FROM ({sides}) AS s"  # noqa: S608
    area = 'unnest($2::bigint[], $3::point[], $4::point[]) AS o("#key", c, d)'
    near = f'o."#key" = k."#key" AND box(o.c, o.d) && box({geometry})'
    apart = " AND ".join(
        f"{_turn_sql(*line, one)} * {_turn_sql(*line, other)} < 0"
        for line, one, other in ((("i.a", "i.b"), "o.c", "o.d"), (("o.c", "o.d"), "i.a", "i.b"))
    )
    return f"SELECT FROM {area} CROSS JOIN LATERAL ({shape}) AS i WHERE {near} AND {apart}"


def _turn_sql(start: str, end: str, point: str) -> str:
    return f"(({end}[0] - {start}[0]) * ({point}[1] - {start}[1]) - ({end}[1] - {start}[1]) * ({point}[0] - {start}[0]))"


def _sides(ring: Ring) -> "zip[tuple[Point, Point]]":
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def area_of(ring: Ring) -> float:
    """The area of a simple ring, in square degrees."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(ring))) / 2


def covers_point(ring: Ring, point: Point) -> bool:
    """Whether the point lies in the ring or on its border."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in _sides(ring):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside


def covers_ring(outer: Ring, inner: Ring) -> bool:
    """Whether every point of the inner ring lies in the outer one: each of its sides, cut where borders meet, does."""
    for start, end in _sides(inner):
        cuts = sorted({0.0, 1.0, *_cuts(start, end, outer)})
        if not covers_point(outer, start):
            return False
        for one, two in pairwise(cuts):
            at = (one + two) / 2
            middle = (start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1]))
            if not (covers_point(outer, middle) or _runs_along(start, end, middle, outer)):
                return False
    return True


def _cuts(start: Point, end: Point, ring: Ring) -> list[float]:
    """Where on the side (0 at its start, 1 at its end) it meets the ring's sides."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    found: list[float] = []
    for (x1, y1), (x2, y2) in _sides(ring):
        ex, ey = x2 - x1, y2 - y1
        cross = dx * ey - dy * ex
        if cross == 0:
            length = dx * dx + dy * dy
            if length and (x1 - start[0]) * dy == (y1 - start[1]) * dx:
                found += [((x - start[0]) * dx + (y - start[1]) * dy) / length for x, y in ((x1, y1), (x2, y2))]
            continue
        here = ((x1 - start[0]) * ey - (y1 - start[1]) * ex) / cross
        there = ((x1 - start[0]) * dy - (y1 - start[1]) * dx) / cross
        if 0 <= there <= 1:
            found.append(here)
    return [cut for cut in found if 0 < cut < 1]


def _runs_along(start: Point, end: Point, middle: Point, ring: Ring) -> bool:
    """Whether the side lies on one of the ring's, where rounding put its middle beside the border."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    for (x1, y1), (x2, y2) in _sides(ring):
        on_line = (x1 - start[0]) * dy == (y1 - start[1]) * dx and (x2 - start[0]) * dy == (y2 - start[1]) * dx
        if on_line and min(x1, x2) <= middle[0] <= max(x1, x2) and min(y1, y2) <= middle[1] <= max(y1, y2):
            return True
    return False
