"""What a resolver of the workflow knows, and how each step of it comes into the ledger before it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

import errors
from catalogue.model import Catalogue, Mode, ProviderCode
from catalogue.profile import Profile
from ledger.entry import Kind, PositionOutcome, canonical, encode_outcomes
from resolvers.gateway import Caller, Served
from resolvers.ports import Ledger, Recorded, RightsStore, SubjectHash
from resolvers.ports.access import AccessBook
from resolvers.ports.applications import ApplicationBook
from resolvers.ports.calendars import Calendars
from resolvers.ports.case_collections import CollectionBook
from resolvers.ports.cases import CaseBook, CaseHistory
from resolvers.ports.catalogue_life import CatalogueLife
from resolvers.ports.counters import Counters
from resolvers.ports.doubts import DoubtBook
from resolvers.ports.grants import GrantBook, OperationBook, UsageCounts
from resolvers.ports.matters import MatterBook
from resolvers.ports.notices import Notices, Webhooks
from resolvers.ports.parties import EntrustmentBook, PartyBook
from resolvers.ports.receipts import Receipts
from resolvers.record import Asked
from resolvers.refusals import ATTEMPTS, rights_moving
from resolvers.roles import OVERSEEING, Role, require_role
from resolvers.workflow.inputs import check_words
from schema.documents import Prepared
from sharing.conceal import Concealed, conceal
from sharing.consumer import Purpose
from sharing.parties import oversees
from sharing.rights import Rights


@dataclass(frozen=True, slots=True)
class Ports:
    """What the workflow's steps work on."""

    rights: RightsStore
    cases: CaseBook
    case_checks: CaseHistory
    collections: CollectionBook
    ledger: Ledger
    subject_hash: SubjectHash
    parties: PartyBook
    entrustments: EntrustmentBook
    applications: ApplicationBook
    profile: Profile
    grants: GrantBook
    operations: OperationBook
    usage: UsageCounts
    catalogue_life: CatalogueLife
    calendars: Calendars
    matters: MatterBook
    notices: Notices
    webhooks: Webhooks
    stands: Callable[[Caller], object]
    """Raises where the caller may no longer act as it does: its client disabled, its entrustment ended."""
    counters: Counters
    receipts: Receipts
    doubts: DoubtBook
    accesses: AccessBook


class Acting(NamedTuple):
    """Who takes a step of the workflow: the department, its client, the handling officer (经办人)."""

    department: ProviderCode
    client: str
    handler: str


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, with which document, on which catalogue and ports."""

    caller: Caller
    document: Prepared
    served: Served
    ports: Ports

    @property
    def catalogue(self) -> Catalogue:
        return self.served.catalogue

    def oversees(self, *departments: ProviderCode) -> bool:
        """Whether the caller supervises or audits one of these departments, in force or not: within its jurisdiction."""
        consumer, rights = self.caller.consumer, self.ports.rights
        return bool(OVERSEEING & consumer.roles) and oversees(consumer.division, map(rights.registered_in, departments))

    async def current_rights(self) -> Rights:
        """The rights as they are now, for an answer about them: it is on no record that a former epoch would hold up.

        Raises RIGHTS_MOVED, and where the caller may no longer ask: CLIENT_DISABLED, ENTRUSTMENT_REQUIRED.
        """
        rights = self.ports.rights
        await rights.catch_up()
        if rights.catalogue_version != self.served.version:
            raise rights_moving()
        self.ports.stands(self.caller)
        return rights.rights

    def acting(self, role: Role, handler: str) -> Acting:
        """Who takes a step that needs `role`: for the department itself, or for the one it acts for where a purpose says so.

        Raises ROLE_REQUIRED, INPUT_INVALID.
        """
        consumer, asking = self.caller.consumer, self.caller.asking
        require_role(consumer.roles, role)
        check_words(("handler", handler))
        return Acting(consumer.department if asking is None else asking.department, consumer.client, handler)

    def stated_purpose(self) -> Purpose:
        """The purpose, which a step on a case needs. Raises ROLE_REQUIRED, PURPOSE_REQUIRED."""
        require_role(self.caller.consumer.roles, Role.CONSUMER)
        if self.caller.purpose is None:
            raise errors.GatewayError(
                errors.PURPOSE_REQUIRED,
                "a case needs a stated purpose: it names the handler",
                'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
                article="Art. 4(2)",
            )
        return self.caller.purpose

    async def record(
        self,
        field: str,
        about: str,
        subjects: Mapping[str, Sequence[str]] | None = None,
        *,
        handler: str | None = None,
        breaches: Sequence[str] = (),
        judged_apart: bool = False,
        case: str | None = None,
        case_matter: str | None = None,
        may_investigate: bool = False,
    ) -> str:
        """Record a step (`openCase`) on something (a case's number, an application's …), before it is done; the receipt.

        `subjects`: whom it names, by role. `handler` where no purpose names one. With `breaches` (codes of errors) it is an
        attempt that is not done: the caller refuses it next. `judged_apart`: it rests on no served catalogue.
        `case`: the case that it is a step of stands in the entry's purpose, whether the request's own names it or not.
        `case_matter`: whose case it is about, whatever the purpose states. `may_investigate`: a consumer's step that
        needs no purpose, which whoever investigates may take without stating so.

        Raises LEDGER_UNAVAILABLE, OVERLOADED, RIGHTS_MOVED, CLIENT_DISABLED, ENTRUSTMENT_REQUIRED.
        """
        ports, caller = self.ports, self.caller
        purpose = caller.purpose if case is None or caller.purpose is None else replace(caller.purpose, case=case)
        asked = Asked(caller.consumer, purpose, self.document.hash, Mode.ONLINE_LOOKUP, self.served.version)
        numbers: dict[str, int] = {}
        rows = [
            (f"{field}.{role}", [numbers.setdefault(code, len(numbers)) for code in codes])
            for role, codes in (subjects or {}).items()
        ]
        hashes = [ports.subject_hash(code) for code in numbers]
        told = ("REFUSED", breaches[0]) if breaches else ("REQUESTED", "WORKFLOW")
        outcomes = encode_outcomes([PositionOutcome(field, about, *told)])
        for _ in range(ATTEMPTS):
            if ports.rights.catalogue_version != self.served.version and not judged_apart:
                raise rights_moving()  # the step was judged by a former catalogue
            ports.stands(caller)  # as of the very epoch that the entry is recorded under
            rights = ports.rights.rights
            asked = asked._replace(concealed=_concealed(rights, caller, case_matter, may_investigate) if rows else None)
            entry = asked.entry(Kind.WORKFLOW, rights.epoch, outcomes, rows)
            entry = entry._replace(handler=handler, breaches=tuple(breaches))
            receipt = await ports.ledger.append(entry.id, canonical(entry), entry.epoch, hashes)
            if isinstance(receipt, Recorded):
                return str(entry.id)
            await ports.rights.refresh(receipt.epoch)
        raise rights_moving()


def _concealed(rights: Rights, caller: Caller, case_matter: str | None, may_investigate: bool) -> Concealed | None:
    """How a step that names persons is kept from them: where its purpose, or the matter of its case, is that of a grant that
    conceals; where none is stated, by any that its department might have meant: who investigates must not be told of by a
    step without a purpose (个人信息保护法 18 ¶1).
    """
    asking, now = caller.asking, datetime.now(UTC)
    if asking is None and not may_investigate:
        return None
    held = rights.concealing.get(caller.consumer.department if asking is None else asking.department, ())
    return conceal(held, asking, now, None, frozenset() if case_matter is None else frozenset({case_matter}))
