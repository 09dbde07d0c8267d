"""What a check tells: the fields that a document selects, and nothing made of any other.

Compiled once per pruned plan: a selection becomes response keys with functions of what was judged.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from catalogue.model import ProviderCode
from resolvers.materials.compose import document_of
from resolvers.materials.content import Content
from resolvers.materials.display import display
from resolvers.materials.examine import Examiner
from resolvers.materials.result import CheckedMaterial, path_text, value_text
from resolvers.materials.select import Fields
from resolvers.materials.words import TEXTS
from resolvers.plan.plan import Selection
from resolvers.report import call_of
from sharing.applied import Applied
from sharing.material import MaterialReason, MaterialVerdict


class Telling(NamedTuple):
    """A check as it is told: the verdicts, when sources were asked, dates of later checks, the receipt once there is one.

    `check_by`: by a number of working days the day on which leniency ends. `changed`: since the last check of the case that
    covered the material, by material code and by content path; without those of which there was none. `compared_with`: when
    the newest of those checks was.
    """

    examiner: Examiner
    materials: Sequence[CheckedMaterial]
    as_of: Mapping[str, datetime]
    at: datetime
    case: str | None
    check_by: Mapping[int, date]
    applied: Applied
    changed: Mapping[str, bool]
    compared_with: datetime | None
    receipt: str = ""


Object: TypeAlias = dict[str, object]
Tell: TypeAlias = Callable[[Telling], Object]
_OfMaterial: TypeAlias = Callable[[CheckedMaterial, Telling], object]


def compile_tell(selection: Selection) -> Tell:
    """The function that tells what this selection takes of `MaterialCheck`."""
    taken = _CHECK.taken(selection)
    return lambda telling: {key: tell(telling) for key, tell in taken}


def _materials(selection: Selection) -> Callable[[Telling], list[Object]]:
    taken = _MATERIAL.taken(selection)
    return lambda telling: [{key: tell(one, telling) for key, tell in taken} for one in telling.materials]


def _contents(selection: Selection) -> _OfMaterial:
    taken = _CONTENT.taken(selection)
    return lambda material, telling: [
        {key: tell(one, material, telling) for key, tell in taken} for one in material.contents
    ]


def _lenience(selection: Selection) -> _OfMaterial:
    taken = _LENIENCE.taken(selection)

    def lenience(material: CheckedMaterial, telling: Telling) -> Object | None:
        granted = material.asked.material.lenience
        if granted is None or material.standing.verdict is not MaterialVerdict.ASK_WITH_REASON:
            return None
        return {key: tell(granted, telling) for key, tell in taken}

    return lenience


def _application(selection: Selection) -> _OfMaterial:
    taken = _APPLICATION.taken(selection)

    def application(material: CheckedMaterial, telling: Telling) -> Object | None:
        standing = material.standing
        if standing.verdict is not MaterialVerdict.OBTAINABLE or standing.reason is MaterialReason.PENDING:
            return None
        if not standing.items or material.asked.needed is None:
            return None
        return {key: tell(material, telling) for key, tell in taken}

    return application


def _document(material: CheckedMaterial, telling: Telling) -> str:
    assert material.asked.needed is not None
    return document_of(telling.examiner.catalogue, telling.examiner.composed, material.asked.needed)


def _title(telling: Telling, provider: str | None) -> str | None:
    return None if provider is None else telling.examiner.titles.get(ProviderCode(provider))


def _remedy(material: CheckedMaterial, _: Telling) -> str | None:
    remedy = material.standing.remedy
    return None if remedy is None else str(remedy)


def _call(material: CheckedMaterial, _: Telling) -> str | None:
    remedy = material.standing.remedy
    return None if remedy is None else call_of(remedy, material.standing.reason)


def _expected(material: CheckedMaterial, telling: Telling) -> date | None:
    """By when what is applied for is to be answered, all of it."""
    standing = material.standing
    if standing.reason is not MaterialReason.PENDING:
        return None
    pending = telling.applied.to(standing.provider or "").pending
    days = [due for item, due in pending.items() if item in standing.items]
    return max((due for due in days if due is not None), default=None)


def _material_changed(material: CheckedMaterial, telling: Telling) -> bool | None:
    return telling.changed.get(material.code)


def _content_changed(content: Content, material: CheckedMaterial, telling: Telling) -> bool | None:
    return telling.changed.get(f"{material.code} {path_text(content)}")


def _display(content: Content, *_: object) -> str | None:
    place = content.place
    return display(place.coordinate, getattr(place.entry, "type", ""), content.value)


_CHECK = Fields(
    {
        "matter": lambda telling: telling.examiner.composed.shape.matter.code,
        "title": lambda telling: telling.examiner.composed.shape.matter.title,
        "titleEn": lambda telling: telling.examiner.composed.shape.matter.title_en,
        "version": lambda telling: telling.examiner.composed.shape.matter.version,
        "checkedAt": lambda telling: telling.at,
        "receipt": lambda telling: telling.receipt,
        "case": lambda telling: telling.case,
        "comparedWith": lambda telling: telling.compared_with,
    },
    {"materials": _materials},
)
_MATERIAL = Fields(
    {
        "code": lambda one, _: one.asked.material.code,
        "title": lambda one, _: one.asked.material.title,
        "titleEn": lambda one, _: one.asked.material.title_en,
        "verdict": lambda one, _: one.standing.verdict,
        "reason": lambda one, _: one.standing.reason,
        "reasonText": lambda one, _: TEXTS[one.standing.reason][0],
        "reasonTextEn": lambda one, _: TEXTS[one.standing.reason][1],
        "article": lambda one, _: one.standing.article,
        "provider": lambda one, _: one.standing.provider,
        "providerTitle": lambda one, telling: _title(telling, one.standing.provider),
        "remedy": _remedy,
        "call": _call,
        "expected": _expected,
        "receipt": lambda _, telling: telling.receipt,
        "changed": _material_changed,
    },
    {"lenience": _lenience, "contents": _contents, "application": _application},
)
_LENIENCE = Fields(
    {
        "kind": lambda granted, _: str(granted.kind).upper(),
        "checkBy": lambda granted, telling: telling.check_by[granted.working_days],
    },
    {},
)
_APPLICATION = Fields({"document": _document, "items": lambda one, _: list(one.standing.items)}, {})
_CONTENT = Fields(
    {
        "item": lambda one, *_: one.place.entry.code,
        "coordinate": lambda one, *_: str(one.place.coordinate),
        "title": lambda one, *_: one.place.entry.title,
        "value": lambda one, *_: value_text(one.value),
        "display": _display,
        "outcome": lambda one, *_: one.outcome,
        "reason": lambda one, *_: one.reason or None,
        "provider": lambda one, *_: one.provider,
        "providerTitle": lambda one, _, telling: _title(telling, one.provider),
        "asOf": lambda one, _, telling: telling.as_of.get(one.source),
        "role": lambda one, *_: one.place.role,
        "roleTitle": lambda one, _, telling: telling.examiner.composed.shape.matter.roles[one.place.role].title,
        "subject": lambda one, *_: one.subject,
        "path": lambda one, *_: path_text(one),
        "since": lambda one, *_: one.since,
        "changed": _content_changed,
    },
    {},
)
