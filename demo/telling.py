"""How a story is written into the registers: the same rows as everybody's, with nothing left to chance."""

from dataclasses import dataclass
from datetime import date

from demo import words
from demo.block import Block, Company, Dwelling, dwelling_on
from demo.certificates import TYPES, Term, licence_row
from demo.companies import TYPE_NAMES
from demo.estates import JOINT, SOLE, parcel_row
from demo.numbers import entity_code, story_identity_number
from demo.rows import Entity, Household, Licence, Marriage, Person, Record, RightHolder, Shareholder, Subject, Unit
from demo.territory import full_name, story_plot

_FIRST_ENTITY = 900_001
"""Far above the serial numbers of generated entities."""


@dataclass(frozen=True, slots=True)
class Role:
    """A person of a story. The identity number follows from division, birth date and `serial` (odd: male).

    `born_in` is the birthplace's code of that day, where it is not today's county.
    """

    name: str
    county: str
    born: date
    serial: int
    born_in: str = ""

    @property
    def birthplace(self) -> str:
        return self.born_in or self.county

    @property
    def id_number(self) -> str:
        return story_identity_number(self.birthplace, self.born, self.serial)


@dataclass(frozen=True, slots=True)
class Firm:
    """A legal entity of a story: `number` from 0, trade and scope as in `words.TRADES`."""

    name: str
    county: str
    number: int
    trade: int

    @property
    def credit_code(self) -> str:
        return entity_code("91", self.county, _FIRST_ENTITY + self.number)


class Teller:
    """Writes rows into a block. Dwellings, households, certificates and records are numbered in the order of telling."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._households = 0

    def home(self, county: str, slot: int, *, work: bool = False, holder: Firm | None = None) -> Dwelling:
        """A dwelling (or premises) on a parcel of its own."""
        ground = story_plot(county, slot)
        estates = words.PARKS if work else words.ESTATES
        at = dwelling_on(ground, estates, (1, 301), (0.5, 0.5))
        self._block.enter_address(at)
        company = Company(holder.credit_code, holder.name, "", county, "1") if holder else None
        self._block.parcels.append(parcel_row(ground, "商务金融用地" if work else "城镇住宅用地", estates, company))
        return at

    def household(self, at: Dwelling, *members: tuple[Role, str], **columns: str | None) -> str:
        """The members (each with the relation to the head, who comes first) registered at a dwelling; the household number.

        `columns` replace what a person's row holds by default, for the head.
        """
        self._households += 1
        number = f"{at.county}{9_000_000 + self._households}"
        self._block.households.append(Household(number, at.text, at.county, members[0][0].id_number))
        for place, (role, relation) in enumerate(members):
            self.person(role, at, number, relation, **(columns if place == 0 else {}))
        return number

    def person(self, role: Role, at: Dwelling, household: str | None, relation: str | None, **columns: str | None) -> None:
        """A person's row."""
        adult = role.born.year < 2008
        row = Person(
            role.id_number, role.name, "1" if role.serial % 2 else "2", "01", str(role.born), role.birthplace, "1",
            at.county, at.text, household, relation, "2045-06-30" if 1980 <= role.born.year < 2008 else None,
            ("21" if role.born.year > 1975 else "71") if adult else None,
            f"139{role.id_number[6:14]}" if adult else None, None, None,
        )  # fmt: skip
        self._block.persons.append(row._replace(**columns))  # type: ignore[arg-type]  # columns by name

    def marriage(self, one: Role, other: Role, status: str, day: str, *, widowed: bool = False) -> str:
        """The registration for both (for `one` alone where the other is dead); the certificate's number."""
        number = f"{'L' if status == '40' else 'J'}{one.county}-{day[:4]}-9999{len(self._block.marriages):04d}"
        authority = f"{full_name(one.county)}民政局"
        for role, spouse in ((one, other), (other, one))[: 1 if widowed else 2]:
            self._block.marriages.append(
                Marriage(role.id_number, status, day, authority, one.county, spouse.id_number, number)
            )
        return number

    def own(
        self,
        at: Dwelling,
        *holders: Role | Firm,
        day: str,
        mortgaged: bool = False,
        use: str = "住宅",
        certificate: bool = True,
    ) -> None:
        """The unit in the real-estate register in equal shares, and each holder's 不动产权证 where it was also issued
        electronically.
        """
        number = f"苏({day[:4]}){at.county}不动产权第9999{len(self._block.units):03d}号"
        self._block.units.append(
            Unit(
                at.unit_code,
                at.parcel,
                at.county,
                at.text,
                use,
                "96.50",
                JOINT if len(holders) > 1 else SOLE,
                "t" if mortgaged else "f",
                "f",
                number,
            )
        )
        for position, holder in enumerate(holders, start=1):
            code = holder.id_number if isinstance(holder, Role) else holder.credit_code
            share = f"{100 / len(holders):.2f}"
            self._block.right_holders.append(RightHolder(at.unit_code, str(position), code, holder.name, share))
            if certificate:
                self.licence("不动产权证", holder, day, number=number)

    def licence(
        self,
        kind: str,
        holder: Role | Firm,
        day: str,
        until: str | None = None,
        *,
        status: str = "VALID",
        number: str | None = None,
    ) -> Licence:
        """A certificate of a type, issued on a day by the office of the holder's county."""
        kind_of, code = ("PERSON", holder.id_number) if isinstance(holder, Role) else ("ORGANISATION", holder.credit_code)
        term = Term(day, until, f"{day[:4]}9999{len(self._block.licences):05d}", status)
        held_by = (kind_of, code, holder.name, holder.county)
        row = licence_row(TYPES[kind], held_by, term, number)
        self._block.licences.append(row)
        return row

    def company(self, firm: Firm, at: Dwelling, representative: Role, established: str, **columns: str | None) -> None:
        """A limited company's row; its representative is its first shareholder."""
        trade, _, scope = words.TRADES[firm.trade]
        row = Entity(
            firm.credit_code, firm.name, TYPE_NAMES["91"], representative.name, representative.id_number, at.text,
            established, "1", f"{full_name(firm.county)}市场监督管理局", firm.county, "1000.00", scope, trade, None, None,
            "36", None,
        )  # fmt: skip
        self._block.entities.append(row._replace(**columns))  # type: ignore[arg-type]  # columns by name

    def shareholders(self, firm: Firm, *shares: tuple[str, str]) -> None:
        """Names and percents."""
        for position, (name, share) in enumerate(shares, start=1):
            self._block.shareholders.append(Shareholder(firm.credit_code, str(position), name, share))

    def credit(self, who: Role | Firm, level: str | None = None, score: str | None = None) -> None:
        """A credit subject."""
        kind, code = ("PERSON", who.id_number) if isinstance(who, Role) else ("ORGANISATION", who.credit_code)
        self._block.subjects.append(Subject(code, who.name, kind, who.county, level, score))

    def record(self, who: Role | Firm, kind: str, text: tuple[str, str, str], decided: str, until: str | None,
               repaired: str | None = None) -> None:  # fmt: skip
        """A credit record: decision, basis and office are `text`."""
        code = who.id_number if isinstance(who, Role) else who.credit_code
        decision, basis, office = text
        self._block.records.append(
            Record(
                f"9999{len(self._block.records):06d}",
                code,
                kind,
                decision,
                basis,
                f"{full_name(who.county)}{office}",
                decided,
                until,
                repaired,
            )
        )

    def mark(self, role: Role, *columns: str) -> None:
        """Say that these values of the person's row do not conform."""
        for column in columns:
            self._block.mark("person", role.id_number, column)
