"""What a GET may ask: a query that names no person and no entity, since addresses are kept in histories and logs."""

import re
from collections.abc import Mapping

from graphql import GraphQLInputType, get_nullable_type, is_input_object_type, is_list_type

from errors import BAD_REQUEST, METHOD_NOT_ALLOWED, GatewayError
from schema.documents import Prepared

SUBJECT_TYPES = frozenset({"IdentityNumber", "CreditCode", "LicenceIdentifier"})
"""Scalars whose values name a person or an entity."""

_LETTER = "0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy"
_SUBJECT = re.compile(
    rf"(?<![0-9A-Za-z])(?:\d{{15}}|\d{{17}}[\dXx]|[{_LETTER}]{{2}}\d{{6}}[{_LETTER}]{{10}})(?![0-9A-Za-z])"
)


def check_address(text: str) -> None:
    """Raises BAD_REQUEST where the text of an address holds what looks like an identity number or a credit code."""
    if _SUBJECT.search(text):
        raise _names_subject()


def check_read_only(document: Prepared, variables: Mapping[str, object] | None) -> None:
    """Raises METHOD_NOT_ALLOWED for a mutation, BAD_REQUEST where a literal or a variable names a person or an entity.

    `variables` as the caller sent them.
    """
    if document.operation.operation.value != "query":
        raise GatewayError(METHOD_NOT_ALLOWED, "a GET request can only query", "send mutations by POST")
    given = variables or {}
    literals = {slot.name for slot in document.slots if _is_subject(slot.type)}
    named = any(spec.name in given and _names(spec.type, given[spec.name]) for spec in document.variables)
    if literals or named:
        raise _names_subject()


def _is_subject(type_: GraphQLInputType) -> bool:
    bare = get_nullable_type(type_)
    if is_list_type(bare):
        return _is_subject(bare.of_type)
    return getattr(bare, "name", "") in SUBJECT_TYPES


def _names(type_: GraphQLInputType, value: object) -> bool:
    bare = get_nullable_type(type_)
    if value is None:
        return False
    if is_list_type(bare):
        parts = value if isinstance(value, list) else [value]
        return any(_names(bare.of_type, part) for part in parts)
    if is_input_object_type(bare):
        if not isinstance(value, Mapping):
            return False
        return any(name in value and _names(field.type, value[name]) for name, field in bare.fields.items())
    return getattr(bare, "name", "") in SUBJECT_TYPES


def _names_subject() -> GatewayError:
    return GatewayError(
        BAD_REQUEST,
        "a GET request names a person or an entity, and addresses are kept in histories and logs",
        "send it by POST, the number in `variables`",
        article="Art. 21",
    )
