"""Where something stands in a catalogue's spreadsheet: a fault of a cell, and a fault of what the cells come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from catalogue.finding import Finding
from catalogue.sheet_columns import Column, Target

SHEET = "目录"
HEAD_ROW = 1


def sheet_fault(path: str, message: str, message_zh: str, hint: str) -> Finding:
    """A fault of the spreadsheet itself."""
    return Finding(SHEET, path, message, message_zh, hint)


def cell_fault(row: int, place: int, title: str, message: str, message_zh: str, hint: str) -> Finding:
    """A fault of a cell: its line, its column's letter and title."""
    return sheet_fault(cell_name(row, place, title), message, message_zh, hint)


def cell_name(row: int, place: int, title: str) -> str:
    """`第5行 P列 共享类型`; `place` counts from 0."""
    return f"第{row}行 {get_column_letter(place + 1)}列 {title}"


@dataclass(frozen=True, slots=True)
class Places:
    """Which line is whose: `resource.Person` (the first of its lines), `resource.Person.item.phone`; and the columns by
    place. What a check finds in the file that the sheet becomes is told where the sheet says it.
    """

    lines: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[int, Column] = field(default_factory=dict)

    def told(self, finding: Finding) -> Finding:
        """The finding at its cell; as it is where no line is about it."""
        place = self.of(finding.path)
        return finding if place is None else replace(finding, file=SHEET, path=place)

    def of(self, path: str) -> str | None:
        """The cell of a path in the register's file (`resource.Person.item.phone.basis.number`); the line, where no column
        holds it; None where no line is about it.
        """
        steps = path.split(".")
        for count in range(len(steps), 1, -1):
            line = self.lines.get(".".join(steps[:count]))
            if line is not None:
                return self._cell(line, steps[count:], of_resource=count == 2)
        return None

    def _cell(self, line: int, keys: list[str], *, of_resource: bool) -> str:
        for place, column in self.columns.items():
            if keys and _holds(column, keys, of_resource=of_resource):
                return cell_name(line, place, column.title)
        return f"第{line}行"


def _holds(column: Column, keys: list[str], *, of_resource: bool) -> bool:
    match column.target:
        case Target.RESOURCE:
            return of_resource and column.attribute == keys[0]
        case Target.BASIS:
            return keys[0] == "basis" and column.attribute == (keys[1] if len(keys) > 1 else "title")
        case Target.ENTRY | Target.SHOWN:
            return not of_resource and column.attribute == keys[0]
        case Target.TOLD:
            return False
