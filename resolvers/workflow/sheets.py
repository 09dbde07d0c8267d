"""A register's catalogue as a spreadsheet, out and into a draft (目录编制指南)."""

import base64
import binascii
from datetime import date
from hashlib import sha256
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.edit import Edited, edited
from catalogue.finding import Finding
from catalogue.life import path_of, placed
from catalogue.load import judge_documents
from catalogue.model import Catalogue
from catalogue.sheet_columns import MOST_BYTES
from resolvers.day import today
from resolvers.workflow.aside import aside
from resolvers.workflow.catalogue_drafts import CatalogueDraft, draft_shown, place_of
from resolvers.workflow.catalogue_judging import Place, found_draft, no_register, save
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@strawberry.type(description="目录表格 · a register's catalogue as a spreadsheet.")
class CatalogueSheet:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · its media type.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")
    sha256: str = strawberry.field(description="摘要 · SHA-256 of its bytes, in hex.")


async def _catalogue_sheet(
    info: Info[Context, None],
    register: Annotated[str, strawberry.argument(description="登记库或主题 · which register, by its name.")],
    draft: Annotated[
        strawberry.ID | None, strawberry.argument(description="草案编号 · as a draft says; else as it is published.")
    ] = None,
) -> CatalogueSheet | None:
    context = info.context
    catalogue = context.catalogue if draft is None else await _drafted(context, place_of(register, draft, None, None))
    if register not in catalogue.registers:
        raise no_register(catalogue)
    published_on = None if draft is not None else await _published_on(context, catalogue.version)
    data = await aside(context, lambda: _written(catalogue, register, published_on))
    return CatalogueSheet(
        name=f"{catalogue.registers[register].title}-v{catalogue.version}.xlsx",
        media_type=MEDIA_TYPE,
        content=base64.b64encode(data).decode(),
        sha256=sha256(data).hexdigest(),
    )


async def _import_catalogue(
    info: Info[Context, None],
    register: Annotated[str, strawberry.argument(description="登记库或主题 · whose items the spreadsheet lists.")],
    content: Annotated[
        str, strawberry.argument(description=f"内容 · an xlsx file in Base64, at most {MOST_BYTES} bytes of its own.")
    ],
    handler: Annotated[str, strawberry.argument(description="经办人 · who handles it.")],
    draft: Annotated[
        strawberry.ID | None, strawberry.argument(description="草案编号 · into this draft; else a new one.")
    ] = None,
    tasks: Annotated[
        list[strawberry.ID] | None, strawberry.argument(description="变更任务 · the change tasks that it completes.")
    ] = None,
) -> CatalogueDraft | None:
    context, place, data = info.context, place_of(register, draft, None, tasks), _bytes(content)
    documents = (await context.ports.catalogue_life.now()).documents

    def edit(text: str) -> Edited:
        """What the sheet's lines come to on the text that is edited: all of it, or every fault and nothing."""
        from catalogue.read_sheet import read_sheet  # see `_written`

        catalogue = judge_documents(placed(documents, path_of(register), text)).catalogue
        if catalogue is None or register not in catalogue.registers:
            message, zh = "is no register whose items a spreadsheet could list", "不是可以用表格列出信息项的登记库"
            return Edited(text, (Finding("", register, message, zh, "name a register or theme that is compiled"),))
        sheet = read_sheet(data, catalogue, register)
        if sheet.findings:
            raise _refused(sheet.findings)
        return edited(text, sheet.edits)._replace(told=sheet.places.told)

    return draft_shown(context, await save(context, "importCatalogue", place, edit, handler))


def _written(catalogue: Catalogue, register: str, published_on: date | None) -> bytes:
    """The spreadsheet. What it is made with is loaded with the first one: it would take a tenth of a worker's start."""
    from catalogue.write_sheet import write_sheet

    return write_sheet(catalogue, register, published_on)


async def _published_on(context: Context, version: int) -> date | None:
    """The day in China on which the version was published."""
    versions = await context.ports.catalogue_life.versions()
    return next((today(one.published_at.timestamp()) for one in versions if one.number == version), None)


async def _drafted(context: Context, place: Place) -> Catalogue:
    assert place.draft is not None
    held = await found_draft(context, place.draft)
    documents = (await context.ports.catalogue_life.now()).documents
    judged = await aside(context, lambda: judge_documents(placed(documents, held.path, held.text), held.base))
    if judged.catalogue is None:
        raise invalid("the draft does not hold together yet", "its `findings` say what is wrong")
    return judged.catalogue


def _bytes(content: str) -> bytes:
    if len(content) > MOST_BYTES * 4 // 3 + 4:
        raise invalid("the spreadsheet is too large", f"at most {MOST_BYTES} bytes: export the register alone")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise invalid("`content` is no Base64", "encode the file's bytes by RFC 4648 §4") from None


def _refused(findings: tuple[Finding, ...]) -> errors.GatewayError:
    """SHEET_INVALID with every fault by row and column."""
    return errors.GatewayError(
        errors.SHEET_INVALID,
        "the spreadsheet has errors:\n" + "\n".join(map(str, findings[:20])),
        "correct the cells that `extensions.findings` lists and import it again; nothing was changed",
        article="Art. 8",
        extensions={"findings": [finding.to_json() for finding in findings]},
    )


@strawberry.type
class SheetQuery:
    catalogue_sheet: CatalogueSheet | None = strawberry.field(
        resolver=_catalogue_sheet,
        description="**目录导出** · a register's items as an xlsx file with the columns of the 目录编制指南.",
    )


@strawberry.type
class SheetMutation:
    import_catalogue: CatalogueDraft | None = strawberry.field(
        resolver=_import_catalogue,
        description="**目录导入** · make a draft of what the lines of a spreadsheet say, or edit one. All of it is "
        "taken, or nothing and every fault told by row and column. Lines that are left out change nothing. Recorded in the "
        "ledger.",
    )
