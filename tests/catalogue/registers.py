"""The real registers as TOML data, to be changed in memory and read again."""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from catalogue.finding import Finding
from catalogue.load import SEED_VERSION, read_departments
from catalogue.model import Catalogue
from catalogue.read_register import read_register
from catalogue.resolve import resolve
from catalogue.toml_table import TomlTable

FOLDER = Path("catalogue")
FILES: dict[str, dict[str, Any]] = {
    path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("registers/*.toml"))
}
Files = dict[str, dict[str, Any]]


def build(change: Callable[[Files], object] = lambda files: None) -> tuple[Catalogue, list[Finding]]:
    """The real catalogue after a change of its files, unchecked, with what reading and resolving found."""
    files = deepcopy(FILES)
    change(files)
    findings: list[Finding] = []
    drafts = [read_register(TomlTable(name, "", data, findings)) for name, data in files.items()]
    departments = read_departments(FOLDER / "departments.toml", findings)
    return resolve(SEED_VERSION, departments, drafts, findings), findings


def at(files: Files, path: str) -> Any:
    """What stands at `population.toml: resource.Person.item.phone`."""
    file, _, keys = path.partition(": ")
    place: Any = files[file]
    for key in keys.split("."):
        place = place[int(key) if key.isdigit() else key]
    return place


def put(path: str, value: object) -> Callable[[Files], None]:
    """A change that writes the value at the path."""

    def change(files: Files) -> None:
        parent, _, key = path.rpartition(".")
        at(files, parent)[key] = value

    return change


def drop(path: str) -> Callable[[Files], None]:
    """A change that takes the path's key away."""

    def change(files: Files) -> None:
        parent, _, key = path.rpartition(".")
        del at(files, parent)[key]

    return change
