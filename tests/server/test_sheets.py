"""The catalogue as a spreadsheet over GraphQL: exported, worked on, imported into a draft; faults by row and column."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from catalogue.sheet_columns import COLUMNS
from catalogue.sheet_places import SHEET
from tests.server.gateway import Answered, Running

LEAD = "demo-provider"
"""The civil affairs department compiles no base register; the population register's lead is another."""
EXPORT = '{ catalogueSheet(register: "%s") { name mediaType content sha256 } }'
IMPORT = """
    mutation Import($register: String!, $content: String!) {
      importCatalogue(register: $register, content: $content, handler: "C-1") {
        id register state changes { coordinate kind }
      }
    }"""
PLACES = {column.title: number for number, column in enumerate(COLUMNS, 1)}


def exported(gateway: Running, register: str = "population") -> bytes:
    told = gateway.ask(EXPORT % register, client=LEAD, purpose="").body["data"]["catalogueSheet"]
    assert told["mediaType"].endswith("spreadsheetml.sheet")
    return base64.b64decode(told["content"], validate=True)


def worked_on(data: bytes, change: Callable[[Any], None]) -> str:
    book = load_workbook(BytesIO(data))
    change(book[SHEET])
    buffer = BytesIO()
    book.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def imported(gateway: Running, content: str, client: str, register: str = "population") -> Answered:
    return gateway.ask(IMPORT, {"register": register, "content": content}, client=client, purpose="")


def error(answered: Answered) -> dict[str, Any]:
    (told,) = answered.body["errors"]
    extensions: dict[str, Any] = told["extensions"]
    return extensions


def line(sheet: Any, item: str) -> int:
    rows = range(2, sheet.max_row + 1)
    return next(row for row in rows if sheet.cell(row, PLACES["信息项英文名"]).value == item)


def test_a_lead_department_works_on_its_register_in_a_spreadsheet(gateway: Running, compiler: str) -> None:
    def note(sheet: Any) -> None:
        sheet.cell(line(sheet, "phone"), PLACES["共享条件"]).value = "仅供核验申请人所留电话是否与登记一致"

    told = imported(gateway, worked_on(exported(gateway), note), compiler).body["data"]["importCatalogue"]
    assert told["register"] == "population"
    assert told["state"] == "DRAFTED"
    assert {change["coordinate"] for change in told["changes"]} == {"Person.phone"}


def test_a_wrong_column_and_a_wrong_cell_are_told_by_place_and_nothing_is_changed(gateway: Running, compiler: str) -> None:
    def spoil(sheet: Any) -> None:
        sheet.cell(1, PLACES["共享范围"]).value = "范围"

    refused = error(imported(gateway, worked_on(exported(gateway), spoil), compiler))
    assert refused["code"] == "SHEET_INVALID"
    assert {one["path"] for one in refused["findings"]} == {"第1行 R列 范围", "第1行"}

    def sensitive(sheet: Any) -> None:
        sheet.cell(line(sheet, "phone"), PLACES["共享类型"]).value = "敏感"

    refused = error(imported(gateway, worked_on(exported(gateway), sensitive), compiler))
    assert [one["path"].split()[1:] for one in refused["findings"]] == [["P列", "共享类型"]]
    drafts = gateway.ask('{ catalogueDrafts(register: "population") { text } }', client=compiler, purpose="")
    assert all(
        "敏感" not in draft["text"].split("phone = ")[1].split("}")[0] for draft in drafts.body["data"]["catalogueDrafts"]
    )


def test_only_the_lead_department_imports(gateway: Running) -> None:
    content = worked_on(exported(gateway), lambda sheet: None)
    assert error(imported(gateway, content, LEAD))["code"] == "NOT_RESPONSIBLE"
    assert error(imported(gateway, content, "demo-auditor"))["code"] in ("ROLE_REQUIRED", "BODY_TOO_LARGE")


@pytest.mark.parametrize("content", ["", "no base64!", base64.b64encode(b"PK\x03\x04").decode()])
def test_what_is_no_spreadsheet_is_refused(gateway: Running, compiler: str, content: str) -> None:
    assert error(imported(gateway, content, compiler))["code"] in ("SHEET_INVALID", "INPUT_INVALID")


@pytest.fixture(scope="module")
def compiler(started: Running) -> str:
    """A client of the population register's lead department."""
    made = started.cli(
        "client", "create", "t-police", "--department", "public_security", "--network", "127.0.0.0/8", "--role", "compiler",
        "--role", "provider",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    started.token("t-police", made.stdout.strip().splitlines()[-1])
    return "t-police"
