"""`POST /papers/evidence|notice|intake`: papers of the case file, from an answer of the caller's own, proved by its receipt.

The body is `{"answer": <the answer as it was delivered>, "given": [{"material": "A01", "copies": 1, "form": "原件"}]}`;
where several matters were checked, `matter` says of which one a material was given.
Nothing is drawn that the signature does not cover.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from catalogue.model import Catalogue
from errors import INPUT_INVALID, NOT_FOUND, RECEIPT_INVALID, GatewayError
from ledger.verify_receipt import KeyVerifier, ReceiptError, Verdict, receipt_and_data, verify_receipt
from resolvers.door import PRIVATE, Door, read_json
from resolvers.gateway import Gateway
from resolvers.papers.check import Check, checks_of
from resolvers.papers.evidence import evidence
from resolvers.papers.intake import Given, intake
from resolvers.papers.notice import notice
from resolvers.papers.sheet import CONTENT_SECURITY_POLICY, Sheet, write
from resolvers.papers.stamp import stamp_of
from resolvers.receipt_keys import PublishedKeys
from resolvers.receipt_route import receipt_unknown
from resolvers.roles import require_register_reader
from sharing.consumer import Consumer

KINDS = ("evidence", "notice", "intake")
FAULTS_SHOWN = 20
MOST_GIVEN, MOST_COPIES, MOST_CHARACTERS = 100, 999, 40
HEADERS: Mapping[str, str] = {**PRIVATE, "Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Frame-Options": "DENY"}


def paper_route(door: Door, gateway: Gateway, keys: PublishedKeys) -> Route:
    """Papers for consumers, each from an answer that its own department was given."""

    async def answering(request: Request, consumer: Consumer) -> Response:
        require_register_reader(consumer.roles)
        # An answer about several matters, with a digest for each of its values, is larger than any question.
        body = await read_json(request, "upload_bytes", gateway.limits.upload_bytes)
        kind, catalogue = request.path_params["kind"], gateway.served.catalogue
        # nobody waits for its digests, and no client has more than one of them made at a time
        text = await gateway.served.views.aside(consumer, partial(draw, kind, body, consumer, catalogue, keys()))
        return Response(text, 200, dict(HEADERS), "text/html; charset=utf-8")

    return Route("/papers/{kind}", door.within(answering), methods=["POST"])


def draw(kind: str, body: object, consumer: Consumer, catalogue: Catalogue, verifies: KeyVerifier) -> str:
    """The paper as HTML. Raises NOT_FOUND, INPUT_INVALID, RECEIPT_INVALID, RECEIPT_UNKNOWN."""
    if kind not in KINDS:
        raise GatewayError(NOT_FOUND, "no such paper", f"papers are {', '.join(f'`{one}`' for one in KINDS)}")
    if not isinstance(body, dict):
        raise _invalid("the body is not an object", 'send `{"answer": …}`')
    jws, data, verdict = _proved(body.get("answer"), verifies)
    if consumer.department != verdict.claims["consumer"]:
        raise receipt_unknown()
    titles = {code: department.title for code, department in catalogue.departments.items()}
    stamp = stamp_of(verdict, jws, cast("Mapping[str, str]", titles))
    checks = checks_of(data)
    if kind == "evidence":
        return write(evidence(stamp, checks, data), stamp)
    if not checks:
        raise _invalid("the answer checks no materials", "send the answer of `materialCheck`")
    given = _given(body.get("given", []), checks)
    sheet: Sheet = (
        intake(stamp, checks, given)
        if kind == "intake"
        else notice(stamp, checks, {(one.matter, one.material) for one in given})
    )
    return write(sheet, stamp)


def _proved(answer: object, verifies: KeyVerifier) -> tuple[str, Mapping[str, object], Verdict]:
    """The signature, the data that it covers, and the verdict. Raises RECEIPT_INVALID."""
    try:
        receipt, data = receipt_and_data(answer)
        verdict = verify_receipt(receipt, data, verifies)
    except ReceiptError as fault:
        raise GatewayError(
            RECEIPT_INVALID,
            str(fault),
            "ask with the header `Sharing-Receipt: signed`, and send the whole answer as `answer`",
            hint_zh="请以请求头 `Sharing-Receipt: signed` 重新查询，并原样提交整个答复（`answer`）。",
            article="Art. 17 ¶2",
        ) from None
    if not verdict.genuine:
        told = [{"fault": found.fault, "path": found.path} for found in verdict.faults[:FAULTS_SHOWN]]
        raise GatewayError(
            RECEIPT_INVALID,
            f"the answer is not as it was delivered at `{told[0]['path']}`, the first of {len(verdict.faults)} places",
            article="Art. 17 ¶2",
            extensions={"faults": told},
        )
    return str(receipt["jws"]), {name: held for name, held in data.items() if name not in verdict.uncovered}, verdict


def _given(told: object, checks: Sequence[Check]) -> tuple[Given, ...]:
    """Raises INPUT_INVALID."""
    known = tuple(dict.fromkeys((check.matter, one.code) for check in checks for one in check.materials))
    if not isinstance(told, list) or len(told) > MOST_GIVEN:
        raise _invalid("`given` is no list of materials", 'send `[{"material": "A01", "copies": 1, "form": "原件"}]`')
    return tuple(_one(one, known, number) for number, one in enumerate(told))


def _one(told: object, known: Sequence[tuple[str, str]], number: int) -> Given:
    at = f"given.{number}"
    named = told if isinstance(told, dict) else {}
    matter, material = named.get("matter"), named.get("material")
    fitting = [one for one in known if one[1] == material and matter in (None, one[0])]
    if not isinstance(told, dict) or not fitting:
        raise _invalid(f"`{at}` names no material of the answer", "name the code of a material that was checked")
    if len(fitting) > 1:
        raise _invalid(f"`{at}` names a material of several matters", "say of which `matter` it was given")
    copies, form = told.get("copies", 1), told.get("form", "原件")
    if type(copies) is not int or not 1 <= copies <= MOST_COPIES or not isinstance(form, str) or len(form) > MOST_CHARACTERS:
        raise _invalid(
            f"`{at}` has no such copies or form",
            f"copies are 1 to {MOST_COPIES}, a form has at most {MOST_CHARACTERS} characters",
        )
    return Given(*fitting[0], copies, form)


def _invalid(message: str, hint: str) -> GatewayError:
    return GatewayError(INPUT_INVALID, message, hint)
