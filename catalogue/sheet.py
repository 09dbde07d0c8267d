"""A register's catalogue as a spreadsheet (xlsx, ISO/IEC 29500), out and in again.

One line for each information item. Reading gives the edits that the lines come to against the catalogue as it is, or every
fault by row and column, and then no edit at all. A line that is left out changes nothing: to withdraw an item is an edit of
its own. The file comes from outside: it is bounded before it is unpacked, formulas are not accepted, and text that looks
like one is written so that no program takes it for one.
"""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from catalogue.edit import Edit, ItemEdit, NewItem, ResourceEdit, Value
from catalogue.finding import Finding
from catalogue.model import Basis, BasisClass, Catalogue, Coordinate, Item, Relation, ResourceName
from catalogue.predicate import ItemName
from catalogue.sheet_columns import CODE, COLUMNS, NAME, SEPARATOR, Column, Row, Target

SHEET = "目录"
ABOUT = "说明"
MOST_BYTES = 2_500_000
MOST_UNPACKED = 60_000_000
MOST_TAGS, MOST_OTHER_TAGS = 600_000, 50_000
"""What is to be read costs by the tag, and a tag packs to next to nothing: of lines with their texts, and of the rest."""
MOST_ROWS = 20_000
MOST_FINDINGS = 200
MOST_TITLE = 100
HEAD_ROW = 1
_LINES = ("xl/worksheets/", "xl/sharedStrings")
_HEAD_FILL = PatternFill("solid", fgColor="DDEBF7")
_SHOWN_FILL = PatternFill("solid", fgColor="F2F2F2")


class Sheet(NamedTuple):
    """What a spreadsheet comes to: the edits of all its lines, or what is wrong, by row and column; never both."""

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def write_sheet(catalogue: Catalogue, register: str, published_on: date) -> bytes:
    """The register's items as an xlsx file, in the catalogue's order. Columns that cannot be edited are grey."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(HEAD_ROW, number, column.title)
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for line, row in enumerate(_rows(catalogue, register), HEAD_ROW + 1):
        for number, column in enumerate(COLUMNS, 1):
            _write(sheet.cell(line, number), column.value(row), shown=column.target is Target.SHOWN)
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


def _write_about(book: Workbook, catalogue: Catalogue, register: str, published_on: date) -> None:
    about = book.create_sheet(ABOUT)
    for line in (
        ("目录", catalogue.registers[register].title),
        ("版本", str(catalogue.version)),
        ("发布日期", published_on.isoformat()),
        ("填写说明", "灰色列不可修改。每行一个信息项；不列出的行不变。新增信息项：信息项代码留空，填写英文名与数据类型。"),
        ("", f"一格多个词时以“{SEPARATOR}”分隔。清空一格即取消该项内容。"),
    ):
        about.append(line)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 12, 90


def _rows(catalogue: Catalogue, register: str) -> Iterator[Row]:
    for resource in catalogue.resources.values():
        if resource.register == register:
            entries: tuple[Item | Relation, ...] = (*resource.items.values(), *resource.relations.values())
            for entry in entries:
                if not (isinstance(entry, Item) and entry.internal):
                    yield Row(catalogue, resource, entry)


def read_sheet(data: bytes, catalogue: Catalogue, register: str) -> Sheet:
    """What the file's lines change in the register, as edits for `catalogue.edit`."""
    lines = _lines(data)
    if isinstance(lines, Finding):
        return Sheet((), (lines,))
    head, body = lines
    columns, findings = _head(head)
    if findings:
        return Sheet((), tuple(findings))
    reader = _Reader(catalogue, register, columns)
    for number, cells in body:
        reader.read(number, cells)
        if len(reader.findings) >= MOST_FINDINGS:
            break
    if reader.findings:
        return Sheet((), tuple(reader.findings[:MOST_FINDINGS]))
    return Sheet(tuple(reader.edits.values()), ())


Cells = Sequence[Any]


def _lines(data: bytes) -> "tuple[Cells, list[tuple[int, Cells]]] | Finding":
    """The head's cells, and the lines under it that are not empty, with their numbers."""
    if len(data) > MOST_BYTES:
        return _fault("", f"the file has more than {MOST_BYTES // 1_000_000} MB", "文件过大", "export the register alone")
    try:
        if _is_too_much(data):
            return _fault("", "the file unpacks to too much", "文件解压后过大", "export the register alone")
        book = load_workbook(BytesIO(data), read_only=True, data_only=False)
    except Exception:  # whatever the libraries raise: the file is anybody's
        return _fault("", "is no xlsx file", "不是 xlsx 文件", "save it as an Excel workbook (.xlsx)")
    try:
        if SHEET not in book.sheetnames:
            return _fault("", f"has no sheet `{SHEET}`", f"没有工作表“{SHEET}”", "begin with an exported file")
        found: list[tuple[int, Cells]] = []
        for number, cells in enumerate(book[SHEET].iter_rows(max_col=len(COLUMNS) + 20), 1):
            if number > MOST_ROWS:
                return _fault(f"第{number}行", f"has more than {MOST_ROWS} lines", "行数过多", "split it by register")
            if any(cell.value not in (None, "") for cell in cells):
                found.append((number, cells))
    except Exception:  # as above
        return _fault("", "cannot be read", "文件损坏", "open it in a spreadsheet program and save it again")
    finally:
        book.close()
    if not found or found[0][0] != HEAD_ROW:
        return _fault("第1行", "has no head", "第一行不是表头", "begin with an exported file")
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


def _head(cells: Cells) -> tuple[dict[int, Column], list[Finding]]:
    """Which column stands where. An unknown, doubled or missing title is a fault."""
    by_title = {column.title: column for column in COLUMNS}
    columns: dict[int, Column] = {}
    findings: list[Finding] = []
    for place, cell in enumerate(cells):
        title = "" if cell.value is None else str(cell.value).strip()[:MOST_TITLE]
        if not title:
            continue
        column = by_title.get(title)
        if column is None:
            findings.append(
                _cell_fault(HEAD_ROW, place, title, "is no column of the catalogue", "不是目录的列", "remove it")
            )
        elif column in columns.values():
            findings.append(_cell_fault(HEAD_ROW, place, title, "stands twice", "列重复", "remove one of them"))
        else:
            columns[place] = column
    missing = [column.title for column in COLUMNS if column.needed and column not in columns.values()]
    findings += [
        _fault("第1行", f"lacks the column `{title}`", f"缺少列“{title}”", "begin with an exported file")
        for title in missing
    ]
    return columns, findings


class _Reader:
    """Reads lines into edits; an attribute of a resource that several lines state must be the same in all."""

    def __init__(self, catalogue: Catalogue, register: str, columns: dict[int, Column]) -> None:
        self._catalogue = catalogue
        self._columns = columns
        self._places = {column.title: place for place, column in columns.items()}
        self._resources = {
            resource.code: resource for resource in catalogue.resources.values() if resource.register == register
        }
        self._providers = {one.title: one.name for one in catalogue.departments.values()}
        self._seen: dict[Coordinate, int] = {}
        self._stated: dict[tuple[ResourceName, str], tuple[int, str]] = {}
        self.edits: dict[object, Edit] = {}
        self.findings: list[Finding] = []

    def read(self, number: int, cells: Cells) -> None:
        texts = {column.title: self._text(number, place, cells) for place, column in self._columns.items()}
        resource = self._resources.get(texts["信息资源代码"])
        if resource is None:
            self._refuse(
                number, "信息资源代码", "is no resource of this register", "不是本目录的信息资源", "export it again"
            )
            return
        name = ItemName(texts[NAME])
        coordinate = Coordinate(resource.name, name)
        if coordinate in self._seen:
            self._refuse(number, NAME, f"stands in line {self._seen[coordinate]} too", "信息项重复", "keep one line")
            return
        self._seen[coordinate] = number
        entry = resource.items.get(name) or resource.relations.get(name)
        if entry is not None and not (isinstance(entry, Item) and entry.internal):
            self._compare(number, texts, Row(self._catalogue, resource, entry))
        elif texts[CODE]:
            self._refuse(
                number, CODE, "is the code of another item", "代码与英文名不符", "leave the code empty for a new item"
            )
        elif not name.isidentifier() or not name.isascii() or name.startswith("_"):
            self._refuse(number, NAME, "is no name of a field", "英文名不合规范", "letters and digits, as `birthDate`")
        else:
            self._enter(number, texts, coordinate)

    def _compare(self, number: int, texts: dict[str, str], row: Row) -> None:
        """Edits of what differs from the catalogue as it is."""
        coordinate = Coordinate(row.resource.name, row.entry.name)
        changed_basis = False
        for column in self._columns.values():
            if column.target is Target.RESOURCE:
                self._resource(number, row, column, texts[column.title])
        for place, column in self._columns.items():
            text, held = texts[column.title], self._held(row, column)
            if column.target is Target.RESOURCE or text == held:
                continue
            if column.target is Target.SHOWN:
                self._refuse(number, place, "cannot be changed here", "此列不可修改", f"write `{held}`")
            elif column.target is Target.BASIS:
                changed_basis = True
            else:
                value = self._value(number, place, column, text)
                self.edits[coordinate, column.attribute] = ItemEdit(coordinate, column.attribute, value)
        if changed_basis:
            self.edits[coordinate, "basis"] = ItemEdit(coordinate, "basis", self._basis(number, texts))

    def _held(self, row: Row, column: Column) -> str:
        """What the cell holds where nothing is changed: an item without a provider of its own follows its resource."""
        edit = self.edits.get((row.resource.name, "provider"))
        follows = column.attribute == "provider" and row.entry.provider == row.resource.provider
        if follows and isinstance(edit, ResourceEdit):
            return next(title for title, name in self._providers.items() if name == edit.value)
        return column.value(row)

    def _resource(self, number: int, row: Row, column: Column, text: str) -> None:
        key = row.resource.name, column.attribute
        first = self._stated.setdefault(key, (number, text))
        if first[1] != text:
            self._refuse(number, column.title, f"differs from line {first[0]}", "与同一资源的其他行不一致", "state the same")
        elif text != column.value(row) and key not in self.edits:
            value = self._value(number, self._places[column.title], column, text)
            self.edits[key] = ResourceEdit(row.resource.name, column.attribute, value)

    def _enter(self, number: int, texts: dict[str, str], coordinate: Coordinate) -> None:
        """A new item, with all that its line states."""
        attributes: dict[str, Value] = {"type": texts["数据类型"]}
        for place, column in self._columns.items():
            if column.target is Target.ENTRY and texts[column.title]:
                attributes[column.attribute] = self._value(number, place, column, texts[column.title])
        if any(texts[column.title] for column in self._columns.values() if column.target is Target.BASIS):
            attributes["basis"] = self._basis(number, texts)
        for title, attribute in (
            ("数据类型", "type"),
            ("信息项名称", "title"),
            ("信息项类别", "kind"),
            ("共享类型", "sharing"),
        ):
            if not attributes.get(attribute):
                self._refuse(number, title, "is empty in a new item", "新增信息项缺少此项", "fill it in")
        self.edits[coordinate] = NewItem(coordinate, attributes)

    def _basis(self, number: int, texts: dict[str, str]) -> Basis | None:
        title, number_of, clause = (texts[f"不予共享依据{word}"] for word in ("名称", "文号", "条款"))
        word = texts["不予共享依据类别"]
        if not any((title, number_of, clause, word)):
            return None
        try:
            return Basis(title, number_of, clause, BasisClass(word))
        except ValueError:
            words = SEPARATOR.join(BasisClass)
            self._refuse(number, "不予共享依据类别", f"`{word}` is no class of texts", "依据类别不符", f"one of {words}")
            return None

    def _value(self, number: int, place: int, column: Column, text: str) -> Value:
        """The cell's value as the attribute takes it; an empty cell leaves it out."""
        if not text:
            return None
        if column.attribute == "provider":
            if text not in self._providers:
                self._refuse(number, place, f"`{text}` is no department", "不是登记的部门", "write its full title")
            return self._providers.get(text)
        if column.words is None:
            return text
        keys = {word: key for key, word in column.words.items()}
        words = [one.strip() for one in text.split(SEPARATOR)] if column.several else [text]
        unknown = [word for word in words if word not in keys]
        if unknown:
            known = SEPARATOR.join(column.words.values())
            self._refuse(
                number, place, f"`{unknown[0]}` is none of its words", f"“{unknown[0]}”不在可选之列", f"one of {known}"
            )
            return None
        return tuple(str(keys[word]) for word in words) if column.several else str(keys[text])

    def _text(self, number: int, place: int, cells: Cells) -> str:
        if place >= len(cells):
            return ""
        cell = cells[place]
        if cell.data_type == "f":
            self._refuse(number, place, "holds a formula", "单元格为公式", "write the text itself")
            return ""
        value = "" if cell.value is None else str(cell.value).strip()
        if len(value) > 2_000 or not all(one.isprintable() or one == "\n" for one in value):
            self._refuse(number, place, "is too long or holds control characters", "内容过长或含控制字符", "shorten it")
            return ""
        return value

    def _refuse(self, number: int, column: "int | str", message: str, message_zh: str, hint: str) -> None:
        place = self._places[column] if isinstance(column, str) else column
        self.findings.append(_cell_fault(number, place, self._columns[place].title, message, message_zh, hint))


def _cell_fault(row: int, place: int, title: str, message: str, message_zh: str, hint: str) -> Finding:
    return _fault(f"第{row}行 {get_column_letter(place + 1)}列 {title}", message, message_zh, hint)


def _fault(path: str, message: str, message_zh: str, hint: str) -> Finding:
    return Finding(SHEET, path, message, hint, message_zh=message_zh)
