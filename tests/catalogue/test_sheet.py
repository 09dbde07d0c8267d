"""The spreadsheet of a register: out and in again, each change one edit, each fault with row and column, all or nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from catalogue.edit import Edit, ItemEdit, NewItem, ResourceEdit, edited
from catalogue.load import load_catalogue, load_documents, read_documents
from catalogue.model import Basis, BasisClass, Catalogue, Conditional, Coordinate, NotShared, ResourceName
from catalogue.predicate import ItemName
from catalogue.sheet import MOST_FINDINGS, SHEET, Sheet, read_sheet, write_sheet
from catalogue.sheet_columns import COLUMNS
from settings import ROOT

CATALOGUE = load_catalogue(ROOT / "catalogue")
PLACES = {column.title: number for number, column in enumerate(COLUMNS, 1)}
REGISTER = "population"


def named(text: str) -> Coordinate:
    resource, _, field = text.partition(".")
    return Coordinate(ResourceName(resource), ItemName(field))


def changed(change: Callable[[Any], None], register: str = REGISTER) -> Sheet:
    """The exported sheet after somebody worked on it."""
    book = load_workbook(BytesIO(write_sheet(CATALOGUE, register, date(2026, 1, 1))))
    change(book[SHEET])
    buffer = BytesIO()
    book.save(buffer)
    return read_sheet(buffer.getvalue(), CATALOGUE, register)


def line(sheet: Any, item: str) -> int:
    """The line of an item of Person, or of the resource named."""
    resource, _, field = item.rpartition(".")
    code = CATALOGUE.resources[ResourceName(resource or "Person")].code
    rows = range(2, sheet.max_row + 1)
    return next(
        row for row in rows
        if sheet.cell(row, PLACES["信息项英文名"]).value == field and sheet.cell(row, PLACES["信息资源代码"]).value == code
    )  # fmt: skip


def put(item: str, column: str, value: str | None) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet.cell(line(sheet, item), PLACES[column]).value = value

    return change


@pytest.mark.parametrize("register", sorted(CATALOGUE.registers))
def test_what_is_exported_and_imported_again_changes_nothing(register: str) -> None:
    assert changed(lambda _: None, register) == Sheet((), ())


def test_the_columns_are_those_of_the_guide() -> None:
    guide = {
        "信息资源分类", "信息资源名称", "信息资源代码", "信息资源提供方", "提供方代码", "信息资源摘要", "信息资源格式",
        "信息项名称", "数据类型", "共享类型", "共享条件", "共享方式", "更新周期", "关联资源代码",
    }  # fmt: skip
    assert guide <= set(PLACES)


def test_a_changed_cell_is_one_edit() -> None:
    assert changed(put("phone", "共享条件", "仅限核验")).edits == (ItemEdit(named("Person.phone"), "condition", "仅限核验"),)
    assert changed(put("phone", "使用用途", "行政依据、数据校核、工作参考")).edits == (
        ItemEdit(named("Person.phone"), "uses", ("administrative_basis", "data_verification", "work_reference")),
    )


def test_the_edits_give_the_catalogue_that_the_sheet_says() -> None:
    def change(sheet: Any) -> None:
        for column in ("共享条件", "共享范围", "使用用途", "提供形式", "数据范围"):
            put("relationToHead", column, None)(sheet)
        put("relationToHead", "共享类型", "不予共享")(sheet)
        put("relationToHead", "不予共享依据名称", "中华人民共和国档案法")(sheet)
        put("relationToHead", "不予共享依据文号", "中华人民共和国主席令第四十七号")(sheet)
        put("relationToHead", "不予共享依据条款", "第二十八条")(sheet)
        put("relationToHead", "不予共享依据类别", "法律")(sheet)

    basis = Basis("中华人民共和国档案法", "中华人民共和国主席令第四十七号", "第二十八条", BasisClass.LAW)
    assert loaded(changed(change).edits).entries[named("Person.relationToHead")].sharing == NotShared(basis)


def loaded(edits: Sequence[Edit]) -> Catalogue:
    """The catalogue after these edits of the population register."""
    documents = read_documents(ROOT / "catalogue")
    text, findings = edited(documents["registers/population.toml"], edits)
    assert not findings
    return load_documents({**documents, "registers/population.toml": text}, 2)


def test_a_new_line_is_a_new_item() -> None:
    def add(sheet: Any) -> None:
        at = sheet.max_row + 1
        for column in COLUMNS:
            sheet.cell(at, PLACES[column.title]).value = sheet.cell(line(sheet, "education"), PLACES[column.title]).value
        for title, value in (
            ("信息项名称", "职业"),
            ("信息项英文名", "occupation"),
            ("信息项代码", None),
            ("提供形式", "完整提供"),
        ):
            sheet.cell(at, PLACES[title]).value = value

    (edit,) = changed(add).edits
    assert isinstance(edit, NewItem)
    assert (edit.coordinate, edit.attributes["title"], edit.attributes["kind"]) == (
        named("Person.occupation"),
        "职业",
        "business",
    )
    assert isinstance(loaded([edit]).entries[named("Person.occupation")].sharing, Conditional)


def test_a_resources_attribute_stands_in_all_its_lines() -> None:
    one = changed(put("phone", "信息资源名称", "人口信息"))
    assert one.edits == ()
    assert {finding.path for finding in one.findings} == {f"第{_line_of_phone()}行 B列 信息资源名称"}

    def everywhere(sheet: Any) -> None:
        for row in range(2, sheet.max_row + 1):
            if sheet.cell(row, PLACES["信息资源代码"]).value == CATALOGUE.resources[ResourceName("Person")].code:
                sheet.cell(row, PLACES["更新周期"]).value = "实时"

    assert changed(everywhere).edits == (ResourceEdit(ResourceName("Person"), "update_cycle", "real_time"),)


def _line_of_phone() -> int:
    return line(load_workbook(BytesIO(write_sheet(CATALOGUE, REGISTER, date(2026, 1, 1))))[SHEET], "phone")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("共享类型", "敏感", "不在可选之列"),
        ("使用用途", "行政依据、消遣", "不在可选之列"),
        ("信息项提供部门", "某某局", "不是登记的部门"),
        ("数据类型", "Int", "此列不可修改"),
        ("信息项代码", "1", "此列不可修改"),
        ("信息资源代码", "999", "不是本目录的信息资源"),
        ("信息项英文名", "name", "信息项重复"),
        ("共享条件", "=1+1", "单元格为公式"),
        ("共享条件", "\u200b甲", "控制字符"),
        ("共享条件", "长" * 2_001, "内容过长"),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_taken(column: str, value: str, said: str) -> None:
    def change(sheet: Any) -> None:
        put("phone", "信息项名称", "电话")(sheet)  # a good change beside it
        put("phone", column, value)(sheet)

    read = changed(change)
    assert read.edits == ()
    assert any(said in finding.message_zh for finding in read.findings)
    assert all(finding.path.startswith("第") and "列" in finding.path for finding in read.findings)


def test_a_wrong_column_is_named() -> None:
    def rename(sheet: Any) -> None:
        sheet.cell(1, PLACES["共享类型"]).value = "共享类别"

    read = changed(rename)
    assert read.edits == ()
    assert [(finding.path, finding.message_zh) for finding in read.findings] == [
        ("第1行 P列 共享类别", "不是目录的列"), ("第1行", "缺少列“共享类型”"),
    ]  # fmt: skip


def test_text_that_looks_like_a_formula_is_written_as_text() -> None:
    resource = CATALOGUE.resources[ResourceName("Person")]
    odd = {**CATALOGUE.resources, resource.name: _with_abstract(resource, "=HYPERLINK(1)")}
    catalogue = type(CATALOGUE)(1, CATALOGUE.registers, odd, CATALOGUE.departments)
    data = write_sheet(catalogue, REGISTER, date(2026, 1, 1))
    cell = load_workbook(BytesIO(data))[SHEET].cell(2, PLACES["信息资源摘要"])
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert read_sheet(data, catalogue, REGISTER) == Sheet((), ())


def _with_abstract(resource: Any, abstract: str) -> Any:
    return replace(resource, abstract=abstract)


def _packed(size: int) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * size)
    return buffer.getvalue()


def _with_part(name: str, part: bytes) -> bytes:
    """The exported file with another part in the place of its own."""
    buffer = BytesIO()
    exported = ZipFile(BytesIO(write_sheet(CATALOGUE, REGISTER, date(2026, 1, 1))))
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        for one in exported.namelist():
            packed.writestr(one, part if one == name else exported.read(one))
    return buffer.getvalue()


def _torn() -> bytes:
    """Packed data that cannot be unpacked, in a directory that is whole."""
    data = bytearray(write_sheet(CATALOGUE, REGISTER, date(2026, 1, 1)))
    data[60:400] = bytes(340)
    return bytes(data)


def _empty_book() -> bytes:
    buffer = BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"x" * 6_000_000, _packed(70_000_000), _packed(10), _empty_book(), _torn(),
             _with_part("xl/workbook.xml", b"<workbook/>")],
)  # fmt: skip
def test_a_file_that_is_no_catalogue_is_refused(data: bytes) -> None:
    read = read_sheet(data, CATALOGUE, REGISTER)
    assert read.edits == ()
    assert len(read.findings) == 1


@pytest.mark.parametrize(("part", "tag"), [("xl/styles.xml", b"<xf/>"), ("xl/worksheets/sheet1.xml", b"<c/>")])
def test_a_file_of_very_many_tags_is_refused_before_it_is_read(part: str, tag: bytes) -> None:
    """They pack to next to nothing, and would take minutes."""
    data = _with_part(part, tag * 1_000_000)
    assert len(data) < 20_000
    began = time.monotonic()
    (finding,) = read_sheet(data, CATALOGUE, REGISTER).findings
    assert finding.message_zh == "文件解压后过大"
    assert time.monotonic() - began < 2


def test_of_very_many_faults_the_first_are_told() -> None:
    def spoil(sheet: Any) -> None:
        sheet.cell(1, len(COLUMNS) + 1).value = "列" * 10_000

    def many(sheet: Any) -> None:
        for row in range(2, 1_000):
            sheet.cell(row, PLACES["信息资源代码"]).value = "999"

    assert len(changed(many).findings) == MOST_FINDINGS
    (column,) = changed(spoil).findings
    assert len(column.path) < 200
