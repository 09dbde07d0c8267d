"""One check's answer: per material the verdict, why, the contents, and what to do next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

import orjson

from catalogue.matters import Theme
from catalogue.model import Coordinate, ItemCode, ProviderCode
from ledger.entry import PositionOutcome
from resolvers.materials.compose import AskedMaterial, Either, Every, Held, Leaf, Needed, document_of
from resolvers.materials.display import display
from resolvers.materials.examine import Content, Examination
from resolvers.materials.words import TEXTS
from resolvers.report import CALLS
from resolvers.shape import Path
from sharing.material import MaterialReason, MaterialVerdict, Standing, all_of, any_of, stands


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the department's applications, by item: refused for now, or to be answered by this day."""

    refused: frozenset[ItemCode]
    pending: Mapping[ItemCode, date]


NOTHING_APPLIED = Applied(frozenset(), {})
BARRED, NOTHING_REPLACES = Standing(MaterialReason.BARRED), Standing(MaterialReason.NOTHING_REPLACES)


@dataclass(frozen=True, slots=True)
class CheckedMaterial:
    """A material with its verdict and what was found for it."""

    asked: AskedMaterial
    standing: Standing
    contents: Sequence[Content]

    @property
    def code(self) -> str:
        return self.asked.material.code


def check_materials(examination: Examination) -> list[CheckedMaterial]:
    """Every material that the situations and the subjects call for, in the matter's order, as far as the registers tell."""
    return [check_material(examination, asked, NOTHING_APPLIED) for asked in examination.examiner.composed.materials]


def check_material(examination: Examination, asked: AskedMaterial, applied: Applied) -> CheckedMaterial:
    """One material, with what is known of the department's applications."""
    if asked.needed is None:
        return CheckedMaterial(asked, BARRED if asked.material.barred else NOTHING_REPLACES, ())
    judge = _Judge(examination, applied)
    standing = judge.judge(asked.needed)
    assert standing is not None, "what concerns no subject is not asked"
    contents = by_row(judge.contents)
    if asked.material.barred:
        standing = BARRED
    elif standing.reason is MaterialReason.OBTAINED and any(one.since is not None for one in contents):
        standing = replace(standing, reason=MaterialReason.UNDER_VERIFICATION)
    return CheckedMaterial(asked, standing, contents)


def by_row(contents: Iterable[Content]) -> list[Content]:
    """Each position once, what stands in one row together, in the order in which rows are met."""
    rows: dict[Path, dict[Path, Content]] = {}
    for one in contents:
        rows.setdefault(one.path[:-1], {})[one.path] = one
    return [one for row in rows.values() for one in row.values()]


class _Judge:
    """Judges one material, and gathers what is shown for it."""

    def __init__(self, examination: Examination, applied: Applied) -> None:
        self._examination = examination
        self._refused = frozenset(map(str, applied.refused))
        self._pending = frozenset(map(str, applied.pending))
        self.contents: list[Content] = []

    def judge(self, needed: Needed) -> Standing | None:
        match needed:
            case Leaf():
                return all_of(self._leaf(needed))
            case Every(parts=parts):
                return all_of(one for part in parts if (one := self.judge(part)) is not None)
            case Either(parts=parts):
                return any_of([one for part in parts if (one := self.judge(part)) is not None])
            case Held(shown=shown):
                if shown is not None:
                    self.judge(shown)  # what is shown of it decides nothing: it may not be asked for
                return Standing(MaterialReason.OWN_REGISTER)
            case Theme():
                return Standing(MaterialReason.NOT_CATALOGUED)
            case _:
                assert_never(needed)

    def _leaf(self, leaf: Leaf) -> Iterator[Standing]:
        for position in self._examination.positions(leaf):
            self.contents += position.contents
            standing = stands(position.found, absence=leaf.absence, refused=self._refused, pending=self._pending)
            if standing.reason is MaterialReason.OBTAINED and not position.valid:
                standing = Standing(MaterialReason.NOT_VALID, standing.provider)
            yield standing


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told beside the verdicts: `titles` of departments, `receipt`, when sources were asked, dates of later checks.

    `check_by`: by a number of working days the day on which leniency ends. `changed`: since the case's last check, by
    material code and by content path; None where there was none. `compared_with`: when that was.
    """

    titles: Mapping[ProviderCode, str]
    at: datetime
    case: str | None
    check_by: Mapping[int, date]
    pending: Mapping[ItemCode, date]
    changed: Mapping[str, bool] | None
    compared_with: datetime | None


def tell(examination: Examination, checked: Sequence[CheckedMaterial], telling: Telling, receipt: str) -> dict[str, object]:
    """The whole `MaterialCheck`, every field by its name."""
    matter = examination.examiner.composed.shape.matter
    return {
        "matter": matter.code,
        "title": matter.title,
        "titleEn": matter.title_en,
        "version": matter.version,
        "checkedAt": telling.at,
        "receipt": receipt,
        "case": telling.case,
        "comparedWith": telling.compared_with,
        "materials": [_material(examination, one, telling) | {"receipt": receipt} for one in checked],
    }


def _material(examination: Examination, checked: CheckedMaterial, telling: Telling) -> dict[str, object]:
    material, standing = checked.asked.material, checked.standing
    verdict, (text, text_en) = standing.verdict, TEXTS[standing.reason]
    lenience = None
    if material.lenience is not None and verdict is MaterialVerdict.ASK_WITH_REASON:
        lenience = {
            "kind": str(material.lenience.kind).upper(),
            "checkBy": telling.check_by[material.lenience.working_days],
        }
    remedy = standing.remedy
    return {
        "code": material.code,
        "title": material.title,
        "titleEn": material.title_en,
        "verdict": str(verdict),
        "reason": str(standing.reason),
        "reasonText": text,
        "reasonTextEn": text_en,
        "article": standing.article,
        "provider": standing.provider,
        "providerTitle": _title(telling, standing.provider),
        "remedy": None if remedy is None else str(remedy),
        "call": None if remedy is None else CALLS.get(remedy),
        "expected": _expected(standing, telling),
        "lenience": lenience,
        "contents": [_content(examination, one, telling, checked.code) for one in checked.contents],
        "application": _application(examination, checked) if verdict is MaterialVerdict.OBTAINABLE else None,
        "changed": None if telling.changed is None else telling.changed.get(checked.code, True),
    }


def _title(telling: Telling, provider: str | None) -> str | None:
    return None if provider is None else telling.titles.get(ProviderCode(provider))


def _expected(standing: Standing, telling: Telling) -> date | None:
    """By when what is applied for is to be answered, all of it."""
    if standing.reason is not MaterialReason.PENDING:
        return None
    return max((due for item, due in telling.pending.items() if item in standing.items), default=None)


def _application(examination: Examination, checked: CheckedMaterial) -> dict[str, object] | None:
    needed = checked.asked.needed
    if not checked.standing.items or needed is None or checked.standing.reason is MaterialReason.PENDING:
        return None
    examiner = examination.examiner
    return {
        "document": document_of(examiner.catalogue, examiner.composed, needed),
        "items": list(checked.standing.items),
    }


def _content(examination: Examination, content: Content, telling: Telling, material: str) -> dict[str, object]:
    entry = examination.examiner.catalogue.entries[content.coordinate]
    path = path_text(content)
    return {
        "item": entry.code,
        "coordinate": str(content.coordinate),
        "title": entry.title,
        "value": value_text(content.value),
        "display": display(content.coordinate, getattr(entry, "type", ""), content.value),
        "outcome": str(content.outcome),
        "reason": str(content.reason) or None,
        "provider": content.provider,
        "providerTitle": telling.titles.get(ProviderCode(content.provider)),
        "asOf": content.as_of,
        "role": content.role,
        "subject": content.subject,
        "path": path,
        "since": content.since,
        "changed": None if telling.changed is None else telling.changed.get(f"{material} {path}", True),
    }


def path_text(content: Content) -> str:
    """The response position, dotted, with indexes: what `reportDoubt` takes."""
    return ".".join(map(str, content.path))


def value_text(value: object) -> str | None:
    """A value as text: as JSON writes it, without the quotes of a string."""
    if value is None or isinstance(value, str):
        return value
    text = orjson.dumps(value).decode()
    return text.strip('"')


def recorded(path: str, matter: str, checked: Sequence[CheckedMaterial]) -> list[PositionOutcome]:
    """What the ledger keeps of the verdicts: a position each, the material in place of an item."""
    return [
        PositionOutcome(f"{path}.materials.{one.code}", f"{matter}/{one.code}", one.standing.verdict, one.standing.reason)
        for one in checked
    ]


def digested(checked: Sequence[CheckedMaterial]) -> Mapping[str, str]:
    """What a later check is compared with, by material code and content path: to be hashed under a key, never kept so."""
    told: dict[str, str] = {}
    for one in checked:
        parts = [str(one.standing.verdict), str(one.standing.reason)]
        for content in one.contents:
            value = value_text(content.value)
            of_content = f"{content.outcome}\x1f{content.reason}\x1f{'' if value is None else '=' + value}"
            told[f"{one.code} {path_text(content)}"] = of_content
            parts.append(of_content)
        told[one.code] = "\x1e".join(parts)
    return told


def coordinates_of(checked: Sequence[CheckedMaterial]) -> frozenset[Coordinate]:
    """Every coordinate that is shown."""
    return frozenset(content.coordinate for one in checked for content in one.contents)
