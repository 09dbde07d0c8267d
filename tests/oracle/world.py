"""One small world that both sides read: five registers' rows, with the gaps, doubles and bad values that life has.

Rows are by item name; `tables` gives the same by table and column, as a source holds them. Every row has a number of its own
in the column `row_number`, so that what leaves a source can be told apart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from catalogue.binding import Sources
from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources
from catalogue.model import Catalogue
from standards import credit_code, identity_number, licence_identifier
from standards.divisions import DIVISIONS

ROOT = Path(__file__).parent.parent.parent
NUMBER = "row_number"
PERSONS, COMPANIES, ADDRESSES, PARCELS, UNITS, LICENCES = 60, 30, 30, 30, 30, 110
COUNTIES = ("320102", "320104", "320106", "320115", "320508", "320213")
CODES = ("320000", "320100", "320200", "320500", *COUNTIES)
SENSITIVE = ("13320000MBX000094G001", "11320000MBX000027Q002", "11320000MBX000107C002")
PLAIN = ("11100000MB03271699001", "11320000MBX000027Q001")
ODD_NUMBER = "32010219900101000?"
SURNAMES = ("王", "李", "欧阳", "司马", "买买提·", "陈")
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class World:
    """The base catalogue and binding, and the rows by resource. `detours`: what a lookup's own table holds."""

    catalogue: Catalogue
    sources: Sources
    rows: Rows

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Rows by table and column, with the geometry that place lookups search."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, binding in self.sources.bindings.items():
            table = found[binding.table] = []
            for row in self.rows[name]:
                held = {column: row[item] for item, column in binding.columns.items()}
                if binding.geometry is not None:
                    held[binding.geometry] = row["#shape"]
                table.append(held | {NUMBER: row[NUMBER]})
        return found


def make_world(seed: int = 1) -> World:
    """The world of a seed."""
    catalogue = load_catalogue(ROOT / "catalogue")
    maker = _Maker(Random(seed))
    maker.divisions()
    maker.persons()
    maker.companies()
    maker.land()
    maker.licences()
    maker.credit()
    sources = load_sources(ROOT / "catalogue" / "sources.toml", catalogue)
    rows: Rows = {}
    for name, binding in sources.bindings.items():
        rows[name] = [
            {item: row.get(item) for item in binding.columns} | {"#shape": row.get("#shape"), NUMBER: f"{name}/{number}"}
            for number, row in enumerate(maker.made[name])
        ]
    return World(catalogue, sources, rows)


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.made: dict[str, list[dict[str, Any]]] = {}
        self.people: list[str] = []
        self.firms: list[str] = []

    def maybe(self, value: Any, chance: float = 0.85) -> Any:
        return value if self.random.random() < chance else None

    def day(self, first: int = 1950, last: int = 2030) -> date:
        return date(first, 1, 1) + timedelta(days=self.random.randrange(365 * (last - first)))

    def divisions(self) -> None:
        self.made["AdministrativeDivision"] = rows = []
        for place, code in enumerate(CODES):
            side = {"PROVINCE": 4.0, "CITY": 1.0, "COUNTY": 0.2}[DIVISIONS[code].level]
            ring = square(117.0 + 0.05 * place, 31.0 + 0.03 * place, side + 0.01 * place)
            rows.append(
                {
                    "code": code,
                    "name": DIVISIONS[code].name,
                    "level": DIVISIONS[code].level,
                    "parentCode": DIVISIONS[code].parent,
                    "boundary": geojson(ring),
                    "#shape": ring,
                }
            )
        rows[-1]["level"] = "TOWN"  # a value outside the list

    def persons(self) -> None:
        random = self.random
        self.made["Person"], self.made["MarriageRecord"], self.made["Household"] = [], [], []
        for number in range(PERSONS):
            born = self.day(2013, 2024) if number % 5 == 0 else self.day(1940, 2012)
            first = f"{random.choice(COUNTIES)}{born:%Y%m%d}{number + 100:03d}"
            code = first + identity_number.check_digit(first)
            self.people.append(code)
            self.made["Person"].append(
                {
                    "idNumber": code,
                    "name": f"{random.choice(SURNAMES)}{random.choice('明华强')}{number}",
                    "sex": random.choice("0129") if number != 7 else "5",
                    "ethnicGroup": random.choice(("01", "03", "77")),
                    "birthDate": self.maybe(born),
                    "birthplace": self.maybe(random.choice(COUNTIES)),
                    "vitalStatus": random.choice("1234"),
                    "divisionCode": self.maybe(random.choice((*COUNTIES, "ABC", "320200"))),
                    "registeredResidence": self.maybe(
                        f"江苏省南京市玄武区（红山路）{number}号" if number % 3 else f"某地{number}号"
                    ),
                    "householdNumber": self.maybe(f"H{number // 3:04d}", 0.8) if number % 11 else "H9999",
                    "relationToHead": self.maybe("02"),
                    "idCardValidUntil": self.maybe(self.day()),
                    "education": self.maybe(random.choice(("本科", "高中"))),
                    "phone": self.maybe(f"1380000{number:04d}") if number % 7 else "１３８-0000 0001",
                    "adoptionRecord": f"ADOPT{number}",
                    "sealedJuvenileRecord": f"SEALED{number}",
                }
            )
            if number % 2:
                self.made["MarriageRecord"].append(
                    {
                        "status": self.maybe(random.choice(("10", "20", "21", "40"))),
                        "registeredOn": self.maybe(self.day()),
                        "authority": "民政局",
                        "spouseIdNumber": self.maybe(code),
                        "certificateNumber": f"J{number}",
                        "idNumber": code,
                        "divisionCode": self.maybe(random.choice(COUNTIES)),
                    }
                )
        odd = {"idNumber": ODD_NUMBER, "householdNumber": "H0001", "birthDate": date(1990, 1, 1)}
        self.made["Person"].append(self.made["Person"][4] | odd)
        for number in range(PERSONS // 3):
            self.made["Household"].append(
                {
                    "number": f"H{number:04d}",
                    "address": f"江苏省苏州市姑苏区某街{number}号",
                    "headIdNumber": self.people[number * 3],
                    "divisionCode": self.maybe(random.choice(COUNTIES)),
                }
            )

    def companies(self) -> None:
        random = self.random
        self.made["LegalEntity"], self.made["Shareholder"] = [], []
        for number in range(COMPANIES):
            code = credit_code.compose("91", random.choice(COUNTIES), f"MA{number + 1000:05d}XX")
            self.firms.append(code)
            head = random.choice(self.people) if number % 6 else ODD_NUMBER
            self.made["LegalEntity"].append(
                {
                    "creditCode": code,
                    "name": f"苏州某某{number}有限公司",
                    "entityType": "公司",
                    "representativeName": "王明",
                    "registeredAddress": f"路{number}号",
                    "establishedOn": self.maybe(self.day()),
                    "status": random.choice(("存续", "注销")),
                    "registrationAuthority": "局",
                    "divisionCode": self.maybe(random.choice((*COUNTIES, "999999"))),
                    "registeredCapital": self.maybe(Decimal(random.randrange(1, 99999)) / 100),
                    "businessScope": "软件",
                    "industryCode": "I65",
                    "operatingTermUntil": self.maybe(self.day()),
                    "liquidation": None,
                    "representativeIdNumber": self.maybe(head),
                    "socialInsuredCount": self.maybe(random.randrange(0, 500)),
                    "statisticalReturn": f"STAT{number}",
                }
            )
            for place in range(number % 4):
                self.made["Shareholder"].append(
                    {
                        "name": f"股东{number}-{place}",
                        "share": Decimal(random.randrange(1, 10000)) / 100,
                        "creditCode": code,
                        "position": place,
                    }
                )
        double = dict(self.made["LegalEntity"][3]) | {"name": "同码另一家", "representativeIdNumber": None}
        self.made["LegalEntity"].append(double)

    def land(self) -> None:
        random = self.random
        self.made["Address"], self.made["LandParcel"] = [], []
        self.made["RealEstateUnit"], self.made["RightHolder"] = [], []
        for number in range(ADDRESSES):
            latitude, longitude = 32.0 + number * 0.0011, 118.7 + (number % 7) * 0.0007
            self.made["Address"].append(
                {
                    "code": f"A{number:03d}",
                    "text": f"地址{number}",
                    "divisionCode": random.choice(COUNTIES),
                    "latitude": latitude,
                    "longitude": longitude,
                    "#shape": (longitude, latitude),
                }
            )
        for number in range(PARCELS):
            ring = square(118.5 + 0.01 * (number % 6), 32.0 + 0.01 * (number // 6), 0.004)
            self.made["LandParcel"].append(
                {
                    "parcelCode": f"3201020010{PARCELS - number:09d}",
                    "location": f"坐落{number}",
                    "use": random.choice(("住宅", "工业")),
                    "areaSquareMetres": Decimal(random.randrange(100, 99999)) / 100,
                    "boundary": geojson(ring),
                    "#shape": ring,
                    "rightHolder": self.maybe(random.choice((*self.people[:9], *self.firms))),
                    "rightHolderName": self.maybe(f"欧阳持有{number}"),
                    "price": self.maybe(Decimal(random.randrange(0, 9999999)) / 100),
                    "divisionCode": random.choice((*COUNTIES, "320999")),
                }
            )
        for number in range(UNITS):
            code = f"U{number:03d}"
            self.made["RealEstateUnit"].append(
                {
                    "unitCode": code,
                    "location": f"单元{number}",
                    "use": "住宅",
                    "areaSquareMetres": Decimal(number) + Decimal("80.50"),
                    "coOwnership": "单独所有",
                    "mortgaged": random.random() < 0.5,
                    "sealed": self.maybe(random.random() < 0.2),
                    "certificateNumber": self.maybe(f"苏{number}"),
                    "divisionCode": self.maybe(random.choice(COUNTIES)),
                    "parcelCode": f"3201020010{random.randrange(PARCELS + 3):09d}",
                }
            )
            for place in range(1 + number % 3):
                self.made["RightHolder"].append(
                    {
                        "code": random.choice((*self.people[:20], *self.firms[:8])),
                        "name": f"权利人{number}{place}",
                        "share": Decimal(50),
                        "unitCode": code,
                        "position": place,
                    }
                )

    def licences(self) -> None:
        random = self.random
        self.made["Licence"] = rows = []
        for number in range(LICENCES):
            kind = random.choice((*SENSITIVE, *PLAIN, *PLAIN))
            whole = licence_identifier.compose(kind, "11320000MBX000027Q", f"SN{number:04d}")
            person = number % 3 != 0
            holder = random.choice(self.people[:25] if person else self.firms)
            rows.append(
                {
                    "identifier": whole if number % 17 else whole[:-1] + "?",
                    "typeCode": kind if number % 10 else None,
                    "typeName": "证",
                    "number": f"N{number}",
                    "holderKind": "PERSON" if person else "ORGANISATION",
                    "holderCode": holder if number % 13 else "NOBODY",
                    "holderName": "持证人",
                    "issuer": "机关",
                    "issuedOn": self.day(),
                    "validFrom": self.maybe(self.day(2010, 2027)),
                    "validUntil": self.maybe(self.day(2024, 2030)),
                    "status": self.maybe(random.choice(("VALID", "REVOKED"))),
                    "fileDigest": f"D{number}",
                    "fileUrl": f"F{number}",
                    "printedSerial": self.maybe(f"P{number}"),
                    "divisionCode": self.maybe(random.choice(COUNTIES)),
                }
            )
        rows[5]["holderKind"] = "FAMILY"

    def credit(self) -> None:
        random = self.random
        self.made["CreditSubject"], self.made["CreditRecord"] = [], []
        for code in (*self.people[::2], *self.firms[::2]):
            self.made["CreditSubject"].append(
                {
                    "code": code,
                    "name": "主体",
                    "subjectKind": self.maybe("PERSON" if code in self.people else "ORGANISATION", 0.9),
                    "level": random.choice("ABC"),
                    "score": self.maybe(random.randrange(-50, 1000)),
                    "divisionCode": self.maybe(random.choice(COUNTIES)),
                }
            )
            for _ in range(random.randrange(5)):
                kind = random.choice(("SERIOUS_DISHONESTY", "TRUST_INCENTIVE", "PERMIT", "PENALTY"))
                self.made["CreditRecord"].append(
                    {
                        "decision": "决定",
                        "basis": "依据",
                        "authority": "机关",
                        "decidedOn": self.day(2015, 2026),
                        "publishedUntil": self.maybe(self.day(2020, 2030)),
                        "repairedOn": self.maybe(self.day(2020, 2026), 0.3),
                        "subjectCode": code,
                        "listKind": kind,
                        "recordNumber": f"R{len(self.made['CreditRecord']):04d}",
                    }
                )


def square(west: float, south: float, side: float) -> tuple[tuple[float, float], ...]:
    """The corners of a square, longitude first, not closed."""
    corners = ((west, south), (west + side, south), (west + side, south + side), (west, south + side))
    return tuple((round(x, 6), round(y, 6)) for x, y in corners)


def geojson(ring: tuple[tuple[float, float], ...]) -> str:
    """A ring as a GeoJSON Polygon's text."""
    return json.dumps({"type": "Polygon", "coordinates": [[list(point) for point in (*ring, ring[0])]]})


def column_types(catalogue: Catalogue, resource: str) -> Mapping[str, str]:
    """PostgreSQL's type for each item of a resource."""
    types = {"Int": "bigint", "Float": "double precision", "Decimal": "numeric", "Date": "date", "Boolean": "boolean"}
    return {name: types.get(item.type, "text") for name, item in catalogue.resources[resource].items.items()}  # type: ignore[index]
