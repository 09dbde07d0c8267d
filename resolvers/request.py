"""The way of a request: identify → parse → plan → decide → fetch → shape → record → respond.

`answer` is the table of contents. Each step's product is frozen and the next step's input; none looks back. If the rights
have moved by the time the answer would be recorded, nothing leaves and the request is decided again.
"""

import asyncio
import contextlib
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import orjson
from graphql import OperationType

import errors
from catalogue.model import Mode
from ledger.delivered import Delivered, digest_delivered
from ledger.entry import new_id
from resolvers.count import NOTHING, Attempts, Counted, bar_guesses, read_within_quotas
from resolvers.day import today
from resolvers.decide import Permitted
from resolvers.fetch import Fetched, fetch
from resolvers.gateway import Caller, Gateway, Request, Served
from resolvers.materials.check import InCase
from resolvers.materials.step import case_of, check_entrusted, check_materials, check_matters, keep_checks, recorded, told_of
from resolvers.plan.build import InForce
from resolvers.plan.plan import Plan
from resolvers.ports import Recorded
from resolvers.purpose import parse_purpose
from resolvers.read_only import check_read_only
from resolvers.record import Asked, Subjects, WithheldError, record_answer
from resolvers.refusals import ATTEMPTS, Refusals, rights_moving, too_late
from resolvers.remarks import remarks
from resolvers.report import empty_relations, outcomes, source_errors, told_of_notes
from resolvers.respond import Answer, data_answer
from resolvers.roles import require_register_reader
from resolvers.shaped import Shaped, doubted_of, shape
from resolvers.stand import gather_facts, stand
from resolvers.trace import Trace
from schema.documents import Prepared
from schema.limits import Limits
from schema.variables import check_cost, coerce_variables
from sharing.consumer import Consumer, Purpose
from sharing.grant import GrantId
from sharing.regime import NOBODY
from sharing.rights import Rights


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
                check_entrusted(gateway.rights, plan, caller, now)
                permitted = decide(served, plan, caller, rights, now, counted.exhausted, strict=request.strict)
                asked = refused.attempted(asked, permitted)
                check_matters(plan, caller)
                case = await case_of(gateway.cases, plan, caller, variables)
                read = partial(read_registers, gateway, served, Reading(caller, keys, params, now, case), timed)
                again = partial(decide, served, plan, caller, rights, now, strict=request.strict)
                began = permitted, counted
                permitted, counted, found = await read_within_quotas(gateway.counters, keys, began, again, read)
                asked, (facts, fetched) = refused.attempted(asked, permitted), found
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
        )
    return keys, plan.given(variables)


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
            f"{len(withheld)} positions would be withheld, the first of `{withheld[0].position.coordinate}`",
            "do what `remedy` says of each (`explain` tells when it can be expected), leave them out, or ask without "
            "`Sharing-Mode: strict`",
            article=withheld[0].article,
            extensions={"withheld": told_of_notes(withheld, now)},
        )
        refusal.breaches, refusal.concealed = permitted.breaches, permitted.concealed
        raise refusal
    return permitted


class Reading(NamedTuple):
    """For whom registers are read, by which root keys and parameters, at which instant, and in which case of a check."""

    caller: Caller
    keys: Sequence[Sequence[Hashable]]
    params: Mapping[str, object]
    now: float
    case: InCase | None


async def read_registers(
    gateway: Gateway, served: Served, reading: Reading, timed: Trace, permitted: Permitted
) -> tuple[Mapping[str, object], Fetched]:
    """What row rules need to know of the request, and the rows that are permitted."""
    facts = await gather_facts(gateway, reading.caller, permitted, reading.now, reading.case)
    timed("decide")
    fetched = await fetch(permitted.pruned, reading.keys, {**reading.params, **facts}, served.sources)
    timed("fetch")
    return facts, fetched


def still_holds(served: Served, caller: Caller, rights: Rights, permitted: Permitted, counted: Counted, now: float) -> bool:
    """Whether `now` the same is decided: a grant ends at its instant also for what is under way (Art. 16 ¶1)."""
    assert caller.asking is not None
    again = served.decider.permit(permitted.pruned.plan, caller.asking, rights, now, counted.exhausted)
    return again is permitted or (again.decisions, again.concealed) == (permitted.decisions, permitted.concealed)


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
    return {"signedReceipt": orjson.Fragment(receipt.sealed.with_fields(delivered))}


def attempts_of(gateway: Gateway, caller: Caller) -> Attempts:
    """Under whose names failed comparisons are counted."""
    assert caller.asking is not None
    departments = frozenset({caller.asking.department, caller.consumer.department})
    return Attempts(gateway.counters, gateway.subject_hash, departments, gateway.verify_attempts_per_day)


async def workflow_side(
    gateway: Gateway, served: Served, request: Request, caller: Caller, plan: Plan
) -> tuple[dict[str, object], list[object]]:
    """The root fields of an operation that are not data."""
    if not plan.workflow:
        return {}, []
    return await gateway.workflow.execute(served, request, caller, plan.workflow)
