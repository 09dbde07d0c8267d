"""Electronic licence identifiers (电子证照标识), GB/T 36904 family.

`1.2.156.3005.2.<type: definer's credit code and 3 digits>.<issuer>.<serial>.<version: 3 digits>.<check>`, the check
being ISO 7064 MOD 37,36 over type, issuer, serial and version without the dots.
"""

from typing import Any

from standards.faults import IdentifierFault, Part
from standards.width import to_half_width

CODE = "LICENCE_IDENTIFIER_INVALID"
PREFIX = "1.2.156.3005.2."
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_START = 36


def normalise(text: str) -> str:
    """The identifier without surrounding blanks, half-width, upper-case. Does not check it."""
    return to_half_width(text).upper()


def check_digit(payload: str) -> str:
    """The check character (ISO 7064 MOD 37,36) for type, issuer, serial and version written together."""
    state = _START
    for character in payload:
        state = _step(state, _ALPHABET.index(character))
    return _check_for(state)


def compose(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """A conforming identifier. `type_code` has 21 characters; `version` counts from 1 to 999."""
    number = f"{version:03d}"
    check = check_digit(type_code + issuer + serial + number)
    return f"{PREFIX}{type_code}.{issuer}.{serial}.{number}.{check}"


def type_code(identifier: str) -> str:
    """The certificate type (21 characters) in a conforming identifier."""
    return identifier[15:36]


def parse(text: str) -> str:
    """The normalised identifier.

    Raises IdentifierFault(LICENCE_IDENTIFIER_INVALID) with part prefix, length (number of segments), type, issuer,
    serial, version or check_digit.
    """
    identifier = normalise(text)
    if not identifier.startswith(PREFIX):
        raise _fault(
            Part.PREFIX,
            f"licence identifier does not begin with `{PREFIX}`",
            f"电子证照标识应以{PREFIX}开头",
            "copy the whole identifier from the certificate",
        )
    segments = identifier[len(PREFIX) :].split(".")
    if len(segments) != 5:
        raise _fault(
            Part.LENGTH,
            f"licence identifier has {len(segments)} segments after its prefix, not 5",
            f"电子证照标识前缀之后为{len(segments)}段，应为5段",
            "type, issuer, serial, version and check, with a dot between them",
        )
    kind, issuer, serial, version, check = segments
    if not (len(kind) == 21 and _is_plain(kind) and kind[18:].isdigit()):
        raise _segment_fault(Part.TYPE, "type", "类型代码", "the definer's credit code of 18 characters and 3 digits")
    if not _is_plain(issuer):
        raise _segment_fault(Part.ISSUER, "issuer", "颁发机构代码", "digits and capital letters")
    if not _is_plain(serial):
        raise _segment_fault(Part.SERIAL, "serial number", "流水号", "digits and capital letters")
    if not (len(version) == 3 and _is_plain(version) and version.isdigit()):
        raise _segment_fault(Part.VERSION, "version", "版本号", "three digits, the first version is 001")
    if check_digit(kind + issuer + serial + version) != check:
        raise _fault(
            Part.CHECK_DIGIT,
            "the check character of the licence identifier does not fit",
            "电子证照标识校验位不符",
            "copy the identifier from the certificate again",
        )
    return identifier


def conforms(value: object) -> bool:
    """Whether the value is a licence identifier in canonical form (half-width, upper-case, no blanks).

    The hot path of answers: fixed positions are compared, then an automaton reads the symbols. It is small on purpose: it
    stays in the processor's nearest cache, between requests too.
    """
    if (
        not isinstance(value, str)
        or not value.startswith(PREFIX)
        or len(value) < 46  # prefix 15, type 21, issuer and serial at least 1 each, version 3, check 1, 4 dots and 1
        or value.count(".") != 9
        or value[36] != "."
        or value[-2] != "."
        or value[-6] != "."
        or not 37 < value.find(".", 37) < len(value) - 7
        or not value[33:36].isdigit()
        or not value[-5:-2].isdigit()
    ):
        return False
    row: Any = _ROWS[_START]
    for symbol in value[15:-2].encode("ascii", "replace").translate(_SYMBOLS, b"."):
        row = row[symbol]
    return bool(row[-1] == value[-1])


def _is_plain(segment: str) -> bool:
    return bool(segment) and set(segment) <= set(_ALPHABET)


def _step(state: int, value: int) -> int:
    return ((state + value - 1) % 36 + 1) * 2 % 37


def _check_for(state: int) -> str:
    return _ALPHABET[(1 - state) % 36]


def _segment_fault(part: Part, name: str, name_zh: str, form: str) -> IdentifierFault:
    return _fault(part, f"the {name} of the licence identifier is malformed", f"电子证照标识的{name_zh}格式不符", form)


def _fault(part: Part, message: str, message_zh: str, hint: str) -> IdentifierFault:
    return IdentifierFault(CODE, part, message, message_zh, hint)


# The automaton: each state is a row (a list), a symbol leads to the next row. The last place of a row holds the check
# character that ends it well. Symbol 36 stands for a character outside the alphabet: from there nothing ends well.
_SYMBOLS = bytes(_ALPHABET.find(chr(point)) if chr(point) in _ALPHABET else 36 for point in range(256))


def _automaton() -> list[list[Any]]:
    dead: list[Any] = []
    dead += [dead] * 37 + [None]
    rows: list[list[Any]] = [[] for _ in range(37)]
    for state, row in enumerate(rows):
        row += [rows[_step(state, value)] for value in range(36)] + [dead, _check_for(state)]
    return rows


_ROWS = _automaton()
