"""政务服务事项: service matters, and which items each declares that it needs (Art. 17 ¶2; 个人信息保护法 34).

A matter that declares its items can be held to them (`Profile.bind_to_matter`); one that declares none cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogue.finding import Finding, refuse
from catalogue.model import Catalogue, Coordinate, ResourceName
from catalogue.predicate import ItemName
from catalogue.toml_table import TomlTable, read_toml

FILE = Path(__file__).with_name("matters.toml")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. `items`: the coordinates that it declares; empty: it declares none, and is bound to none."""

    code: str
    title: str
    items: frozenset[Coordinate]


def load_matters(catalogue: Catalogue, path: Path = FILE, *, strict: bool = False) -> Mapping[str, Matter]:
    """The matters by code, in file order. Raises CATALOGUE_INVALID for what cannot be read.

    `strict`: also for an item that the catalogue lacks; else it is passed over, for a later version may have withdrawn it,
    and then nobody reads it.
    """
    findings: list[Finding] = []
    top = read_toml(path, findings)
    refuse(findings)
    assert top is not None
    matters = {}
    for code, table in top.tables("matter"):
        matters[code] = Matter(code, table.text("title"), _items(catalogue, table, strict))
        table.close()
    top.close()
    refuse(findings)
    return matters


def _items(catalogue: Catalogue, table: TomlTable, strict: bool) -> frozenset[Coordinate]:
    declared: set[Coordinate] = set()
    for word in table.texts("items"):
        resource = ResourceName(word.partition(".")[0])
        named = Coordinate(resource, ItemName(word.partition(".")[2]))
        of_word = [each for each in catalogue.entries if each == named or (not named.field and each.type == resource)]
        if strict and not of_word:
            table.fault("items", f"names `{word}`, which the catalogue lacks", "write `Person.name`, or a resource `Person`")
        declared.update(of_word)
    return frozenset(declared)
