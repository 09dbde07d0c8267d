"""The matters from their TOML files, one a version: read strictly, checked, bound to the catalogue.

They seed an empty database; from then on the versions that are kept there rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalogue.check_matter import Against, check_matter
from catalogue.finding import Finding, refuse
from catalogue.licence_types import LicenceType, load_licence_types
from catalogue.matter_items import bind_matter
from catalogue.matters import Matter, MatterRegister, register_of
from catalogue.model import Catalogue
from catalogue.read_matter import Words, read_matter, read_term
from catalogue.toml_table import read_toml

FOLDER = Path(__file__).with_name("matters")
LICENCE_TYPES = Path(__file__).with_name("licence_types.toml")


class SeededMatter(NamedTuple):
    """A version as a file states it, not yet bound to a catalogue."""

    file: str
    matter: Matter


def load_matters(catalogue: Catalogue, folder: Path = FOLDER, *, strict: bool = True) -> MatterRegister:
    """All that the files of `folder` state, bound to the catalogue. Raises CATALOGUE_INVALID with every fault.

    Not `strict`: what cannot be read is refused all the same, but nothing is held against the catalogue: a later version of
    it may have withdrawn an item, and then nobody reads that.
    """
    seeded = read_matters(catalogue, folder)
    if strict:
        refuse(check_matters(catalogue, seeded))
    return register_of(1, (bind_matter(catalogue, one.matter) for one in seeded))


def check_matters(catalogue: Catalogue, seeded: Iterable[SeededMatter]) -> tuple[Finding, ...]:
    """All that is wrong with them in this catalogue."""
    against = Against(catalogue, licence_types(), catalogue.departments.__contains__)
    return tuple(found for one in seeded for found in check_matter(against, one.matter, one.file))


def read_matters(catalogue: Catalogue, folder: Path = FOLDER) -> tuple[SeededMatter, ...]:
    """The files' matters by code and version. Raises CATALOGUE_INVALID for what cannot be read."""
    findings: list[Finding] = []
    words, seeded = words_of(catalogue), []
    for path in sorted(folder.glob("*.toml")):
        table = read_toml(path, findings)
        if table is not None:
            seeded.append(SeededMatter(path.name, read_matter(table, words, read_term(table))))
    _check_sequence(seeded, findings)
    refuse(findings)
    return tuple(sorted(seeded, key=lambda one: (one.matter.code, one.matter.version)))


@cache
def licence_types(path: Path = LICENCE_TYPES) -> Mapping[str, LicenceType]:
    """The certificate types by code. Raises CATALOGUE_INVALID."""
    return {one.code: one for one in load_licence_types(path)}


def words_of(catalogue: Catalogue) -> Words:
    """What names stand for in this catalogue: departments and certificate types, by name and by code."""
    departments = {name: code for code, one in catalogue.departments.items() for name in (code, one.name)}
    return Words(departments, {name: code for code, one in licence_types().items() for name in (code, one.name)})


def _check_sequence(seeded: Sequence[SeededMatter], findings: list[Finding]) -> None:
    """Versions of a matter count from 1, one file each, and follow one another by day."""
    held: dict[str, list[SeededMatter]] = {}
    for one in sorted(seeded, key=lambda one: one.matter.version):
        before = held.setdefault(one.matter.code, [])
        if one.matter.version != len(before) + 1:
            hint = "versions count from 1, one file each"
            findings.append(Finding(one.file, "version", "is out of order", "版本号不连续", hint))
        elif before and one.matter.valid_from <= before[-1].matter.valid_from:
            message, zh = "is not after that of the version before", "不晚于前一版本的生效日期"
            findings.append(Finding(one.file, "valid_from", message, zh, "name a later day"))
        before.append(one)
