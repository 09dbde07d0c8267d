"""答复的形状 · what the documents of `documents.py` ask for, as types; `mypy --strict` reads the examples with them."""

from typing import Literal, NotRequired, TypedDict

Verdict = Literal["NOT_TO_BE_ASKED", "OBTAINABLE", "ACCEPT_IF_OFFERED", "ASK_WITH_REASON", "ASK"]
Kind = Literal["DUPLICATE", "LAWFUL", "OFFERED"]


class Subject(TypedDict):
    """当事人 · in a role of the matter, by exactly one code."""

    role: str
    idNumber: NotRequired[str]
    creditCode: NotRequired[str]
    unitCode: NotRequired[str]
    parcelCode: NotRequired[str]


class Authority(TypedDict):
    """代理权限 · `holder` and `actsFor` are places in the list of subjects, from 0."""

    kind: Literal["AGENT", "GUARDIAN"]
    holder: int
    actsFor: list[int]
    basis: str
    validUntil: str | None


class Item(TypedDict):
    """材料内容 · one item of what replaces a material; `path` is what `reportDoubt` takes."""

    coordinate: str
    title: str
    value: str | None
    display: str | None
    outcome: str
    provider: str | None
    asOf: str | None
    path: str


class Lenience(TypedDict):
    """宽缓办理 · 告知承诺 or 容缺受理, and the day by which it is checked afterwards."""

    kind: Literal["COMMITMENT", "DEFERRED"]
    checkBy: str


class Material(TypedDict):
    """材料 · what to do about it, and why."""

    code: str
    title: str
    verdict: Verdict
    reason: str
    reasonText: str
    article: str
    call: str | None
    lenience: Lenience | None
    changed: bool | None
    contents: list[Item]


class Check(TypedDict):
    """材料核验 · of one matter; `comparedWith` is the case's last check."""

    title: str
    version: int
    receipt: str
    comparedWith: str | None
    materials: list[Material]


class Doubt(TypedDict):
    """疑义 · with whom it is, and by when it is verified."""

    id: str
    state: str
    due: str


class Case(TypedDict):
    """办件 · `warnings` block nothing."""

    number: str
    handler: str
    warnings: list[str]
