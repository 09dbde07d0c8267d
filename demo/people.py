"""The people of a block: households with their members, marriages, the dead, and what 0.5 % of registers get wrong."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from demo import words
from demo.block import Block, Dwelling, Someone
from demo.numbers import REFERENCE_DAY, pick_text
from demo.rows import Household, Marriage, Person
from demo.territory import COUNTIES, former_codes, full_name
from standards.divisions import DIVISIONS, IN_FORCE

_TODAY = REFERENCE_DAY.toordinal()
_YEAR = 365.25
_ELSEWHERE = ("110105", "310104", "340104", "330106", "370102", "410105", "420106", "440305", "510104", "360426", "341126")
_MIDDLE_SCHOOL, _COLLEGE, _BACHELOR, _MASTER = "71", "31", "21", "14"
_ERRORS_IN_PERSONS = 0.005


class Part(NamedTuple):
    """A member still to come: relation to the head (GB/T 4761), sex, age in years, the surname to bear."""

    relation: str
    female: bool
    age: float
    surname: str | None = None


def settle(block: Block, count: int) -> None:
    """Fill the block with households until it holds `count` persons."""
    while (room := count - len(block.persons)) > 0:
        draw = block.rng.random()
        if draw < 0.12 or room < 6:
            _household(block, _single(block.rng))
        elif draw < 0.20:
            _widowed(block)
        elif draw < 0.30:
            _divorced(block)
        else:
            _household(block, _family(block.rng, draw))


def _single(rng: Random) -> list[Part]:
    return [Part("02", rng.random() < 0.48, 19 + 25 * rng.random())]


def _family(rng: Random, draw: float) -> list[Part]:
    """A married couple, with children and grandparents as the draw says."""
    if draw < 0.48:
        age = 60 + 25 * rng.random() if rng.random() < 0.6 else 24 + 10 * rng.random()
        children = 0
    else:
        age = 27 + 28 * rng.random()
        children = 1 if draw < 0.74 else 2
    surname = _surname(rng)
    head_female = rng.random() < 0.2
    spouse = Part("11" if head_female else "12", not head_female, max(22.5, age - 4 + 6 * rng.random()))
    parts = [Part("02", head_female, age, surname), spouse]
    youngest_parent = min(age, spouse.age)
    for child in range(children):
        female = rng.random() < 0.48
        relation = ("31" if female else "21") if children == 1 else ("32", "33")[child] if female else ("22", "23")[child]
        child_age = max(0.2, (youngest_parent - 22.5) * rng.random() - 2 * child)
        parts.append(Part(relation, female, min(child_age, 30.0), surname))
    if draw >= 0.88:
        parts.append(Part("51", False, age + 23 + 8 * rng.random(), surname))
        if rng.random() < 0.6:
            parts.append(Part("52", True, age + 21 + 8 * rng.random()))
    return parts


def _household(block: Block, parts: list[Part]) -> tuple[Someone, ...]:
    """One dwelling, its household number, its members; registers the marriage of a head with a spouse."""
    rng = block.rng
    dwelling = block.next_dwelling()
    number = f"{dwelling.county}{block.number * 1_000 + len(block.households):07d}"
    members = tuple(_person(block, part, dwelling, number) for part in parts)
    block.households.append(Household(number, dwelling.text, dwelling.county, members[0].id_number))
    block.homes.append((dwelling, members))
    if len(parts) > 1 and parts[1].relation in ("11", "12") and rng.random() < 0.97:
        draw = rng.random()
        _marry(block, members[0], members[1], "21" if draw < 0.7 else "20" if draw < 0.9 else "22" if draw < 0.98 else "23")
    return members


def _widowed(block: Block) -> None:
    """One who outlived the spouse: the dead stay in the register, without household."""
    rng = block.rng
    (survivor,) = _household(block, [Part("02", rng.random() < 0.7, 55 + 35 * rng.random())])
    dwelling = block.homes[-1][0]
    age = (_TODAY - survivor.born.toordinal()) / _YEAR
    draw = rng.random()
    vital = "2" if draw < 0.97 else "3" if draw < 0.99 else "4"
    dead = _person(block, Part("", not survivor.female, age), dwelling, None, vital)
    _marry(block, survivor, dead, "30", 25)


def _divorced(block: Block) -> None:
    """Two households of people once married, a child with one of them."""
    rng = block.rng
    female, age = rng.random() < 0.5, 30 + 30 * rng.random()
    first = [Part("02", female, age)]
    if rng.random() < 0.6:
        daughter = rng.random() < 0.48
        first.append(Part("31" if daughter else "21", daughter, max(0.5, (age - 23) * rng.random())))
    one = _household(block, first)[0]
    other = _household(block, [Part("02", not female, max(23.0, age - 3 + 6 * rng.random()))])[0]
    _marry(block, one, other, "40", 24)


def _marry(block: Block, one: Someone, other: Someone, status: str, since_age: float = 22.2) -> None:
    earliest = max(one.born.toordinal(), other.born.toordinal()) + int(since_age * _YEAR)
    last = max(_TODAY - 30, earliest)
    day = str(date.fromordinal(min(earliest + int((last - earliest) * block.rng.random() ** 2), _TODAY - 1)))
    authority = f"{full_name(one.county)}民政局"
    kind = "L" if status == "40" else "J"
    certificate = f"{kind}{one.county}-{day[:4]}-{block.number:04d}{len(block.marriages) % 10_000:04d}"
    for person, spouse in ((one, other), (other, one)):
        if person.alive:
            block.marriages.append(
                Marriage(person.id_number, status, day, authority, one.county, spouse.id_number, certificate)
            )


def _person(block: Block, part: Part, dwelling: Dwelling, household: str | None, vital: str = "1") -> Someone:
    rng = block.rng
    born_around = _TODAY - int(part.age * _YEAR) - 1
    number, born = block.numbers.give(
        _birth_division(rng, dwelling.county, born_around), born_around, part.female, int(rng.random() * 5)
    )
    draw = rng.random()
    group = "01" if draw < 0.985 else words.DOTTED_GROUP if draw < 0.987 else pick_text(rng, words.OTHER_GROUPS)
    name = _name(rng, part, group)
    someone = Someone(number, name, part.female, born, vital == "1", dwelling.county)
    row = Person(
        number,
        name,
        "2" if part.female else "1",
        group,
        str(born),
        number[:6],
        vital,
        dwelling.county,
        dwelling.text,
        household,
        part.relation or None,
        _card_valid_until(rng, part.age),
        _education(rng, part.age),
        _phone(rng) if part.age > 12 and vital == "1" else None,
        _adoption(rng, born) if part.age < 18 else None,
        None if rng.random() > 0.002 or not 15 < part.age < 30 else "未成年人刑事案件记录（已封存）",
    )
    block.persons.append(_spoil(block, row) if rng.random() < _ERRORS_IN_PERSONS else row)
    block.people.append(someone)
    return someone


def _spoil(block: Block, row: Person) -> Person:
    """What happens in life: a value that does not conform."""
    draw = int(block.rng.random() * 4)
    column, value = (
        ("sex", "3"),
        ("ethnic_group", "99"),
        ("name", f"{row.name[0]} {row.name[1:]}　"),
        ("birthplace", f"{row.id_number[:2]}O{row.id_number[3:6]}"),  # a letter O, as clerks type it
    )[draw]
    block.mark("person", row.id_number, column)
    return row._replace(**{column: value})


def _birth_division(rng: Random, county: str, born: int) -> str:
    """Mostly the home county under its code of that day, else another county, else another province."""
    draw = rng.random()
    if draw > 0.94:
        return pick_text(rng, _ELSEWHERE)
    if draw > 0.82:
        county = pick_text(rng, COUNTIES)
    codes = former_codes(county)
    day = date.fromordinal(born)
    held = [code for code in codes if (until := DIVISIONS[code].valid_until) is None or day < until]
    return held[0] if held and (held[0] != county or len(codes) == 1) else codes[0] if day.year < 2000 else county


def _surname(rng: Random) -> str:
    return pick_text(rng, words.SURNAMES)


def _name(rng: Random, part: Part, group: str) -> str:
    if group == words.DOTTED_GROUP:
        given = pick_text(rng, words.DOTTED_FEMALE if part.female else words.DOTTED_MALE)
        return f"{given}·{pick_text(rng, words.DOTTED_MALE)}"
    surname = part.surname or _surname(rng)
    characters = words.FEMALE_CHARACTERS if part.female else words.MALE_CHARACTERS
    last = pick_text(rng, characters)
    draw = rng.random()
    if draw < 0.25:
        return surname + last
    return surname + pick_text(rng, words.NEUTRAL_CHARACTERS if draw < 0.55 else characters) + last


def _education(rng: Random, age: float) -> str | None:
    if age < 12:
        return None
    if age < 23:
        return "81" if age < 15 else "71" if age < 18 else "61"
    draw = rng.random()
    if age > 60:
        return "81" if draw < 0.5 else _MIDDLE_SCHOOL if draw < 0.9 else _COLLEGE
    return (
        _MASTER
        if draw < 0.04
        else _BACHELOR
        if draw < 0.3
        else _COLLEGE
        if draw < 0.55
        else "61"
        if draw < 0.7
        else _MIDDLE_SCHOOL
    )


def _card_valid_until(rng: Random, age: float) -> str | None:
    """居民身份证法 5: five years below 16, ten to 25, twenty to 45, then without limit (null)."""
    if age >= 46 or (age < 16 and rng.random() < 0.5):
        return None
    years = 5 if age < 16 else 10 if age < 26 else 20
    return str(REFERENCE_DAY + timedelta(days=int((rng.random() * 1.04 - 0.04) * years * _YEAR)))


def _phone(rng: Random) -> str:
    return f"1{3 + int(rng.random() * 7)}{int(rng.random() * 1e9):09d}"


def _adoption(rng: Random, born: date) -> str | None:
    return f"收养登记（{born.year + 1}）" if rng.random() < 0.004 else None


assert all(county in IN_FORCE for county in COUNTIES)
