"""From where decisions are made: in whose name is asked, and what row rules need to know of the request."""

import errors
from catalogue.model import Mode, ProviderCode
from resolvers.day import today
from resolvers.decide import Permitted
from resolvers.gateway import Caller, Gateway
from resolvers.materials.check import InCase
from resolvers.ports import CaseStore, OpenCase, RightsStore
from sharing.consumer import Asking, Consumer, Purpose
from standards.divisions import subtree_prefix


def stand(gateway: Gateway, consumer: Consumer, purpose: Purpose | None, now: float) -> Caller:
    """From where decisions are made. Always taken after the rights that they are made and recorded under: a client that was
    disabled or an entrustment that ended meanwhile is seen here, or the record is refused as stale.
    """
    consumer = gateway.identity.current(consumer, now)
    if purpose is None:
        return Caller(consumer, None, None)
    department = duty_of(gateway.rights, consumer, purpose, now)
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


def duty_of(rights: RightsStore, consumer: Consumer, purpose: Purpose, now: float) -> ProviderCode:
    """Whose duty the request serves, and so whose rights count: another's only under a recorded entrustment (Art. 17 ¶2)."""
    duty = purpose.acting_for
    if duty is None or duty == consumer.department:
        return consumer.department
    entrusted = rights.entrustment(consumer.department, duty, purpose.matter, now)
    if entrusted and rights.division_of(duty) is not None:
        return duty  # a department that has ended has no duty that another could do
    raise errors.GatewayError(
        errors.ENTRUSTMENT_REQUIRED,
        f"`{consumer.department}` has no entrustment in force to act for `{duty}` in matter `{purpose.matter}`",
        "have the entrustment recorded by the platform's operator, or ask in your own department's name",
        article="Art. 17 ¶2",
    )


async def gather_facts(
    gateway: Gateway, caller: Caller, permitted: Permitted, now: float, case: InCase | None = None
) -> dict[str, object]:
    """What row rules need to know of the request: the day, the caller's division, the subjects of its case, which is read
    where it was not for its checks.
    """
    assert caller.asking is not None
    facts: dict[str, object] = {"today": today(now), "own_division": own_division(caller.asking)}
    if permitted.needs_case:
        facts["case_subjects"] = await case_subjects(gateway.cases, caller) if case is None else case.codes
    return facts


async def case_subjects(cases: CaseStore, caller: Caller) -> tuple[str, ...]:
    """The codes of the stated case's subjects. Raises CASE_UNKNOWN."""
    return (await open_case(cases, caller)).codes


async def open_case(cases: CaseStore, caller: Caller) -> OpenCase:
    """The stated case, which must be open, of this department and of this matter. Raises CASE_UNKNOWN: the same for one that
    was closed, is another department's, or never was.
    """
    assert caller.asking is not None
    assert caller.purpose is not None
    number = caller.purpose.case
    case = await cases.open_case(caller.asking.department, number) if number is not None else None
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
