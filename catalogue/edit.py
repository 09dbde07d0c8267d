"""Single changes to a register's file, its writing kept: comments, order, and which tables stand on one line.

Nothing is judged here but whether an edit can be made at all: what it means for the law, `catalogue.load.judge_documents`
says of the result. Several edits are made together or not at all.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, assert_never

import tomlkit
from tomlkit.items import InlineTable

from catalogue.finding import Finding
from catalogue.model import Basis, Coordinate, ResourceName
from catalogue.toml_table import not_toml

Value: TypeAlias = str | int | tuple[str, ...] | Basis | None
"""What an attribute is set to; None leaves it out, so that what it defaults to holds."""


class ValueKind(StrEnum):
    """What an attribute holds."""

    TEXT = "a text"
    WORDS = "a list of words"
    NUMBER = "a whole number"
    BASIS = "a basis: title, number, clause, class"


_KINDS_ZH: Mapping[ValueKind, str] = MappingProxyType({
    ValueKind.TEXT: "文本",
    ValueKind.WORDS: "用词列表",
    ValueKind.NUMBER: "整数",
    ValueKind.BASIS: "依据（名称、文号、条款、效力级别）",
})  # fmt: skip

ENTRY_ATTRIBUTES: Mapping[str, ValueKind] = MappingProxyType({
    **dict.fromkeys(("title", "kind", "sharing", "terms", "condition", "scope"), ValueKind.TEXT),
    **dict.fromkeys(("uses", "forms", "rows"), ValueKind.WORDS),
    **dict.fromkeys(("open_form", "provider", "note", "note_zh"), ValueKind.TEXT),
    "basis": ValueKind.BASIS,
})  # fmt: skip
"""What may be changed of an item or relation, by its key in TOML. Its `seq` may not: grants name the code."""
ITEM_ATTRIBUTES: Mapping[str, ValueKind] = MappingProxyType(
    {**ENTRY_ATTRIBUTES, **dict.fromkeys(("type", "mask", "match", "standard", "datum"), ValueKind.TEXT)}
)
RESOURCE_ATTRIBUTES: Mapping[str, ValueKind] = MappingProxyType({
    **dict.fromkeys(("title", "abstract", "note", "provider", "format", "update_cycle", "network_zone"), ValueKind.TEXT),
    **dict.fromkeys(("opening", "opening_condition"), ValueKind.TEXT),
    "modes": ValueKind.WORDS,
})  # fmt: skip

_TERMS = ("terms", "condition", "scope", "uses", "forms", "rows", "open_form")
_IDLE: Mapping[object, tuple[str, ...]] = MappingProxyType(
    {"unconditional": (*_TERMS, "basis"), "conditional": ("basis",), "not_shared": _TERMS}
)
"""What a sharing type has no use for: it goes with the former type, unless the same edits state it."""


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """One attribute (a key of `ITEM_ATTRIBUTES`) of an item or relation that exists."""

    coordinate: Coordinate
    attribute: str
    value: Value


@dataclass(frozen=True, slots=True)
class ResourceEdit:
    """One attribute (a key of `RESOURCE_ATTRIBUTES`) of a resource that exists."""

    resource: ResourceName
    attribute: str
    value: Value


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that is new in a resource; `attributes` by the keys of `ITEM_ATTRIBUTES`, and `seq` (else the next free)."""

    coordinate: Coordinate
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RemovedItem:
    """An item or relation that is no longer provided."""

    coordinate: Coordinate


@dataclass(frozen=True, slots=True)
class RemovedResource:
    """A resource that is withdrawn."""

    resource: ResourceName


def _as_found(finding: Finding) -> Finding:
    return finding


Edit: TypeAlias = ItemEdit | ResourceEdit | NewItem | RemovedItem | RemovedResource


class Edited(NamedTuple):
    """The file's text after all edits; with `findings` the text as it was. Findings are in the order of the edits, each
    with the place of what cannot be edited. `told` names a finding's place as whoever made the edits knows it.
    """

    text: str
    findings: tuple[Finding, ...]
    told: Callable[[Finding], Finding] = _as_found


def edited(text: str, edits: Sequence[Edit], file: str = "") -> Edited:
    """The text of a register's file with these edits. A finding names what does not exist, an attribute that cannot be
    edited, or a value of another kind than the attribute holds; or says that the text is no TOML.
    """
    try:
        wanted = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Edited(text, (not_toml(file, error),))
    document: Any = tomlkit.parse(text)
    stated = {(edit.coordinate, edit.attribute) for edit in edits if isinstance(edit, ItemEdit)}
    findings: list[Finding] = []
    for edit in edits:
        steps = _steps(wanted, edit, stated)
        if isinstance(steps, _Fault):
            findings.append(Finding(file, *steps))
            continue
        for step in steps:
            _apply(wanted, document, step)
    if findings:
        return Edited(text, tuple(findings))
    for step in _verify_steps(wanted, edits):
        _apply(wanted, document, step)
    result = tomlkit.dumps(document)
    if tomllib.loads(result) != wanted:
        raise AssertionError("the edited text does not say what was to be edited")
    return Edited(result, ())


class _Fault(NamedTuple):
    path: str
    message: str
    message_zh: str
    hint: str


class _Step(NamedTuple):
    """Set the key that the path ends with to a plain TOML value, or leave it out."""

    path: tuple[str | int, ...]
    value: object


def _steps(data: Mapping[str, Any], edit: Edit, stated: set[tuple[Coordinate, str]]) -> "list[_Step] | _Fault":
    """What the edit comes to, step by step on the file's tables."""
    resource = edit.resource if isinstance(edit, ResourceEdit | RemovedResource) else edit.coordinate.type
    path, held = ("resource", str(resource)), data.get("resource", {})
    if resource not in held:
        return _Fault(".".join(path), "is no resource of this file", "不是本文件的资源", f"resources are {_listed(held)}")
    match edit:
        case RemovedResource():
            return [_Step(path, None)]
        case ResourceEdit(_, attribute, value):
            fault = _unfit(".".join(path), RESOURCE_ATTRIBUTES, attribute, value)
            return fault or [_Step((*path, attribute), _plain(value))]
        case NewItem():
            return _new_item(held[resource], path, edit)
        case ItemEdit(coordinate) | RemovedItem(coordinate):
            table = next((one for one in ("item", "relation") if coordinate.field in held[resource].get(one, {})), None)
            if table is None:
                known = _listed([*held[resource].get("item", {}), *held[resource].get("relation", {})])
                where = ".".join((*path, "item", coordinate.field))
                return _Fault(
                    where, f"is no item or relation of {resource}", f"不是 {resource} 的信息项或者关联", f"there are {known}"
                )
            place = (*path, table, str(coordinate.field))
            if isinstance(edit, RemovedItem):
                return [_Step(place, None), *_unnamed(held[resource], path, coordinate.field)]
            fault = _unfit(
                ".".join(place), ITEM_ATTRIBUTES if table == "item" else ENTRY_ATTRIBUTES, edit.attribute, edit.value
            )
            return fault or list(_attribute_steps(edit, place, stated))
        case _:
            assert_never(edit)


def _unnamed(resource: Mapping[str, Any], path: tuple[str, ...], name: str) -> Iterator[_Step]:
    """A name that is gone is no longer verified, and no row rule applies to it."""
    lists: dict[tuple[str | int, ...], list[str]] = {(*path, "verify"): resource.get("verify", [])}
    for number, rule in enumerate(resource.get("rules", [])):
        if isinstance(rule.get("applies_to"), list):
            lists[*path, "rules", number, "applies_to"] = rule["applies_to"]
    for place, names in lists.items():
        if name in names:
            yield _Step(place, [one for one in names if one != name])


def _verify_steps(data: Mapping[str, Any], edits: Sequence[Edit]) -> Iterator[_Step]:
    """An edited item that is conditional stands in its resource's `verify` list where one of its forms is `verify`, and
    only then.
    """
    edited_items = [edit.coordinate for edit in edits if isinstance(edit, ItemEdit | NewItem)]
    for coordinate in dict.fromkeys(edited_items):
        resource, name = data["resource"][coordinate.type], str(coordinate.field)
        item, held = resource.get("item", {}).get(name), list(resource.get("verify", []))
        if item is None or item.get("sharing") != "conditional":
            continue
        terms = data.get("terms", {}).get(item.get("terms"), {})
        verifiable = "verify" in item.get("forms", terms.get("forms", []))
        if verifiable != (name in held):
            names = [*held, name] if verifiable else [one for one in held if one != name]
            yield _Step(("resource", str(coordinate.type), "verify"), names or None)


def _attribute_steps(edit: ItemEdit, place: tuple[str, ...], stated: set[tuple[Coordinate, str]]) -> Iterator[_Step]:
    yield _Step((*place, edit.attribute), _plain(edit.value))
    if edit.attribute == "sharing":
        for idle in _IDLE.get(edit.value, ()):
            if (edit.coordinate, idle) not in stated:
                yield _Step((*place, idle), None)


def _new_item(resource: Mapping[str, Any], path: tuple[str, ...], edit: NewItem) -> "list[_Step] | _Fault":
    name, place = str(edit.coordinate.field), (*path, "item", str(edit.coordinate.field))
    if name in resource.get("item", {}) or name in resource.get("relation", {}):
        return _Fault(".".join(place), "is there already", "已经存在", "edit it, or choose another name")
    known = {**ITEM_ATTRIBUTES, "seq": ValueKind.NUMBER}
    for attribute, value in edit.attributes.items():
        fault = _unfit(".".join(place), known, attribute, value)
        if fault is not None:
            return fault
    given = {attribute: _plain(value) for attribute, value in edit.attributes.items() if value is not None}
    return [_Step(place, {"seq": given.pop("seq", _next_seq(resource)), **given})]


def _next_seq(resource: Mapping[str, Any]) -> int:
    """After the last item that is not internal; no number twice in a resource."""
    items = resource.get("item", {})
    taken = {entry.get("seq") for entry in (*items.values(), *resource.get("relation", {}).values())}
    number = 1 + max((entry.get("seq", 0) for entry in items.values() if not entry.get("internal")), default=0)
    while number in taken:
        number += 1
    return number


def _unfit(place: str, known: Mapping[str, ValueKind], attribute: str, value: Value) -> _Fault | None:
    if attribute not in known:
        return _Fault(
            f"{place}.{attribute}",
            "is no attribute that can be edited",
            "不是可以修改的属性",
            f"these can: {_listed(known)}",
        )
    kind = known[attribute]
    match kind:
        case ValueKind.TEXT:
            fits = isinstance(value, str)
        case ValueKind.WORDS:
            fits = isinstance(value, tuple)
        case ValueKind.NUMBER:
            fits = isinstance(value, int) and not isinstance(value, bool)
        case ValueKind.BASIS:
            fits = isinstance(value, Basis)
    if fits or value is None:
        return None
    return _Fault(f"{place}.{attribute}", f"must be {kind}", f"应当为{_KINDS_ZH[kind]}", "give it as such")


def _plain(value: Value) -> object:
    match value:
        case Basis():
            return {"title": value.title, "number": value.number, "clause": value.clause, "class": str(value.basis_class)}
        case tuple():
            return [str(one) for one in value]
        case str():
            return str(value)
        case _:
            return value


def _apply(data: Any, document: Any, step: _Step) -> None:
    _apply_plain(data, step)
    _apply_written(document, step)


def _apply_plain(data: Any, step: _Step) -> None:
    *way, last = step.path
    for key in way:
        data = data[key] if isinstance(key, int) else data.setdefault(key, {})
    if step.value is None:
        data.pop(last, None)
    else:
        data[last] = deepcopy(step.value)


def _apply_written(document: Any, step: _Step) -> None:
    """The same in the writing. A table on one line is written anew, since its commas and blanks are its own."""
    *way, last = step.path
    holder, table = None, document
    for key in way:
        holder, table = table, table[key] if isinstance(key, int) else table.get(key)
        if table is None:
            holder[key] = table = tomlkit.table()
    if isinstance(table, InlineTable):
        assert holder is not None
        plain = table.unwrap()
        _apply_plain(plain, _Step((last,), step.value))
        holder[way[-1]] = _one_line(plain)
    elif step.value is None:
        table.pop(last, None)
    else:
        table[last] = _one_line(step.value) if isinstance(step.value, dict) else step.value


def _one_line(values: Mapping[str, object]) -> Any:
    return tomlkit.parse(f"it = {_written(values)}\n")["it"]


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{tomlkit.key(key).as_string()} = {_written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return tomlkit.item(value).as_string()


def _listed(names: "Mapping[str, object] | Sequence[str]") -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
