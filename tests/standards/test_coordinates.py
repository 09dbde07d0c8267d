"""Points and polygons: axis order, bounds, closure, size."""

import math

import pytest

from standards.coordinates import MAX_VERTICES, Point, parse_point, parse_polygon, to_geojson
from standards.faults import GeometryFault, Part

SQUARE = [[118.7, 32.0], [118.8, 32.0], [118.8, 32.1], [118.7, 32.1], [118.7, 32.0]]


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_point() -> None:
    assert parse_point(32.06, 118.79) == Point(latitude=32.06, longitude=118.79)
    assert parse_point(32, 118) == Point(32.0, 118.0)


@pytest.mark.parametrize(
    ("latitude", "longitude", "part"),
    [
        (118.79, 32.06, Part.ORDER),
        (0.0, 0.0, Part.BOUNDS),
        (32.06, 140.0, Part.BOUNDS),
        (-32.06, 118.79, Part.BOUNDS),
        (math.nan, 118.79, Part.GEOMETRY),
        (math.inf, 118.79, Part.GEOMETRY),
        ("32.06", 118.79, Part.GEOMETRY),
        (True, 118.79, Part.GEOMETRY),
    ],
)
def test_a_refused_point(latitude: object, longitude: object, part: Part) -> None:
    with pytest.raises(GeometryFault) as raised:
        parse_point(latitude, longitude)
    assert (raised.value.code, raised.value.part) == ("COORDINATES_INVALID", part)
    assert ("swapped" in raised.value.message) == (part is Part.ORDER)


def test_a_polygon_is_turned_into_latitude_first_and_back() -> None:
    rings = parse_polygon(polygon(SQUARE))
    assert rings[0][1] == Point(latitude=32.0, longitude=118.8)
    assert to_geojson(rings) == polygon(SQUARE)


@pytest.mark.parametrize(
    ("geojson", "part"),
    [
        ("POLYGON((0 0))", Part.GEOMETRY),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE]]}, Part.GEOMETRY),
        ({"type": "Polygon"}, Part.GEOMETRY),
        (polygon(), Part.GEOMETRY),
        (polygon("ring"), Part.GEOMETRY),
        (polygon([[118.7], [118.8], [118.8], [118.7]]), Part.GEOMETRY),
        (polygon(SQUARE[:-1]), Part.RING),
        (polygon(SQUARE[:2] + SQUARE[:1]), Part.RING),
        (polygon([[118.7, 32.0], [118.8, 32.1], [118.9, 32.2], [118.7, 32.0]]), Part.RING),
        (polygon([[y, x] for x, y in SQUARE]), Part.ORDER),
        (polygon(SQUARE, [[0, 0], [1, 0], [1, 1], [0, 0]]), Part.BOUNDS),
        (polygon(SQUARE * (MAX_VERTICES // 5 + 1)), Part.VERTICES),
    ],
)
def test_a_refused_polygon(geojson: object, part: Part) -> None:
    with pytest.raises(GeometryFault) as raised:
        parse_polygon(geojson)
    assert raised.value.part is part


def test_a_swapped_polygon_and_a_multipolygon_say_so() -> None:
    with pytest.raises(GeometryFault, match="swapped: GeoJSON has longitude first"):
        parse_polygon(polygon([[y, x] for x, y in SQUARE]))
    with pytest.raises(GeometryFault, match="`MultiPolygon` is not accepted, only Polygon"):
        parse_polygon({"type": "MultiPolygon", "coordinates": []})


def test_a_small_parcel_has_an_area() -> None:
    x, y, side = 118.7912345, 32.0654321, 1e-6
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y]]
    assert parse_polygon(polygon(ring))
