"""Places in the world's own terms: its shapes are upright squares, so that a few comparisons decide."""

import math
from collections.abc import Sequence

Point = Sequence[float]


def inside(point: Point, square: Sequence[Point]) -> bool:
    """Whether the point lies in the upright square or on its border."""
    (west, south), (east, north) = square[0], square[2]
    return west <= point[0] <= east and south <= point[1] <= north


def ring_inside(inner: Sequence[Point], outer: Sequence[Point]) -> bool:
    """Whether one upright square lies in another (a closed ring)."""
    return all(inside(corner, outer) for corner in inner)


def distance_m(one: Point, other: Point) -> float:
    """Along the great circle, in metres, by the arc between two vectors."""
    a, b = _vector(one), _vector(other)
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return 6_371_008.8 * math.atan2(math.sqrt(sum(c * c for c in cross)), sum(x * y for x, y in zip(a, b, strict=True)))


def _vector(point: Point) -> tuple[float, float, float]:
    longitude, latitude = map(math.radians, point)
    return math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)
