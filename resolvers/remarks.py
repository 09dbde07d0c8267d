"""Remarks on what was asked: lawful and answered, yet worth a look before one relies on it."""

from collections.abc import Hashable, Mapping, Sequence

from resolvers.plan.plan import Plan
from standards.divisions import DIVISIONS
from standards.identity_number import warnings

IDENTITY_NUMBER = "IdentityNumber"


def remarks(plan: Plan, keys: Sequence[Sequence[Hashable]]) -> Mapping[str, object]:
    """`warnings` for `extensions.sharing`: per root key in doubt its path, code and text; nothing where there is no doubt.

    A division that was abolished stays in the numbers given out under it (GB 11643): that only warns.
    """
    found = [
        {"path": (*root.path, index) if root.root.batch else root.path, "code": remark.code, "message": remark.message,
         "messageZh": remark.message_zh}
        for root, of_root in zip(plan.roots, keys, strict=True)
        if root.kind == IDENTITY_NUMBER
        for index, number in enumerate(of_root)
        for remark in warnings(str(number), DIVISIONS)
    ]  # fmt: skip
    return {"warnings": found} if found else {}
