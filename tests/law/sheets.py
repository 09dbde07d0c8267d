"""A register's spreadsheet as somebody works on it: a column renamed, a cell changed."""

from collections.abc import Mapping
from io import BytesIO

from openpyxl import load_workbook

from catalogue.sheet_columns import COLUMNS, NAME
from catalogue.sheet_places import SHEET

PLACES = {column.title: number for number, column in enumerate(COLUMNS, 1)}


def worked_on(data: bytes, rename: Mapping[str, str], cell: Mapping[str, str] | None) -> bytes:
    """The file with these heads renamed, and the `column` of the line of `item` set to `value`."""
    book = load_workbook(BytesIO(data))
    sheet = book[SHEET]
    for title, other in rename.items():
        sheet.cell(1, PLACES[title]).value = other
    if cell is not None:
        rows = range(2, sheet.max_row + 1)
        row = next(row for row in rows if sheet.cell(row, PLACES[NAME]).value == cell["item"])
        sheet.cell(row, PLACES[cell["column"]]).value = cell["value"]
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
