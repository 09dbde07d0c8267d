"""Condition templates, and answers to many applications at once."""

from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import Form, Mode, Rows, Use
from ledger.entry import new_id
from resolvers.ports.applications import Change, SavedTemplate
from resolvers.roles import Role
from resolvers.workflow.application_answer import Reply, next_of_answer
from resolvers.workflow.application_inputs import AnswerTemplateInput, LetterInput
from resolvers.workflow.application_shown import Shown
from resolvers.workflow.application_types import AnswerTemplate
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.applications import ARTICLE, Desk, Side, acting, desk, find_to_answer, keep
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, checked_text, invalid
from resolvers.workflow.letters import read_letter
from schema.enums import AnswerStep
from sharing.answer import ItemAnswer
from sharing.application import ANSWERABLE, Application
from sharing.chain import Step
from sharing.happen import check_under_way, conflict
from sharing.template import Template, answer_by
from sharing.terms import LONGEST_YEARS

MOST_AT_ONCE = 50
MOST_TEMPLATES = 100
DAYS_A_YEAR = 366


async def _save_template(
    info: Info[Context, None],
    template: Annotated[AnswerTemplateInput, strawberry.argument(description="条件模板 · its name and bounds.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who saves it.")],
) -> AnswerTemplate | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.PROVIDER, handler)
    check_words(("name", template.name))
    bounds = _bounds(template)
    book = context.ports.applications
    known = await book.templates(by.department)
    if len(known) >= MOST_TEMPLATES and template.name not in {one.name for one in known}:
        raise invalid(f"the department has {len(known)} templates", f"at most {MOST_TEMPLATES}: replace one by its name")
    number = next((one.id for one in known if one.name == template.name), str(new_id(at.now)))
    new = SavedTemplate(number, by.department, template.name, bounds, at.now)
    await context.record("saveTemplate", number, handler=handler)
    return Shown(context.catalogue, at.entries).template(await book.save_template(new, by.client, handler))


async def _answer_applications(
    info: Info[Context, None],
    ids: Annotated[
        list[strawberry.ID], strawberry.argument(description=f"申请编号 · which applications, at most {MOST_AT_ONCE}.")
    ],
    template: Annotated[
        strawberry.ID, strawberry.argument(description="条件模板 · by which template each item is answered.")
    ],
    handler: Annotated[str, strawberry.argument(description="经办人 · who takes this step.")],
    letter: Annotated[LetterInput | None, strawberry.argument(description="附函 · a letter to go with each.")] = None,
    step: Annotated[
        AnswerStep | None, strawberry.argument(description="环节 · which step; left out: the department's next.")
    ] = None,
    note: Annotated[str, strawberry.argument(description="说明 · a note to go with each answer.")] = "",
) -> list[Told] | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.PROVIDER, handler)
    if not 1 <= len(ids) <= MOST_AT_ONCE or len(set(ids)) != len(ids):
        raise invalid(f"`ids` names {len(ids)} applications", f"between 1 and {MOST_AT_ONCE}, each once", article=ARTICLE)
    bounds = await _template(at, template)
    new = None if letter is None else read_letter(letter)
    said = checked_text("note", note) if note.strip() else ""
    changes: list[Change] = []
    for number in ids:
        found = await find_to_answer(context, number)
        try:
            reply = Reply(_answers(at, found, bounds), new, said)
            changes.append(await next_of_answer(at, found, by, None if step is None else Step[step.value], reply))
        except errors.GatewayError as refused:
            raise _about(found, refused) from None
    await keep(at, "answerApplications", by, changes)
    return [at.told(one.application, Side.PROVIDER) for one in changes]


async def _templates(info: Info[Context, None]) -> list[AnswerTemplate] | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.PROVIDER, "templates")
    shown = Shown(context.catalogue, at.entries)
    return [shown.template(one) for one in await context.ports.applications.templates(by.department)]


@strawberry.type
class TemplateQuery:
    templates: list[AnswerTemplate] | None = strawberry.field(
        resolver=_templates, description="**条件模板** · your department's templates, by name."
    )


@strawberry.type
class TemplateMutation:
    save_template: AnswerTemplate | None = strawberry.field(
        resolver=_save_template,
        description="**保存条件模板** · on which terms your department usually answers; it only narrows what is asked.",
    )
    answer_applications: list[Told] | None = strawberry.field(
        resolver=_answer_applications,
        description="**批量答复** · answer many applications by one template: all of them, or none where one cannot be "
        "answered so. The steps of an answer are those of `answerApplication`.",
    )


def _bounds(given: AnswerTemplateInput) -> Template:
    """Raises REASON_REQUIRED for one that refuses without a reason, INPUT_INVALID for bounds that leave nothing."""
    reason = checked_text("reason", given.reason) if given.reason.strip() else ""
    if given.refuse and not reason:
        raise errors.GatewayError(
            errors.REASON_REQUIRED, "a template that refuses gives no reason", "state it in `reason`", article=ARTICLE
        )
    for name, number, most in (
        ("quotaPerDay", given.quota_per_day, 2**31 - 1),
        ("validDays", given.valid_days, LONGEST_YEARS * DAYS_A_YEAR),
    ):
        if number is not None and not 1 <= number <= most:
            raise invalid(f"`{name}` is out of bounds", f"between 1 and {most}, or left out", article=ARTICLE)
    for name, words in (("uses", given.uses), ("modes", given.modes)):
        if words is not None and not words:
            raise invalid(f"`{name}` is empty: nothing could be granted", "leave it out, or name some", article=ARTICLE)
    return Template(
        form=None if given.form is None else Form[given.form.value],
        rows=None if given.rows is None else Rows[given.rows.value],
        uses=None if given.uses is None else frozenset(Use[one.value] for one in given.uses),
        modes=None if given.modes is None else frozenset(Mode[one.value] for one in given.modes),
        quota_per_day=given.quota_per_day,
        valid_days=given.valid_days,
        refuse=given.refuse,
        reason=reason,
    )


async def _template(at: Desk, number: str) -> Template:
    """One of the department's own templates. Raises NOT_FOUND."""
    own = await at.context.ports.applications.templates(at.context.caller.consumer.department)
    found = next((one.template for one in own if one.id == number), None)
    if found is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "there is no such template of this department", "`templates` lists them", article=ARTICLE
        )
    return found


def _answers(at: Desk, found: Application, bounds: Template) -> list[ItemAnswer]:
    """The answer to each item that awaits one. Raises STATE_CONFLICT where none does."""
    check_under_way(found)
    codes = found.standing(*ANSWERABLE)
    if not codes:
        raise conflict(found, "is answered, or negotiated first: no item awaits an answer")
    assert found.request is not None, "it was submitted"
    asked = {one.item: one.terms for one in found.request.items}
    return [answer_by(bounds, code, asked[code], at.day) for code in codes]


def _about(found: Application, refused: errors.GatewayError) -> errors.GatewayError:
    """The refusal, naming which application of many it is about."""
    return errors.GatewayError(
        refused.code,
        f"application `{found.id}`: {refused.message}",
        f"{refused.hint}; none of them was answered",
        article=refused.article,
        extensions={**refused.extensions, "application": found.id},
    )
