"""A synthetic map of the province: real divisions, invented shapes.

Bands of latitude hold the cities about where they lie, each city is a rectangle, its counties are columns and rows of it:
neighbours share edges and nothing overlaps. A county is a grid of plots, and each parcel has a plot of its own.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from standards import parcel_code
from standards.divisions import DIVISIONS, IN_FORCE, Division, current_successors, subtree_prefix

PROVINCE = "320000"
# Edges in 1/10,000 degree, so that neighbours meet exactly; north to south, west to east.
_WEST, _EAST = 1_163_600, 1_219_600
_BANDS = (
    (351_200, 342_400, ("320300", "320700")),
    (342_400, 332_800, ("321300", "320800", "320900")),
    (332_800, 323_200, ("321000", "321200", "320600")),
    (323_200, 316_000, ("320100", "321100")),
    (316_000, 307_600, ("320400", "320200", "320500")),
)
_SCALE = 10_000
GRID = 64
_PLOTS = GRID * (GRID - 1)
"""Plots of a county for generated parcels; the last row of its grid is kept for the stories."""
_STEP = 1_213
"""Prime to `_PLOTS`: neighbours in sequence lie apart on the ground."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in 1/10,000 degree."""

    west: int
    south: int
    east: int
    north: int

    def ring(self) -> tuple[tuple[float, float], ...]:
        """(longitude, latitude) of the corners, counter-clockwise and closed."""
        west, south, east, north = (edge / _SCALE for edge in (self.west, self.south, self.east, self.north))
        return ((west, south), (east, south), (east, north), (west, north), (west, south))


@dataclass(frozen=True, slots=True)
class Plot:
    """A parcel's ground: code, county, edges in degrees."""

    code: str
    county: str
    west: float
    south: float
    width: float
    height: float

    def ring(self) -> tuple[tuple[float, float], ...]:
        """(longitude, latitude) of a hexagon, counter-clockwise and closed."""
        west, south, east, north = self.west, self.south, self.west + self.width, self.south + self.height
        cut = self.height / 4
        corners = (
            *((west, south), (east - cut, south), (east, south + cut)),
            *((east, north), (west + cut, north), (west, north - cut)),
        )
        rounded = tuple((round(x, 7), round(y, 7)) for x, y in corners)
        return (*rounded, rounded[0])

    def point(self, across: float, up: float) -> tuple[float, float]:
        """(latitude, longitude) of a place inside; `across` and `up` in [0, 1)."""
        return (
            round(self.south + self.height * (0.3 + 0.4 * up), 7),
            round(self.west + self.width * (0.3 + 0.4 * across), 7),
        )

    def area_square_metres(self) -> int:
        """The hexagon's area on the ground, about: 111,320 m a degree, and its cosine at the province's middle latitude."""
        degrees = self.width * self.height - (self.height / 4) ** 2
        return int(degrees * 111_320 * 111_320 * 0.838)


def _counties() -> tuple[str, ...]:
    return tuple(sorted(code for code, division in IN_FORCE.items() if division.level == "COUNTY"))


COUNTIES = _counties()


def _split(start: int, end: int, weights: list[int]) -> list[tuple[int, int]]:
    edges, done, whole = [start], 0, sum(weights)
    for weight in weights:
        done += weight
        edges.append(start + (end - start) * done // whole)
    return list(pairwise(edges))


def _tile() -> dict[str, Box]:
    boxes = {PROVINCE: Box(_WEST, _BANDS[-1][1], _EAST, _BANDS[0][0])}
    for north, south, cities in _BANDS:
        held = {city: [code for code in COUNTIES if code.startswith(subtree_prefix(city))] for city in cities}
        spans = _split(_WEST, _EAST, [len(held[city]) for city in cities])
        for city, (west, east) in zip(cities, spans, strict=True):
            boxes[city] = Box(west, south, east, north)
            boxes |= _tile_city(boxes[city], held[city])
    return boxes


def _tile_city(box: Box, counties: list[str]) -> dict[str, Box]:
    """Two rows of counties, or three in a large city."""
    rows = 3 if len(counties) > 8 else 2
    boxes: dict[str, Box] = {}
    size = -(-len(counties) // rows)
    parts = [counties[start : start + size] for start in range(0, len(counties), size)]
    for (south, north), part in zip(_split(box.south, box.north, [1] * len(parts)), parts, strict=True):
        for (west, east), county in zip(_split(box.west, box.east, [1] * len(part)), part, strict=True):
            boxes[county] = Box(west, south, east, north)
    return boxes


BOXES = _tile()
"""The shape of each division in force."""


def plot(serial: int) -> Plot:
    """The plot of the generated parcel `serial` (0 … 95 · 4,032 - 1): its county and place follow from the number."""
    county, place = COUNTIES[serial % len(COUNTIES)], serial // len(COUNTIES)
    if place >= _PLOTS:
        raise ValueError(f"no plot left for parcel {serial}")
    code = parcel_code.compose(county, 1 + place // 1_000, 1 + place // 100 % 10, "GB", 1 + place % 100)
    return _ground(code, county, place * _STEP % _PLOTS)


def story_plot(county: str, slot: int) -> Plot:
    """The plot `slot` (0 … 63) of those kept for the stories in a county."""
    return _ground(parcel_code.compose(county, 900, 1, "GB", 1 + slot), county, _PLOTS + slot)


def _ground(code: str, county: str, cell: int) -> Plot:
    box = BOXES[county]
    width, height = (box.east - box.west) / GRID / _SCALE, (box.north - box.south) / GRID / _SCALE
    west = box.west / _SCALE + width * (cell % GRID + 0.2)
    south = box.south / _SCALE + height * (cell // GRID + 0.2)
    return Plot(code, county, west, south, width * 0.6, height * 0.6)


@cache
def full_name(code: str) -> str:
    """江苏省南京市玄武区: the names from the province down."""
    division: Division | None = DIVISIONS[code]
    names: list[str] = []
    while division is not None:
        names.insert(0, division.name)
        division = DIVISIONS.get(division.parent) if division.parent else None
    return "".join(names)


@cache
def former_codes(county: str) -> tuple[str, ...]:
    """The codes that this county's ground ever bore, by the day they came into force; the last is today's."""
    codes = [code for code, each in DIVISIONS.items() if each.level == "COUNTY" and county in current_successors(code)]
    return tuple(sorted(codes, key=lambda code: (DIVISIONS[code].valid_from, code != county)))
