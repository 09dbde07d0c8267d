"""Predicates as SQL conditions: the three-valued logic of `catalogue.predicate.evaluate` is SQL's own."""

from typing import assert_never

from catalogue.predicate import (
    AllOf,
    AnyOf,
    BearerYoungerThan,
    Compare,
    InSubtree,
    IsNull,
    Not,
    Op,
    Predicate,
    Unknown,
    YoungerThan,
)
from connectors.sql_scope import Scope, sql_type


def predicate_sql(predicate: Predicate, scope: Scope) -> str:
    """A condition in parentheses, or one that needs none: true, false or null as the law says."""
    match predicate:
        case Compare():
            return _compare_sql(predicate, scope)
        case IsNull(item=item):
            return f"({scope.item(item)} IS NULL)"
        case InSubtree(item=item, prefix=prefix):
            return f"starts_with({scope.item(item)}, {scope.operands.place(prefix, 'text')})"
        case YoungerThan(item=item, years=years):
            return f"({scope.item(item)} > {scope.operands.years_ago(years)})"
        case BearerYoungerThan(item=item, years=years):
            number = scope.item(item)
            born = f'substring({number} FROM 7 FOR 8) COLLATE "C"'
            after = scope.operands.birth_digits_before(years)
            return f"(CASE WHEN {number} ~ '^[0-9]{{17}}[0-9X]$' THEN {born} > {after} END)"
        case AllOf(parts=parts):
            return _joined(" AND ", parts, scope) if parts else "TRUE"
        case AnyOf(parts=parts):
            return _joined(" OR ", parts, scope) if parts else "FALSE"
        case Not(part=part):
            return f"(NOT {predicate_sql(part, scope)})"
        case Unknown(part=part):
            return f"({predicate_sql(part, scope)} IS NULL)"
        case _:
            assert_never(predicate)


def _joined(word: str, parts: tuple[Predicate, ...], scope: Scope) -> str:
    return f"({word.join(predicate_sql(part, scope) for part in parts)})"


def _compare_sql(compare: Compare, scope: Scope) -> str:
    held, held_type = scope.item(compare.item), sql_type(scope.type_of(compare.item))
    match compare.op:
        case Op.EQ:
            return f"({held} = {scope.operands.place(compare.operand, held_type)})"
        case Op.IN:
            among = scope.operands.place(compare.operand, f"{held_type}[]")
            # `NULL = ANY('{}')` is false, but a missing fact is unknown also where nothing would do
            return f"(CASE WHEN {held} IS NOT NULL THEN {held} = ANY({among}) END)"
        case Op.GTE | Op.LTE:
            sign = ">=" if compare.op is Op.GTE else "<="
            # text is ordered by code point, whatever the source's own collation
            by = ' COLLATE "C"' if held_type == "text" else ""
            return f"({held}{by} {sign} {scope.operands.place(compare.operand, held_type)})"
        case _:
            assert_never(compare.op)
