"""Evidence that goes with a doubt: files as Base64, bounded in size and number, held to the type that they say they are."""

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256

import strawberry

import errors
from resolvers.ports.doubts import NewEvidence
from resolvers.workflow.inputs import checked_file_name, invalid
from resolvers.workflow.letters import BEGINNINGS
from sharing.doubt import ARTICLE, Evidence

MOST_FILES = 5
MOST_BYTES = 1 << 20
MOST_BYTES_TOGETHER = 5 << 19
"""With Base64 and the rest, what one request may hold (`upload_bytes`)."""


@strawberry.input(description="佐证材料 · a file that shows what was observed: at most 1 MiB. Send it in a variable.")
class EvidenceInput:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · application/pdf, application/ofd, image/png or image/jpeg.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")


def read_evidence(given: Sequence[EvidenceInput]) -> tuple[NewEvidence, ...]:
    """The files, each once. Raises EVIDENCE_TOO_LARGE; INPUT_INVALID for too many, a name that is none, another type, bytes
    of another kind. Nothing has been reported then.
    """
    if len(given) > MOST_FILES:
        raise invalid(f"`evidence` holds {len(given)} files", f"at most {MOST_FILES}", article=ARTICLE)
    if sum(len(one.content) for one in given) > MOST_BYTES_TOGETHER * 4 // 3 + 4 * MOST_FILES:
        raise _too_large("the files are too large together", MOST_BYTES_TOGETHER)
    read = {one.reference.sha256: one for one in map(_read, given)}
    return tuple(read.values())


def _read(given: EvidenceInput) -> NewEvidence:
    name = checked_file_name("evidence.name", given.name, article=ARTICLE)
    beginning = BEGINNINGS.get(given.media_type)
    if beginning is None:
        raise invalid("a file is of another type", "send " + ", ".join(f"`{one}`" for one in BEGINNINGS), article=ARTICLE)
    if len(given.content) > MOST_BYTES * 4 // 3 + 4:
        raise _too_large("a file is too large", MOST_BYTES)
    try:
        content = base64.b64decode(given.content, validate=True)
    except binascii.Error:
        raise invalid("a file's content is no Base64", "encode its bytes by RFC 4648 §4", article=ARTICLE) from None
    if len(content) > MOST_BYTES:
        raise _too_large("a file is too large", MOST_BYTES)
    if not content.startswith(beginning):
        raise invalid(f"a file's bytes are no `{given.media_type}`", "state the type that it has", article=ARTICLE)
    return NewEvidence(Evidence(name, given.media_type, sha256(content).hexdigest(), len(content)), content)


def _too_large(what: str, most: int) -> errors.GatewayError:
    return errors.GatewayError(
        errors.EVIDENCE_TOO_LARGE,
        f"{what}; nothing was reported",
        f"at most {most} bytes: scan with less resolution, or describe it in `observed`",
        article=ARTICLE,
        extensions={"allowed": most},
    )
