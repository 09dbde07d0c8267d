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
from catalogue.load import judge_documents, load_catalogue, load_documents, read_documents
from catalogue.model import (
    Basis,
    BasisClass,
    Catalogue,
    Conditional,
    Coordinate,
    Item,
    NotShared,
    Opening,
    Relation,
    Resource,
    ResourceName,
)
from catalogue.predicate import ItemName
from catalogue.read_sheet import MOST_FINDINGS, Sheet, read_sheet
from catalogue.sheet_columns import COLUMNS, Column, Row, Target
from catalogue.sheet_places import SHEET
from catalogue.write_sheet import write_sheet
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
    assert changed(lambda _: None, register)[:2] == ((), ())


def test_the_columns_are_those_of_the_guide() -> None:
    guide = {
        "信息资源分类", "信息资源名称", "信息资源代码", "信息资源提供方", "提供方代码", "信息资源摘要", "信息资源格式",
        "信息项名称", "数据类型", "共享类型", "共享条件", "共享方式", "更新周期", "关联资源代码",
        "是否向社会开放", "开放条件", "发布日期",
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
    text, findings, _ = edited(documents["registers/population.toml"], edits)
    assert not findings
    return load_documents({**documents, "registers/population.toml": text}, 2)


def judged(sheet: Sheet, register: str = REGISTER) -> tuple[Catalogue | None, list[str]]:
    """The catalogue that the sheet comes to, and where its faults are told: its own, else those of what it comes to."""
    documents = read_documents(ROOT / "catalogue")
    path = f"registers/{register}.toml"
    made = edited(documents[path], sheet.edits)
    found = judge_documents({**documents, path: made.text}, 2)
    findings = (*sheet.findings, *made.findings, *found.findings)
    return found.catalogue, [sheet.places.told(one).path for one in findings]


WRITABLE = [column for column in COLUMNS if column.target not in (Target.SHOWN, Target.TOLD)]


def _entries(resource: Resource) -> tuple[Item | Relation, ...]:
    return (*resource.items.values(), *resource.relations.values())


def filled(column: Column) -> Row:
    """A line whose cell in this column holds something."""
    lines = (
        Row(CATALOGUE, resource, entry)
        for resource in CATALOGUE.resources.values()
        for entry in _entries(resource)
        if not (isinstance(entry, Item) and entry.internal)
    )
    return next(row for row in lines if column.value(row))


@pytest.mark.parametrize(
    "column", [one for one in WRITABLE if not one.attribute.startswith("opening")], ids=lambda column: column.title
)
def test_an_emptied_cell_is_taken_out_or_refused_at_its_place_and_never_passed_over(column: Column) -> None:
    row = filled(column)

    def empty(sheet: Any) -> None:
        if column.target is Target.RESOURCE:
            for number in range(2, sheet.max_row + 1):
                if sheet.cell(number, PLACES["信息资源代码"]).value == row.resource.code:
                    sheet.cell(number, PLACES[column.title]).value = None
        else:
            put(f"{row.resource.name}.{row.entry.name}", column.title, None)(sheet)

    register = row.resource.register
    catalogue, places = judged(changed(empty, register), register)
    if places:
        assert any(column.title in place for place in places), places
    else:
        assert catalogue is not None
        resource = catalogue.resources[row.resource.name]
        (entry,) = (one for one in _entries(resource) if one.name == row.entry.name)
        assert column.value(Row(catalogue, resource, entry)) == ""


def test_what_the_law_finds_is_told_by_line_and_column() -> None:
    def places(item: str, **cells: str | None) -> list[str]:
        def change(sheet: Any) -> None:
            for title, value in cells.items():
                put(item, title, value)(sheet)

        return judged(changed(change))[1]

    book = load_workbook(BytesIO(write_sheet(CATALOGUE, REGISTER, None)))[SHEET]
    sex, phone = line(book, "sex"), line(book, "phone")
    assert f"第{sex}行 P列 共享类型" in places("sex", 共享类型="有条件共享")
    assert f"第{phone}行 Q列 共享条件" in places("phone", 共享条件=None)
    assert f"第{phone}行 R列 共享范围" in places("phone", 共享范围=None)
    basis = {"文号": "中华人民共和国主席令第四十五号", "条款": "第一条", "类别": "法律"}
    withheld = {f"不予共享依据{title}": value for title, value in basis.items()}
    assert f"第{phone}行 W列 不予共享依据名称" in places("phone", 共享类型="不予共享", 不予共享依据名称="敏感", **withheld)


def test_a_path_that_no_line_is_about_stays_as_it_is() -> None:
    places = changed(lambda _: None).places
    assert [places.of(path) for path in ("resource.Nothing.item.x", "register.lead", "")] == [None, None, None]
    whole_line = str(places.of("resource.Person.item.sex.rules[0]"))
    assert (whole_line[0], whole_line[-1]) == ("第", "行")


def test_a_line_that_is_verified_from_now_on_enters_the_verify_field() -> None:
    def change(sheet: Any) -> None:
        put("relationToHead", "提供形式", "完整提供、仅供核验")(sheet)
        put("relationToHead", "核验方式", "文本")(sheet)

    catalogue, places = judged(changed(change))
    assert places == []
    assert catalogue is not None
    assert catalogue.resources[ResourceName("Person")].verify[-1] == "relationToHead"


def test_the_sheet_of_another_register_is_one_fault() -> None:
    (finding,) = read_sheet(write_sheet(CATALOGUE, "licence", date(2026, 1, 1)), CATALOGUE, REGISTER).findings
    titles = [CATALOGUE.registers[name].title for name in ("licence", REGISTER)]
    assert finding.message_zh == f"这是“{titles[0]}”的表格，不是“{titles[1]}”的"


def test_open_to_society_is_read_and_the_day_of_publication_is_told() -> None:
    def change(sheet: Any) -> None:
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, PLACES["发布日期"]).value = "2020-01-01"  # of a former version
            if sheet.cell(row, PLACES["信息资源代码"]).value == CATALOGUE.resources[ResourceName("Person")].code:
                sheet.cell(row, PLACES["是否向社会开放"]).value = "否"
                sheet.cell(row, PLACES["开放条件"]).value = "汇总统计后"

    person = loaded(changed(change).edits).resources[ResourceName("Person")]
    assert (person.opening, person.opening_condition) == (Opening.CLOSED, "汇总统计后")
    for day, told in ((date(2026, 3, 2), "2026-03-02"), (None, None)):
        book = load_workbook(BytesIO(write_sheet(CATALOGUE, REGISTER, day)))[SHEET]
        assert {book.cell(row, PLACES["发布日期"]).value for row in range(2, book.max_row + 1)} == {told}


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
    assert read_sheet(data, catalogue, REGISTER)[:2] == ((), ())


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
