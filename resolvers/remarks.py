"""Remarks on what was asked: lawful and answered, yet worth a look before one relies on it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias

from catalogue.model import Coordinate
from resolvers.plan.plan import Plan
from sharing.decision import Reason
from standards.divisions import DIVISIONS
from standards.identity_number import warnings

IDENTITY_NUMBER = "IdentityNumber"


Remark: TypeAlias = Mapping[str, object]
"""An entry of `extensions.sharing.warnings`: `code`, `message`, `messageZh`, and what it is about."""


def remarks(plan: Plan, keys: Sequence[Sequence[Hashable]], of_plan: Sequence[Remark]) -> Mapping[str, object]:
    """`warnings` for `extensions.sharing`: those `of_plan`, and per root key in doubt its path; nothing where none is.

    A division that was abolished stays in the numbers given out under it (GB 11643): that only warns.
    """
    found = _remarks_on_keys(plan, keys)
    if of_plan:
        found = [*of_plan, *found]
    return {"warnings": found} if found else {}


UNKNOWN: Remark = {
    "code": Reason.MATTER_UNKNOWN,
    "article": "Art. 17 ¶2",
    "message": "no such matter is registered today: state the code of the matter that is handled (`matters` lists them)",
    "messageZh": "所填事项编码今日未登记：请填写所办事项的编码（可用 `matters` 查询）",
}


def matter_remarks(undeclared: Iterable[Coordinate], *, unknown: bool = False) -> tuple[Remark, ...]:
    """The remark on items read which the stated matter does not declare that it needs (个人信息保护法 34, Art. 17 ¶2), or
    that it is `unknown`.
    """
    if unknown:
        return (UNKNOWN,)
    coordinates = sorted(map(str, undeclared))
    if not coordinates:
        return ()
    return (
        {
            "code": Reason.MATTER_NOT_DECLARED,
            "coordinates": coordinates,
            "article": "Art. 17 ¶2",
            "message": "the matter does not declare that it needs these items: read only what the duty needs",
            "messageZh": "所列事项未申明需要这些信息项：仅限查询履职所必需的信息",
        },
    )


def _remarks_on_keys(plan: Plan, keys: Sequence[Sequence[Hashable]]) -> list[Remark]:
    return [
        {"path": (*root.path, index) if root.root.batch else root.path, "code": remark.code, "message": remark.message,
         "messageZh": remark.message_zh}
        for root, of_root in zip(plan.roots, keys, strict=True)
        if root.kind == IDENTITY_NUMBER
        for index, number in enumerate(of_root)
        for remark in warnings(str(number), DIVISIONS)
    ]  # fmt: skip
