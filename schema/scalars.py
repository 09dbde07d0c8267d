"""The scalars of the data fields, each with its standard.

Input is normalised (full-width digits, blanks, a lower-case x) and checked by `standards`; a fault says which part fails and
never echoes the value. Output never refuses: what a register holds is delivered, and marked NONCONFORMING elsewhere.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from graphql import (
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)
from strawberry.types.scalar import ScalarDefinition

from standards import coordinates, credit_code, identity_number, licence_identifier
from standards.faults import IdentifierFault, Part, StandardFault
from standards.width import to_half_width

IdentityNumber = NewType("IdentityNumber", str)
CreditCode = NewType("CreditCode", str)
DivisionCode = NewType("DivisionCode", str)
LicenceIdentifier = NewType("LicenceIdentifier", str)
GeoJSON = NewType("GeoJSON", dict)  # type: ignore[type-arg]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIVISION = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_MAX_DECIMAL_TEXT = 40
_MAX_DECIMAL_EXPONENT = 1_000
"""Few characters may name a number that no source can hold."""
VARIABLE_WITHIN = "a variable inside a scalar written as an object is not taken: put the whole value into a variable"


def parse_identity_number(value: object) -> str:
    """The number in canonical form. Raises GraphQLError saying which part fails."""
    if identity_number.conforms(value):
        return value  # type: ignore[return-value]
    return _by_standard("IdentityNumber", identity_number.parse, value)


def parse_credit_code(value: object) -> str:
    """The code in canonical form. Raises GraphQLError saying which part fails."""
    if credit_code.conforms(value):
        return value  # type: ignore[return-value]
    return _by_standard("CreditCode", credit_code.parse, value)


def parse_licence_identifier(value: object) -> str:
    """The identifier in canonical form. Raises GraphQLError saying which part fails."""
    return _by_standard("LicenceIdentifier", licence_identifier.parse, value)


def parse_division_code(value: object) -> str:
    """Six digits (GB/T 2260). An abolished code passes: registers hold old ones."""
    return _by_standard("DivisionCode", _division_code, value)


def parse_date(value: object) -> date:
    """A day as `YYYY-MM-DD` (ISO 8601 calendar date)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _text("Date", value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _refusal("Date is a calendar day as `YYYY-MM-DD`", "日期应为YYYY-MM-DD")


def parse_date_time(value: object) -> datetime:
    """A moment as RFC 3339 with its offset."""
    if isinstance(value, datetime):
        return value
    text = _text("DateTime", value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or len(text) < len("2026-01-01T00:00Z"):
        raise _refusal(
            "DateTime is a moment as RFC 3339 with its offset: `2026-01-31T09:30:00+08:00`", "时间应符合RFC 3339并带时区"
        )
    return moment


def parse_decimal(value: object) -> Decimal:
    """A decimal number, as text (exact) or as a JSON number."""
    if isinstance(value, Decimal):
        return value
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if isinstance(text, str) and len(text) <= _MAX_DECIMAL_TEXT:
        try:
            number = Decimal(to_half_width(text))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) <= _MAX_DECIMAL_EXPONENT:
            return number
    raise _refusal('Decimal is a number written in digits, best as a string: `"12.50"`', "数值格式有误")


def parse_geojson(value: object) -> Mapping[str, object]:
    """A GeoJSON Polygon (RFC 7946, longitude first), returned as it was given once it holds as one."""
    if isinstance(value, str):
        raise _refusal("GeoJSON is an object, not a string", "GeoJSON应为对象")
    try:
        coordinates.parse_polygon(value)
    except StandardFault as fault:
        raise _refusal_of(fault) from fault
    assert isinstance(value, Mapping)
    return value


def _division_code(text: str) -> str:
    code = to_half_width(text)
    if len(code) != 6:
        raise IdentifierFault(
            "DIVISION_CODE_INVALID",
            Part.LENGTH,
            f"division code has {len(code)} characters, not 6",
            f"行政区划代码为{len(code)}位，应为6位",
            "give the six digits of GB/T 2260",
        )
    if not _DIVISION.fullmatch(code):
        raise IdentifierFault(
            "DIVISION_CODE_INVALID",
            Part.ALPHABET,
            "division code holds a character that is not a digit",
            "行政区划代码应为数字",
            "give the six digits of GB/T 2260",
        )
    return code


def _by_standard(name: str, parse: Callable[[str], str], value: object) -> str:
    try:
        return parse(_text(name, value))
    except StandardFault as fault:
        raise _refusal_of(fault) from fault


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise _refusal(f"{name} is written as a string, in quotes", f"{name}应为字符串")


def _refusal(message: str, message_zh: str) -> GraphQLError:
    return GraphQLError(message, extensions={"messageZh": message_zh})


def _refusal_of(fault: StandardFault) -> GraphQLError:
    return GraphQLError(fault.message, extensions=fault.facts(), original_error=fault)


def _literal_parser(parse: Callable[[object], object]) -> Callable[..., object]:
    """Reads a literal as its untyped value; the node goes into the error, for its location."""

    def parse_literal(node: ValueNode, variables: Mapping[str, object] | None = None) -> object:
        if isinstance(node, StringValueNode):
            value: object = node.value
        elif isinstance(node, FloatValueNode):
            value = node.value if parse is parse_decimal else float(node.value)
        elif isinstance(node, IntValueNode):
            value = int(node.value)
        elif isinstance(node, ObjectValueNode | ListValueNode):
            if variables is None and _holds_variable(node):
                raise GraphQLError(VARIABLE_WITHIN, node)
            value = value_from_ast_untyped(node, dict(variables or {}))
        else:
            value = None
        try:
            return parse(value)
        except GraphQLError as error:
            raise GraphQLError(
                error.message, node, extensions=error.extensions, original_error=error.original_error
            ) from None

    return parse_literal


def _holds_variable(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode(values=values):
            return any(_holds_variable(value) for value in values)
        case ObjectValueNode(fields=fields):
            return any(_holds_variable(one.value) for one in fields)
        case _:
            return False


def _show_day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _show_decimal(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def _as_held(value: object) -> object:
    return value


def _scalar(
    name: str,
    parse: Callable[[object], object],
    description: str,
    url: str | None = None,
    show: Callable[[object], object] = _as_held,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=show,
        parse_value=parse,
        parse_literal=_literal_parser(parse),
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    date: _scalar(
        "Date",
        parse_date,
        "日期 · a calendar day, `YYYY-MM-DD` (GB/T 7408, ISO 8601).",
        "https://scalars.graphql.org/andimarek/local-date",
        _show_day,
    ),
    datetime: _scalar(
        "DateTime",
        parse_date_time,
        "时间 · a moment with its offset, RFC 3339: `2026-01-31T09:30:00+08:00`.",
        "https://scalars.graphql.org/andimarek/date-time",
        _show_day,
    ),
    Decimal: _scalar(
        "Decimal",
        parse_decimal,
        '数值 · an exact decimal number; answers carry it as a string: `"12.50"`.',
        None,
        _show_decimal,
    ),
    IdentityNumber: _scalar(
        "IdentityNumber",
        parse_identity_number,
        "公民身份号码 · citizen identity number, 18 characters with a check digit (GB 11643-1999). "
        "Full-width digits, blanks and a lower-case x are accepted. Put it into a variable rather than into the document.",
    ),
    CreditCode: _scalar(
        "CreditCode",
        parse_credit_code,
        "统一社会信用代码 · unified social credit code, 18 characters with a check character (GB 32100-2015).",
    ),
    DivisionCode: _scalar(
        "DivisionCode",
        parse_division_code,
        "行政区划代码 · code of an administrative division, 6 digits (GB/T 2260). Registers also hold abolished ones.",
    ),
    LicenceIdentifier: _scalar(
        "LicenceIdentifier",
        parse_licence_identifier,
        "电子证照标识 · identifier of an electronic licence with a check character (GB/T 36904): "
        "`1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`.",
    ),
    GeoJSON: _scalar(
        "GeoJSON",
        parse_geojson,
        "GeoJSON · a geometry, longitude first, CGCS2000 (RFC 7946). As input: one Polygon of at most 1,000 vertices.",
        "https://www.rfc-editor.org/rfc/rfc7946",
    ),
}

TYPES_BY_NAME: Mapping[str, object] = {
    "String": str,
    "Int": int,
    "Float": float,
    "Boolean": bool,
    **{definition.name: key for key, definition in SCALARS.items()},
}
"""Every scalar that an item of the catalogue may have, by its GraphQL name."""
