"""What the workflow needs to know of organisations, offices, officers and entrustments. Storage implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from catalogue.model import ProviderCode
from sharing.chain import AnswerChain, Officer, Substitution
from sharing.days import Days
from sharing.parties import Office, Party, PartyKind, Statement, Subject, Zone
from sharing.succession import Awaited


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who has it recorded: the client, the handling officer, and the day in China on which it is done."""

    client: str
    handler: str
    today: date


@dataclass(frozen=True, slots=True)
class NewParty:
    """A department to be registered; checked by `sharing.parties`. `days` is its term."""

    code: ProviderCode
    name: str
    name_zh: str
    kind: PartyKind
    division: str
    zone: Zone
    superior: ProviderCode | None
    authorisation: str | None
    days: Days


@dataclass(frozen=True, slots=True)
class Description:
    """What a department's description changes: place in the tree where given, and per named subject all that holds from a
    day on (Art. 24); a subject that is not named stays as it is.
    """

    begins: date
    statements: Mapping[Subject, Sequence[Statement]]
    zone: Zone | None = None
    superior: ProviderCode | None = None


@dataclass(frozen=True, slots=True)
class PartyClient:
    """A client (system) of a department, without its credentials."""

    id: str
    title: str
    roles: tuple[str, ...]
    disabled: bool


@dataclass(frozen=True, slots=True)
class NewEntrustment:
    """受委托办理: the counter acts for the department that has the duty, in these matters (none: in all)."""

    counter: ProviderCode
    duty: ProviderCode
    matters: frozenset[str]
    basis: str
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class RecordedEntrustment:
    """An entrustment as recorded, ended ones with the reason."""

    id: int
    terms: NewEntrustment
    ended_reason: str | None


class PartyBook(Protocol):
    """Organisations, offices, officers. Every method raises LEDGER_UNAVAILABLE where our own database is away."""

    async def party(self, department: ProviderCode) -> Party | None:
        """The department as registered, in force or not."""

    async def parties_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Party]:
        """The same for several departments at once; unknown ones are left out."""

    async def parties(self, within: str | None, after: str, most: int) -> Sequence[Party]:
        """Those that administer within a division (None: anywhere), by code, `after` this one, at most so many."""

    async def answer_chain(self, department: ProviderCode) -> AnswerChain:
        """The steps of its answers; a single ISSUE until it sets others."""

    async def officers(self, department: ProviderCode) -> Sequence[Officer]:
        """All that it ever registered, with their terms: what `sharing.chain.check_step` takes. Empty: it keeps none."""

    async def officers_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Sequence[Officer]]:
        """The same for several departments at once."""

    async def clients_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Sequence[PartyClient]]:
        """Each department's clients, by id."""

    async def offices(self) -> Sequence[Office]:
        """Every appointment, former and future ones too, by kind, division and day. One ends with its holder's term."""

    async def register(self, party: NewParty) -> None:
        """Raises STATE_CONFLICT where the code is registered, NOT_FOUND for an unknown superior."""

    async def awaited(self, department: ProviderCode) -> Awaited:
        """What waits for it: for its answer, for being closed, for its verification."""

    async def end(self, department: ProviderCode, day: date, reason: str, by: Recorder) -> None:
        """The day is the first on which it no longer acts. Raises STATE_CONFLICT where it ends by then already."""

    async def describe(self, department: ProviderCode, description: Description, by: Recorder) -> None:
        """Raises STATE_CONFLICT where it would change what held before today or is stated for later already."""

    async def set_answer_chain(self, department: ProviderCode, chain: AnswerChain) -> None:
        """From the next step on."""

    async def appoint(self, office: Office, by: Recorder) -> None:
        """Ends the former holder's term as the new one's begins. Raises STATE_CONFLICT as `describe` does."""

    async def register_officer(self, department: ProviderCode, officer: Officer, by: Recorder) -> None:
        """Register, or with other steps from a day on. Raises STATE_CONFLICT as `describe` does, and where the id is another
        person's.
        """

    async def appoint_substitute(
        self, department: ProviderCode, officer: str, substitution: Substitution, by: Recorder
    ) -> None:
        """Raises STATE_CONFLICT as `describe` does."""


class EntrustmentBook(Protocol):
    """Who acts for whom. Raises LEDGER_UNAVAILABLE as above."""

    async def entrustments(self, department: ProviderCode, within: str | None) -> Sequence[RecordedEntrustment]:
        """Those that the department gave or received, or with it any department within a division; the latest first."""

    async def entrustment(self, number: int) -> RecordedEntrustment | None:
        """The one of this number."""

    async def record_entrustment(self, entrustment: NewEntrustment, by: Recorder) -> RecordedEntrustment:
        """Raises STATE_CONFLICT where one for the same departments, a same matter and a same time is recorded already."""

    async def end_entrustment(self, number: int, reason: str, by: Recorder) -> RecordedEntrustment:
        """From the next request on. Raises STATE_CONFLICT where it has ended."""
