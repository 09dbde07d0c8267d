"""The register of matters (事项清单): shown to whoever is known, maintained by the compiler of each matter's department.

A change is a new version: what was asked of somebody is judged by the list that held then.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue import matters as held
from catalogue.check_matter import Against, check_matter
from catalogue.finding import Finding
from catalogue.load_matters import licence_types, words_of
from catalogue.model import ProviderCode
from catalogue.read_matter import Term, read_matter
from catalogue.toml_table import TomlTable
from resolvers.day import today
from resolvers.ports.matters import MatterStep, MatterVersion
from resolvers.roles import Role
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.inputs import check_day, check_words, required_reason
from resolvers.workflow.matter_inputs import MatterInput, matter_table, place_in_input, twice_named
from resolvers.workflow.matter_types import Matter, Showing, Version, version_shown
from sharing.days import LAST_DAY

ARTICLE = "Art. 16 ¶2"
MOST_FINDINGS = 50
Handler = Annotated[str, strawberry.argument(description="经办人 · who takes this step.")]
Reason = Annotated[str, strawberry.argument(description="理由 · why: the amended law or service guide.")]
Code = Annotated[str, strawberry.argument(description="事项编码 · the matter's code.")]
On = Annotated[date | None, strawberry.argument(description="日期 · as of this day; left out: today.")]
Replaces = Annotated[
    int, strawberry.argument(description="所依据的版本 · the last version that was saved; 0 for a matter that is new.")
]


async def _matters(
    info: Info[Context, None],
    query: Annotated[str | None, strawberry.argument(description="关键词 · part of a code or title.")] = None,
    on: On = None,
) -> list[Matter] | None:
    found = (await info.context.current_rights()).matters.all_in_force(_day(on))
    if query:
        word = query.casefold()
        found = tuple(one for one in found if any(word in text.casefold() for text in (one.code, one.title, one.title_en)))
    return await _shown(info.context, found)


async def _matter(info: Info[Context, None], code: Code, on: On = None) -> Matter | None:
    check_words(("code", code))
    matter = (await info.context.current_rights()).matters.in_force(code, _day(on))
    if matter is None:
        raise _unknown(code)
    return (await _shown(info.context, [matter]))[0]


async def _save_matter(
    info: Info[Context, None],
    matter: Annotated[MatterInput, strawberry.argument(description="事项 · the whole of the new version.")],
    handler: Handler,
    reason: Reason,
    replaces: Replaces = 0,
) -> Matter | None:
    context, book = info.context, info.context.ports.matters
    acting = context.acting(Role.COMPILER, handler)
    told = required_reason(reason, "a new version of a matter", ARTICLE)
    check_words(("matter.code", matter.code))
    await context.ports.rights.catch_up()
    saved = await book.versions(matter.code)
    _check_compiler(acting, saved[-1].department if saved else ProviderCode(matter.department), matter.code)
    _check_last(saved, replaces, matter.code)
    read = _read(context, matter, replaces + 1)
    await context.record("saveMatter", f"{matter.code} {read.version}", handler=handler)
    await book.save(read, MatterStep(acting.client, acting.handler, told))
    await context.ports.rights.catch_up()
    kept = context.ports.rights.matters.matters[matter.code]
    return (await _shown(context, [next(one for one in kept if one.version == read.version)]))[0]


async def _withdraw_matter(
    info: Info[Context, None],
    code: Code,
    replaces: Replaces,
    handler: Handler,
    reason: Reason,
    on: Annotated[date | None, strawberry.argument(description="取消日期 · from this day on; left out: today.")] = None,
) -> Version | None:
    context, book = info.context, info.context.ports.matters
    acting = context.acting(Role.COMPILER, handler)
    told = required_reason(reason, "the withdrawal of a matter", ARTICLE)
    check_words(("code", code))
    day = _day(on)
    check_day("on", day, article=ARTICLE)
    if day < _day(None):
        raise _invalid([_past("on")])
    saved = await book.versions(code)
    if not saved:
        raise _unknown(code)
    last = saved[-1]
    _check_compiler(acting, last.department, code)
    _check_last(saved, replaces, code)
    if last.withdrawn:
        raise errors.GatewayError(
            errors.STATE_CONFLICT, f"matter `{code}` is withdrawn already", "save it to have it again", article=ARTICLE
        )
    await context.record("withdrawMatter", f"{code} {last.version + 1}", handler=handler)
    step = MatterStep(acting.client, acting.handler, told)
    return version_shown(await book.withdraw(code, last.version + 1, day, last.department, step))


@strawberry.type
class MatterQuery:
    matters: list[Matter] | None = strawberry.field(
        resolver=_matters,
        description="**事项清单** · the service matters in force, with what replaces each material, by code.",
    )
    matter: Matter | None = strawberry.field(
        resolver=_matter,
        description="**一个事项** · the version of a matter in force on a day, a former one too; else MATTER_UNKNOWN.",
    )


@strawberry.type
class MatterMutation:
    save_matter: Matter | None = strawberry.field(
        resolver=_save_matter,
        description="**保存事项** · a new version of a matter, from today or a later day on, in the place of those before. "
        "For the compiler of the matter's department. MATTER_INVALID lists all that is wrong, each with its place. "
        "Recorded in the ledger.",
    )
    withdraw_matter: Version | None = strawberry.field(
        resolver=_withdraw_matter,
        description="**取消事项** · from that day on there is no such matter; its versions are kept. For the compiler of "
        "the matter's department. Recorded in the ledger.",
    )


def _read(context: Context, given: MatterInput, version: int) -> held.Matter:
    """The version, held against the catalogue. Raises MATTER_INVALID with every fault."""
    findings: list[Finding] = []
    begins = _day(given.valid_from)
    if begins < _day(None):
        findings.append(_past("validFrom"))
    if given.valid_until is not None and given.valid_until <= begins:
        findings.append(
            Finding("matter", "validUntil", "is not after its first day", "不晚于生效日期", "name a later day, or none")
        )
    for name, day in (("validFrom", begins), ("validUntil", given.valid_until)):
        if day is not None and day > LAST_DAY:
            hint = f"until {LAST_DAY}, or none"
            findings.append(Finding("matter", name, "lies too far ahead", "日期过远", hint, ARTICLE))
    catalogue, rights = context.catalogue, context.ports.rights
    table = TomlTable("matter", "", matter_table(given), read := list[Finding]())
    matter = read_matter(table, words_of(catalogue), Term(version, begins, given.valid_until))
    against = Against(
        catalogue, licence_types(), lambda code: code in catalogue.departments or rights.division_of(code) is not None
    )
    unread = {one.path for one in read}
    wrong = [*read, *(one for one in check_matter(against, matter, "matter") if one.path not in unread)]
    findings += twice_named(given)
    findings += [replace(one, path=place_in_input(given, one.path)) for one in wrong]
    if findings:
        raise _invalid(findings)
    return matter


def _check_compiler(acting: Acting, department: ProviderCode, code: str) -> None:
    """Raises NOT_RESPONSIBLE for anybody but the matter's department."""
    if acting.department != department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"matter `{code}` is that of department `{department}`",
            "its compiler maintains it",
            article=ARTICLE,
        )


def _check_last(saved: Sequence[MatterVersion], replaces: int, code: str) -> None:
    """Raises STATE_CONFLICT where it was not made from the last version."""
    last = saved[-1].version if saved else 0
    if replaces != last:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            f"the last version of matter `{code}` is `{last}`, not `{replaces}`",
            f"look at what was saved, then say `replaces: {last}`",
            article=ARTICLE,
        )


def _invalid(findings: Sequence[Finding]) -> errors.GatewayError:
    lines = [str(one) for one in findings[:MOST_FINDINGS]]
    count = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
    return errors.GatewayError(
        errors.MATTER_INVALID,
        f"the matter has {count}:\n" + "\n".join(lines),
        "correct what is named and try again; nothing was changed",
        article=", ".join(dict.fromkeys(one.article for one in findings if one.article)),
        extensions={"findings": [one.to_json() for one in findings[:MOST_FINDINGS]]},
    )


def _past(place: str) -> Finding:
    hint = "from today on: what was asked is judged by the list that held then"
    return Finding("matter", place, "is past", "早于今日", hint, ARTICLE)


def _unknown(code: str) -> errors.GatewayError:
    return errors.GatewayError(
        errors.MATTER_UNKNOWN,
        f"no matter `{code}` is in force on that day",
        "the query `matters` lists them",
        article=ARTICLE,
    )


def _day(on: date | None) -> date:
    return today(time.time()) if on is None else on


async def _shown(context: Context, found: Iterable[held.Matter]) -> list[Matter]:
    """Departments that the catalogue does not name are looked up among those that are registered."""
    listed = list(found)
    named = {code for one in listed for code in (one.department, *(other.department for other in one.elsewhere))}
    titles = {code: one.title for code, one in context.catalogue.departments.items()}
    missing = sorted(named - titles.keys())
    if missing:
        titles |= {code: one.name_zh for code, one in (await context.ports.parties.parties_of(missing)).items()}
    showing = Showing(context.catalogue, licence_types(), lambda code: titles.get(code, code))
    return [showing.matter(one) for one in listed]
