"""Whether a register's value meets the standard of its type. A value that does not is delivered, and marked (Art. 17 ¶1)."""

from collections.abc import Callable, Mapping

from standards import credit_code, identity_number, licence_identifier


def _division_code(value: object) -> bool:
    return isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdigit()


CONFORMS: Mapping[str, Callable[[object], bool]] = {
    "IdentityNumber": identity_number.conforms,
    "CreditCode": credit_code.conforms,
    "LicenceIdentifier": licence_identifier.conforms,
    "DivisionCode": _division_code,
}
"""Per scalar type the check of its standard. Types that the source's own column type guarantees need none."""
