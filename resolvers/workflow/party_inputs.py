"""What is said of departments, offices and officers, and how it is checked before it is recorded and done."""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import strawberry

from catalogue.model import ProviderCode
from resolvers.ports.parties import Description
from resolvers.workflow.inputs import check_day, check_words, checked_text, invalid
from schema.enums import AnswerStep, NetworkZone, OfficeKind
from schema.scalars import CreditCode, DivisionCode
from sharing.chain import Officer, Step
from sharing.days import Days
from sharing.parties import Statement, Subject, Zone
from standards import identity_number

MOST_DOCUMENTS = 50
MOST_TITLE = 200
MOST_LINK = 500
ARTICLE = "Art. 5"
_OFFICER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


@strawberry.input(description="政务部门登记 · a department to be registered (Art. 2).")
class NewDepartmentInput:
    code: CreditCode = strawberry.field(description="统一社会信用代码 · its unified social credit code (GB 32100).")
    title: str = strawberry.field(description="名称 · its name.")
    name: str = strawberry.field(description="英文名称 · its name in English.")
    kind: str = strawberry.field(
        description="类别 · `government`, `public_institution`, `social_organisation` or `other_authorised`: "
        "Art. 2 knows no other."
    )
    division: DivisionCode = strawberry.field(description="行政区划 · where it administers (GB/T 2260).")
    network_zone: NetworkZone = strawberry.field(description="网络 · the network that it works in.")
    superior: CreditCode | None = strawberry.field(
        default=None, description="上级 · only where it is not the competent department of its division, or of one above."
    )
    authorisation: str | None = strawberry.field(
        default=None, description="授权依据 · what authorises one that is no government department; required then."
    )
    valid_from: date | None = strawberry.field(default=None, description="起始日 · the first day; none: today.")
    valid_until: date | None = strawberry.field(default=None, description="终止日 · the day on which it ends.")


@strawberry.input(description="工作文件 · a rule or goal: its title or text, and where it stands.")
class DocumentInput:
    text: str = strawberry.field(description="内容 · its title or text.")
    link: str | None = strawberry.field(default=None, description="链接 · an address beginning with https:// or http://.")
    valid_until: date | None = strawberry.field(default=None, description="终止日 · the day on which it no longer holds.")


@strawberry.input(
    description="部门情况 · what is left out stays as it is; what is given holds in its place from a day on. "
    "`networkZone` and `superior` are the operator's to state."
)
class DepartmentInput:
    principal_head: str | None = strawberry.field(
        default=None, description="主要负责人 · the principal head, first responsible ex officio (Art. 24)."
    )
    implementing_body: str | None = strawberry.field(
        default=None, description="实施机构 · the body that carries the sharing out (Art. 24)."
    )
    rules: list[DocumentInput] | None = strawberry.field(default=None, description="工作规范 · all its rules from then on.")
    goals: list[DocumentInput] | None = strawberry.field(default=None, description="工作目标 · all its goals from then on.")
    network_zone: NetworkZone | None = strawberry.field(default=None, description="网络 · the network that it works in.")
    superior: CreditCode | None = strawberry.field(default=None, description="上级 · one that differs from the tree's.")
    valid_from: date | None = strawberry.field(default=None, description="起始日 · the first day; none: today.")


@strawberry.input(description="职责任命 · who shall hold an office of a division, from which day on (Art. 5).")
class OfficeInput:
    kind: OfficeKind = strawberry.field(description="岗位 · which office.")
    division: DivisionCode = strawberry.field(description="行政区划 · of which province, city or county.")
    title: str = strawberry.field(description="名称 · what it is called.")
    basis: str = strawberry.field(description="依据 · the document that appoints.")
    holder: CreditCode | None = strawberry.field(
        default=None,
        description="承担部门 · a department of that very division. For the leading group none, or the one that acts for it "
        "where its office is a party itself.",
    )
    head: str | None = strawberry.field(default=None, description="负责人 · who heads it.")
    valid_from: date | None = strawberry.field(default=None, description="起始日 · the first day; none: today.")
    valid_until: date | None = strawberry.field(default=None, description="终止日 · the day on which it ends.")


@strawberry.input(description="经办人登记 · an officer, or one with other steps from a day on.")
class OfficerInput:
    id: str = strawberry.field(description="经办人编号 · a number of the department's own: letters, digits, `.`, `_`, `-`.")
    name: str = strawberry.field(description="姓名 · the officer's name.")
    steps: list[AnswerStep] = strawberry.field(
        description="可办环节 · the steps of an answer that the officer may take; none for one who has left."
    )
    valid_from: date | None = strawberry.field(default=None, description="起始日 · the first day; none: today.")
    valid_until: date | None = strawberry.field(default=None, description="终止日 · the day on which it ends.")


def days_of(begins: date | None, ends: date | None, today: date) -> Days:
    """From the given day (none: today) on. Raises INPUT_INVALID where they end before they begin, and for years in which
    nobody was or will be in office.
    """
    days = Days(first_day(begins, today), ends)
    if ends is not None and ends <= days.begins:
        raise invalid(
            "`validUntil` is not after the first day", "it is the first day on which it no longer holds", article=ARTICLE
        )
    if ends is not None:
        check_day("validUntil", ends, article=ARTICLE)
    return days


def first_day(given: date | None, today: date) -> date:
    """The first day: the given one, else today. Raises INPUT_INVALID."""
    if given is not None:
        check_day("validFrom", given, article=ARTICLE)
    return given or today


def statements_of(given: DepartmentInput, today: date) -> Description:
    """The description, checked. Raises INPUT_INVALID; a name or text that is refused is not repeated."""
    begins = first_day(given.valid_from, today)
    always = Days(begins)
    stated: dict[Subject, Sequence[Statement]] = {}
    for subject, name, words in (
        (Subject.PRINCIPAL_HEAD, "principalHead", given.principal_head),
        (Subject.IMPLEMENTING_BODY, "implementingBody", given.implementing_body),
    ):
        if words is not None:
            check_words((name, words))
            stated[subject] = (Statement(subject, words, None, always),)
    for subject, name, documents in ((Subject.RULES, "rules", given.rules), (Subject.GOALS, "goals", given.goals)):
        if documents is not None:
            if len(documents) > MOST_DOCUMENTS:
                raise invalid(f"`{name}` holds {len(documents)}", f"name at most {MOST_DOCUMENTS}")
            stated[subject] = tuple(_statement(subject, name, one, begins, today) for one in documents)
    zone = None if given.network_zone is None else Zone[given.network_zone]
    superior = None if given.superior is None else ProviderCode(given.superior)
    if not stated and zone is None and superior is None:
        raise invalid("nothing is stated", "give at least one field of `description`")
    return Description(begins, stated, zone, superior)


def officer_of(given: OfficerInput, today: date) -> Officer:
    """The officer, checked. Raises INPUT_INVALID; neither id nor name is repeated."""
    check_officer_id("id", given.id)
    check_words(("name", given.name))
    steps = frozenset(Step[step] for step in given.steps)
    return Officer(given.id, given.name, steps, days_of(given.valid_from, given.valid_until, today))


def check_officer_id(name: str, given: str) -> None:
    """Raises INPUT_INVALID for what is no number of a department's own: an identity number names a person everywhere."""
    if _OFFICER_ID.fullmatch(given) is None:
        raise invalid(
            f"`{name}` is no officer's number",
            "letters, digits, `.`, `_`, `-`; at most 64, the first no sign",
            article="Art. 17 ¶2",
        )
    if identity_number.conforms(given.upper()):
        raise invalid(
            f"`{name}` is a citizen identification number",
            "give the department's own number of the officer",
            article="Art. 21",
        )


def text_of(name: str, given: str) -> str:
    """A title or basis of one line or several. Raises INPUT_INVALID."""
    return checked_text(name, given, MOST_TITLE)


def _statement(subject: Subject, name: str, given: DocumentInput, begins: date, today: date) -> Statement:
    text = checked_text(name, given.text)
    return Statement(subject, text, _link(name, given.link), days_of(begins, given.valid_until, today))


def _link(name: str, link: str | None) -> str | None:
    if link is None:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    plain = len(link) <= MOST_LINK and link.isprintable() and " " not in link
    if not plain or parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise invalid(f"a link of `{name}` is no address", f"https://… or http://…, at most {MOST_LINK} characters")
    return link
