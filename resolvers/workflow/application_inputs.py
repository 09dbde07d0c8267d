"""Applications as GraphQL takes them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import strawberry

from catalogue.model import Basis, Form, Mode, Rows, Use
from resolvers.workflow.catalogue_edits import CatalogueBasisInput
from resolvers.workflow.inputs import check_nobody_named, checked_text, invalid
from schema.enums import (
    AnswerOutcome,
    ProvisionMode,
    SharedRows,
    SharingForm,
    SharingUse,
)
from sharing.concealment import Concealment, class_of
from sharing.terms import Terms

MOST_WORDS = 50
_HASH = re.compile("[0-9a-f]{64}")


@strawberry.input(description="条件模板 · bounds that an answer keeps; what is left out leaves what was asked.")
class AnswerTemplateInput:
    name: str = strawberry.field(description="名称 · its name; one of the same name is replaced.")
    refuse: bool = strawberry.field(default=False, description="不同意 · refuse everything; needs `reason`.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · the fullest form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · the widest rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · the only uses.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · the only modes.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · the most subjects a day.")
    valid_days: int | None = strawberry.field(default=None, description="使用天数 · the most days from the answer on.")
    reason: str = strawberry.field(default="", description="理由 · what is said to each item.")


@strawberry.input(description="申请的信息项 · an item to apply for. What is left out stays as it was drafted.")
class ApplicationItemInput:
    item: str = strawberry.field(description="信息项 · its code, or its coordinate `Type.field`.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · in which form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · on which rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · for which uses.")
    matters: list[str] | None = strawberry.field(default=None, description="事项编码 · for which matters.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · how it is to be provided.")
    valid_until: date | None = strawberry.field(default=None, description="使用期限 · the last day that it is needed.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · subjects a day.")


@strawberry.input(description="申请内容 · what is to be changed. `items`, where given, are all that is applied for.")
class ApplicationInput:
    duty: str | None = strawberry.field(default=None, description="需求依据 · the duty, and the provision that states it.")
    purpose: str | None = strawberry.field(default=None, description="用途说明 · what the information is needed for.")
    contact: str | None = strawberry.field(default=None, description="联系方式 · how the provider reaches the handler.")
    items: list[ApplicationItemInput] | None = strawberry.field(default=None, description="信息项 · what is applied for.")


@strawberry.input(
    description="隐匿查询记录 · the persons looked up are not told of it until a day, because a law says so "
    "(个人信息保护法 18 ¶1). Only for named matters; auditors and supervisors see everything."
)
class ConcealmentInput:
    basis: CatalogueBasisInput = strawberry.field(description="依据 · the law; only one of class 法律.")
    until: date = strawberry.field(description="截止日 · the last day, in China; then they are told.")


@strawberry.input(description="逐项答复 · the answer to one item. Terms left out are those asked for; PARTLY narrows some.")
class ItemAnswerInput:
    item: str = strawberry.field(description="信息项 · its code, or its coordinate `Type.field`.")
    outcome: AnswerOutcome = strawberry.field(description="答复意见 · granted, in part, or refused.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · in which form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · on which rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · for which uses.")
    matters: list[str] | None = strawberry.field(default=None, description="事项编码 · for which matters.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · how it is provided.")
    valid_until: date | None = strawberry.field(default=None, description="使用期限 · the last day.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · subjects a day.")
    operations: list[str] | None = strawberry.field(default=None, description="限定操作 · hashes of stored documents.")
    reason: str | None = strawberry.field(default=None, description="理由 · why; a refusal must give it.")
    concealment: ConcealmentInput | None = strawberry.field(
        default=None, description="隐匿查询记录 · hide access under it from its subjects, as a law orders."
    )


@strawberry.input(description="附函 · a file that goes with the answer: PDF, OFD, PNG or JPEG, at most 1 MiB.")
class LetterInput:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · application/pdf, application/ofd, image/png or image/jpeg.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")


def changed_terms(asked: Terms, given: ApplicationItemInput | ItemAnswerInput) -> Terms:
    """The terms with what was given in the place of what was asked. Raises INPUT_INVALID for overlong lists and words."""
    changed: dict[str, object] = {}
    if given.form is not None:
        changed["form"] = Form[given.form.value]
    if given.rows is not None:
        changed["rows"] = Rows[given.rows.value]
    if given.uses is not None:
        changed["uses"] = frozenset(Use[one.value] for one in given.uses)
    if given.modes is not None:
        changed["modes"] = frozenset(Mode[one.value] for one in given.modes)
    if given.matters is not None:
        changed["matters"] = checked_words("matters", given.matters)
    if given.valid_until is not None:
        changed["valid_until"] = given.valid_until
    if given.quota_per_day is not None:
        if given.quota_per_day < 1:
            raise invalid("`quotaPerDay` is below 1", "leave it out for no limit, or refuse the item", article="Art. 16 ¶1")
        changed["quota_per_day"] = given.quota_per_day
    if isinstance(given, ItemAnswerInput) and given.operations is not None:
        changed["operations"] = checked_words("operations", given.operations)
    if isinstance(given, ItemAnswerInput) and given.concealment is not None:
        changed["concealment"] = _concealment(given.concealment)
    return replace(asked, **changed)  # type: ignore[arg-type]


def _concealment(given: ConcealmentInput) -> Concealment:
    """Raises INPUT_INVALID for what is empty or overlong, CONCEALMENT_UNFOUNDED for a text of no known class."""
    basis = given.basis
    title, number, clause = (
        checked_text(f"concealment.basis.{name}", getattr(basis, name), 200) for name in ("title", "number", "clause")
    )
    return Concealment(Basis(title, number, clause, class_of(basis.basis_class)), given.until)


def checked_words(name: str, words: Iterable[str]) -> frozenset[str]:
    """The words as a set. Raises INPUT_INVALID for too many, an empty or an overlong one, one with an identity number."""
    told = list(words)
    if len(told) > MOST_WORDS or any(not one.strip() or len(one) > 128 or not one.isprintable() for one in told):
        raise invalid(f"`{name}` holds too many words, or one that is empty or too long", f"at most {MOST_WORDS}")
    for place, one in enumerate(told):
        if _HASH.fullmatch(one) is None:  # digits of a hash that happen to conform are nobody's number
            check_nobody_named(f"{name}[{place}]", one, "name a matter by its code")
    return frozenset(told)
