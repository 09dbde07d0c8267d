"""`cli catalogue export|import`: a register as a spreadsheet, out of the catalogue's files and into them again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from catalogue.edit import edited
from catalogue.finding import Finding
from catalogue.life import placed
from catalogue.load import judge_documents, load_documents, read_documents
from catalogue.model import Catalogue
from errors import INPUT_INVALID, SHEET_INVALID, GatewayError
from settings import read_settings


def export(
    register: Annotated[str, typer.Argument(help="the register's name: population, licence …")],
    file: Annotated[Path, typer.Argument(help="the .xlsx file to write")],
) -> None:
    """目录导出为表格 · write a register of the catalogue's files as a spreadsheet."""
    from catalogue.write_sheet import write_sheet  # its library is loaded by no other command

    catalogue = load_documents(read_documents(read_settings().catalogue))
    _known(catalogue, register)
    file.write_bytes(write_sheet(catalogue, register, None))
    typer.echo(f"已写入 · written: {file}")


def import_(
    register: Annotated[str, typer.Argument(help="the register's name")],
    file: Annotated[Path, typer.Argument(help="the .xlsx file to read", exists=True, dir_okay=False)],
) -> None:
    """由表格导入目录 · change the files as the spreadsheet says: all of it, or nothing and every fault by cell."""
    from catalogue.read_sheet import read_sheet

    folder = read_settings().catalogue
    documents = read_documents(folder)
    catalogue = load_documents(documents)
    _known(catalogue, register)
    sheet = read_sheet(file.read_bytes(), catalogue, register)
    _refuse(sheet.findings)
    path = catalogue.registers[register].file
    place = next(name for name in documents if name.rpartition("/")[2] == path)
    text, findings, _ = edited(documents[place], sheet.edits, path)
    _refuse(map(sheet.places.told, findings))
    judged = judge_documents(placed(documents, place, text), catalogue.version)
    _refuse(map(sheet.places.told, judged.findings))
    (folder / place).write_text(text, encoding="utf-8")
    typer.echo(f"已导入 · imported: {len(sheet.edits)} changes in {place}")


def _known(catalogue: Catalogue, register: str) -> None:
    if register not in catalogue.registers:
        known = ", ".join(f"`{name}`" for name in catalogue.registers)
        raise GatewayError(INPUT_INVALID, f"no register `{register}`", f"registers are {known}")


def _refuse(found: Iterable[Finding]) -> None:
    """Raises SHEET_INVALID with every finding; nothing was written."""
    findings = list(found)
    if findings:
        raise GatewayError(
            SHEET_INVALID,
            "the spreadsheet has errors:\n" + "\n".join(map(str, findings)),
            "correct the named cells and import it again; nothing was changed",
            article="Art. 8",
            extensions={"findings": [finding.to_json() for finding in findings]},
        )
