"""The public credit subjects of a block and their records, in four lists: current, expired and repaired."""

from datetime import date

from demo import words
from demo.block import Block
from demo.numbers import REFERENCE_DAY
from demo.rows import Record, Subject
from demo.territory import full_name

_TODAY = REFERENCE_DAY.toordinal()
DISHONESTY, INCENTIVE, PERMIT, PENALTY = "SERIOUS_DISHONESTY", "TRUST_INCENTIVE", "PERMIT", "PENALTY"
_PERSONS_WITH_CREDIT = 0.3


def rate(block: Block) -> None:
    """A subject for every entity and for some adults, with records. Persons are not rated."""
    rng = block.rng
    for company in block.companies:
        score = int(1000 - 500 * rng.random() ** 3)
        level = "A" if score >= 900 else "B" if score >= 750 else "C" if score >= 600 else "D"
        block.subjects.append(Subject(company.credit_code, company.name, "ORGANISATION", company.county, level, str(score)))
        _records(block, company.credit_code, company.county, (0.03, 0.25, 0.35, 0.22))
    for person in block.people:
        if person.alive and person.born.year <= 2005 and rng.random() < _PERSONS_WITH_CREDIT:
            block.subjects.append(Subject(person.id_number, person.name, "PERSON", person.county, None, None))
            _records(block, person.id_number, person.county, (0.02, 0.1, 0.03, 0.06))


def _records(block: Block, code: str, county: str, chances: tuple[float, float, float, float]) -> None:
    lists = (
        (DISHONESTY, words.DISHONESTY, 3),
        (INCENTIVE, words.INCENTIVES, 2),
        (PERMIT, words.PERMITS, 5),
        (PENALTY, words.PENALTIES, 3),
    )
    rng = block.rng
    for (kind, texts, years), chance in zip(lists, chances, strict=True):
        while rng.random() < chance:
            chance /= 2
            decision, basis, office = texts[int(rng.random() * len(texts))]
            decided = _TODAY - 1 - int(rng.random() * 5 * 365)
            repaired = None
            if kind in (DISHONESTY, PENALTY) and rng.random() < 0.3:
                repaired = str(date.fromordinal(min(_TODAY - 1, decided + 90 + int(rng.random() * 300))))
            until = str(date.fromordinal(decided + years * 365)) if rng.random() < 0.95 else None
            number = f"{block.number:04d}{len(block.records):06d}"
            block.records.append(
                Record(
                    number,
                    code,
                    kind,
                    decision,
                    basis,
                    f"{full_name(county)}{office}",
                    str(date.fromordinal(decided)),
                    until,
                    repaired,
                )
            )
