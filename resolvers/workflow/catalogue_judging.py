"""What a draft of the catalogue comes to, and the rules of who may do what to it (Art. 8, 9)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import errors
from catalogue.edit import Edited
from catalogue.finding import Finding
from catalogue.life import (
    GONE,
    Act,
    Confirmation,
    Judgement,
    compiler_of,
    completed,
    judge,
    must_be_acknowledged,
    named,
    next_state,
    path_of,
    placed,
    unconfirmed,
)
from catalogue.load import read_published
from catalogue.model import Catalogue, ProviderCode
from catalogue.toml_table import parse_toml
from catalogue.versions import Change, diff
from resolvers.ports.catalogue_life import CatalogueLife, Doer, Draft, NewDraft, PublishedNow
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.compare import compare

MOST_TEXT = 500_000
MOST_FINDINGS = 200


class Judged(NamedTuple):
    """A draft on top of what is published: `documents` with the draft's text in its place."""

    now: PublishedNow
    published: Catalogue
    documents: Mapping[str, str]
    judgement: Judgement

    def changes(self) -> tuple[Change, ...]:
        """What it changes for those who ask; without the schema's part where it cannot be served."""
        new = self.judgement.catalogue
        if new is None:
            return ()
        return diff(self.published, new) if self.judgement.breaches().findings else compare(self.published, new)


@dataclass(frozen=True, slots=True)
class Place:
    """Which draft is meant: one by number (at `revision`, where that is stated), or a new one of a register's file.
    `founds`: the register may be new, too.
    """

    register: str | None
    draft: int | None
    revision: int | None = None
    tasks: tuple[int, ...] | None = None
    founds: bool = False


def doer(context: Context, handler: str, *roles: Role) -> Doer:
    """Who does it: always the client's own department, since nobody compiles or provides in another's name (谁编制、谁负责).

    Raises ROLE_REQUIRED where the client has none of the roles, INPUT_INVALID.
    """
    held = context.caller.consumer.roles
    acting = context.acting(next((role for role in roles if role in held), roles[0]), handler)
    return Doer(context.caller.consumer.department, acting.client, acting.handler)


async def published_catalogue(context: Context, now: PublishedNow) -> Catalogue:
    """The catalogue of the latest version, which may not be served yet."""
    if context.catalogue.version == now.version:
        return context.catalogue
    return await asyncio.to_thread(read_published, now.documents, now.version)


async def judged(context: Context, now: PublishedNow, path: str, text: str, compiler: ProviderCode) -> Judged:
    """The text in the place of the published one."""
    published = await published_catalogue(context, now)
    documents = completed(placed(now.documents, path, text), now.registered)
    judgement = await asyncio.to_thread(judge, published, documents, compiler, now.said, path)
    return Judged(now, published, documents, judgement)


async def found_draft(context: Context, number: int) -> Draft:
    """The draft, where this caller may know of it: its compiler, those whom it touches, and who oversees one of them.

    Raises NOT_FOUND.
    """
    draft = await context.ports.catalogue_life.draft(number)
    consumer = context.caller.consumer
    if draft is not None and (
        consumer.department in (draft.compiler, *draft.providers) or context.oversees(draft.compiler, *draft.providers)
    ):
        return draft
    raise errors.GatewayError(
        errors.NOT_FOUND, f"no draft `{number}`", "the query `catalogueDrafts` lists yours", article="Art. 9"
    )


def no_register(catalogue: Catalogue) -> errors.GatewayError:
    """That there is no such register, and which there are."""
    known = ", ".join(f"`{name}`" for name in catalogue.registers)
    return errors.GatewayError(errors.NOT_FOUND, "no such register or theme", f"there are {known}", article="Art. 7")


def check_compiler(now: PublishedNow, published: Catalogue, register: str, text: str, by: ProviderCode) -> ProviderCode:
    """The compiler of a register's file, which `by` must be: its published lead department, or, of a new theme, the one that
    its text names. Raises NOT_RESPONSIBLE.
    """
    name = compiler_of(now.documents, register) or compiler_of({path_of(register): text}, register)
    lead = next((one for one in published.departments.values() if one.name == name), None)
    if lead is None:
        lead = next((one for one in now.registered if one.name == name), None)
    if lead is not None and lead.code == by:
        return lead.code
    who = f"is compiled by `{lead.title}`" if lead is not None else "names no known lead department"
    raise errors.GatewayError(
        errors.NOT_RESPONSIBLE,
        f"`{register}` {who}",
        "only its compiler may edit, submit, publish or withdraw it (谁编制、谁负责)",
        article="Art. 9",
    )


async def save(
    context: Context, field: str, place: Place, edit: Callable[[str], Edited], handler: str, note: str = ""
) -> Draft:
    """Begin a draft or edit one, by the compiler alone. What it newly breaches is refused at once and changes nothing; a
    breach that came from elsewhere stays among its findings.

    `edit` makes the new text of the former one: the draft's, or the published one's (empty for a new theme); `GONE`
    withdraws the register.
    Raises NOT_RESPONSIBLE, NOT_FOUND, STATE_CONFLICT, INPUT_INVALID with `findings`.
    """
    by = doer(context, handler, Role.COMPILER)
    life = context.ports.catalogue_life
    former = None if place.draft is None else await found_draft(context, place.draft)
    register = place.register if former is None else former.register
    if register is None or (former is not None and place.register not in (None, register)):
        raise invalid("state `register` for a new draft, or the number of one as `draft`", "one of the two")
    now = await life.now()
    path = path_of(register)
    if former is None and path not in now.documents and not place.founds:
        raise no_register(await published_catalogue(context, now))
    held = now.documents.get(path, "") if former is None else former.text
    made = await asyncio.to_thread(edit, held)
    refuse_findings("the draft", list(map(made.told, made.findings)))
    if made.text != GONE:
        _check_text(register, path, made.text)
    published = await published_catalogue(context, now)
    check_compiler(now, published, register, made.text, by.department)
    if former is not None:
        next_state(former.state, Act.EDIT)
        if place.revision is not None and place.revision != former.revision:
            raise errors.GatewayError(
                errors.STATE_CONFLICT,
                f"draft `{former.id}` is at revision `{former.revision}`, the edit was made on `{place.revision}`",
                "read the draft again and repeat the edit",
            )
    tasks = place.tasks if place.tasks is not None else () if former is None else tuple(former.tasks)
    await _check_tasks(life, register, tasks)
    result = await judged(context, now, path, made.text, by.department)
    if former is not None and any(result.judgement.breaches()):
        before = (await judged(context, now, path, held, by.department)).judgement
        breaches = result.judgement.breaches({*before.findings, *before.claimed})
    else:
        breaches = result.judgement.breaches()
    claimed, others = (list(map(made.told, found)) for found in breaches)
    await refuse_breaches(context, field, register, by.handler, claimed, others)
    await context.record(field, register if former is None else f"{register} {former.id}", handler=handler)
    new = NewDraft(
        id=None if former is None else former.id,
        revision=0 if former is None else former.revision,
        register=register,
        path=path,
        base=now.version,
        text=made.text,
        tasks=tasks,
        providers=tuple(result.judgement.providers),
        note=note,
    )
    return await life.save(new, by)


async def refuse_breaches(
    context: Context, field: str, register: str, handler: str, claimed: Sequence[Finding], others: Sequence[Finding]
) -> None:
    """Raises INPUT_INVALID with the findings; SOURCE_CLAIMED, recorded as an attempt, where another is the source."""
    if claimed:
        await context.record(field, register, handler=handler, breaches=(errors.SOURCE_CLAIMED.name,))
        raise _refusal(errors.SOURCE_CLAIMED, "the draft", [*claimed, *others])
    refuse_findings("the draft", others)


def refuse_findings(what: str, found: Sequence[Finding]) -> None:
    """Raises INPUT_INVALID with every finding, in extensions too; nothing where there is none."""
    if found:
        raise _refusal(errors.INPUT_INVALID, what, found)


def _refusal(
    code: errors.Code, what: str, found: Sequence[Finding], more: Mapping[str, object] | None = None
) -> errors.GatewayError:
    lines = [str(one) for one in found[:MOST_FINDINGS]]
    count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    return errors.GatewayError(
        code,
        f"{what} has {count}:\n" + "\n".join(lines),
        "correct what is named and try again; nothing was changed",
        article=", ".join(dict.fromkeys(one.article for one in found if one.article)),
        extensions={"findings": [one.to_json() for one in found[:MOST_FINDINGS]], **(more or {})},
    )


def refuse_publishing(
    result: Judged, draft: Draft, said: Sequence[Confirmation], changes: Sequence[Change], *, acknowledged: bool
) -> None:
    """Raises PUBLISH_REFUSED, or SOURCE_CLAIMED where the sources overlap, with all that stands against publishing: not what
    is published already.
    """
    titles = {code: one.title for code, one in result.published.departments.items()}
    titles |= {one.code: one.title for one in result.now.registered}
    judgement = result.judgement
    breaches = judgement.breaches()
    found = [*breaches.claimed, *breaches.findings, *unconfirmed(judgement, said, titles)]
    file = draft.path.rpartition("/")[2]
    if not acknowledged:
        hint, zh = "publish with `acknowledgeBreaking: true`", "不兼容的变更须确认知悉"
        found += [Finding(file, one.coordinate, one.text, zh, hint, "Art. 9") for one in must_be_acknowledged(changes)]
    if found:
        code = errors.SOURCE_CLAIMED if breaches.claimed else errors.PUBLISH_REFUSED
        told = [{"coordinate": one.coordinate, "kind": one.kind.name, "text": one.text} for one in changes]
        raise _refusal(code, "the draft", found, {"changes": told})


def _check_text(register: str, path: str, text: str) -> None:
    if len(text) > MOST_TEXT:
        raise invalid(f"`text` holds {len(text)} characters", f"at most {MOST_TEXT}")
    file = path.rpartition("/")[2]
    findings: list[Finding] = []
    parse_toml(file, text, findings)
    refuse_findings("the draft", findings)
    if named(text) != register:
        message, zh = f"the text is not that of register `{register}`", f"文本不是登记库 `{register}` 的"
        hint = f'write `[register]` with `name = "{register}"`'
        refuse_findings("the draft", [Finding(file, "register.name", message, zh, hint, "Art. 9")])


async def _check_tasks(life: CatalogueLife, register: str, tasks: Sequence[int]) -> None:
    if not tasks:
        return
    known = {one.id for one in await life.change_tasks(register, tasks) if one.completed_at is None}
    missing = [number for number in tasks if number not in known]
    if missing:
        raise errors.GatewayError(
            errors.NOT_FOUND,
            f"`{register}` has no open task `{missing[0]}`",
            "the query `changeTasks` lists them",
            article="Art. 9",
        )
