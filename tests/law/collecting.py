"""What the two worlds of collections have in common: the matter's materials, the case's subjects, and a scan."""

from typing import Any

from tests.law.cases import subject

MATTER = "T-COLLECT"
MATERIALS = ("identity", "household", "marriage", "contract", "account")
APPLICANT, AGENT = subject("couple.applicant"), subject("couple.spouse")
BEGINNING = b"\x89PNG\r\n\x1a\n"


def scan(size: int) -> bytes:
    """So many bytes of a PNG, as far as its beginning tells."""
    return BEGINNING + bytes(size - len(BEGINNING))


def verdicts(words: dict[str, Any]) -> dict[str, str]:
    """Material → verdict, as a step names them."""
    return {material: str(verdict) for material, verdict in words.items()}
