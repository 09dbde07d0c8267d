"""The catalogue from its TOML files: read strictly, resolve, check. Errors come out together, each with file and path."""

from pathlib import Path

from catalogue.checks import check_catalogue
from catalogue.draft import DraftRegister
from catalogue.finding import Finding, refuse
from catalogue.model import Catalogue, Department, ProviderCode
from catalogue.read_register import read_register
from catalogue.resolve import resolve
from catalogue.toml_table import read_toml

SEED_VERSION = 1


def load_catalogue(folder: Path, version: int = SEED_VERSION) -> Catalogue:
    """The whole catalogue of `folder` (departments.toml, registers/*.toml, themes/*.toml).

    Raises GatewayError(CATALOGUE_INVALID) with every error found: first those of writing; if there are none, those of
    names that do not resolve; if there are none, those against the regulation.
    """
    findings: list[Finding] = []
    departments = read_departments(folder / "departments.toml", findings)
    registers = _read_registers(folder, findings)
    refuse(findings)
    catalogue = resolve(version, departments, registers, findings)
    refuse(findings)
    refuse(check_catalogue(catalogue))
    return catalogue


def read_departments(path: Path, findings: list[Finding]) -> tuple[Department, ...]:
    """The departments of departments.toml in file order; faults go to `findings`."""
    top = read_toml(path, findings)
    if top is None:
        return ()
    departments = []
    for name, table in top.tables("department"):
        departments.append(Department(ProviderCode(table.text("code")), name, table.text("title"), table.text("division")))
        table.close()
    top.close()
    return tuple(departments)


def _read_registers(folder: Path, findings: list[Finding]) -> tuple[DraftRegister, ...]:
    paths = sorted((*folder.glob("registers/*.toml"), *folder.glob("themes/*.toml")))
    if not paths:
        findings.append(Finding(folder.name, "registers", "holds no register", "put the registers' TOML files there"))
    tables = [read_toml(path, findings) for path in paths]
    return tuple(read_register(table) for table in tables if table is not None)
