"""用途: what the data is asked for (Art. 4(2), 17), from the header `Sharing-Purpose` or the request's `extensions.purpose`.

The header is a structured dictionary (RFC 9651): `matter="…", use=administrative-basis, case="…", handler="…",
acting-for="…"`; a value in Chinese is a Display String: `matter=%"%e8%a1%8c…"`. The cache of header texts lives in memory
only: a handler's number is personal data.
"""

from collections.abc import Mapping
from functools import lru_cache

import http_sf

from catalogue.model import ProviderCode, Use
from errors import PURPOSE_CONFLICT, PURPOSE_INVALID, GatewayError
from sharing.consumer import Purpose
from standards import credit_code, identity_number
from standards.faults import IdentifierFault

MAX_HEADER_CHARACTERS = 4096
MAX_CHARACTERS = {"matter": 64, "handler": 64, "case": 64, "acting-for": 18}
_KEYS = ("matter", "use", "case", "handler", "acting-for")
_REQUIRED = ("matter", "use", "handler")
_JSON_KEYS = {**{key: key for key in _KEYS}, "actingFor": "acting-for"}
_HEADER_USES = {use.value.replace("_", "-"): use for use in Use}
_JSON_USES = {**_HEADER_USES, **{use.name: use for use in Use}}
_EXAMPLE = 'for example `Sharing-Purpose: matter="<事项编码>", use=administrative-basis, handler="<经办人编号>"`'


def parse_purpose(header: str | None, extension: object = None) -> Purpose | None:
    """The stated purpose; None where neither place states one.

    `header` is the field's text (several lines joined with a comma), `extension` the JSON under `extensions.purpose`.
    Raises PURPOSE_INVALID naming the key that is wrong, PURPOSE_CONFLICT where the two places differ.
    """
    if extension is None:
        return None if header is None else _parse_header(header)
    stated = _from_json(extension)
    if header is None:
        return stated
    from_header = _parse_header(header)
    if from_header != stated:
        raise _conflict(from_header, stated)
    return stated


@lru_cache(maxsize=4096)
def _parse_header(header: str) -> Purpose:
    if len(header) > MAX_HEADER_CHARACTERS:
        raise _invalid("", f"the header has more than {MAX_HEADER_CHARACTERS} characters")
    try:
        members = http_sf.parse(header.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_duplicate)
    except UnicodeEncodeError:
        raise _invalid("", 'a header holds ASCII only; write Chinese as a Display String: `%"%e8…"`') from None
    except http_sf.StructuredFieldError as fault:
        where = fault.context if fault.context in _KEYS else ""
        raise _invalid(where, f"not a structured dictionary at position {fault.position}") from None
    assert isinstance(members, dict)
    values: dict[str, str] = {}
    for key, member in members.items():
        if key not in _KEYS:
            raise _unknown(key)
        values[key] = _header_value(key, member)
    return _purpose(values, _HEADER_USES)


def _header_value(key: str, member: object) -> str:
    if not isinstance(member, tuple) or isinstance(member[0], list):
        raise _invalid(key, "a list is not accepted")
    value, parameters = member
    if parameters:
        raise _invalid(key, "parameters are not accepted")
    if key == "use":
        if not isinstance(value, http_sf.Token):
            raise _invalid(key, f"write it as a token without quotes: {_or(_HEADER_USES)}")
        return str(value)
    if not isinstance(value, (str, http_sf.DisplayString)):
        raise _invalid(key, "write it as a string in double quotes, or a Display String")
    return str(value)


def _refuse_duplicate(key: str, context: str) -> None:
    if context == "dictionary":
        raise _invalid(key if key in _KEYS else "", "stated twice")


def _from_json(extension: object) -> Purpose:
    if not isinstance(extension, Mapping):
        raise _invalid("", "`extensions.purpose` is not an object")
    values: dict[str, str] = {}
    for name, value in extension.items():
        key = _JSON_KEYS.get(name)
        if key is None:
            raise _unknown(name)
        if value is None and key not in _REQUIRED:
            continue
        if not isinstance(value, str):
            raise _invalid(key, "not a string")
        if key in values:
            raise _invalid(key, "stated twice")
        values[key] = value
    return _purpose(values, _JSON_USES)


def _purpose(values: Mapping[str, str], uses: Mapping[str, Use]) -> Purpose:
    for key in _REQUIRED:
        if key not in values:
            raise _invalid(key, "missing")
    use = uses.get(values["use"])
    if use is None:
        raise _invalid("use", f"not a use; uses are {_or(_HEADER_USES)}")
    for key, limit in MAX_CHARACTERS.items():
        if key in values:
            _check_text(key, values[key], limit)
    acting_for = values.get("acting-for")
    return Purpose(
        values["matter"], use, values["handler"], values.get("case"), None if acting_for is None else _department(acting_for)
    )


def _check_text(key: str, text: str, limit: int) -> None:
    if not text:
        raise _invalid(key, "empty")
    if len(text) > limit:
        raise _invalid(key, f"more than {limit} characters")
    if not text.isprintable() or text != text.strip():
        raise _invalid(key, "control characters, or blanks at an end, are not accepted")
    if identity_number.stands_in(text):  # it would stand in the ledger, which is kept for years
        raise _invalid(key, "holds an identity number; name it by a number of your own")


def _department(text: str) -> ProviderCode:
    try:
        return ProviderCode(credit_code.parse(text))
    except IdentifierFault as fault:
        raise _invalid("acting-for", fault.message, **fault.facts()) from None


def _conflict(header: Purpose, extension: Purpose) -> GatewayError:
    pairs = {
        "matter": (header.matter, extension.matter),
        "use": (header.use, extension.use),
        "case": (header.case, extension.case),
        "handler": (header.handler, extension.handler),
        "acting-for": (header.acting_for, extension.acting_for),
    }
    keys = [key for key, (one, other) in pairs.items() if one != other]
    return GatewayError(
        PURPOSE_CONFLICT,
        f"`Sharing-Purpose` and `extensions.purpose` differ in {_or(keys)}",
        article="Art. 4(2)",
        extensions={"keys": keys},
    )


def _unknown(key: object) -> GatewayError:
    shown = key if isinstance(key, str) and len(key) <= 32 and key.isprintable() else "…"
    return GatewayError(
        PURPOSE_INVALID, f"the purpose has an unknown key `{shown}`", f"keys are {_or(_KEYS)}", article="Art. 4(2)"
    )


def _invalid(key: str, fault: str, /, **facts: str) -> GatewayError:
    """`fault` never repeats the value: a handler or case is personal data."""
    where = f"`{key}` of the purpose" if key else "the purpose"
    told = {**facts, "key": key} if key else facts
    return GatewayError(PURPOSE_INVALID, f"{where}: {fault}", _EXAMPLE, article="Art. 4(2)", extensions=told)


def _or(words: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
