"""Whose case it is, and how a step on it begins: the department that has the duty, an open case, a purpose that agrees."""

import time
from dataclasses import replace
from typing import NamedTuple

import errors
from catalogue.model import ProviderCode
from resolvers.ports.cases import CaseFile
from resolvers.roles import Role, require_role
from resolvers.stand import duty_of
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid
from sharing.handover import check_holds


class AtCase(NamedTuple):
    """A step on a case: of which department, by which handler and client."""

    context: Context
    department: ProviderCode
    handler: str
    client: str


def at_case(context: Context, case: str) -> AtCase:
    """The step's department (the one that has the duty, where the counter acts for it) and handler, by the purpose.

    Raises ROLE_REQUIRED, PURPOSE_REQUIRED, INPUT_INVALID where the purpose names another case: the record would, too.
    """
    purpose = context.stated_purpose()
    check_words(("case", case))
    if purpose.case not in (None, case):
        raise invalid("the purpose names another case", "state the same case in both", article="Art. 17 ¶2")
    assert context.caller.asking is not None, "a purpose makes a standpoint"
    return AtCase(context, context.caller.asking.department, purpose.handler, context.caller.consumer.client)


async def open_case(at: AtCase, case: str) -> CaseFile:
    """The department's open case, of the matter that the purpose states. Raises CASE_UNKNOWN."""
    found = await at.context.ports.cases.find(at.department, case)
    if found is None or found.closed_at is not None or found.matter != at.context.stated_purpose().matter:
        raise errors.GatewayError(
            errors.CASE_UNKNOWN,
            f"no open case `{case}` of this department and matter",
            "`serviceCases` lists what is open; a case that was closed is not opened again",
            article="Art. 17 ¶2",
        )
    return found


async def held_case(at: AtCase, case: str) -> CaseFile:
    """The open case, for a step of a handler who did not hand it over. Raises CASE_UNKNOWN, STATE_CONFLICT."""
    found = await open_case(at, case)
    if at.handler != found.handler:
        passed = await at.context.ports.cases.handovers(at.department, case)
        check_holds(at.handler, found.handler, {one.passed_by for one in passed})
    return found


def check_entrusted(context: Context, matter: str) -> None:
    """Whether the caller may act in this matter, too: for its own department in any, for another in those that it entrusted
    (Art. 17 ¶2). Raises ENTRUSTMENT_REQUIRED.
    """
    caller = context.caller
    if caller.purpose is not None:
        duty_of(context.ports.rights, caller.consumer, replace(caller.purpose, matter=matter), time.time())


class Reading(NamedTuple):
    """Whose cases the caller may look at, and of which matter alone (None: of any)."""

    context: Context
    department: ProviderCode
    matter: str | None

    def sees(self, matter: str) -> bool:
        """Whether cases of this matter are among them."""
        return self.matter in (None, matter)

    def within(self, matter: str | None) -> str | None:
        """Of which matter what is listed may be, where this one is asked for. Raises ENTRUSTMENT_REQUIRED."""
        if matter is None:
            return self.matter
        check_entrusted(self.context, matter)
        return matter


def reading(context: Context) -> Reading:
    """Its department's, or those of the department that it acts for, of the matter in which it does.

    Raises ROLE_REQUIRED.
    """
    require_role(context.caller.consumer.roles, Role.CONSUMER)
    asking = context.caller.asking
    if asking is None or not asking.acting:
        return Reading(context, context.caller.consumer.department, None)
    return Reading(context, asking.department, asking.matter)
