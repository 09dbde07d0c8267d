"""The catalogue on the pure functions: a draft of one register's file on top of the published files, claims beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from catalogue.claims import Holding, Part, data_of, holdings, overlap
from catalogue.edit import Edit, Edited, ItemEdit, NewItem, RemovedItem, ResourceEdit, Value, edited
from catalogue.finding import Finding
from catalogue.life import (
    Act,
    Confirmation,
    Judgement,
    State,
    check_withdrawal,
    compiler_of,
    judge,
    must_be_acknowledged,
    next_state,
    path_of,
    standing_of,
    unconfirmed,
)
from catalogue.load import read_documents
from catalogue.model import Basis, BasisClass, ProviderCode, ResourceName
from catalogue.profile import load_profile
from catalogue.read_sheet import read_sheet
from catalogue.versions import diff
from catalogue.write_sheet import write_sheet
from errors import INPUT_INVALID, PUBLISH_REFUSED, SHEET_INVALID, SOURCE_CLAIMED, Code, GatewayError
from settings import ROOT
from standards.working_days import CALENDAR
from tests.law.cases import CATALOGUE, coordinate, department
from tests.law.sheets import worked_on
from tests.law.steps import Refused, StepCase
from tests.law.themes import REGISTER, theme

TITLES = {code: one.title for code, one in CATALOGUE.departments.items()}
NAMES = {code: one.name for code, one in CATALOGUE.departments.items()}


@cache
def published_documents() -> Mapping[str, str]:
    return read_documents(ROOT / "catalogue")


@cache
def judgement_of(register: str, text: str, said: tuple[Part, ...]) -> Judgement:
    """What this text comes to in the place of the register's published one."""
    documents = {**published_documents(), path_of(register): text}
    lead = next(code for code, name in NAMES.items() if name == compiler_of(documents, register))
    return judge(CATALOGUE, documents, lead, said, path_of(register))


class PureCatalogue:
    """One draft, and what departments say of sources."""

    def __init__(self, case: StepCase) -> None:
        self.register = ""
        self.text = ""
        self.draft: State | None = None
        self.words: dict[ProviderCode, Confirmation] = {}
        self.said: list[Part] = []
        self.item = ""
        self.versions = 0
        self.term: date | None = None

    # what is done

    def edit(self, item: str, by: str = "", *, new: bool = False, **attributes: Any) -> None:
        values = {name: plain(value) for name, value in attributes.items()}
        at = coordinate(item)
        edits: list[Edit] = [ItemEdit(at, name, value) for name, value in values.items()]
        self.save(self.register_of(at.type), [NewItem(at, values)] if new else edits)

    def edit_resource(self, resource: str, **attributes: Any) -> None:
        name = ResourceName(resource)
        self.save(self.register_of(name), [ResourceEdit(name, key, plain(value)) for key, value in attributes.items()])

    def withdraw_item(self, item: str, reason: str) -> None:
        self.save(self.register_of(coordinate(item).type), [RemovedItem(coordinate(item))])

    def import_sheet(self, rename: Mapping[str, str] | None = None, cell: Mapping[str, str] | None = None) -> None:
        data = worked_on(write_sheet(CATALOGUE, "population", date(2026, 3, 2)), rename or {}, cell)
        sheet = read_sheet(data, CATALOGUE, "population")
        refuse(SHEET_INVALID, sheet.findings)
        made = edited(self.text or published_documents()[path_of("population")], sheet.edits)
        self.save_text("population", made._replace(told=sheet.places.told))

    def draft_theme(self, lead: str, providers: Sequence[str], register: str = REGISTER) -> None:
        self.save_text(register, Edited(theme(lead, providers, register), ()))

    def withdraw_register(self, register: str, reason: str) -> None:
        try:
            check_withdrawal(register)
        except GatewayError as error:
            raise Refused(error.code.name, error.article, error.hint) from error

    def submit(self) -> None:
        self.move(Act.SUBMIT)

    def confirm(self, by: str, reason: str = "", *, accept: bool = True) -> None:
        self.move(Act.CONFIRM if accept else Act.OBJECT)
        provider = department(by)
        fingerprint = self.judged().providers[provider].fingerprint
        self.words[provider] = Confirmation(provider, accept, reason, fingerprint)

    def publish(self, *, acknowledge: bool = False) -> None:
        assert self.draft is not None
        after, judgement = next_state(self.draft, Act.PUBLISH), self.judged()
        assert judgement.catalogue is not None
        breaches = judgement.breaches()
        found = [*breaches.claimed, *breaches.findings, *unconfirmed(judgement, self.words.values(), TITLES)]
        if not acknowledge:
            breaking = must_be_acknowledged(diff(CATALOGUE, judgement.catalogue))
            found += [
                Finding("", one.coordinate, one.text, "不兼容的变更须确认知悉", "acknowledge it", "Art. 9")
                for one in breaking
            ]
        refuse(PUBLISH_REFUSED, found)
        self.draft, self.versions = after, judgement.catalogue.version - CATALOGUE.version

    def withdraw(self, reason: str) -> None:
        self.move(Act.WITHDRAW)

    def claim(self, by: str, item: str, division: str) -> None:
        self.item = item
        code, provider = self.code(item), department(by)
        mine = Holding(data_of(CATALOGUE)[code], code, provider, division)
        if any(overlap(held, mine) for held in holdings(CATALOGUE, self.said)):
            raise Refused(SOURCE_CLAIMED.name, None, "have the source let the part go")  # the code is the resolver's
        self.said.append(Part(code, provider, division))

    def release(self, by: str, item: str, division: str, to: str) -> None:
        self.said.append(Part(self.code(item), department(by), division, released=True, to=department(to)))

    def report(self, effective: date) -> None:
        self.term = CALENDAR.add_working_days(effective, load_profile().change_working_days).date

    # what is seen

    def state(self) -> str:
        return "DONE" if self.draft is None else self.draft.name

    def kept(self) -> object:
        return self.text, self.draft, dict(self.words), tuple(self.said), self.versions

    def confirmations(self) -> dict[str, str]:
        parts = self.judged().providers.items()
        return {NAMES[one]: standing_of(part, self.words.get(one)).name for one, part in parts}

    def sources(self) -> dict[str, str]:
        code = self.code(self.item)
        return {one.division: NAMES[one.provider] for one in holdings(CATALOGUE, self.said) if one.item == code}

    def due(self) -> date | None:
        return self.term

    def new_versions(self) -> int:
        return self.versions

    def confirmed_title(self) -> str:
        catalogue = self.judged().catalogue
        assert catalogue is not None
        return catalogue.entries[coordinate("MarriageRecord.authority")].title

    # how

    def register_of(self, resource: ResourceName) -> str:
        return CATALOGUE.resources[resource].register

    def entry(self, item: str) -> Any:
        return CATALOGUE.entries[coordinate(item)]

    def code(self, item: str) -> Any:
        return self.entry(item).code

    def judged(self, text: str | None = None) -> Judgement:
        """The draft on top of what is published."""
        return judgement_of(self.register, self.text if text is None else text, tuple(self.said))

    def save(self, register: str, edits: Sequence[Edit]) -> None:
        """The draft's text after these edits; what breaches the regulation is refused, by the resolver as INPUT_INVALID."""
        self.save_text(register, edited(self.text or published_documents()[path_of(register)], edits))

    def save_text(self, register: str, made: Edited) -> None:
        refuse(INPUT_INVALID, made.findings)
        former, self.register = self.register, register
        result = self.judged(made.text)
        try:
            found = map(made.told, (*result.claimed, *result.findings))
            refuse(SOURCE_CLAIMED if result.claimed else INPUT_INVALID, found)
        except Refused:
            self.register = former
            raise
        self.draft = State.DRAFTED if self.draft is None else next_state(self.draft, Act.EDIT)
        self.text = made.text

    def move(self, act: Act) -> None:
        assert self.draft is not None
        self.draft = next_state(self.draft, act)


def refuse(code: Code, found: Iterable[Finding]) -> None:
    """Raises Refused with the findings' articles and places, where there are any."""
    listed = list(found)
    if listed:
        articles = ", ".join(dict.fromkeys(one.article for one in listed if one.article))
        raise Refused(code.name, articles or None, listed[0].hint, tuple(one.path for one in listed))


def plain(value: Any) -> Value:
    """A case's value as an edit takes it; an empty text leaves the attribute out."""
    match value:
        case "":
            return None
        case list():
            return tuple(value)
        case dict():
            return Basis(value["title"], value["number"], value["clause"], BasisClass(value["class"]))
        case _:
            text: str = value
            return text
