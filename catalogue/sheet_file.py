"""A spreadsheet's bytes as lines of cells. The file comes from outside: it is bounded before it is unpacked."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from catalogue.finding import Finding
from catalogue.sheet_columns import COLUMNS, MOST_BYTES
from catalogue.sheet_places import HEAD_ROW, SHEET, sheet_fault

MOST_UNPACKED = 60_000_000
MOST_TAGS, MOST_OTHER_TAGS = 600_000, 50_000
"""What is to be read costs by the tag, and a tag packs to next to nothing: of lines with their texts, and of the rest."""
MOST_ROWS = 20_000
_LINES = ("xl/worksheets/", "xl/sharedStrings")

Cells = Sequence[Any]


def sheet_lines(data: bytes) -> tuple[Cells, list[tuple[int, Cells]]] | Finding:
    """The head's cells, and the lines under it that are not empty, with their numbers."""
    if len(data) > MOST_BYTES:
        return sheet_fault(
            "", f"the file has more than {MOST_BYTES // 1_000_000} MB", "文件过大", "export the register alone"
        )
    try:
        if _is_too_much(data):
            return sheet_fault("", "the file unpacks to too much", "文件解压后过大", "export the register alone")
        book = load_workbook(BytesIO(data), read_only=True, data_only=False)
    except Exception:  # whatever the libraries raise: the file is anybody's
        return sheet_fault("", "is no xlsx file", "不是 xlsx 文件", "save it as an Excel workbook (.xlsx)")
    try:
        if SHEET not in book.sheetnames:
            return sheet_fault("", f"has no sheet `{SHEET}`", f"没有工作表“{SHEET}”", "begin with an exported file")
        found: list[tuple[int, Cells]] = []
        for number, cells in enumerate(book[SHEET].iter_rows(max_col=len(COLUMNS) + 20), 1):
            if number > MOST_ROWS:
                return sheet_fault(f"第{number}行", f"has more than {MOST_ROWS} lines", "行数过多", "split it by register")
            if any(cell.value not in (None, "") for cell in cells):
                found.append((number, cells))
    except Exception:  # as above
        return sheet_fault("", "cannot be read", "文件损坏", "open it in a spreadsheet program and save it again")
    finally:
        book.close()
    if not found or found[0][0] != HEAD_ROW:
        return sheet_fault("第1行", "has no head", "第一行不是表头", "begin with an exported file")
    return found[0][1], found[1:]


def _is_too_much(data: bytes) -> bool:
    """Whether reading the file would take long, by what it unpacks to. Raises what `zipfile` does."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        parts = packed.infolist()
        if sum(one.file_size for one in parts) > MOST_UNPACKED:
            return True
        lines = rest = 0
        for one in parts:
            tags = packed.read(one).count(b"<")
            if one.filename.startswith(_LINES):
                lines += tags
            else:
                rest += tags
    return lines > MOST_TAGS or rest > MOST_OTHER_TAGS
