"""The way of a request: identify → parse → plan → decide → fetch → shape → record → respond.

`answer` is the table of contents. Each step's product is frozen and the next step's input; none looks back. If the rights
have moved by the time the answer would be recorded, nothing leaves and the request is decided again.
"""

import asyncio
import contextlib
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, Protocol, cast

import orjson
from graphql import OperationType

import errors
from catalogue.model import Catalogue, Mode, ProviderCode
from catalogue.search import Index
from ledger.delivered import Delivered, digest_delivered
from ledger.entry import new_id
from ledger.signed_receipt import with_fields
from resolvers.count import NOTHING, Attempts, Counted, bar_guesses, within_quotas
from resolvers.day import CHINA_AHEAD_S as CHINA_AHEAD_S
from resolvers.day import today as today
from resolvers.decide import Decider, Permitted
from resolvers.fetch import Fetched, Sources, fetch
from resolvers.identify import Credentials, Identity
from resolvers.identify_ports import IdentityError
from resolvers.materials import check as materials
from resolvers.materials.check import Checked, Desk, InCase, Read, check, in_case, keep
from resolvers.plan.build import InForce
from resolvers.plan.cache import Plans
from resolvers.plan.plan import Plan
from resolvers.ports import CaseStore, Ledger, OpenCase, Recorded, RightsStore, SubjectHash
from resolvers.ports.counters import Counters
from resolvers.purpose import parse_purpose
from resolvers.rate import Rates
from resolvers.read_only import check_read_only
from resolvers.record import Asked, Named, Subjects, WithheldError, breaches_of, record_answer, record_refusal
from resolvers.remarks import remarks
from resolvers.report import empty_relations, outcomes, recorded_outcomes, source_errors
from resolvers.respond import Answer, data_answer, error_answer
from resolvers.roles import require_register_reader
from resolvers.shape import Doubted, Shaping, undoubted
from resolvers.trace import Trace
from resolvers.views import Views
from schema.documents import Documents, Prepared
from schema.limits import Limits
from schema.variables import check_cost, coerce_variables
from sharing.conceal import Concealed, conceal
from sharing.consumer import Asking, Consumer, Purpose
from sharing.grant import GrantId
from sharing.open_doubts import Since
from sharing.regime import NOBODY
from sharing.rights import Rights
from standards.divisions import subtree_prefix

ATTEMPTS = 3
"""How often a request is decided again before it is told that rights are moving."""


class Request(NamedTuple):
    """A GraphQL request as the transport read it. `strict`, `explain`, `mine`, `signed` are the headers Sharing-Mode,
    Sharing-Explain, Sharing-View and Sharing-Receipt.
    """

    credentials: Credentials
    text: str
    operation_name: str | None
    variables: Mapping[str, object] | None
    purpose_header: str | None
    purpose_extension: Mapping[str, object] | None
    strict: bool
    explain: bool
    read_only: bool
    """A GET: queries only."""
    mine: bool = False
    signed: bool = False


class Workflow(Protocol):
    """The side that Strawberry answers: introspection, catalogue, workflow queries and mutations."""

    async def execute(
        self, served: "Served", request: Request, caller: "Caller", keys: Sequence[str]
    ) -> tuple[dict[str, object], list[object]]:
        """Data by response key, and errors in the specification's shape."""


class Caller(NamedTuple):
    """Who asks, for what, and from which standpoint decisions are made."""

    consumer: Consumer
    purpose: Purpose | None
    asking: Asking | None


@dataclass(frozen=True)
class Served:
    """What one catalogue version is served with: exchanged as a whole when a new version is published.

    Requests under way end with what they began with, or are decided again: the ledger refuses what a former version decided.
    """

    catalogue: Catalogue
    documents: Documents
    plans: Plans
    decider: Decider
    sources: Sources
    views: Views
    index: Index = field(init=False)
    """The search over this version."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.catalogue))

    @property
    def version(self) -> int:
        return self.catalogue.version


@dataclass
class Gateway:
    """Everything that a request needs, wired by the composition root."""

    served: Served
    identity: Identity
    rights: RightsStore
    cases: CaseStore
    ledger: Ledger
    subject_hash: SubjectHash
    workflow: Workflow
    limits: Limits
    counters: Counters
    verify_attempts_per_day: int
    desk: Desk
    """What a check of materials needs beside the registers."""
    unbound: Rates = field(default_factory=Rates)
    """How often a client's unbound tokens are put on the record."""


async def answer(gateway: Gateway, request: Request, timed: Trace | None = None) -> Answer:
    """The answer to a request: data with its outcomes and receipt, or one error that says what to do.

    Data leaves only under a durable record; every error of a known kind is answered, any other is the transport's.
    `timed` is told what becomes known on the way.
    """
    timed, now = timed or Trace(), time.time()
    refused, counted = Refusals(gateway), NOTHING
    try:
        async with asyncio.timeout(gateway.limits.request_ms / 1000):
            consumer = timed.consumer = await gateway.identity.identify_fetching(request.credentials, now)
            timed("identify")
            for _ in range(ATTEMPTS):
                served = gateway.served if not request.mine else await seen(gateway, request, consumer, now)
                document, variables = parse(served, request, consumer)
                timed("parse")
                matters = InForce(gateway.rights.matters, today(now))
                plan = served.plans.plan(document.hash, document.operation, document.fragments, variables, matters)
                asked = refused.about(Asked(consumer, None, document.hash, Mode.ONLINE_LOOKUP, served.version), plan)
                asked = refused.about(asked._replace(purpose=purpose_of(request)), plan)
                if not plan.roots and not plan.checks:
                    if await is_outdated(gateway, served, document):
                        continue
                    caller = stand(gateway, consumer, asked.purpose, now)
                    return data_answer(*await workflow_side(gateway, served, request, caller, plan), timed.steps)
                keys, params = bind(plan, variables, gateway.limits)
                refused.named(plan, keys)
                timed("plan")
                rights = rights_of(gateway, served)
                if rights.matters is not matters.register:
                    continue
                caller = stand(gateway, consumer, asked.purpose, now)
                permitted = decide(served, plan, caller, rights, now, counted.exhausted, strict=request.strict)
                asked = refused.attempted(asked, permitted)
                check_matters(plan, caller)
                case = await case_of(gateway, plan, caller, variables)
                if permitted.quotas:
                    again = partial(decide, served, plan, caller, rights, now, strict=request.strict)
                    permitted, counted = await within_quotas(gateway.counters, keys, permitted, counted, again)
                asked = refused.attempted(asked, permitted)
                facts = await gather_facts(gateway, caller, permitted, now)
                timed("decide")
                fetched = await fetch(permitted.pruned, keys, {**params, **facts}, served.sources)
                timed("fetch")
                doubted = doubted_of(gateway, permitted, rights)
                shaped = shape(permitted, fetched, keys, counted, doubted)
                if shaped.shaping.compared:
                    counted = await bar_guesses(attempts_of(gateway, caller), shaped.shaping.compared, counted)
                    shaped = shape(permitted, fetched, keys, counted, doubted) if counted.barred else shaped
                timed.shaping, timed.notes = shaped.shaping, permitted.report.notes
                checked = await check_materials(gateway, caller, shaped, facts, case, now) if plan.checks else ()
                timed("shape")
                if not still_holds(served, caller, rights, permitted, counted, now := time.time()):
                    continue
                entry = new_id(at := datetime.fromtimestamp(now, UTC))
                shaped.data.update(told_of(checked, str(entry)))
                told, under = recorded(shaped, checked), asked._replace(id=entry, at=at)
                empty = empty_relations(permitted.report, shaped.shaping)
                subjects = Subjects(shaped.shaping, permitted.pruned.roots, keys, gateway.subject_hash, empty)
                delivered = digest_delivered(of_registers(shaped.data, plan)) if request.signed else None
                _, receipt = await record_answer(gateway.ledger, under, rights.epoch, told, subjects, delivered)
                timed("record")
                if isinstance(receipt, Recorded):
                    timed.receipt = str(entry)
                    await keep_checks(gateway, caller, checked, timed.receipt)
                    side, failures = await workflow_side(gateway, served, request, caller, plan)
                    failures += source_errors(permitted.report, shaped.shaping)
                    beside = sharing_of(shaped, timed.receipt, now, full=request.explain) | signed_of(receipt, delivered)
                    return data_answer(shaped.data | side, failures, timed.steps, beside)
                await gateway.rights.refresh(receipt.epoch)
            raise rights_moving()
    except TimeoutError:
        return await refused.tell(too_late(gateway.limits), timed)
    except errors.GatewayError as error:
        return await refused.tell(error, timed)


async def seen(gateway: Gateway, request: Request, consumer: Consumer, now: float) -> Served:
    """What is served, with the documents of what this caller can read: for the purpose stated, or without one for any.

    A purpose from which nothing can be decided is refused in its place on the way, on the record; until then any counts.
    """
    await gateway.rights.catch_up()  # what is seen is on no record that a former epoch would hold up
    while True:
        served = gateway.served
        rights = rights_of(gateway, served)
        asking = None
        with contextlib.suppress(errors.GatewayError):
            asking = stand(gateway, consumer, purpose_of(request), now).asking
        documents = await served.views.documents(consumer, asking, rights, now)
        if gateway.served is served and gateway.rights.rights.epoch == rights.epoch:
            return replace(served, documents=documents)


def purpose_of(request: Request) -> Purpose | None:
    """For which purpose, as header or extensions state it; what cannot be read is refused, on the record."""
    return parse_purpose(request.purpose_header, request.purpose_extension)


async def is_outdated(gateway: Gateway, served: Served, document: Prepared) -> bool:
    """Whether a step of the workflow would be judged by a catalogue of which a later version is published: what may be
    granted or renewed may have been narrowed since. Raises RIGHTS_MOVED.
    """
    if document.operation.operation is not OperationType.MUTATION:
        return False
    await gateway.rights.catch_up()
    return gateway.rights.catalogue_version != served.version


def rights_of(gateway: Gateway, served: Served) -> Rights:
    """The rights that decisions are made and recorded under. They belong to one catalogue version and are exchanged with it
    in one step (`storage.rights`); where it is another one all the same, this worker must not answer: an item may have been
    narrowed since.
    """
    if gateway.rights.catalogue_version != served.version:
        raise errors.GatewayError(
            errors.RIGHTS_MOVED,
            f"catalogue version `{gateway.rights.catalogue_version}` is published, this worker serves `{served.version}`",
            "send the request again; if it stays so, the log says why the version could not be taken",
            article="Art. 7",
        )
    return gateway.rights.rights


def stand(gateway: Gateway, consumer: Consumer, purpose: Purpose | None, now: float) -> Caller:
    """From where decisions are made. Always taken after the rights that they are made and recorded under: a client that was
    disabled or an entrustment that ended meanwhile is seen here, or the record is refused as stale.
    """
    consumer = gateway.identity.current(consumer, now)
    if purpose is None:
        return Caller(consumer, None, None)
    department = duty_of(gateway, consumer, purpose, now)
    division = consumer.division if department == consumer.department else gateway.rights.division_of(department)
    asking = Asking(
        department,
        division or "",
        purpose.matter,
        purpose.use,
        Mode.ONLINE_LOOKUP,
        in_case=purpose.case is not None,
        acting=department != consumer.department,
    )
    return Caller(consumer, purpose, asking)


def duty_of(gateway: Gateway, consumer: Consumer, purpose: Purpose, now: float) -> ProviderCode:
    """Whose duty the request serves, and so whose rights count: another's only under a recorded entrustment (Art. 17 ¶2)."""
    duty = purpose.acting_for
    if duty is None or duty == consumer.department:
        return consumer.department
    entrusted = gateway.rights.entrustment(consumer.department, duty, purpose.matter, now)
    if entrusted and gateway.rights.division_of(duty) is not None:
        return duty  # a department that has ended has no duty that another could do
    raise errors.GatewayError(
        errors.ENTRUSTMENT_REQUIRED,
        f"`{consumer.department}` has no entrustment in force to act for `{duty}` in matter `{purpose.matter}`",
        "have the entrustment recorded by the platform's operator, or ask in your own department's name",
        article="Art. 17 ¶2",
    )


def parse(served: Served, request: Request, consumer: Consumer) -> tuple[Prepared, Mapping[str, object]]:
    """The document without its literals, and all values of its variables, coerced."""
    document, lifted = served.documents.prepare(request.text, request.operation_name, consumer.introspection)
    if request.read_only:
        check_read_only(document, request.variables)
    variables = coerce_variables(document, request.variables, lifted)
    check_cost(document, variables)
    return document, variables


def bind(plan: Plan, variables: Mapping[str, object], limits: Limits) -> tuple[list[Sequence[Hashable]], dict[str, object]]:
    """The run-time half of a plan: the root fields' keys, and the parameters that arguments give."""
    for one in plan.checks:
        variables = {**variables, **one.subjects(variables)}
    keys: list[Sequence[Hashable]] = []
    for root in plan.roots:
        value = root.keys(variables)
        keys.append(tuple(value) if root.root.batch else (value,))  # type: ignore[arg-type]
    count = sum(map(len, keys))
    if count > limits.keys:
        raise errors.GatewayError(
            errors.TOO_MANY_KEYS,
            f"the request names {count} keys; at most {limits.keys} are answered at once",
            "split the request, or apply for bulk download",
        )
    params: dict[str, object] = {}
    for group in plan.params:
        params.update(zip(group.names, group.values(variables), strict=True))
    return keys, params


def decide(
    served: Served,
    plan: Plan,
    caller: Caller,
    rights: Rights,
    now: float,
    exhausted: frozenset[GrantId] = NOBODY,
    *,
    strict: bool,
) -> Permitted:
    """What may be read, without the grants that are `exhausted`.

    Data without a stated purpose is refused (Art. 4(2)); strictly, so is any withheld coordinate.
    """
    require_register_reader(caller.consumer.roles)
    if caller.asking is None:
        raise errors.GatewayError(
            errors.PURPOSE_REQUIRED,
            "a request for data must state its purpose",
            'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
            article="Art. 4(2)",
        )
    permitted = served.decider.permit(plan, caller.asking, rights, now, exhausted)
    withheld = permitted.withheld
    if strict and withheld:
        refusal = WithheldError(
            errors.STRICT_WITHHELD,
            f"{len(withheld)} coordinates would be withheld, the first `{withheld[0].position.coordinate}`",
            "leave them out, apply for them, or ask without `Sharing-Mode: strict`",
            article=withheld[0].article,
            extensions={"withheld": [str(note.position.coordinate) for note in withheld]},
        )
        refusal.breaches, refusal.concealed = permitted.breaches, permitted.concealed
        raise refusal
    return permitted


def check_matters(plan: Plan, caller: Caller) -> None:
    """Once it is known how the request is kept from its subjects: it names them. Raises PURPOSE_CONFLICT."""
    assert caller.asking is not None
    materials.check_matters(plan.checks, caller.asking.matter)


async def case_of(gateway: Gateway, plan: Plan, caller: Caller, variables: Mapping[str, object]) -> InCase | None:
    """The case in which materials are checked, where the purpose states one: before anything is read. Raises CASE_UNKNOWN.

    What a check tells counts for its case, and its answer and its papers name the case: none that is not there.
    """
    assert caller.purpose is not None
    if not plan.checks or caller.purpose.case is None:
        return None
    return in_case(plan.checks, await open_case(gateway, caller), variables)


def still_holds(served: Served, caller: Caller, rights: Rights, permitted: Permitted, counted: Counted, now: float) -> bool:
    """Whether `now` the same is decided: a grant ends at its instant also for what is under way (Art. 16 ¶1)."""
    assert caller.asking is not None
    again = served.decider.permit(permitted.pruned.plan, caller.asking, rights, now, counted.exhausted)
    return again is permitted or (again.decisions, again.concealed) == (permitted.decisions, permitted.concealed)


class Shaped(NamedTuple):
    """The answer's data, what was found out while it was made, and what it was made of."""

    data: dict[str, object]
    shaping: Shaping
    permitted: Permitted
    keys: Sequence[Sequence[Hashable]]
    fetched: Fetched


def doubted_of(gateway: Gateway, permitted: Permitted, rights: Rights) -> Doubted:
    """Who of the answer is in doubt: looked up by keyed hash, and only where a doubt touches what is read."""
    if not permitted.doubted:
        return undoubted
    known: dict[object, Since] = {}

    def doubted(code: object) -> Since:
        found = known.get(code)
        if found is None:
            references = () if code is None else gateway.subject_hash.all_of(str(code))
            found = known[code] = rights.doubts.of(references)
        return found

    return doubted


def shape(
    permitted: Permitted,
    fetched: Fetched,
    keys: Sequence[Sequence[Hashable]],
    counted: Counted,
    doubted: Doubted = undoubted,
) -> Shaped:
    """The answer, without the comparisons that are barred, and with what is under verification marked."""
    shaping = Shaping(fetched.steps, barred=counted.barred, doubted=doubted)
    return Shaped(permitted.shape(shaping, keys), shaping, permitted, keys, fetched)


async def check_materials(
    gateway: Gateway, caller: Caller, shaped: Shaped, facts: Mapping[str, object], case: InCase | None, now: float
) -> Sequence[Checked]:
    """The checks of materials, judged (Art. 16 ¶2)."""
    assert caller.asking is not None
    plan = shaped.permitted.pruned.plan
    keys = {root.key: of_root for root, of_root in zip(plan.roots, shaped.keys, strict=True)}
    read = Read(shaped.data, shaped.shaping, keys, facts, shaped.fetched)
    return await check(gateway.desk, shaped.permitted.checkers, read, caller.asking, case, now)


def recorded(shaped: Shaped, checked: Sequence[Checked]) -> bytes:
    """What the ledger keeps of every position, and of every material that was checked."""
    told = recorded_outcomes(shaped.permitted.report, shaped.shaping)
    verdicts = b",".join(filter(None, [one.recorded for one in checked]))
    return told + b"," + verdicts if told and verdicts else told or verdicts


def told_of(checked: Sequence[Checked], receipt: str) -> dict[str, object]:
    """What the checks tell, by response key; they name the entry that they will stand in."""
    told: dict[str, object] = {}
    for one in checked:
        key, of_matter = one.field.path[0], one.told(receipt)
        told[key] = [*cast("list[object]", told.get(key, ())), of_matter] if one.field.many else of_matter
    return told


async def keep_checks(gateway: Gateway, caller: Caller, checked: Sequence[Checked], receipt: str) -> None:
    """Once they are on the record, their case keeps what its next checks are compared with."""
    if checked:
        assert caller.asking is not None
        assert caller.purpose is not None
        await keep(gateway.desk, checked, caller.asking, caller.purpose.case, receipt)


def sharing_of(shaped: Shaped, receipt: str, now: float, *, full: bool) -> dict[str, object]:
    """`extensions.sharing`: the outcomes, each source's instant, the receipt, and remarks where there are any."""
    permitted = shaped.permitted
    return {
        "outcomes": outcomes(permitted.report, shaped.shaping, full, now),
        "asOf": shaped.fetched.as_of,
        "receipt": receipt,
        **remarks(permitted.pruned.plan, shaped.keys, permitted.remarks),
    }


def of_registers(data: dict[str, object], plan: Plan) -> Mapping[str, object]:
    """The data without the places of what the workflow answers: that is on no receipt."""
    return {key: held for key, held in data.items() if key not in plan.workflow} if plan.workflow else data


def signed_of(receipt: Recorded, delivered: Delivered | None) -> dict[str, object]:
    """`extensions.sharing.signedReceipt`, where it was asked for."""
    if delivered is None or receipt.sealed is None:
        return {}
    return {"signedReceipt": orjson.Fragment(with_fields(receipt.sealed, delivered))}


def attempts_of(gateway: Gateway, caller: Caller) -> Attempts:
    """Under whose names failed comparisons are counted."""
    assert caller.asking is not None
    departments = frozenset({caller.asking.department, caller.consumer.department})
    return Attempts(gateway.counters, gateway.subject_hash, departments, gateway.verify_attempts_per_day)


async def gather_facts(gateway: Gateway, caller: Caller, permitted: Permitted, now: float) -> dict[str, object]:
    """What row rules need to know of the request: the day, the caller's division, the subjects of its case."""
    assert caller.asking is not None
    facts: dict[str, object] = {"today": today(now), "own_division": own_division(caller.asking)}
    if permitted.needs_case:
        facts["case_subjects"] = await case_subjects(gateway, caller)
    return facts


async def case_subjects(gateway: Gateway, caller: Caller) -> tuple[str, ...]:
    """The codes of the stated case's subjects. Raises CASE_UNKNOWN."""
    return (await open_case(gateway, caller)).codes


async def open_case(gateway: Gateway, caller: Caller) -> OpenCase:
    """The stated case, which must be open, of this department and of this matter. Raises CASE_UNKNOWN: the same for one that
    was closed, is another department's, or never was.
    """
    assert caller.asking is not None
    assert caller.purpose is not None
    number = caller.purpose.case
    case = await gateway.cases.open_case(caller.asking.department, number) if number is not None else None
    if case is None or case.matter != caller.asking.matter:
        raise errors.GatewayError(
            errors.CASE_UNKNOWN,
            f"no open case `{number}` of this department and matter",
            "open it first with the mutation `openCase`, naming its subjects",
            article="Art. 17 ¶2",
        )
    return case


def own_division(asking: Asking) -> str | None:
    """The significant digits of the department's division: what `own_division` rows begin with."""
    return subtree_prefix(asking.division) if asking.division else None


async def workflow_side(
    gateway: Gateway, served: Served, request: Request, caller: Caller, plan: Plan
) -> tuple[dict[str, object], list[object]]:
    """The root fields of an operation that are not data."""
    if not plan.workflow:
        return {}, []
    return await gateway.workflow.execute(served, request, caller, plan.workflow)


class Refusals:
    """What is recorded of a request that is refused: all of one for data, and of any other what it attempted."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._asked: Asked | None = None
        self._for_data = False
        self._decided = False
        self._named: Named | None = None

    def about(self, asked: Asked, plan: Plan) -> Asked:
        """From here on it is known what is asked: of a request for data, whatever becomes of it is recorded."""
        self._asked, self._for_data, self._decided = asked, bool(plan.roots or plan.checks), False
        return asked

    def attempted(self, asked: Asked, permitted: Permitted) -> Asked:
        """What of it was asked beyond what was granted stands in the entry, whatever becomes of the request; and so does
        that it is kept from its subjects.
        """
        self._decided = True
        if permitted.breaches or permitted.concealed is not None or asked.concealed is not None:
            self._asked = asked = asked._replace(breaches=permitted.breaches, concealed=permitted.concealed)
        return asked

    def named(self, plan: Plan, keys: Sequence[Sequence[Hashable]]) -> None:
        """Whom the request names: a refusal is told to them as well."""
        roots = [
            (".".join(root.path), [key for key in of_root if isinstance(key, str)])
            for root, of_root in zip(plan.roots, keys, strict=True)
        ]
        self._named = Named(roots, self._gateway.subject_hash)

    async def tell(self, error: errors.GatewayError, timed: Trace) -> Answer:
        """The error as an answer, recorded first; if even that cannot be written, the caller is told so."""
        if self._asked is None:
            await record_unbound(self._gateway, error)
            return error_answer(error, timed.steps)
        if error.code is errors.LEDGER_UNAVAILABLE or not (self._for_data or breaches_of(error)):
            return error_answer(error, timed.steps)
        try:
            await record_refused(self._gateway, self._asked, error, self._named, decided=self._decided)
        except errors.GatewayError as unrecorded:
            return error_answer(unrecorded, timed.steps)
        return error_answer(error, timed.steps)


def concealed_undecided(rights: Rights, asked: Asked) -> Concealed | None:
    """How a request that was refused before anything was decided is kept from whom it names: by any grant that it might have
    been asked under, of whoever asks or whose duty it claims. Who investigates must not be told of by a slip (个人信息保护法
    18 ¶1); the auditor sees it all the same.
    """
    own, purpose, asking = asked.consumer.department, asked.purpose, None
    departments = [own]
    if purpose is not None:
        asking = Asking(own, "", purpose.matter, purpose.use, Mode.ONLINE_LOOKUP, in_case=purpose.case is not None)
        departments += [purpose.acting_for] if purpose.acting_for not in (None, own) else []
    grants = [grant for one in departments for grant in rights.concealing.get(one, ())]
    return conceal(grants, asking, datetime.now(UTC), None)


async def record_refused(
    gateway: Gateway, asked: Asked, error: errors.GatewayError, named: Named | None = None, *, decided: bool = False
) -> None:
    """The entry of a refusal, once it is durable; `decided`: it is known how it is kept from those whom it names.

    Raises LEDGER_UNAVAILABLE, OVERLOADED, RIGHTS_MOVED.
    """
    if isinstance(error, WithheldError):
        asked, decided = asked._replace(concealed=error.concealed), True
    for _ in range(ATTEMPTS):
        if named is not None and not decided:  # by the rights that it is recorded under
            asked = asked._replace(concealed=concealed_undecided(gateway.rights.rights, asked))
        _, receipt = await record_refusal(gateway.ledger, asked, gateway.rights.rights.epoch, error, named)
        if isinstance(receipt, Recorded):
            return
        await gateway.rights.refresh(receipt.epoch)
    raise rights_moving()


async def record_unbound(gateway: Gateway, error: errors.GatewayError) -> None:
    """An authentic token used from outside its network or key is an attempt (Art. 4(4)), on the record in its client's name.

    One a second of each client and worker, so that nobody floods the ledger; where that cannot be written, the caller is
    refused all the same.
    """
    consumer = error.consumer if isinstance(error, IdentityError) else None
    if consumer is None or gateway.unbound.bucket(consumer.client, 1, 1, now := time.time()).take(now):
        return
    with contextlib.suppress(errors.GatewayError):
        await record_refused(gateway, Asked(consumer, None, b"", Mode.ONLINE_LOOKUP, gateway.served.version), error)


def rights_moving() -> errors.GatewayError:
    """Rights changed again and again while the request was decided."""
    return errors.GatewayError(
        errors.RIGHTS_MOVED, "rights or catalogue changed while the request was answered", "send it again"
    )


def too_late(limits: Limits) -> errors.GatewayError:
    """The request's own deadline passed."""
    return errors.GatewayError(
        errors.DEADLINE_EXCEEDED,
        f"the request was not answered within {limits.request_ms} ms",
        "ask for less, or again later; nothing was delivered",
    )
