"""A register's catalogue as a spreadsheet (xlsx, ISO/IEC 29500): one line for each information item."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from catalogue.model import Catalogue, Item, Relation
from catalogue.sheet_columns import COLUMNS, SEPARATOR, Row, Target
from catalogue.sheet_places import HEAD_ROW, SHEET

ABOUT = "说明"
_HEAD_FILL = PatternFill("solid", fgColor="DDEBF7")
_SHOWN_FILL = PatternFill("solid", fgColor="F2F2F2")


def write_sheet(catalogue: Catalogue, register: str, published_on: date | None) -> bytes:
    """The register's items as an xlsx file, in the catalogue's order; `published_on` is the day of its version, None of a
    draft. Columns that cannot be edited are grey.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(HEAD_ROW, number, column.title)
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for line, row in enumerate(_rows(catalogue, register, published_on), HEAD_ROW + 1):
        for number, column in enumerate(COLUMNS, 1):
            _write(sheet.cell(line, number), column.value(row), shown=column.target in (Target.SHOWN, Target.TOLD))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    _write_about(book, catalogue, register, published_on)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write(cell: Any, text: str, *, shown: bool) -> None:
    """The text as text: one that begins with `=` is no formula, in no program that opens the file."""
    cell.value = text or None
    if text:
        cell.data_type, cell.quotePrefix = "s", True
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if shown:
        cell.fill = _SHOWN_FILL


def _write_about(book: Workbook, catalogue: Catalogue, register: str, published_on: date | None) -> None:
    about = book.create_sheet(ABOUT)
    for line in (
        ("目录", catalogue.registers[register].title),
        ("版本", str(catalogue.version)),
        ("发布日期", "未发布" if published_on is None else published_on.isoformat()),
        ("填写说明", "灰色列不可修改。每行一个信息项；不列出的行不变。新增信息项：信息项代码留空，填写英文名与数据类型。"),
        ("", f"一格多个词时以“{SEPARATOR}”分隔。清空一格即取消该项内容；不能没有的，导入时按行列提示。"),
    ):
        about.append(line)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 12, 90


def _rows(catalogue: Catalogue, register: str, published_on: date | None) -> Iterator[Row]:
    for resource in catalogue.resources.values():
        if resource.register == register:
            entries: tuple[Item | Relation, ...] = (*resource.items.values(), *resource.relations.values())
            for entry in entries:
                if not (isinstance(entry, Item) and entry.internal):
                    yield Row(catalogue, resource, entry, published_on)
