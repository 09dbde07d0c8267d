"""Row conditions as TOML: `{ item = "typeCode", in = [...] }`, `{ younger_than = { item = "birthDate", years = 14 } }`,
`{ is_null = "repairedOn" }`, `{ in_subtree = { item = "divisionCode", prefix = "3201" } }`, `{ all = [...] }`,
`{ any = [...] }`, `{ not = {...} }`, `{ unknown = {...} }`. An operand is a constant or `{ param = "today" }`.
"""

from datetime import date, datetime

from catalogue.predicate import (
    CASE_SUBJECTS,
    NEVER,
    OWN_DIVISION,
    TODAY,
    AllOf,
    AnyOf,
    BearerYoungerThan,
    Compare,
    InSubtree,
    IsNull,
    ItemName,
    Literal,
    Not,
    Op,
    Operand,
    Predicate,
    Unknown,
    YoungerThan,
)
from catalogue.toml_table import TomlTable

_PARAMS = {param.name: param for param in (TODAY, OWN_DIVISION, CASE_SUBJECTS)}
_FORMS = ("item", "is_null", "younger_than", "bearer_younger_than", "in_subtree", "all", "any", "not", "unknown")


def read_predicate(table: TomlTable) -> Predicate:
    """The condition that the table writes; after a fault one that nothing meets."""
    forms = [form for form in _FORMS if table.has(form)]
    if len(forms) != 1:
        hint = f"write exactly one of {', '.join(f'`{form}`' for form in _FORMS)}"
        table.fault("", "is not a condition", "不是条件", hint)
        return NEVER
    predicate = _read_form(forms[0], table)
    table.close()
    return predicate


def _read_form(form: str, table: TomlTable) -> Predicate:
    match form:
        case "item":
            return _read_compare(table)
        case "is_null":
            return IsNull(ItemName(table.text("is_null")))
        case "all":
            return AllOf(tuple(read_predicate(part) for part in table.rows("all")))
        case "any":
            return AnyOf(tuple(read_predicate(part) for part in table.rows("any")))
    inner = table.table(form)
    if inner is None:
        return NEVER
    match form:
        case "younger_than":
            younger = YoungerThan(ItemName(inner.text("item")), inner.integer("years"))
            inner.close()
            return younger
        case "bearer_younger_than":
            bearer = BearerYoungerThan(ItemName(inner.text("item")), inner.integer("years"))
            inner.close()
            return bearer
        case "in_subtree":
            subtree = InSubtree(ItemName(inner.text("item")), _read_operand(inner, "prefix"))
            inner.close()
            return subtree
        case "not":
            return Not(read_predicate(inner))
        case _:
            return Unknown(read_predicate(inner))


def _read_compare(table: TomlTable) -> Predicate:
    item = ItemName(table.text("item"))
    written = [op for op in Op if table.has(op)]
    if len(written) != 1:
        table.fault(
            "", "compares nothing", "没有写明比较方式", "write exactly one of `eq`, `in`, `gte`, `lte` beside `item`"
        )
        return NEVER
    return Compare(item, written[0], _read_operand(table, written[0]))


def _read_operand(table: TomlTable, key: str) -> Operand:
    value = table.data.get(key)
    table.asked[key] = None
    match value:
        case {"param": str(name), **rest} if not rest and name in _PARAMS:
            return _PARAMS[name]
        case list() if key == Op.IN:
            return Literal(table.texts(key))
        case bool() | int() | float() | str() if key != Op.IN:
            return Literal(value)
        case date() if not isinstance(value, datetime) and key != Op.IN:
            return Literal(value)
    known = ", ".join(f"`{name}`" for name in _PARAMS)
    hint = f"write a constant (a list of texts for `in`), or {{ param = … }} with one of {known}"
    table.fault(key, "is no operand", "不是可以比较的值", hint)
    return Literal("")
