"""Whose case it is, as GraphQL takes it: exactly one code for each subject, by its standard."""

from collections.abc import Callable, Mapping, Sequence

import strawberry

import errors
from resolvers.workflow.inputs import check_words, invalid
from schema.scalars import CreditCode, IdentityNumber
from standards import parcel_code, unit_code
from standards.faults import IdentifierFault

MOST_SUBJECTS = 50


@strawberry.input(
    description="办件当事人 · whose data the case is about: exactly one of the codes, in the role they have in it."
)
class CaseSubjectInput:
    role: str = strawberry.field(description="角色 · applicant, spouse, company …")
    id_number: IdentityNumber | None = strawberry.field(default=None, description="公民身份号码 · of a person.")
    credit_code: CreditCode | None = strawberry.field(default=None, description="统一社会信用代码 · of an organisation.")
    unit_code: str | None = strawberry.field(default=None, description="不动产单元代码 · of a real-estate unit.")
    parcel_code: str | None = strawberry.field(default=None, description="宗地代码 · of a land parcel.")


def subjects_by_role(subjects: Sequence[CaseSubjectInput]) -> Mapping[str, Sequence[str]]:
    """The codes by role, as they were given. Raises INPUT_INVALID for none or too many subjects, for one without a role or
    with another number of codes than one, and for a code that breaks its standard, which is not repeated.
    """
    if not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise invalid(f"`subjects` holds {len(subjects)}", f"name between 1 and {MOST_SUBJECTS}")
    check_words(*(("role", subject.role) for subject in subjects))
    by_role: dict[str, list[str]] = {}
    for subject in subjects:
        by_role.setdefault(subject.role, []).append(code_of(subject))
    return by_role


def code_of(subject: CaseSubjectInput) -> str:
    """The subject's one code, normalised. Raises INPUT_INVALID."""
    given: list[str] = [code for code in (subject.id_number, subject.credit_code) if code is not None]
    if subject.unit_code is not None:
        given.append(_parsed(unit_code.parse, subject.unit_code))
    if subject.parcel_code is not None:
        given.append(_parsed(parcel_code.parse, subject.parcel_code))
    if len(given) != 1:
        raise invalid(
            "a subject needs exactly one of `idNumber`, `creditCode`, `unitCode` and `parcelCode`",
            "name each person, organisation, real-estate unit or parcel once",
        )
    return given[0]


def _parsed(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except IdentifierFault as fault:
        told = {"part": str(fault.part), "fault": fault.code}
        raise errors.GatewayError(errors.INPUT_INVALID, fault.message, fault.hint, extensions=told) from fault
