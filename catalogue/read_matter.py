"""A matter's table, as a file or a stored version holds it, into its frozen form. Faults are collected, each with its place.

Nothing of a catalogue is asked here: what a matter names is held against one by `catalogue.check_matter`.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from catalogue.matters import (
    AllOf,
    AnyOf,
    Basis,
    Certificate,
    Elsewhere,
    Items,
    Lenience,
    LenienceKind,
    Material,
    Matter,
    Own,
    Path,
    Replacement,
    Role,
    Situation,
    SubjectKind,
    Theme,
)
from catalogue.model import ProviderCode
from catalogue.toml_table import TomlTable

_BRANCHES = ("items", "certificates", "own", "theme", "any", "all")
DEEPEST = 4
"""How deep alternatives may nest: a counter has to understand them."""


class Words(NamedTuple):
    """What names stand for: departments and certificate types, each by its name and by its code."""

    departments: Mapping[str, ProviderCode]
    licence_types: Mapping[str, str]


class Term(NamedTuple):
    """Which version it is, and how long it is in force."""

    version: int
    valid_from: date
    valid_until: date | None


def read_matter(table: TomlTable, words: Words, term: Term) -> Matter:
    """The matter of a table that `term` was read from, or that stands beside it. Faults go to the table's findings."""
    matter = Matter(
        code=table.text("code"),
        title=table.text("title"),
        title_en=table.text("title_en"),
        department=_department(table, words),
        basis=tuple(_basis(row) for row in table.rows("basis")),
        version=term.version,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        roles={name: _role(name, inner) for name, inner in table.tables("role")},
        situations={code: _situation(code, inner) for code, inner in table.tables("situation")},
        materials=tuple(_material(code, inner, words) for code, inner in table.tables("material")),
        declared=table.texts("items"),
        demo_key=table.flag("demo_key"),
        elsewhere=tuple(_elsewhere(row, words) for row in table.rows("elsewhere")),
        note=table.text("note", ""),
    )
    table.close()
    return matter


def read_term(table: TomlTable) -> Term:
    """`version`, `valid_from` and, where it ended, `valid_until` of a file's table."""
    version, valid_from = table.integer("version"), table.day("valid_from")
    valid_until = table.day("valid_until") if table.has("valid_until") else None
    table.asked["valid_until"] = None
    if version < 1:
        table.fault("version", "is below 1", "版本号小于 1", "versions count from 1")
    if valid_until is not None and valid_until <= valid_from:
        hint = "name the first day on which it no longer holds"
        table.fault("valid_until", "is not after `valid_from`", "失效日期不晚于生效日期", hint)
    return Term(version, valid_from, valid_until)


def _department(table: TomlTable, words: Words) -> ProviderCode:
    name = table.text("department")
    return words.departments.get(name, ProviderCode(name))


def _basis(table: TomlTable) -> Basis:
    basis = Basis(table.text("title"), table.text("number", ""), table.text("clause", ""), table.flag("checked"))
    table.close()
    return basis


def _elsewhere(table: TomlTable, words: Words) -> Elsewhere:
    found = Elsewhere(table.text("division"), _department(table, words), table.flag("checked"))
    table.close()
    return found


def _role(name: str, table: TomlTable) -> Role:
    most = table.integer("most") if table.has("most") else None
    table.asked["most"] = None
    role = Role(
        name,
        table.text("title"),
        table.text("title_en"),
        table.words("kinds", SubjectKind) or (),
        table.integer("least"),
        most,
        table.texts("acts_for"),
    )
    table.close()
    return role


def _situation(code: str, table: TomlTable) -> Situation:
    situation = Situation(code, table.text("title"), table.text("title_en"))
    table.close()
    return situation


def _material(code: str, table: TomlTable, words: Words) -> Material:
    replaced, lenience = table.table("replaced_by"), table.table("lenience")
    material = Material(
        code,
        table.text("title"),
        table.text("title_en"),
        table.texts("situations"),
        None if replaced is None else _replacement(replaced, words, DEEPEST),
        table.text("note", ""),
        None if lenience is None else _lenience(lenience),
        table.flag("statutory", True),
        table.flag("barred"),
        table.flag("checked"),
    )
    table.close()
    return material


def _lenience(table: TomlTable) -> Lenience | None:
    kind = table.word("kind", LenienceKind)
    days, checked = table.integer("working_days"), table.flag("checked")
    table.close()
    return None if kind is None else Lenience(kind, days, checked)


def _replacement(table: TomlTable, words: Words, depth: int) -> Replacement | None:
    """One node of the tree: exactly one of its branches is written."""
    branches = [branch for branch in _BRANCHES if table.has(branch)]
    if len(branches) != 1:
        message = f"has {len(branches)} of `{'`, `'.join(_BRANCHES)}`"
        table.fault("", message, f"应当只写一种替代方式，现有 {len(branches)} 种", "write exactly one of them")
        return None
    if depth == 0:
        table.fault("", f"nests more than {DEEPEST} deep", f"嵌套超过 {DEEPEST} 层", "write it flatter")
        return None
    branch = branches[0]
    found: Replacement | None
    match branch:
        case "items":
            found = Items(_paths(table), table.flag("absence"))
        case "certificates":
            types = tuple(words.licence_types.get(name, name) for name in table.texts(branch))
            found = Certificate(table.text("of"), types, table.flag("valid", True))
        case "own":
            found = _own(table.table(branch))
        case "theme":
            found = _theme(table.table(branch))
        case _:
            parts = tuple(_replacement(row, words, depth - 1) for row in table.rows(branch))
            if len(parts) < 2:
                table.fault(branch, "has less than two parts", "不足两个部分", "write the part itself")
            known = tuple(part for part in parts if part is not None)
            found = AnyOf(known) if branch == "any" else AllOf(known)
    table.close()
    return found


def _own(table: TomlTable | None) -> Own | None:
    if table is None:
        return None
    own = Own(table.text("title"), table.text("title_en"), _paths(table))
    table.close()
    return own


def _theme(table: TomlTable | None) -> Theme | None:
    if table is None:
        return None
    theme = Theme(table.text("title"), table.text("title_en"), table.text("provider"), table.flag("absence"))
    table.close()
    return theme


def _paths(table: TomlTable) -> tuple[Path, ...]:
    return tuple(tuple(path.split(".")) for path in table.texts("items"))
