"""Change events (Art. 9): a change of law or of functions is brought into the catalogue within fifteen working days."""

import time
from datetime import UTC, date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.check import parts
from catalogue.model import Catalogue, ProviderCode
from resolvers.day import today
from resolvers.ports.catalogue_life import ChangeTask as Stored
from resolvers.ports.catalogue_life import Doer
from resolvers.roles import Role
from resolvers.workflow.catalogue_judging import doer, no_register
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import checked_text, invalid
from schema.enums import ChangeEventKind
from standards.working_days import WorkingCalendar


@strawberry.type(description="变更任务 · a legal or functional change that the catalogue must follow (Art. 9).")
class ChangeTask:
    id: strawberry.ID = strawberry.field(description="编号 · its number.")
    register: str = strawberry.field(description="登记库或主题 · whose catalogue must change.")
    kind: ChangeEventKind = strawberry.field(description="事由 · of law or of functions.")
    basis: str = strawberry.field(description="依据 · the text that brings the change.")
    effective_on: date = strawberry.field(description="生效日期 · when it takes effect.")
    due_on: date = strawberry.field(description="期限 · the last day: working days from the day after it takes effect.")
    provisional: bool = strawberry.field(
        description="是否暂定 · whether the calendar of that year is still to be published."
    )
    overdue: bool = strawberry.field(description="是否逾期 · whether it was not completed in time.")
    reported_at: datetime = strawberry.field(description="登记时间 · when it was reported.")
    reported_by: str = strawberry.field(description="登记部门 · by whom (unified social credit code).")
    handler: str = strawberry.field(description="经办人 · who reported it.")
    completed_at: datetime | None = strawberry.field(
        description="完成时间 · when a version that completes it was published."
    )
    completed_version: int | None = strawberry.field(description="完成版本 · that version.")


async def _report(
    info: Info[Context, None],
    register: Annotated[str, strawberry.argument(description="登记库或主题 · whose catalogue must change.")],
    kind: Annotated[ChangeEventKind, strawberry.argument(description="事由 · of law or of functions.")],
    basis: Annotated[str, strawberry.argument(description="依据 · the text that brings it, with title and number.")],
    effective_on: Annotated[date, strawberry.argument(description="生效日期 · when it takes effect.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who handles it.")],
) -> ChangeTask | None:
    context = info.context
    by = doer(context, handler, Role.COMPILER, Role.PROVIDER)
    told = checked_text("basis", basis, 500)
    profile = context.ports.profile
    _check_reporter(context, register, by)
    if not profile.effective <= effective_on <= date(2100, 1, 1):
        raise invalid("`effectiveOn` is before the regulation's own day, or too far off", f"from `{profile.effective}` on")
    calendar = await _calendar(context)
    await context.record("reportChange", register, handler=handler)
    task = Stored(
        id=0,
        register=register,
        kind=kind.value.lower(),
        basis=told,
        effective_on=effective_on,
        term_working_days=profile.change_working_days,
        told_due=calendar.add_working_days(effective_on, profile.change_working_days).date,
        reported_at=datetime.now(UTC),
        by=by,
        lead=context.catalogue.registers[register].lead,
    )
    return task_shown(await context.ports.catalogue_life.report_change(task), calendar)


async def _tasks(
    info: Info[Context, None],
    register: Annotated[str | None, strawberry.argument(description="登记库或主题 · of one register only.")] = None,
    overdue_only: Annotated[bool, strawberry.argument(description="仅逾期 · only those that are overdue and open.")] = False,
) -> list[ChangeTask] | None:
    context = info.context
    stored = await context.ports.catalogue_life.change_tasks(register, None)
    consumer, calendar = context.caller.consumer, await _calendar(context)
    concerned = {one.id: _concerned_by(context.catalogue, one) for one in stored}
    stored = [one for one in stored if consumer.department in concerned[one.id] or context.oversees(*concerned[one.id])]
    shown = [task_shown(one, calendar) for one in stored]
    return [one for one in shown if one.overdue and one.completed_at is None] if overdue_only else shown


@strawberry.type
class ChangeQuery:
    change_tasks: list[ChangeTask] | None = strawberry.field(
        resolver=_tasks,
        description="**变更任务** · the change tasks of registers that your department compiles or provides for, by the day "
        "on which the change takes effect; supervisors and auditors see those that concern "
        "a department of their jurisdiction.",
    )


@strawberry.type
class ChangeMutation:
    report_change: ChangeTask | None = strawberry.field(
        resolver=_report,
        description="**登记变更** · report a change of law or of functions: the compiler has fifteen working days from the "
        "day on which it takes effect to publish a catalogue that follows it. Recorded in the ledger.",
    )


def _concerned(catalogue: Catalogue, register: str) -> frozenset[ProviderCode]:
    """The register's compiler and its providers."""
    known = catalogue.registers.get(register)
    if known is None:
        return frozenset()
    resources = [one for one in catalogue.resources.values() if one.register == register]
    entries = (entry for one in resources for entry in parts(one))
    apart = (provider for one in resources if one.parted is not None for provider in one.parted.of)
    return frozenset((known.lead, *(one.provider for one in resources), *(one.provider for one in entries), *apart))


def _concerned_by(catalogue: Catalogue, task: Stored) -> frozenset[ProviderCode]:
    """Who reported it, and whom its register concerns; of one that is gone, its last compiler."""
    concerned = _concerned(catalogue, task.register)
    if not concerned and task.lead is not None:
        concerned = frozenset({task.lead})
    return concerned | {task.by.department}


def _check_reporter(context: Context, register: str, by: Doer) -> None:
    if register not in context.catalogue.registers:
        raise no_register(context.catalogue)
    if by.department not in _concerned(context.catalogue, register):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"your department neither compiles `{register}` nor provides for it",
            "its compiler and its providers report changes",
            article="Art. 9",
        )


async def _calendar(context: Context) -> WorkingCalendar:
    return await context.ports.calendars.calendar()


def task_shown(stored: Stored, calendar: WorkingCalendar) -> ChangeTask:
    due = calendar.kept(stored.effective_on, stored.term_working_days, stored.told_due)
    ended = time.time() if stored.completed_at is None else stored.completed_at.timestamp()
    return ChangeTask(
        id=strawberry.ID(str(stored.id)),
        register=stored.register,
        kind=ChangeEventKind(stored.kind.upper()),
        basis=stored.basis,
        effective_on=stored.effective_on,
        due_on=due.date,
        provisional=due.provisional,
        overdue=today(ended) > due.date,
        reported_at=stored.reported_at,
        reported_by=stored.by.department,
        handler=stored.by.handler,
        completed_at=stored.completed_at,
        completed_version=stored.completed_version,
    )
