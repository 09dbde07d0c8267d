"""A register's catalogue out of a spreadsheet (xlsx, ISO/IEC 29500), one line for each information item.

Reading gives the edits that the lines come to against the catalogue as it is, or every fault by row and column, and then no
edit at all. A line that is left out changes nothing: to withdraw an item is an edit of its own. An emptied cell takes out
what it held. Formulas are not accepted, and text that looks like one is written so that no program takes it for one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from catalogue.check import entry_path, resource_path
from catalogue.edit import Edit, ItemEdit, NewItem, ResourceEdit, Value
from catalogue.finding import Finding
from catalogue.model import Basis, BasisClass, Catalogue, Coordinate, Item, ResourceName
from catalogue.predicate import ItemName
from catalogue.sheet_columns import CODE, COLUMNS, NAME, RESOURCE, SEPARATOR, SHARING, SHARINGS, Column, Row, Target
from catalogue.sheet_file import Cells, sheet_lines
from catalogue.sheet_places import HEAD_ROW, Places, cell_fault, sheet_fault

MOST_FINDINGS = 200
MOST_TITLE = 100


class Sheet(NamedTuple):
    """What a spreadsheet comes to: the edits of all its lines, or what is wrong, by row and column; never both. `places`
    say where in it each of them stands.
    """

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    places: Places = Places()


def read_sheet(data: bytes, catalogue: Catalogue, register: str) -> Sheet:
    """What the file's lines change in the register, as edits for `catalogue.edit`. The sheet of another register is one
    fault.
    """
    lines = sheet_lines(data)
    if isinstance(lines, Finding):
        return Sheet((), (lines,))
    head, body = lines
    columns, findings = _head(head)
    if findings:
        return Sheet((), tuple(findings))
    other = _other_register(catalogue, register, columns, body)
    if other is not None:
        return Sheet((), (other,))
    reader = _Reader(catalogue, register, columns)
    for number, cells in body:
        reader.read(number, cells)
        if len(reader.findings) >= MOST_FINDINGS:
            break
    if reader.findings:
        return Sheet((), tuple(reader.findings[:MOST_FINDINGS]))
    return Sheet(tuple(reader.edits.values()), (), Places(reader.lines, columns))


def _other_register(
    catalogue: Catalogue, register: str, columns: dict[int, Column], body: Sequence[tuple[int, Cells]]
) -> Finding | None:
    """That no line is about this register, and all of them about another one."""
    place = next(place for place, column in columns.items() if column.title == RESOURCE)
    registers = {resource.code: resource.register for resource in catalogue.resources.values()}
    found = {registers.get(str(cells[place].value or "").strip()) if place < len(cells) else None for _, cells in body}
    if len(found) != 1 or (other := found.pop()) in (None, register):
        return None
    title, own = catalogue.registers[other].title, catalogue.registers[register].title
    return cell_fault(
        body[0][0],
        place,
        RESOURCE,
        f"this is the sheet of `{other}` ({title}), not of `{register}`",
        f"这是“{title}”的表格，不是“{own}”的",
        f"import it as `{other}`, or export `{register}` and fill that in",
    )


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
            findings.append(cell_fault(HEAD_ROW, place, title, "is no column of the catalogue", "不是目录的列", "remove it"))
        elif column in columns.values():
            findings.append(cell_fault(HEAD_ROW, place, title, "stands twice", "列重复", "remove one of them"))
        else:
            columns[place] = column
    missing = [column.title for column in COLUMNS if column.needed and column not in columns.values()]
    findings += [
        sheet_fault("第1行", f"lacks the column `{title}`", f"缺少列“{title}”", "begin with an exported file")
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
        self.lines: dict[str, int] = {}
        self.edits: dict[object, Edit] = {}
        self.findings: list[Finding] = []

    def read(self, number: int, cells: Cells) -> None:
        texts = {column.title: self._text(number, place, cells) for place, column in self._columns.items()}
        resource = self._resources.get(texts[RESOURCE])
        if resource is None:
            self._refuse(number, RESOURCE, "is no resource of this register", "不是本目录的信息资源", "export it again")
            return
        name = ItemName(texts[NAME])
        coordinate = Coordinate(resource.name, name)
        if coordinate in self._seen:
            self._refuse(number, NAME, f"stands in line {self._seen[coordinate]} too", "信息项重复", "keep one line")
            return
        self._seen[coordinate] = number
        entry = resource.items.get(name) or resource.relations.get(name)
        self.lines.setdefault(resource_path(resource), number)
        self.lines[f"{resource_path(resource)}.item.{name}" if entry is None else entry_path(resource, entry)] = number
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
        changed_basis = emptied_terms = False
        for column in self._columns.values():
            if column.target is Target.RESOURCE:
                self._resource(number, row, column, texts[column.title])
        for place, column in self._columns.items():
            text, held = texts[column.title], self._held(row, column)
            if column.target in (Target.RESOURCE, Target.TOLD) or text == held:
                continue
            if column.target is Target.SHOWN:
                self._refuse(number, place, "cannot be changed here", "此列不可修改", f"write `{held}`")
            elif column.attribute == "provider" and not text:
                self._refuse(
                    number, place, "is empty", "信息项须有提供部门，不能清空", f"write `{held}`, or who provides it"
                )
            elif column.target is Target.BASIS:
                changed_basis = True
            else:
                value = self._value(number, place, column, text)
                self.edits[coordinate, column.attribute] = ItemEdit(coordinate, column.attribute, value)
                emptied_terms = emptied_terms or (column.of_terms and not text)
        if emptied_terms and texts[SHARING] == SHARINGS["conditional"]:
            self._own_terms(number, texts, coordinate)
        if changed_basis:
            self.edits[coordinate, "basis"] = ItemEdit(coordinate, "basis", self._basis(number, texts))

    def _own_terms(self, number: int, texts: dict[str, str], coordinate: Coordinate) -> None:
        """The line's terms in full: named terms of the file would give an emptied one back."""
        self.edits[coordinate, "terms"] = ItemEdit(coordinate, "terms", None)
        for place, column in self._columns.items():
            if column.of_terms:
                value = self._value(number, place, column, texts[column.title])
                self.edits[coordinate, column.attribute] = ItemEdit(coordinate, column.attribute, value)

    def _held(self, row: Row, column: Column) -> str:
        """What the cell holds where nothing is changed: an item without a provider of its own follows its resource."""
        edit = self.edits.get((row.resource.name, "provider"))
        follows = column.attribute == "provider" and row.entry.provider == row.resource.provider
        if follows and isinstance(edit, ResourceEdit):
            return next((title for title, name in self._providers.items() if name == edit.value), column.value(row))
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
            (SHARING, "sharing"),
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
        self.findings.append(cell_fault(number, place, self._columns[place].title, message, message_zh, hint))
