"""Who takes part (Art. 2), where each administers and under whom (Art. 5), and who answers for it (Art. 24). Pure.

A city, a county and the province are divisions; each administers what lies within it. A gap of Art. 24 is a warning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalogue.model import ProviderCode
from errors import INPUT_INVALID, NOT_RESPONSIBLE, GatewayError
from sharing.chain import ONE_STEP, AnswerChain
from sharing.days import FIRST_DAY, Days
from standards.divisions import contains, in_force, level


class PartyKind(StrEnum):
    """The parties that Art. 2 knows: 政府部门, and authorised 事业单位, 社会组织 and other bodies."""

    GOVERNMENT = "government"
    PUBLIC_INSTITUTION = "public_institution"
    SOCIAL_ORGANISATION = "social_organisation"
    OTHER_AUTHORISED = "other_authorised"


class Zone(StrEnum):
    """电子政务内网, 外网 (Art. 12)."""

    INTRANET = "intranet"
    EXTRANET = "extranet"


class Subject(StrEnum):
    """What Art. 24 has each department state: who is first responsible, who carries it out, by which rules and goals."""

    PRINCIPAL_HEAD = "principal_head"
    IMPLEMENTING_BODY = "implementing_body"
    RULES = "rules"
    GOALS = "goals"


EVER_SINCE = Days(FIRST_DAY)
ONE_AT_A_TIME = frozenset({Subject.PRINCIPAL_HEAD, Subject.IMPLEMENTING_BODY})
TITLES_ZH = {
    Subject.PRINCIPAL_HEAD: "主要负责人（第一责任人）",
    Subject.IMPLEMENTING_BODY: "实施机构",
    Subject.RULES: "工作规范",
    Subject.GOALS: "工作目标",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A department's word on one subject of Art. 24, for these days. `link` is where the document stands, if it has one."""

    subject: Subject
    text: str
    link: str | None
    days: Days


@dataclass(frozen=True, slots=True)
class Party:
    """A department as registered. `division` is where it administers (GB/T 2260).

    `superior` is stated where it differs from the tree's; `authorisation` is what authorises one that is no government
    department; `in_force` says whether its term (`days`) has begun and not ended.
    """

    code: ProviderCode
    name: str
    name_zh: str
    kind: PartyKind
    division: str
    in_force: bool
    zone: Zone | None = None
    superior: ProviderCode | None = None
    authorisation: str | None = None
    chain: AnswerChain = ONE_STEP
    statements: tuple[Statement, ...] = ()
    days: Days = EVER_SINCE

    def stated(self, subject: Subject, day: date) -> tuple[Statement, ...]:
        """What holds on the day."""
        return tuple(one for one in self.statements if one.subject is subject and one.days.hold(day))


class OfficeKind(StrEnum):
    """The offices of Art. 5: 领导小组, its office, and one 共享主管部门 for each province, city and county."""

    LEADING_GROUP = "leading_group"
    LEADING_GROUP_OFFICE = "leading_group_office"
    COMPETENT_DEPARTMENT = "competent_department"


@dataclass(frozen=True, slots=True)
class Office:
    """Who holds an office of a division in these days. A leading group has members; it is held where a department is
    appointed to act for it where its office may not (`sharing.coordination`).

    `head` is a person's name; `basis` the document that appoints.
    """

    kind: OfficeKind
    division: str
    holder: ProviderCode | None
    title: str
    head: str | None
    basis: str
    days: Days


@dataclass(frozen=True, slots=True)
class Gap:
    """What a department has not stated. It is a warning and blocks nobody."""

    subject: Subject
    message: str
    message_zh: str
    article: str = "Art. 24"


def gaps(department: Party, day: date) -> tuple[Gap, ...]:
    """What of Art. 24 is missing on the day, in the order of `Subject`."""
    return tuple(
        Gap(
            subject,
            f"the department has not stated its {subject.value.replace('_', ' ')}",
            f"尚未明确{TITLES_ZH[subject]}",
        )
        for subject in Subject
        if not department.stated(subject, day)
    )


def checked_kind(kind: str, code: ProviderCode, authorisation: str | None) -> PartyKind:
    """The kind of a party to be registered.

    Raises INPUT_INVALID for one that Art. 2 does not know, for one that its own credit code contradicts (GB 32100: 11 organs
    of state, 12 public institutions), and where a body that is no government department does not say what authorises it.
    """
    if kind not in set(PartyKind):
        raise _refused(
            "Art. 2 knows no party of this kind", f"`kind` is one of {', '.join(f'`{one}`' for one in PartyKind)}"
        )
    known = PartyKind(kind)
    by_code = {"11": PartyKind.GOVERNMENT, "12": PartyKind.PUBLIC_INSTITUTION, "13": PartyKind.SOCIAL_ORGANISATION}
    expected = by_code.get(code[:2])
    if expected is None and known in (PartyKind.GOVERNMENT, PartyKind.PUBLIC_INSTITUTION):
        raise _refused(
            f"a party whose credit code begins with `{code[:2]}` is no `{known}`",
            f"give `{PartyKind.SOCIAL_ORGANISATION}` or `{PartyKind.OTHER_AUTHORISED}`, with what authorises it",
        )
    if expected is not None and known is not expected:
        raise _refused(
            f"a party whose credit code begins with `{code[:2]}` is no `{known}`",
            f"its kind is `{expected}`, or the code errs",
        )
    if known is not PartyKind.GOVERNMENT and not (authorisation or "").strip():
        raise _refused(
            "a party that is no government department takes part only where it is authorised to administer",
            "name the law or decision in `authorisation`",
        )
    return known


def check_division(division: str, day: date) -> None:
    """Raises INPUT_INVALID unless somebody administers this division on the day (GB/T 2260)."""
    if in_force(division, day) is None:
        raise GatewayError(
            INPUT_INVALID, f"no division `{division}` is in force", "give the code in force (GB/T 2260)", article="Art. 5"
        )


def check_jurisdiction(administrator: str, division: str) -> None:
    """Raises NOT_RESPONSIBLE where one who administers the first division would administer outside of it (Art. 5)."""
    if not administrator or not contains(administrator, division):
        raise GatewayError(
            NOT_RESPONSIBLE,
            f"the division `{division}` lies outside the jurisdiction `{administrator}`",
            "have the one do it who administers that division",
            article="Art. 5",
        )


def oversees(overseer: str, divisions: Iterable[str | None]) -> bool:
    """Whether who oversees the first division oversees one of these parties: one administers there or below (Art. 5).

    The divisions are the parties'; None for a party that is not registered.
    """
    return bool(overseer) and any(division is not None and contains(overseer, division) for division in divisions)


def check_superior(department: ProviderCode, division: str, line: Sequence[Party]) -> None:
    """Raises NOT_RESPONSIBLE unless the superior, the first of `line`, administers where the department does; INPUT_INVALID
    where the department would stand above itself. `line` is the superior with those stated above it.
    """
    check_jurisdiction(line[0].division, division)
    if any(above.code == department for above in line):
        raise GatewayError(
            INPUT_INVALID, "the superior stands below the department", "name one that stands above it", article="Art. 5"
        )


def check_office(kind: OfficeKind, division: str, holder: Party | None, day: date) -> None:
    """Whether the office can be held so (Art. 5): by a party of the office's own division and level.

    Raises INPUT_INVALID for an unknown division, a leading group outside a province or an office without holder;
    NOT_RESPONSIBLE for a holder of another jurisdiction, or one that is not in force.
    """
    check_division(division, day)
    if kind is not OfficeKind.COMPETENT_DEPARTMENT and level(division) != "PROVINCE":
        raise GatewayError(
            INPUT_INVALID, "the leading group is the province's", "give the province's division", article="Art. 5"
        )
    if holder is None:
        if kind is not OfficeKind.LEADING_GROUP:
            raise GatewayError(
                INPUT_INVALID, "an office needs a department that holds it", "name it in `holder`", article="Art. 5"
            )
    elif holder.division != division or not holder.in_force:
        raise GatewayError(
            NOT_RESPONSIBLE,
            f"`{holder.code}` administers `{holder.division}`; the office is that of `{division}`"
            if holder.in_force
            else f"`{holder.code}` is not in force",
            "an office is held by a department of the same level and division (本级)",
            article="Art. 5",
        )


def holder_of(offices: Iterable[Office], kind: OfficeKind, division: str, day: date) -> ProviderCode | None:
    """The department that holds the office of this very division on the day; None where nobody was appointed."""
    return next(
        (one.holder for one in offices if one.kind is kind and one.division == division and one.days.hold(day)), None
    )


def superior(department: Party, offices: Iterable[Office], day: date) -> ProviderCode | None:
    """Who administers the department's sharing: the superior that it states; else, up the tree, the competent department of
    its own division (本级主管部门), of those above it, and above the province's the leading group's office.

    A division that has appointed none is passed over. None for the one at the top.
    """
    if department.superior is not None:
        return department.superior
    held = tuple(offices)
    for division in upward(department.division, day):
        holder = holder_of(held, OfficeKind.COMPETENT_DEPARTMENT, division, day)
        if holder is not None and holder != department.code:
            return holder
    leading = (one for one in held if one.kind is OfficeKind.LEADING_GROUP_OFFICE and one.days.hold(day))
    return next((one.holder for one in leading if one.holder != department.code), None)


def upward(division: str, day: date) -> Iterator[str]:
    """The division, the one that contains it, and so on up to the province: 320102, 320100, 320000."""
    found = in_force(division, day)
    while found is not None:
        yield found.code
        found = None if found.parent is None else in_force(found.parent, day)


def _refused(message: str, hint: str) -> GatewayError:
    return GatewayError(INPUT_INVALID, message, hint, article="Art. 2")
