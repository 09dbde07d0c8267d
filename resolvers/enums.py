"""Enum items: the standard's code in a register, the enum's name in an answer."""

from collections.abc import Mapping

from standards.codes import SEX, VITAL_STATUS

CODES: Mapping[str, Mapping[str, str]] = {
    "Sex": SEX,
    "VitalStatus": VITAL_STATUS,
    "HolderKind": {"PERSON": "PERSON", "ORGANISATION": "ORGANISATION"},
    "DivisionLevel": {"PROVINCE": "PROVINCE", "CITY": "CITY", "COUNTY": "COUNTY"},
}
"""Per enum type: register code → enum name."""

_NAMES = {kind: {name: code for code, name in codes.items()} for kind, codes in CODES.items()}


def raw_value(kind: str, value: object) -> object:
    """A caller's value as the register holds it: an enum's name becomes its code, anything else stays."""
    names = _NAMES.get(kind)
    if names is None:
        return value
    return None if value is None else names[str(value)]
