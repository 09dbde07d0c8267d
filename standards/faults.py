"""Faults of values that do not meet their standard. A fault names the part that fails and never echoes the value."""

from enum import StrEnum


class Part(StrEnum):
    """The part of a value that fails, as callers may show it."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    PREFIX = "prefix"
    DIVISION = "division"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    TYPE = "type"
    ISSUER = "issuer"
    SERIAL = "serial"
    VERSION = "version"
    FEATURE = "feature"
    CATEGORY = "category"
    SEQUENCE = "sequence"
    GEOMETRY = "geometry"
    ORDER = "order"
    BOUNDS = "bounds"
    RING = "ring"
    VERTICES = "vertices"


class StandardFault(ValueError):  # noqa: N818 - a fault of the value, not an error of the program
    """A value that does not meet its standard.

    `code` is the error code for the caller, `part` what fails, `message` lower-case English, `message_zh` the same
    in Chinese, `hint` what to do, `hint_zh` in Chinese. None of them holds the value itself: faults may be logged.
    """

    hint_zh = "请核对后重新填写。"

    def __init__(self, code: str, part: Part, message: str, message_zh: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.part = part
        self.message = message
        self.message_zh = message_zh
        self.hint = hint

    def facts(self) -> dict[str, str]:
        """What an error's `extensions` say of it: `fault`, `part`, `messageZh`, `hint`, `hintZh`."""
        told = {"fault": self.code, "part": str(self.part), "messageZh": self.message_zh}
        return told | {"hint": self.hint, "hintZh": self.hint_zh}


class IdentifierFault(StandardFault):
    """An identifier that does not conform: identity number, credit code, licence identifier, parcel code, …"""

    hint_zh = "请对照证件或者登记簿，核对后重新填写。"


class GeometryFault(StandardFault):
    """A point or polygon that cannot be meant: outside the country, latitude and longitude swapped, not closed, …"""

    hint_zh = "请核对坐标后重新填写；只有 GeoJSON 经度在前。"
