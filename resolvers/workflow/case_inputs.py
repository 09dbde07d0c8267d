"""Whose case it is and who acts for whom, as GraphQL takes it: exactly one code for each subject, by its standard."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import strawberry

import errors
from catalogue.matters import SubjectKind
from resolvers.workflow.inputs import check_day, check_words, checked_text, invalid
from schema.enums import AuthorityKind
from schema.scalars import CreditCode, IdentityNumber
from sharing.authority import ARTICLE, Authority, Named
from sharing.authority import AuthorityKind as Kind
from sharing.subjects import Subject
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


@strawberry.input(description="代理权限 · an agent or guardian among the subjects, whom it acts for, and on what document.")
class CaseAuthorityInput:
    kind: AuthorityKind = strawberry.field(description="类别 · guardian or agent.")
    holder: int = strawberry.field(description="代理人 · who acts: its place in `subjects`, from 0.")
    acts_for: list[int] = strawberry.field(description="被代理人 · for whom: places in `subjects`, from 0.")
    basis: str = strawberry.field(description="依据文件 · the document that it rests on, with its number.")
    valid_until: date | None = strawberry.field(default=None, description="有效期至 · its last day; null: without an end.")


def subjects_by_role(subjects: Sequence[CaseSubjectInput]) -> Mapping[str, Sequence[Subject]]:
    """The subjects by role, as they were given. Raises INPUT_INVALID for none or too many, for one without a role or with
    another number of codes than one, and for a code that breaks its standard, which is not repeated.
    """
    if not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise invalid(f"`subjects` holds {len(subjects)}", f"name between 1 and {MOST_SUBJECTS}")
    check_words(*(("role", subject.role) for subject in subjects))
    by_role: dict[str, list[Subject]] = {}
    for subject in subjects:
        by_role.setdefault(subject.role, []).append(subject_of(subject))
    return by_role


def subject_of(subject: CaseSubjectInput) -> Subject:
    """The subject by its one code, normalised. Raises INPUT_INVALID."""
    given = [
        Subject(kind, code)
        for kind, code in ((SubjectKind.PERSON, subject.id_number), (SubjectKind.ORGANISATION, subject.credit_code))
        if code is not None
    ]
    if subject.unit_code is not None:
        given.append(Subject(SubjectKind.REAL_ESTATE_UNIT, _parsed(unit_code.parse, subject.unit_code)))
    if subject.parcel_code is not None:
        given.append(Subject(SubjectKind.LAND_PARCEL, _parsed(parcel_code.parse, subject.parcel_code)))
    if len(given) != 1:
        raise invalid(
            "a subject needs exactly one of `idNumber`, `creditCode`, `unitCode` and `parcelCode`",
            "name each person, organisation, real-estate unit or parcel once",
        )
    return given[0]


def authorities_of(subjects: Sequence[CaseSubjectInput], given: Sequence[CaseAuthorityInput]) -> tuple[Authority, ...]:
    """The authorities, their subjects by role and code. Raises INPUT_INVALID for a place that holds no subject."""
    if len(given) > MOST_SUBJECTS:
        raise invalid(f"`authorities` holds {len(given)}", f"name at most {MOST_SUBJECTS}")
    named = [Named(subject.role, subject_of(subject).code) for subject in subjects]
    if any(not 0 <= place < len(named) for one in given for place in (one.holder, *one.acts_for)):
        raise invalid("an authority names a place at which `subjects` holds nobody", "count the subjects from 0")
    for one in given:
        if one.valid_until is not None:
            check_day("validUntil", one.valid_until, article=ARTICLE)
    return tuple(
        Authority(
            kind=Kind[one.kind.value],
            holder=named[one.holder],
            principals=tuple(dict.fromkeys(named[place] for place in one.acts_for)),
            basis=checked_text("basis", one.basis, 200),
            valid_until=one.valid_until,
        )
        for one in given
    )


def _parsed(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except IdentifierFault as fault:
        raise errors.GatewayError(errors.INPUT_INVALID, fault.message, fault.hint, extensions=fault.facts()) from fault
