"""The legal entities of a block, their representatives and shareholders."""

from datetime import date

from demo import words
from demo.block import ENTITIES, HOME_PARCELS, WORK_PARCELS, Block, Company, Dwelling, Someone
from demo.numbers import REFERENCE_DAY, entity_code, pick_text
from demo.rows import Entity, Shareholder
from demo.territory import full_name
from standards.divisions import DIVISIONS

_TODAY = REFERENCE_DAY.toordinal()
_COMPANY, _TRADER, _INSTITUTION, _ASSOCIATION, _PRIVATE_BODY = "91", "92", "12", "51", "52"
TYPE_NAMES = {
    _COMPANY: "有限责任公司",
    _TRADER: "个体工商户",
    _INSTITUTION: "事业单位",
    _ASSOCIATION: "社会团体",
    _PRIVATE_BODY: "民办非企业单位",
}
_AUTHORITIES = {
    _COMPANY: "市场监督管理局",
    _TRADER: "市场监督管理局",
    _INSTITUTION: "事业单位登记管理局",
    _ASSOCIATION: "民政局",
    _PRIVATE_BODY: "民政局",
}
_ERRORS_IN_ENTITIES = 0.005


def found(block: Block, count: int) -> None:
    """`count` entities; the block's people must have settled. Each has premises on one of the work parcels."""
    adults = [person for person in block.people if person.alive and person.born.year <= 2003]
    for place in range(count):
        ground = block.plots[HOME_PARCELS + place % WORK_PARCELS]
        turn = place // WORK_PARCELS
        premises = block.build(ground, words.PARKS, 1 + turn % 4, (1 + turn // 4) * 100 + 1)
        _entity(block, place, premises, adults)


def _entity(block: Block, place: int, premises: Dwelling, adults: list[Someone]) -> None:
    rng = block.rng
    kind = _kind(rng.random())
    representative = adults[int(rng.random() * len(adults))]
    code = entity_code(kind, premises.county, block.number * ENTITIES + place)
    trade, name, scope = _name(block, kind, premises.county)
    status = _status(rng.random())
    established = date.fromordinal(_TODAY - 60 - int(25 * 365 * rng.random() ** 1.6))
    id_number = representative.id_number
    if rng.random() < _ERRORS_IN_ENTITIES:
        id_number = misread(id_number)
        block.mark("legal_entity", code, "representative_id_number")
    commercial = kind in (_COMPANY, _TRADER)
    block.entities.append(
        Entity(
            code,
            name,
            TYPE_NAMES[kind],
            representative.name,
            id_number,
            premises.text,
            str(established),
            status,
            f"{full_name(premises.county)}{_AUTHORITIES[kind]}",
            premises.county,
            f"{10 * (1 + int(500 * rng.random() ** 4)):.2f}" if kind == _COMPANY else None,
            scope,
            trade,
            f"{established.year + 30}-12-31" if kind == _COMPANY and rng.random() < 0.4 else None,
            f"{established.year + 3}年起清算，清算组负责人：{representative.name}" if status == "2" else None,
            str(int(120 * rng.random() ** 4)) if rng.random() < 0.97 else None,
            f"年度统计报表：从业人员{int(200 * rng.random() ** 3)}人" if commercial and rng.random() < 0.2 else None,
        )
    )
    company = Company(code, name, trade, premises.county, status)
    if kind == _COMPANY:
        _shareholders(block, company, representative, adults)
    block.companies.append(company)
    block.premises.append((premises, company))


def misread(number: str) -> str:
    """The number with another last digit: its check no longer fits."""
    return number[:17] + ("1" if number[17] in "0X" else "0")


def _kind(draw: float) -> str:
    for limit, kind in ((0.72, _COMPANY), (0.90, _TRADER), (0.94, _INSTITUTION), (0.97, _ASSOCIATION)):
        if draw < limit:
            return kind
    return _PRIVATE_BODY


def _status(draw: float) -> str:
    """GB-independent publication codes: `standards.codes.ENTITY_STATUS`."""
    return "1" if draw < 0.90 else "4" if draw < 0.95 else "2" if draw < 0.98 else "7"


def _name(block: Block, kind: str, county: str) -> tuple[str, str, str]:
    """Industry code, name, scope of business."""
    rng = block.rng
    region = DIVISIONS[county].name
    city = DIVISIONS[county[:4] + "00"].name
    brand = pick_text(rng, words.COMPANY_FIRST) + pick_text(rng, words.COMPANY_SECOND)
    match kind:
        case "91":
            trade, word, scope = words.TRADES[int(rng.random() * len(words.TRADES))]
            return trade, f"{city.removesuffix('市')}{brand}{word}有限公司", scope
        case "92":
            trade, word, scope = words.TRADES[0] if rng.random() < 0.5 else words.TRADES[4]
            return trade, f"{region}{brand}{'小吃店' if trade in words.FOOD_TRADES else '便利店'}", scope
        case "12":
            return "P8336", f"{region}{pick_text(rng, words.INSTITUTIONS)}", "提供公共服务"
        case "51":
            return "S9521", f"{region}{pick_text(rng, words.ASSOCIATIONS)}", "行业服务、交流培训"
        case _:
            return "Q8514", f"{region}{brand}{pick_text(rng, words.PRIVATE_BODIES)}", "社会服务"


def _shareholders(block: Block, company: Company, representative: Someone, adults: list[Someone]) -> None:
    """One to four; their shares make 100."""
    rng = block.rng
    count = 1 + int(3.99 * rng.random() ** 2)
    names = [representative.name]
    for _ in range(count - 1):
        if block.companies and rng.random() < 0.2:
            names.append(block.companies[int(rng.random() * len(block.companies))].name)
        else:
            names.append(adults[int(rng.random() * len(adults))].name)
    left = 10_000
    for position, name in enumerate(names, start=1):
        share = left if position == count else left * (30 + int(40 * rng.random())) // 100
        left -= share
        block.shareholders.append(Shareholder(company.credit_code, str(position), name, f"{share / 100:.2f}"))
