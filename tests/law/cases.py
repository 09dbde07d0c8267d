"""The cases under `cases/`, read for both runs: against the pure functions and through HTTP."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from catalogue.load import load_catalogue
from catalogue.model import Coordinate, Form, ItemCode, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from demo.stories import STORIES
from settings import ROOT
from standards import credit_code

CATALOGUE = load_catalogue(ROOT / "catalogue")
FOLDER = Path(__file__).with_name("cases")
IN_FORCE = (date(2025, 1, 1), date(2036, 1, 1))
DIVISION = "320100"
"""Where the asking department administers: Nanjing."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider answered: terms of a grant, of the case's item unless `items` names others."""

    form: Form
    rows: Rows
    items: tuple[ItemCode, ...]
    uses: frozenset[Use]
    matters: frozenset[str]
    modes: frozenset[Mode]
    valid_from: datetime
    valid_until: datetime
    suspended: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `department` is the asking department's code, a party of its own in each case; `then` what HTTP tells."""

    number: int
    department: ProviderCode
    article: str
    title: str
    item: Coordinate
    subject: str
    then: str
    pure: str
    answers: tuple[Answered, ...] = ()
    matter: str = "M12"
    use: Use = Use.ADMINISTRATIVE_BASIS
    case: tuple[str, ...] = ()
    asked: str = "show"
    offered: str = ""
    acting_for: ProviderCode | None = None
    purpose: bool = True
    breach: str = ""
    key: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.article} {self.title}"


def sharing_cases() -> list[Case]:
    """The cases of `sharing.toml`, in order. A key that is not known is an error."""
    tables = tomllib.loads((FOLDER / "sharing.toml").read_text("utf-8"))["case"]
    return [_case(number, dict(table)) for number, table in enumerate(tables)]


def _case(number: int, table: dict[str, Any]) -> Case:
    item = coordinate(table.pop("item"))
    acting_for = table.pop("acting_for", None)
    case = Case(
        number=number,
        department=ProviderCode(credit_code.compose("11", DIVISION, f"LAW{number:05}X")),
        article=table.pop("article"),
        title=table.pop("title"),
        item=item,
        subject=subject(table["subject"]),
        key=table.pop("subject"),
        pure=table.pop("pure", table["then"]),
        then=table.pop("then"),
        answers=tuple(_answered(item, dict(one)) for one in table.pop("answers", ())),
        matter=table.pop("matter", "M12"),
        use=Use(table.pop("use", Use.ADMINISTRATIVE_BASIS)),
        case=tuple(map(subject, table.pop("case", ()))),
        asked=table.pop("asked", "show"),
        offered=table.pop("offered", ""),
        acting_for=None if acting_for is None else department(acting_for),
        purpose=table.pop("purpose", True),
        breach=table.pop("breach", ""),
    )
    assert not table, f"unknown keys {sorted(table)} in the case `{case}`"
    return case


def _answered(item: Coordinate, table: dict[str, Any]) -> Answered:
    named = table.pop("items", [str(item)])
    answered = Answered(
        form=Form(table.pop("form")),
        rows=Rows(table.pop("rows")),
        items=tuple(CATALOGUE.entries[coordinate(one)].code for one in named),
        uses=frozenset(map(Use, table.pop("uses", ["administrative_basis"]))),
        matters=frozenset(table.pop("matters", ())),
        modes=frozenset(map(Mode, table.pop("modes", ["online_lookup"]))),
        valid_from=_instant(table.pop("from", IN_FORCE[0])),
        valid_until=_instant(table.pop("until", IN_FORCE[1])),
        suspended=table.pop("suspended", False),
    )
    assert not table, f"unknown keys {sorted(table)} in an answer"
    return answered


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def coordinate(text: str) -> Coordinate:
    """The coordinate of `Type.field`."""
    resource, _, name = text.partition(".")
    return Coordinate(ResourceName(resource), ItemName(name))


def department(name: str) -> ProviderCode:
    """The code of a department by its name in departments.toml."""
    return next(code for code, one in CATALOGUE.departments.items() if one.name == name)


SUBJECTS: Mapping[str, str] = {f"{story.key}.{role}": code for story in STORIES for role, code in story.identifiers.items()}


def subject(word: str) -> str:
    """The demo subject's code of `story.role`."""
    return SUBJECTS[word]
