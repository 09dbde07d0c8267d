"""The catalogue from its TOML files: read strictly, resolve, check. Errors come out together, each with file and path."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from catalogue.checks import check_catalogue
from catalogue.finding import Finding, refuse
from catalogue.model import Catalogue, Department, ProviderCode
from catalogue.read_register import read_register
from catalogue.resolve import resolve
from catalogue.toml_table import TomlTable, parse_toml, read_text, read_toml

SEED_VERSION = 1


def load_catalogue(folder: Path, version: int = SEED_VERSION) -> Catalogue:
    """The whole catalogue of `folder` (departments.toml, registers/*.toml, themes/*.toml).

    Raises GatewayError(CATALOGUE_INVALID) with every error found: first those of writing; if there are none, those of
    names that do not resolve; if there are none, those against the regulation.
    """
    return load_documents(read_documents(folder), version)


def read_documents(folder: Path) -> dict[str, str]:
    """The catalogue's files by their path in `folder`: what is published. Raises CATALOGUE_INVALID."""
    findings: list[Finding] = []
    paths = sorted((*folder.glob("registers/*.toml"), *folder.glob("themes/*.toml")))
    if not paths:
        findings.append(
            Finding(folder.name, "registers", "holds no register", "没有登记库", "put the registers' TOML files there")
        )
    documents: dict[str, str] = {}
    for path in (folder / "departments.toml", *paths):
        text = read_text(path, findings)
        if text is not None:
            documents[path.relative_to(folder).as_posix()] = text
    refuse(findings)
    return documents


def load_documents(documents: Mapping[str, str], version: int = SEED_VERSION) -> Catalogue:
    """The catalogue that these files make, by `read_documents`. Raises as `load_catalogue`."""
    return _accepted(judge_documents(documents, version))


def read_published(documents: Mapping[str, str], version: int) -> Catalogue:
    """The catalogue that a published version's files make. It passed the checks of its day and stands until another is
    published (Art. 8): a later rule is held against drafts, not against it.

    Raises CATALOGUE_INVALID for what cannot be read.
    """
    return _accepted(_resolved(documents, version))


class Judged(NamedTuple):
    """What files come to: `findings` are empty where they may be published. `catalogue` is None where they cannot be read:
    else it is resolved, whatever it breaches.
    """

    catalogue: Catalogue | None
    findings: tuple[Finding, ...]


def judge_documents(documents: Mapping[str, str], version: int = SEED_VERSION) -> Judged:
    """The catalogue that these files make, and all that is wrong with it, in the order of `load_catalogue`."""
    resolved = _resolved(documents, version)
    if resolved.catalogue is None:
        return resolved
    return Judged(resolved.catalogue, check_catalogue(resolved.catalogue))


def _accepted(judged: Judged) -> Catalogue:
    refuse(judged.findings)
    assert judged.catalogue is not None, "what cannot be read has findings"
    return judged.catalogue


def _resolved(documents: Mapping[str, str], version: int) -> Judged:
    """What can be read of them, with nothing held against the regulation."""
    findings: list[Finding] = []
    tables = {path: parse_toml(path.rpartition("/")[2], text, findings) for path, text in sorted(documents.items())}
    departments = _departments(tables.pop("departments.toml", None))
    registers = tuple(read_register(table) for table in tables.values() if table is not None)
    if findings:
        return Judged(None, tuple(findings))
    catalogue = resolve(version, departments, registers, findings)
    if findings:
        return Judged(None, tuple(findings))
    return Judged(catalogue, ())


def read_departments(path: Path, findings: list[Finding]) -> tuple[Department, ...]:
    """The departments of departments.toml in file order; faults go to `findings`."""
    return _departments(read_toml(path, findings))


def _departments(top: TomlTable | None) -> tuple[Department, ...]:
    if top is None:
        return ()
    departments = []
    for name, table in top.tables("department"):
        departments.append(Department(ProviderCode(table.text("code")), name, table.text("title"), table.text("division")))
        table.close()
    top.close()
    return tuple(departments)
