"""One check, judged: per material the verdict, why, and what is shown for it.

Compiled once per pruned plan: what replaces a material becomes one function over the answer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeAlias, assert_never

import orjson

from catalogue.matters import Theme
from resolvers.materials.compose import AskedMaterial, Either, Every, Held, Leaf, Needed
from resolvers.materials.content import OBTAINED, Content
from resolvers.materials.examine import Examination, Examiner, Reader
from resolvers.materials.quick import compile_quick
from resolvers.shape import Path
from sharing.applied import Applied
from sharing.material import DELIVERED, Found, MaterialReason, Standing, all_of, any_of, stands

BARRED, NOTHING_REPLACES = Standing(MaterialReason.BARRED), Standing(MaterialReason.NOTHING_REPLACES)
OWN_REGISTER, NOT_CATALOGUED = Standing(MaterialReason.OWN_REGISTER), Standing(MaterialReason.NOT_CATALOGUED)


class CheckedMaterial(NamedTuple):
    """A material with its verdict and what was found for it."""

    asked: AskedMaterial
    standing: Standing
    contents: Sequence[Content]

    @property
    def code(self) -> str:
        return self.asked.material.code


Check: TypeAlias = Callable[[Examination, Applied], CheckedMaterial]
"""One material, with what is known of the department's applications."""
_Judge: TypeAlias = Callable[[Examination, Applied, list[Content]], Standing | None]
"""How what is needed stands; what is shown for it is appended. None: it concerns no subject."""


def compile_checks(examiner: Examiner) -> tuple[Check, ...]:
    """Of every material that the situations and the subjects call for, in the matter's order."""
    return tuple(_compile_check(examiner, asked) for asked in examiner.composed.materials)


def _compile_check(examiner: Examiner, asked: AskedMaterial) -> Check:
    if asked.needed is None:
        nothing = CheckedMaterial(asked, BARRED if asked.material.barred else NOTHING_REPLACES, ())
        return lambda _examination, _applied: nothing
    judge, quick = _compile_judge(examiner, asked.needed), compile_quick(examiner, asked.needed)
    obtained = BARRED if asked.material.barred else DELIVERED

    def check(examination: Examination, applied: Applied) -> CheckedMaterial:
        shown = None if quick is None else quick(examination)
        if shown is not None:
            return CheckedMaterial(asked, obtained, shown)
        found: list[Content] = []
        standing = judge(examination, applied, found)
        assert standing is not None, "what concerns no subject is not asked"
        contents = by_row(found)
        if asked.material.barred:
            standing = BARRED
        elif standing.reason is MaterialReason.OBTAINED and any(one.since is not None for one in contents):
            standing = replace(standing, reason=MaterialReason.UNDER_VERIFICATION)
        return CheckedMaterial(asked, standing, contents)

    return check


def by_row(contents: Iterable[Content]) -> list[Content]:
    """Each position once, what stands in one row together, in the order in which rows are met."""
    rows: dict[Path, dict[Path, Content]] = {}
    for one in contents:
        path = one.path
        row = rows.get(path[:-1])
        if row is None:
            row = rows[path[:-1]] = {}
        row[path] = one
    return [one for row in rows.values() for one in row.values()]


def _compile_judge(examiner: Examiner, needed: Needed) -> _Judge:
    match needed:
        case Leaf():
            return partial(_leaf, examiner.reader(needed), needed.absence)
        case Every(parts=parts):
            return partial(_every, [_compile_judge(examiner, part) for part in parts])
        case Either(parts=parts):
            return partial(_either, [_compile_judge(examiner, part) for part in parts])
        case Held(shown=shown):
            return partial(_held, None if shown is None else _compile_judge(examiner, shown))
        case Theme():
            return lambda _examination, _applied, _into: NOT_CATALOGUED
        case _:
            assert_never(needed)


def _leaf(read: Reader, absence: bool, examination: Examination, applied: Applied, into: list[Content]) -> Standing | None:
    standings = []
    for found, valid, contents in read(examination):
        into += contents
        standing = DELIVERED if found is OBTAINED else _stands(found, absence, applied.to(found.provider))
        if not valid and standing.reason is MaterialReason.OBTAINED:
            standing = Standing(MaterialReason.NOT_VALID, standing.provider)
        standings.append(standing)
    return all_of(standings)


def _stands(found: Found, absence: bool, applied: Applied) -> Standing:
    return stands(found, absence=absence, refused=applied.refused, pending=applied.pending.keys())


def _every(parts: Sequence[_Judge], examination: Examination, applied: Applied, into: list[Content]) -> Standing | None:
    return all_of([one for part in parts if (one := part(examination, applied, into)) is not None])


def _either(parts: Sequence[_Judge], examination: Examination, applied: Applied, into: list[Content]) -> Standing | None:
    return any_of([one for part in parts if (one := part(examination, applied, into)) is not None])


def _held(shown: _Judge | None, examination: Examination, applied: Applied, into: list[Content]) -> Standing | None:
    if shown is not None:
        shown(examination, applied, into)  # what is shown of it decides nothing: it may not be asked for
    return OWN_REGISTER


def path_text(content: Content) -> str:
    """The response position, dotted, with indexes: what `reportDoubt` takes."""
    return ".".join(map(str, content.path))


def value_text(value: object) -> str | None:
    """A value as text: as JSON writes it, without the quotes of a string."""
    if value is None or isinstance(value, str):
        return value
    text = orjson.dumps(value).decode()
    return text.strip('"')
