"""What a paper tells of a check of materials, read from an answer of `materialCheck`; where a field lacks, it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from errors import INPUT_INVALID, GatewayError
from resolvers.papers.stamp import local_time

NOT_TO_BE_ASKED, OBTAINABLE, ACCEPT_IF_OFFERED = "NOT_TO_BE_ASKED", "OBTAINABLE", "ACCEPT_IF_OFFERED"
ASK_WITH_REASON, ASK = "ASK_WITH_REASON", "ASK"
VERDICTS: Mapping[str, str] = {
    NOT_TO_BE_ASKED: "免提交",
    OBTAINABLE: "免提交，可以申请共享",
    ACCEPT_IF_OFFERED: "核实中：主动提供的，应当采信",
    ASK_WITH_REASON: "可以收取，说明理由",
    ASK: "需要提交",
}
LENIENCES: Mapping[str, str] = {"COMMITMENT": "告知承诺", "DEFERRED": "容缺受理"}
TO_BE_ASKED = frozenset({ASK_WITH_REASON, ASK})


@dataclass(frozen=True, slots=True)
class Content:
    """One value of a material: its item's title, what was delivered, as of when, with which outcome, by whom, whose.

    `subject`: which of its role, from 0.
    """

    title: str
    value: str
    outcome: str
    as_of: str
    provider: str
    role: str
    subject: int


@dataclass(frozen=True, slots=True)
class Lenience:
    """告知承诺 or 容缺受理, to be checked by a day."""

    title: str
    check_by: str


@dataclass(frozen=True, slots=True)
class Material:
    """A material with its verdict. `reason` is Chinese text; `article` where the law says so."""

    code: str
    title: str
    verdict: str
    reason: str
    article: str
    provider: str
    lenience: Lenience | None
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A matter's materials."""

    matter: str
    title: str
    materials: tuple[Material, ...]


def checks_of(data: Mapping[str, object]) -> tuple[Check, ...]:
    """Every check of materials in an answer's data; none where nothing else than data was asked for.

    Raises INPUT_INVALID where a field was not selected that a paper needs.
    """
    found = []
    for name, held in data.items():
        for one in held if isinstance(held, list) else (held,):
            if isinstance(one, dict) and isinstance(one.get("materials"), list):
                found.append(_check(one, name))
    return tuple(found)


def _check(told: dict[str, object], at: str) -> Check:
    materials = cast("list[object]", told["materials"])
    return Check(
        _text(told, "matter", at),
        _text(told, "title", at),
        tuple(_material(one, f"{at}.materials") for one in materials if isinstance(one, dict)),
    )


def _material(told: dict[str, object], at: str) -> Material:
    lenience, contents = told.get("lenience"), told.get("contents")
    listed = contents if isinstance(contents, list) else []
    shown = tuple(_content(one, f"{at}.contents") for one in listed if isinstance(one, dict))
    return Material(
        code=_text(told, "code", at),
        title=_text(told, "title", at),
        verdict=_text(told, "verdict", at),
        reason=_text(told, "reasonText", at),
        article=str(told.get("article") or ""),
        provider=_providers(told, shown),
        lenience=_lenience(lenience, f"{at}.lenience") if isinstance(lenience, dict) else None,
        contents=shown,
    )


def _providers(told: dict[str, object], contents: Sequence[Content]) -> str:
    """Whose answer decides; where it was obtained, who provided what is shown."""
    named = told.get("providerTitle") or told.get("provider")
    return str(named) if named else "、".join(dict.fromkeys(one.provider for one in contents if one.provider))


def _shown(told: dict[str, object]) -> str:
    """The value as a person reads it, with the register's code beside it."""
    value, display = told.get("value"), told.get("display")
    if value is None:
        return ""
    if not display:
        return str(value)
    return str(display) if value in ("true", "false") else f"{display}（{value}）"


def _lenience(told: dict[str, object], at: str) -> Lenience:
    kind = _text(told, "kind", at)
    return Lenience(LENIENCES.get(kind, kind), _text(told, "checkBy", at))


def _content(told: dict[str, object], at: str) -> Content:
    return Content(
        title=_text(told, "title", at),
        value=_shown(told),
        outcome=_text(told, "outcome", at),
        as_of=local_time(str(told.get("asOf") or "")),
        provider=str(told.get("providerTitle") or told.get("provider") or ""),
        role=str(told.get("roleTitle") or told.get("role") or ""),
        subject=number if type(number := told.get("subject")) is int else 0,
    )


def _text(told: dict[str, object], field: str, at: str) -> str:
    """Raises INPUT_INVALID."""
    value = told.get(field)
    if not isinstance(value, str):
        raise GatewayError(
            INPUT_INVALID,
            f"the answer lacks `{field}` at `{at}`, which the paper needs",
            f"select `{field}` there, and send the new answer",
            article="Art. 16 ¶2",
        )
    return value
