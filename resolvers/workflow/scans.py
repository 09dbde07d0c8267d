"""A scan of proof that a citizen offered: taken in as Base64, bounded, held to the type that it says it is."""

import base64
import binascii
from hashlib import sha256

import strawberry

import errors
from resolvers.ports.case_collections import Proof
from resolvers.workflow.inputs import checked_file_name, invalid
from resolvers.workflow.letters import BEGINNINGS

MOST_BYTES = 2 << 20
ARTICLE = "Art. 18"


@strawberry.input(description="证明材料 · a scan: PDF, OFD, PNG or JPEG, at most 2 MiB. Send it in a variable.")
class ScanInput:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · application/pdf, application/ofd, image/png or image/jpeg.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")


def read_scan(given: ScanInput, doubt: str | None) -> tuple[Proof, bytes]:
    """What was offered, and its bytes. Raises EVIDENCE_TOO_LARGE; INPUT_INVALID for a name that is none, another type, bytes
    of another kind. Nothing has been filed then.
    """
    name = checked_file_name("file.name", given.name, article=ARTICLE)
    beginning = BEGINNINGS.get(given.media_type)
    if beginning is None:
        raise invalid("the scan is of another type", "send " + ", ".join(f"`{one}`" for one in BEGINNINGS), article=ARTICLE)
    if len(given.content) > MOST_BYTES * 4 // 3 + 4:
        raise _too_large()
    try:
        content = base64.b64decode(given.content, validate=True)
    except binascii.Error:
        raise invalid("the scan's content is no Base64", "encode its bytes by RFC 4648 §4", article=ARTICLE) from None
    if len(content) > MOST_BYTES:
        raise _too_large()
    if not content.startswith(beginning):
        raise invalid(f"the scan's bytes are no `{given.media_type}`", "state the type that the file has", article=ARTICLE)
    return Proof(doubt, name, given.media_type, sha256(content).hexdigest(), len(content)), content


def _too_large() -> errors.GatewayError:
    return errors.GatewayError(
        errors.EVIDENCE_TOO_LARGE,
        "the scan is too large; nothing was filed",
        f"at most {MOST_BYTES} bytes: scan with less resolution, or in several files",
        article=ARTICLE,
        extensions={"allowed": MOST_BYTES},
    )
