"""Place lookups, in memory and in PostgreSQL, against shapely."""

import json
import math
import random
from typing import Any

import pytest
from shapely.geometry import Point, Polygon  # type: ignore[import-untyped]
from shapely.geometry.polygon import orient  # type: ignore[import-untyped]

from catalogue.model import LookupKind
from catalogue.predicate import ItemName
from connectors.base import SourceError
from connectors.request import Fetch, Order, Value
from connectors.spatial import PlaceError, box_around, distance_m, place_arrays, ring_of
from tests.connectors.conftest import Register
from tests.connectors.samples import ADDRESS, PARCEL, SOURCE, tables

WEST, SOUTH = 118.0, 31.0


def star(random_: random.Random, corners: int, size: float) -> Polygon:
    """A simple polygon, mostly concave, on a grid fine enough that corners seldom meet."""
    x, y = WEST + random_.random(), SOUTH + random_.random()
    angles = sorted(random_.random() * 2 * math.pi for _ in range(corners))
    points = [(x + size * r * math.cos(a), y + size * r * math.sin(a)) for a in angles if (r := random_.uniform(0.3, 1))]
    return Polygon(points)


def square(west: float, south: float, side: float) -> Polygon:
    """A square with exact corners."""
    return Polygon([(west, south), (west + side, south), (west + side, south + side), (west, south + side)])


def ring(shape: Polygon) -> tuple[tuple[float, float], ...]:
    """The corners, as tables hold them."""
    return tuple((x, y) for x, y in orient(shape).exterior.coords[:-1])


def geojson(shape: Polygon) -> str:
    """The key of WITHIN."""
    return json.dumps({"type": "Polygon", "coordinates": [[list(point) for point in shape.exterior.coords]]})


def asking(resource: Any, kind: LookupKind, item: str, *, unique: bool = False, first: str | None = None) -> Fetch:
    name = ItemName(item)
    return Fetch(SOURCE, resource, "by_place", kind, name, (Value(name),), None, (Order(name, False),), first, unique)


def parcels(shapes: list[Polygon]) -> list[dict[str, Any]]:
    return [{"code": f"{n:04d}", "boundary": None, "shape": ring(shape)} for n, shape in enumerate(shapes)]


@pytest.mark.parametrize("seed", range(3))
async def test_at_point(register: Register, seed: int) -> None:
    random_ = random.Random(seed)
    shapes = [shape for _ in range(120) if (shape := star(random_, 9, 0.25)).is_valid] + [square(WEST, SOUTH, 0.5)]
    await register.hold(tables(parcel=[*parcels(shapes), {"code": "none", "boundary": None, "shape": None}]))
    points = [(SOUTH + random_.random(), WEST + random_.random()) for _ in range(100)]
    points += [(SOUTH, WEST), (SOUTH + 0.25, WEST), (SOUTH + 0.5, WEST + 0.125), (SOUTH - 1, WEST)]  # corner, sides, outside
    memory, postgresql = await register.both(asking(PARCEL, LookupKind.AT_POINT, "parcelCode"), points)
    holding = [(point, [n for n, shape in enumerate(shapes) if shape.covers(Point(point[1], point[0]))]) for point in points]
    expected = [(point, f"{n:04d}") for point, held in holding for n in sorted(held, key=lambda n: shapes[n].area)]
    assert postgresql == memory == expected
    smallest = [(point, f"{min(held, key=lambda n: shapes[n].area):04d}") for point, held in holding if held]
    memory, postgresql = await register.both(asking(PARCEL, LookupKind.AT_POINT, "parcelCode", unique=True), points)
    assert postgresql == memory == smallest


@pytest.mark.parametrize("seed", range(3))
async def test_within(register: Register, seed: int) -> None:
    random_ = random.Random(seed)
    shapes = [shape for _ in range(200) if (shape := star(random_, 5, 0.05)).is_valid]
    shapes += [square(WEST + x / 8, SOUTH + y / 8, 0.125) for x in range(8) for y in range(8)]
    await register.hold(tables(parcel=parcels(shapes)))
    areas = [shape for _ in range(20) if (shape := star(random_, 12, 0.6)).is_valid]
    areas += [square(WEST, SOUTH, 0.5), square(WEST + 0.125, SOUTH, 0.125)]
    # a letter L, whose inner corner touches the squares beside it
    x, y = WEST, SOUTH
    areas.append(Polygon([(x, y), (x + 1, y), (x + 1, y + 0.5), (x + 0.5, y + 0.5), (x + 0.5, y + 1), (x, y + 1)]))
    keys = [geojson(area) for area in areas]
    memory, postgresql = await register.both(asking(PARCEL, LookupKind.WITHIN, "parcelCode"), keys)
    expected = [(geojson(area), f"{n:04d}") for area in areas for n, shape in enumerate(shapes) if area.covers(shape)]
    assert memory == expected
    assert postgresql == expected
    assert len(expected) > 60


async def test_near(register: Register) -> None:
    random_ = random.Random(1)
    places = [(WEST + random_.random() / 20, SOUTH + random_.random() / 20) for _ in range(800)]
    rows = [{"code": f"{n:04d}", "text": "", "place": place} for n, place in enumerate(places)]
    await register.hold(tables(address=[*rows, {"code": "none", "text": "", "place": None}]))
    radii = (1.0, 50.0, 200.0, 500.0, 2_000.0)
    keys = [(SOUTH + random_.random() / 20, WEST + random_.random() / 20, radius) for radius in radii]
    memory, postgresql = await register.both(asking(ADDRESS, LookupKind.NEAR, "code", first="first"), keys, first=20)
    assert postgresql == memory
    for key in keys:
        here = (key[1], key[0])
        nearest = sorted((distance_m(place, here), n) for n, place in enumerate(places))
        inside = [(key, f"{n:04d}") for distance, n in nearest if distance <= key[2]]
        assert [row for row in memory if row[0] == key] == inside[:20]
    assert len(memory) > 30


async def test_a_place_lookup_uses_its_index(register: Register) -> None:
    from connectors.sql import compile_fetch
    from tests.connectors.samples import BINDINGS, RESOURCES

    rows = [{"code": str(n), "text": "", "place": (WEST + n / 5_000, SOUTH)} for n in range(5_000)]
    squares = parcels([square(WEST + n / 1_000, SOUTH, 0.001) for n in range(1_000)])
    await register.hold(tables(address=rows, parcel=squares))
    await register.admin.execute("ANALYZE register.address, register.parcel; SET plan_cache_mode = force_generic_plan")
    keys: dict[LookupKind, object] = {
        LookupKind.NEAR: (SOUTH, WEST, 200.0), LookupKind.AT_POINT: (SOUTH, WEST),
        LookupKind.WITHIN: geojson(square(WEST, SOUTH, 0.01)),
    }  # fmt: skip
    for fetch in (
        asking(ADDRESS, LookupKind.NEAR, "code", first="first"),
        asking(PARCEL, LookupKind.WITHIN, "parcelCode"),
        asking(PARCEL, LookupKind.AT_POINT, "parcelCode", unique=True),
    ):
        statement = compile_fetch(fetch, RESOURCES[fetch.resource], BINDINGS[fetch.resource])
        arguments = [*place_arrays(fetch.kind, [keys[fetch.kind]]), *(20 for _ in statement.operands)]
        plan = await (await register.admin.prepare(statement.text)).explain(*arguments)
        assert "Index Cond" in json.dumps(plan)


def test_a_box_holds_its_circle() -> None:
    for latitude in (-60.0, 0.0, 18.0, 32.0, 53.0):
        for radius in (1.0, 200.0, 50_000.0):
            (east, north), (west, south) = box_around((118.0, latitude), radius)
            for step in range(360):
                angle = math.radians(step)
                bound = radius / 6_371_008.8
                y = math.asin(math.sin(math.radians(latitude)) * math.cos(bound)
                              + math.cos(math.radians(latitude)) * math.sin(bound) * math.cos(angle))  # fmt: skip
                x = math.radians(118.0) + math.atan2(
                    math.sin(angle) * math.sin(bound) * math.cos(math.radians(latitude)),
                    math.cos(bound) - math.sin(math.radians(latitude)) * math.sin(y),
                )
                assert west <= math.degrees(x) <= east
                assert south <= math.degrees(y) <= north


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type":"Point","coordinates":[1,2]}',
        '{"type":"Polygon","coordinates":[]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,"x"],[0,0]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,NaN],[0,0]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}',
    ],
)
async def test_what_is_no_simple_area_is_refused(register: Register, text: str) -> None:
    with pytest.raises(PlaceError):
        ring_of(text)
    with pytest.raises(SourceError) as caught:
        await register.postgresql.fetch(asking(PARCEL, LookupKind.WITHIN, "parcelCode"), [text], {})
    assert caught.value.reason == "BROKEN"
