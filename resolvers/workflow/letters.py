"""附函: a letter that goes with an answer, taken in as Base64, known by its SHA-256, and what it says it is."""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256

from resolvers.ports.applications import NewLetter
from resolvers.workflow.application_inputs import LetterInput
from resolvers.workflow.inputs import checked_file_name, invalid
from sharing.answer import LetterReference

MOST_BYTES = 1 << 20
BEGINNINGS: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "application/ofd": b"PK\x03\x04",  # GB/T 33190: an OFD file is a ZIP archive
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
"""Media types of letters, each with the bytes that such a file begins with."""


def read_letter(given: LetterInput) -> NewLetter:
    """The letter. Raises INPUT_INVALID for a name that is none, another type, more than 1 MiB, bytes of another kind."""
    name = checked_file_name("letter.name", given.name)
    beginning = BEGINNINGS.get(given.media_type)
    if beginning is None:
        raise invalid("the letter is of another type", "send " + ", ".join(f"`{one}`" for one in BEGINNINGS))
    if len(given.content) > MOST_BYTES * 4 // 3 + 4:
        raise _too_large()
    try:
        content = base64.b64decode(given.content, validate=True)
    except binascii.Error:
        raise invalid("the letter's content is no Base64", "encode its bytes by RFC 4648 §4") from None
    if len(content) > MOST_BYTES:
        raise _too_large()
    if not content.startswith(beginning):
        raise invalid(f"the letter's bytes are no `{given.media_type}`", "state the type that the file has")
    return NewLetter(LetterReference(name, given.media_type, sha256(content).hexdigest(), len(content)), content)


def _too_large() -> Exception:
    return invalid("the letter is too large", f"at most {MOST_BYTES} bytes")
