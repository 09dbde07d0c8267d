"""`GET /receipts/{id}`: what is recorded and signed of an answer, for its parties; no value that was delivered."""

from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from catalogue.model import Catalogue, ItemCode, ProviderCode
from errors import RECEIPT_UNKNOWN, GatewayError
from ledger.entry import purpose_words
from resolvers.door import PRIVATE, Door
from resolvers.gateway import Gateway
from resolvers.ports.receipts import Receipts, RecordedEntry
from resolvers.roles import Role, require_role
from sharing.consumer import Consumer


def receipt_route(door: Door, gateway: Gateway, receipts: Receipts) -> Route:
    """The department that asked, and the one it acted for, are told all positions, a provider those of its own items."""

    async def answering(request: Request, consumer: Consumer) -> Response:
        require_role(consumer.roles, Role.CONSUMER, Role.PROVIDER)
        entry = await _find(request.path_params["id"], consumer, receipts, gateway.served.catalogue)
        return Response(told(entry, consumer, gateway.served.catalogue), 200, dict(PRIVATE), "application/json")

    return Route("/receipts/{id}", door.within(answering), methods=["GET"])


async def _find(given: str, consumer: Consumer, receipts: Receipts, catalogue: Catalogue) -> RecordedEntry:
    """The entry, for a party of it. Raises RECEIPT_UNKNOWN, LEDGER_UNAVAILABLE."""
    provides = items_of(catalogue, consumer.department) if Role.PROVIDER in consumer.roles else frozenset()
    try:
        found = await receipts.entry(UUID(given), consumer.department, provides)
    except ValueError:
        found = None
    provided = found is not None and any(one.item in provides for one in found.outcomes)
    if found is None or not (provided or _asked_by(found, consumer)):
        raise receipt_unknown()
    return found


def receipt_unknown() -> GatewayError:
    """No such receipt, or one of others: nobody learns which."""
    return GatewayError(
        RECEIPT_UNKNOWN,
        "no receipt of that number is known to your department",
        article="Art. 17 ¶2",
    )


def items_of(catalogue: Catalogue, department: ProviderCode) -> frozenset[ItemCode]:
    """The items that the department provides."""
    return frozenset(entry.code for entry in catalogue.entries.values() if entry.provider == department)


def _asked_by(entry: RecordedEntry, consumer: Consumer) -> bool:
    """Whether the answer was this department's, or served its duty."""
    return Role.CONSUMER in consumer.roles and consumer.department in (entry.consumer, entry.duty)


def told(entry: RecordedEntry, consumer: Consumer, catalogue: Catalogue) -> bytes:
    """The body of the answer."""
    outcomes = entry.outcomes
    if not _asked_by(entry, consumer):
        own = items_of(catalogue, consumer.department)
        outcomes = tuple(one for one in outcomes if one.item in own)
    purpose = entry.purpose
    return orjson.dumps(
        {
            "id": entry.id,
            "recordedAt": entry.recorded_at,
            "consumer": entry.consumer,
            "client": entry.client,
            "purpose": None if purpose is None else purpose_words(purpose),
            "document": entry.document,
            "catalogue": entry.catalogue_version,
            "outcomes": outcomes,
            # of relations that are not a provider's own it is not told whether they led to rows
            "empty": [path for path in entry.empty if any(one.path == path for one in outcomes)],
            "signed": None if entry.signed is None else orjson.Fragment(entry.signed),
        },
        option=orjson.OPT_UTC_Z,
    )
