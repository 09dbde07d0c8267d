"""A block: a thousand persons and all that the five registers hold about them, as one pure function of number and seed.

Persons, companies, parcels and certificates of a block refer to one another and to no other block, so that a smaller load
is the beginning of a larger one, and blocks can be made one by one or in several processes.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple

from demo import rows, words
from demo.numbers import IdentityNumbers
from demo.territory import Plot, full_name, plot
from standards import unit_code

PERSONS = 1_000
ENTITIES = 250
HOME_PARCELS = 80
WORK_PARCELS = 20
PARCELS = HOME_PARCELS + WORK_PARCELS


class Someone(NamedTuple):
    """A person as the other registers need them."""

    id_number: str
    name: str
    female: bool
    born: date
    alive: bool
    county: str


class Company(NamedTuple):
    """A legal entity as the other registers need it."""

    credit_code: str
    name: str
    trade: str
    county: str
    status: str


class Dwelling(NamedTuple):
    """A place to live or work in: its parcel, the real-estate unit, the address in words."""

    parcel: str
    county: str
    unit_code: str
    text: str
    address_code: str
    latitude: float
    longitude: float


class Mark(NamedTuple):
    """A value that was made not to conform: table, the row's key, column."""

    table: str
    key: str
    column: str


@dataclass(slots=True)
class Block:
    """What has been made so far. Lists are tables; the names follow `demo.rows`."""

    number: int
    rng: Random
    numbers: IdentityNumbers
    plots: tuple[Plot, ...]
    persons: list[rows.Person] = field(default_factory=list)
    households: list[rows.Household] = field(default_factory=list)
    marriages: list[rows.Marriage] = field(default_factory=list)
    entities: list[rows.Entity] = field(default_factory=list)
    shareholders: list[rows.Shareholder] = field(default_factory=list)
    addresses: list[rows.Address] = field(default_factory=list)
    parcels: list[rows.Parcel] = field(default_factory=list)
    units: list[rows.Unit] = field(default_factory=list)
    right_holders: list[rows.RightHolder] = field(default_factory=list)
    licences: list[rows.Licence] = field(default_factory=list)
    subjects: list[rows.Subject] = field(default_factory=list)
    records: list[rows.Record] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    people: list[Someone] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    premises: list[tuple[Dwelling, Company]] = field(default_factory=list)
    homes: list[tuple[Dwelling, tuple[Someone, ...]]] = field(default_factory=list)

    def mark(self, table: str, key: str, column: str) -> None:
        """Remember that the value was made not to conform."""
        self.marks.append(Mark(table, key, column))

    def next_dwelling(self) -> Dwelling:
        """A dwelling that nobody of the block lives in yet, with its address row."""
        turn = len(self.homes)
        estate = self.plots[turn % HOME_PARCELS]
        place = turn // HOME_PARCELS
        return self.build(estate, words.ESTATES, 1 + place % 6, (1 + place // 6) * 100 + 1)

    def build(self, ground: Plot, estates: tuple[str, ...], building: int, room: int) -> Dwelling:
        """A unit on a parcel, with its address row."""
        dwelling = dwelling_on(ground, estates, (building, room), (self.rng.random(), self.rng.random()))
        self.enter_address(dwelling)
        return dwelling

    def enter_address(self, at: Dwelling) -> None:
        """The address register's row of a dwelling."""
        self.addresses.append(rows.Address(at.address_code, at.text, at.county, str(at.latitude), str(at.longitude)))


def dwelling_on(ground: Plot, estates: tuple[str, ...], door: tuple[int, int], spot: tuple[float, float]) -> Dwelling:
    """The dwelling behind a door (building, room) at a spot (across, up) of a parcel."""
    building, room = door
    latitude, longitude = ground.point(*spot)
    unit = unit_code.compose(ground.code, "F", building, room)
    code = f"{ground.code[:12]}{ground.code[14:]}{unit[20:]}"
    text = f"{street_address(ground, estates)}{building}幢{room}室"
    return Dwelling(ground.code, ground.county, unit, text, code, latitude, longitude)


def street_address(ground: Plot, estates: tuple[str, ...]) -> str:
    """江苏省南京市玄武区人民路12号翠竹苑: a parcel's place in words, from its code alone."""
    serial = int(ground.code[6:12] + ground.code[14:])
    street = words.STREETS[serial * 7 % len(words.STREETS)]
    return f"{full_name(ground.county)}{street}{1 + serial % 300}号{estates[serial // 7 % len(estates)]}"


def start_block(number: int, seed: int) -> Block:
    """An empty block with its plots and its own stream of chance."""
    plots = tuple(plot(number * PARCELS + place) for place in range(PARCELS))
    return Block(number, Random(seed * 1_000_003 + number), IdentityNumbers(number), plots)  # noqa: S311  synthetic data
