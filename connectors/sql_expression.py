"""A cell's expression as SQL: held, masked, compared or derived values, equal to the law in `standards/`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import assert_never

from catalogue.predicate import ItemName
from connectors.request import Derived, Expression, Masked, Matched, Value
from connectors.sql_scope import Operands, Scope, sql_type
from standards.masks import ADDRESS_PREFIX, COMPOUND_SURNAMES, MIDDLE_DOT
from standards.matching import PHONE_NON_DIGITS, PHONE_PREFIX, Kind, held_translation

_TEXT_SCALARS = frozenset({"String", "ID", "IdentityNumber", "CreditCode", "DivisionCode", "LicenceIdentifier"})


def expression_sql(expression: Expression, scope: Scope) -> str:
    """The expression's value in the type that its cell travels in."""
    match expression:
        case Value(item=item):
            return _value_sql(item, scope)
        case Masked(item=item, mask=mask):
            return MASKS_SQL[mask](scope.item(item), scope.type_of(item), scope.operands)
        case Matched():
            return _matched_sql(expression, scope)
        case Derived(op=op, items=items, years=years):
            return scope.derived(op, items, years)
        case _:
            assert_never(expression)


def _value_sql(item: ItemName, scope: Scope) -> str:
    held, type_ = scope.item(item), scope.type_of(item)
    if type_ in _TEXT_SCALARS:
        return held
    match sql_type(type_):
        case "text" | "numeric":
            return f"{held}::text"  # GeoJSON may be held as jsonb, a code as a number
        case "double precision":
            return f"{held}::double precision"
        case _:
            return held


def _mask_name(held: str, _: str, operands: Operands) -> str:
    # one text with bars between, which costs less to send and to search than an array
    compound = operands.constant(f"|{'|'.join(COMPOUND_SURNAMES)}|")
    is_compound = f"strpos({compound}, '|' || left({held}, 2) || '|') > 0"
    kept = f"CASE WHEN length({held}) >= 4 AND {is_compound} THEN 2 ELSE 1 END"
    dot = operands.constant(MIDDLE_DOT)
    starred = f"regexp_replace(substr({held}, 1 + {kept}), {operands.constant(f'[^{MIDDLE_DOT}]')}, '*', 'g')"
    # most names have no dot, and a regular expression costs more than all the rest
    return (
        f"CASE WHEN length({held}) <= 1 THEN repeat('*', length({held}))"
        f" WHEN strpos({held}, {dot}) = 0 THEN rpad(left({held}, {kept}), length({held}), '*')"
        f" ELSE left({held}, {kept}) || {starred} END"
    )


def _keep_ends(least: int) -> "Callable[[str, str, Operands], str]":
    def mask(held: str, _: str, __: Operands) -> str:
        ends = f"left({held}, 3) || repeat('*', length({held}) - 7) || right({held}, 4)"
        return f"CASE WHEN length({held}) < {least} THEN repeat('*', length({held})) ELSE {ends} END"

    return mask


def _mask_address(held: str, _: str, operands: Operands) -> str:
    return f"substring({held} FROM {operands.constant(ADDRESS_PREFIX)}) || '****'"


def _mask_date(held: str, type_: str, _: Operands) -> str:
    if sql_type(type_) == "text":
        return f"left({held}, 4) || '-01-01'"
    return f"date_trunc('year', {held}::timestamp)::date"


def _mask_text(held: str, _: str, __: Operands) -> str:
    return f"CASE WHEN length({held}) = 1 THEN '*' ELSE rpad(left({held}, 1), length({held}), '*') END"


def _mask_amount(held: str, type_: str, _: Operands) -> str:
    # by way of text, since a float's direct conversion keeps 15 digits only
    exact = f"abs({held}::text::numeric)"
    whole = f"'1' || repeat('0', length(trunc({exact})::text) - 1)"
    zeros = f"length({exact}::text) - length(ltrim({exact}::text, '0.'))"
    # 0.00123: its text less `00123`'s first nonzero digit onwards leaves `0.00`
    part = f"left({exact}::text, {zeros}) || '1'"
    sign = f"CASE WHEN {held} < 0 THEN '-' ELSE '' END"
    magnitude = f"{sign} || CASE WHEN {exact} >= 1 THEN {whole} ELSE {part} END"
    infinite = f"{held}::text IN ('NaN', 'Infinity', '-Infinity')"
    text = f"CASE WHEN {infinite} THEN NULL WHEN {held} = 0 THEN {held}::text ELSE {magnitude} END"
    gives = sql_type(type_)
    return text if gives == "numeric" else f"({text})::{gives}"


def _mask_boundary(held: str, _: str, operands: Operands) -> str:
    corners = "[%1$s,%2$s],[%3$s,%2$s],[%3$s,%4$s],[%1$s,%4$s],[%1$s,%2$s]"
    shape = operands.constant(f'{{"type":"Polygon","coordinates":[[{corners}]]}}')
    grid = ", ".join(
        f"(floor({end}((p ->> {axis})::numeric) * 100) + {step}) / 100 AS {name}"
        for name, end, axis, step in (("w", "min", 0, 0), ("s", "min", 1, 0), ("e", "max", 0, 1), ("n", "max", 1, 1))
    )
    box = f"SELECT {grid} FROM jsonb_array_elements({held}::jsonb #> '{{coordinates,0}}') AS p"  # noqa: S608
    # a coordinate is written as a number of JSON is by the law: 119.0, 118.7
    ends = ", ".join(
        f"rtrim(round(b.{name}, 2)::text, '0') || CASE WHEN b.{name} = trunc(b.{name}) THEN '0' ELSE '' END"
        for name in ("w", "s", "e", "n")
    )
    return f"CASE WHEN {held} IS NOT NULL THEN (SELECT format({shape}, {ends}) FROM ({box}) AS b) END"  # noqa: S608


MASKS_SQL: Mapping[str, Callable[[str, str, Operands], str]] = MappingProxyType(
    {
        "name": _mask_name,
        "identity_number": _keep_ends(15),
        "phone": _keep_ends(11),
        "address": _mask_address,
        "date": _mask_date,
        "text": _mask_text,
        "amount": _mask_amount,
        "boundary": _mask_boundary,
    }
)


def _matched_sql(matched: Matched, scope: Scope) -> str:
    offered = scope.operands.place(matched.offered, "text")
    plain = _plain_sql(scope.item(matched.item), matched.kind, scope.operands)
    return (
        f"CASE WHEN {offered} IS NULL THEN NULL WHEN coalesce({plain}, '') = '' THEN 'NO_DATA'"
        f" WHEN {plain} = {offered} THEN 'MATCH' ELSE 'NO_MATCH' END"
    )


def _plain_sql(held: str, kind: str, operands: Operands) -> str:
    """The held value's comparable form, as `standards.matching.normalise_held` has it."""
    old, new = held_translation(kind)
    plain = f"translate({held}::text, {operands.constant(old)}, {operands.constant(new)})"
    if kind != Kind.PHONE:
        return plain
    digits = f"regexp_replace({plain}, {operands.constant(PHONE_NON_DIGITS)}, '', 'g')"
    return f"regexp_replace({digits}, {operands.constant(PHONE_PREFIX)}, '')"
