"""Whether a register's value meets the standard of its type. A value that does not is delivered, and marked (Art. 17 ¶1)."""

from collections.abc import Callable, Mapping

from catalogue.model import Item
from standards import credit_code, identity_number, licence_identifier
from standards.codes import ETHNIC_GROUPS

GEOJSON = "GeoJSON"
"""A source gives it as text (`connectors.request.Value`), an answer holds it as an object, also where it is generalised."""


def _division_code(value: object) -> bool:
    return isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdigit()


def _ethnic_group(value: object) -> bool:
    return value in ETHNIC_GROUPS


CONFORMS: Mapping[str, Callable[[object], bool]] = {
    "IdentityNumber": identity_number.conforms,
    "CreditCode": credit_code.conforms,
    "LicenceIdentifier": licence_identifier.conforms,
    "DivisionCode": _division_code,
    "GB/T 3304": _ethnic_group,
}
"""Per scalar type, or standard of a plain text, its check. Types that a source's own column type guarantees need none."""


def kind_of(item: Item) -> str:
    """What an item's values are checked as: its standard where that has a check of its own, else its type."""
    standard = item.standard
    return standard if standard is not None and standard in CONFORMS else item.type
