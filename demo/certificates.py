"""The electronic certificates of a block's people and entities, by the types of `catalogue/licence_types.toml`."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path

from catalogue.licence_types import load_licence_types
from demo import words
from demo.block import Block, Company, Someone
from demo.companies import misread
from demo.numbers import REFERENCE_DAY, licence_number, office_code
from demo.rows import Licence
from demo.territory import full_name

_TODAY = REFERENCE_DAY.toordinal()
_ERRORS_IN_LICENCES = 0.004
_OFFICES = {
    "natural_resources": "自然资源和规划局",
    "civil_affairs": "民政局",
    "market_regulation": "市场监督管理局",
    "health": "卫生健康委员会",
    "disabled_federation": "残疾人联合会",
    "human_resources": "人力资源和社会保障局",
    "public_security": "公安局",
    "housing": "住房和城乡建设局",
    "development_reform": "事业单位登记管理局",
}


@dataclass(frozen=True, slots=True)
class LicenceType:
    """A type: code, name, the number and the name of the county's office that issues it."""

    code: str
    name: str
    office: int
    office_name: str


@dataclass(frozen=True, slots=True)
class Term:
    """When it was issued, how long it holds (None: without limit), its status and serial number."""

    issued_on: str
    valid_until: str | None
    serial: str
    status: str = "VALID"


def _types() -> dict[str, LicenceType]:
    offices = list(_OFFICES)
    held = load_licence_types(Path(__file__).parent.parent / "catalogue" / "licence_types.toml")
    return {
        each.name: LicenceType(each.code, each.name, 1 + offices.index(each.issuer), _OFFICES[each.issuer]) for each in held
    }


TYPES = _types()
_FOUNDING = {"12": "事业单位法人证书", "51": "社会组织登记证书", "52": "社会组织登记证书"}
"""What stands for the business licence where the market regulator did not register the entity."""


def issue(block: Block) -> None:
    """All certificates of the block; every other register must be filled."""
    people = {person.id_number: person for person in block.people}
    companies = {company.credit_code: company for company in block.companies}
    for marriage in block.marriages:
        if marriage.status != "30":
            kind = "离婚证" if marriage.status == "40" else "结婚证"
            number = marriage.certificate_number
            _to_person(block, kind, people[marriage.id_number], marriage.registered_on, None, number=number)
    certificates = {unit.unit_code: unit.certificate_number for unit in block.units}
    for holder in block.right_holders:
        person, company = people.get(holder.holder_code), companies.get(holder.holder_code)
        number = certificates[holder.unit_code]
        assert number is not None
        day = f"{number[2:6]}-{1 + int(block.rng.random() * 12):02d}-15"
        if person is not None:
            _to_person(block, "不动产权证", person, day, None, number=number)
        elif company is not None:
            _to_company(block, "不动产权证", company, day, None, number=number)
    for person in block.people:
        if person.alive:
            _personal(block, person)
    for company in block.companies:
        _corporate(block, company)


def _personal(block: Block, person: Someone) -> None:
    rng = block.rng
    age = (_TODAY - person.born.toordinal()) / 365.25
    if age < 14:
        _to_person(block, "出生医学证明", person, str(person.born + timedelta(days=3)), None)
    if age > 16 and rng.random() < 0.75:
        _to_person(block, "社会保障卡", person, _day(rng.random(), 10), 20)
    if rng.random() < 0.03:
        _to_person(block, "残疾人证", person, _day(rng.random(), 9), 10)
    if 18 < age < 60 and rng.random() < 0.06:
        _to_person(block, "健康证明", person, _day(rng.random(), 2), 1)
    if rng.random() < 0.05:
        _to_person(block, "居住证", person, _day(rng.random(), 3), 1)


def _corporate(block: Block, company: Company) -> None:
    rng = block.rng
    revoked = {"2": "REVOKED", "4": "CANCELLED"}.get(company.status, "VALID")
    kind = _FOUNDING.get(company.credit_code[:2], "营业执照")
    _to_company(block, kind, company, _day(rng.random(), 12), 5 if kind != "营业执照" else None, revoked)
    if company.trade in words.FOOD_TRADES:
        _to_company(block, "食品经营许可证", company, _day(rng.random(), 6), 5, revoked)
    if company.trade == words.BUILDING_TRADE:
        _to_company(block, "建筑业企业资质证书", company, _day(rng.random(), 6), 5, revoked)
        _to_company(block, "安全生产许可证", company, _day(rng.random(), 4), 3, revoked)
    if company.trade == words.PROPERTY_TRADE:
        _to_company(block, "建设工程规划许可证", company, _day(rng.random(), 3), None, revoked)
        if rng.random() < 0.3:
            _to_company(block, "国有建设用地划拨决定书", company, _day(rng.random(), 8), None, revoked)


def _day(draw: float, years: int) -> str:
    return str(date.fromordinal(_TODAY - 1 - int(draw * years * 365)))


def _to_person(block: Block, kind: str, person: Someone, day: str, years: int | None, *, number: str | None = None) -> None:
    draw = block.rng.random()
    status = "VALID" if draw < 0.985 else "REVOKED" if draw < 0.992 else "CANCELLED"
    code = person.id_number
    wrong = block.rng.random() < _ERRORS_IN_LICENCES
    if wrong:
        code = misread(code)
    holder = ("PERSON", code, person.name, person.county)
    row = licence_row(TYPES[kind], holder, _term(block, day, years, status), number)
    block.licences.append(row)
    if wrong:
        block.mark("licence", row.identifier, "holder_code")


def _to_company(
    block: Block,
    kind: str,
    company: Company,
    day: str,
    years: int | None,
    status: str = "VALID",
    *,
    number: str | None = None,
) -> None:
    holder = ("ORGANISATION", company.credit_code, company.name, company.county)
    block.licences.append(licence_row(TYPES[kind], holder, _term(block, day, years, status), number))


def _term(block: Block, day: str, years: int | None, status: str) -> Term:
    serial = f"{day[:4]}{block.number:04d}{len(block.licences):05d}"
    until = None
    if years is not None:
        until = f"{int(day[:4]) + years}{day[4:]}".replace("-02-29", "-02-28")
        if status == "VALID" and until < str(REFERENCE_DAY):
            status = "EXPIRED"
    return Term(day, until, serial, status)


def licence_row(kind: LicenceType, holder: tuple[str, str, str, str], term: Term, number: str | None = None) -> Licence:
    """A certificate for a holder (kind, code, name, county), issued by that county's office."""
    holder_kind, holder_code, holder_name, county = holder
    identifier = licence_number(kind.code, office_code(county, kind.office), term.serial)
    digest = blake2b(identifier.encode(), digest_size=32).hexdigest()  # the file is invented, and so is its digest
    return Licence(
        identifier,
        kind.code,
        kind.name,
        number or f"{county}{term.serial}",
        holder_kind,
        holder_code,
        holder_name,
        f"{full_name(county)}{kind.office_name}",
        county,
        term.issued_on,
        term.issued_on,
        term.valid_until,
        term.status,
        digest,
        f"/files/{digest[:32]}.ofd",
        f"{digest[:10].upper()}",
    )
