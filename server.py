"""The composition root: the gateway as one ASGI application, its stores and sources opened and closed in order.

`gateway_app` is what a worker serves; `app` is the same behind the lifespan protocol. The database was prepared before
(`storage.own_database.prepare`), once for all workers.
"""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from catalogue.binding import Sources
from catalogue.load_sources import load_sources, still_bound, unbound_items
from catalogue.model import Catalogue
from catalogue.profile import load_profile
from connectors.registry import Measured, open_sources, unmeasured
from demo.examples import graphiql_demo
from demo.seed import CLIENTS as DEMO_CLIENTS
from errors import START_REFUSED, GatewayError
from ledger import sm2
from ledger.signed_receipt import ReceiptSeal, RootSigner
from resolvers.asgi import App
from resolvers.deadline_watch import DeadlineWatch
from resolvers.decide import Decider
from resolvers.door import Door
from resolvers.doubt_watch import DoubtWatch
from resolvers.gateway import Gateway, Served
from resolvers.identify import Identity
from resolvers.identify_ports import ExternalIssuer
from resolvers.issuers import Issuers
from resolvers.logs import RequestLog
from resolvers.materials.check import Desk
from resolvers.meta import meta_routes
from resolvers.metrics import Metrics
from resolvers.oauth import EndpointSettings, TokenEndpoint
from resolvers.papers.route import paper_route
from resolvers.peer import Proxies
from resolvers.plan.cache import Plans
from resolvers.proofs import Proofs
from resolvers.receipt_keys import ED25519, PublishedKey, jwk, verify_with
from resolvers.receipt_route import receipt_route
from resolvers.stand import stand
from resolvers.tokens import Tokens, TokenSettings
from resolvers.traffic import Traffic
from resolvers.transport import Observers, front, graphql_app
from resolvers.views import Views
from resolvers.workflow.context import Ports
from resolvers.workflow.execute import StrawberryWorkflow
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.view import View
from settings import Settings, http_address
from sharing.regime import Regime
from storage.access_records import AccessBook
from storage.applications import ApplicationBook
from storage.background import end, running
from storage.calendars import CalendarStore
from storage.case_checks import CaseChecks
from storage.case_collections import CollectionBook
from storage.cases import CaseStore
from storage.catalogue_life import CatalogueLifeStore
from storage.catalogue_versions import load_version
from storage.doubts import DoubtBook
from storage.entrustments import EntrustmentBook
from storage.epoch_bus import EpochBus
from storage.grant_book import GrantBook
from storage.heads import HeadPublisher
from storage.issuer_keys import key_source
from storage.keys import Keys, load_or_create
from storage.layout import HEADS, KEYS
from storage.ledger import LedgerWriter
from storage.matters import MatterBook
from storage.notice_sender import NoticeSender
from storage.notices import NoticeStore
from storage.operations import OperationBook
from storage.own_database import database_dsn, ruling
from storage.parties import PartyBook
from storage.pool import open_pool
from storage.receipts import ReceiptStore
from storage.redis_client import open_redis
from storage.redis_counters import open_counters
from storage.rights import RightsStore
from storage.seals import Seals
from storage.sm2_keys import load_or_create_sm2, public_sm2_keys
from storage.usage import UsageCounts
from storage.webhook_address import Reach
from storage.webhooks import WebhookStore
from web.pages import routes as page_routes

HEADS_SHOWN_BYTES = 256 * 1024
DOCUMENTS_KEPT = 2_000
UNSOUND_SHOWN = 20
VIEW_DOCUMENTS_KEPT = 200


@dataclass(frozen=True)
class House:
    """What is open while a worker serves."""

    app: App
    traffic: Traffic


def app(settings: Settings) -> App:
    """The gateway behind the lifespan protocol: opened at startup, closed at shutdown."""
    opened: list[App] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with gateway_app(settings) as house:
            opened.append(house.app)
            yield
            opened.clear()

    shell = Starlette(lifespan=lifespan)

    async def route(scope: Any, receive: Any, send: Any) -> None:
        await (shell if scope["type"] == "lifespan" else opened[0])(scope, receive, send)

    return route


@contextlib.asynccontextmanager
async def gateway_app(settings: Settings) -> AsyncIterator[House]:
    """The gateway of one worker. The database must have been prepared; no source is waited for.

    Raises START_REFUSED, DATABASE_NEWER, CATALOGUE_INVALID, LEDGER_UNAVAILABLE.
    """
    check_settings(settings)
    limits = limits_of(settings)
    keys = load_or_create(settings.data_dir / KEYS, not settings.demo)
    dsn = database_dsn(settings)
    redis_url = None if settings.redis is None else settings.redis.get_secret_value()
    log = structlog.get_logger()

    def trouble(problem: Exception) -> None:
        log.warning("storage", exc_info=problem)

    profile = load_profile(settings.profile)
    async with contextlib.AsyncExitStack() as stack:
        rules = await ruling(settings)
        catalogue = rules.catalogue
        pool = await open_pool(dsn, application_name="oncegate", size=settings.pool)
        stack.push_async_callback(pool.close)
        metrics = Metrics()
        seals = Seals(keys.grant, partial(unsound, metrics))
        rights = RightsStore(pool, dsn, trouble, seals, catalogue)
        await rights.open()
        stack.push_async_callback(rights.close)
        if not settings.demo:
            refuse_demo_clients(rights)
        seal = ReceiptSeal(receipt_signer(settings, keys), _issuer_name(settings))
        writer = LedgerWriter(dsn, seal=seal, most_waiting=limits.queue)
        await writer.open()
        stack.push_async_callback(writer.close)
        publisher = HeadPublisher(dsn, settings.data_dir / HEADS, keys.head)
        publishing = asyncio.create_task(publisher.run(trouble, settings.head_interval_s), name="publish heads")
        stack.push_async_callback(_end, publishing, publisher)
        issuers = Issuers(map(_issuer, settings.issuers))
        fetching = asyncio.create_task(issuers.load(time.time()), name="fetch issuers' keys")
        stack.callback(fetching.cancel)

        tokens = Tokens(_token_settings(settings), rights, keys.token, issuers)
        proofs = Proofs()
        ledger = metrics.ledger(writer)
        cases = CaseStore(pool)
        usage = UsageCounts(pool)
        await stack.enter_async_context(running(usage.run(trouble), "count usage"))
        applications = ApplicationBook(pool, keys.grant)
        reach = reach_of(settings)
        sender = NoticeSender(pool, dsn, keys.webhook, reach, trouble)
        await stack.enter_async_context(running(sender.run(), "deliver notices"))
        calendars = CalendarStore(pool)
        watch = DeadlineWatch(applications, calendars, profile)
        await stack.enter_async_context(running(watch.run(trouble), "watch deadlines"))
        doubts = DoubtBook(pool)
        doubt_watch = DoubtWatch(doubts, calendars, profile)
        await stack.enter_async_context(running(doubt_watch.run(trouble), "watch doubts"))
        counters = await stack.enter_async_context(open_counters(pool, redis_url, trouble))
        case_checks = CaseChecks(pool)
        ports = Ports(
            rights=rights,
            counters=counters,
            receipts=ReceiptStore(pool),
            doubts=doubts,
            grants=GrantBook(pool, seals, keys.grant),
            operations=OperationBook(pool),
            usage=usage,
            catalogue_life=CatalogueLifeStore(pool),
            cases=cases,
            case_checks=case_checks,
            collections=CollectionBook(pool),
            ledger=ledger,
            subject_hash=keys.subject,
            parties=PartyBook(pool),
            entrustments=EntrustmentBook(pool),
            applications=applications,
            accesses=AccessBook(pool, keys.subject),
            profile=profile,
            calendars=calendars,
            matters=MatterBook(pool),
            notices=NoticeStore(pool),
            webhooks=WebhookStore(pool, keys.webhook, reach),
            stands=lambda caller: stand(gateway, caller.consumer, caller.purpose, time.time()),
        )
        bound = sources_of(settings, catalogue, strict=rules.files_agree)
        gateway = Gateway(
            served=serve_catalogue(
                catalogue,
                bound,
                limits,
                metrics.source,
                Regime(settings.network_zone, profile.bind_to_matter),
            ),
            identity=Identity(rights, tokens, proofs),
            rights=rights,
            cases=cases,
            ledger=ledger,
            subject_hash=keys.subject,
            workflow=StrawberryWorkflow(ports),
            limits=limits,
            counters=counters,
            verify_attempts_per_day=profile.verify_attempts_per_day,
            desk=Desk(applications, calendars, case_checks, keys.subject),
        )
        versions = Versions(settings, pool, gateway, metrics, bound)
        stack.push_async_callback(versions.close)
        await rights.serve(catalogue.version, versions.prepare)
        if redis_url is not None:
            bus = EpochBus(open_redis(redis_url), pool, rights, trouble)
            rights.on_move(bus.moved)
            await stack.enter_async_context(running(bus.run(), "epoch bus"))
        endpoint = EndpointSettings(Proxies(settings.trusted_proxies), settings.public_url)
        traffic = Traffic(limits.queue)
        observers = Observers(traffic, metrics, RequestLog(quiet=settings.log_level in ("warning", "error")))
        timing = settings.server_timing or settings.demo
        graphql = graphql_app(gateway, endpoint, observers, server_timing=timing)
        checks = {"database": lambda: pool.fetchval("SELECT 1"), "ledger": writer.open}
        door = Door(gateway, endpoint)
        rest = Starlette(
            routes=[
                *meta_routes(checks, traffic, metrics),
                TokenEndpoint(endpoint, rights, tokens, proofs).route(),
                *published_routes(settings.data_dir, keys),
                *page_routes(lambda: graphiql_config(settings)),
                receipt_route(door, gateway, ReceiptStore(pool)),
                paper_route(door, gateway, lambda: verify_with(receipt_keys(settings.data_dir, keys))),
            ]
        )
        yield House(front(graphql, rest), traffic)
        traffic.stop()


def unsound(metrics: Metrics, grants: Sequence[str]) -> None:
    """Say how many rows are no rights because somebody altered or added them by hand, and which."""
    metrics.unsound_grants(len(grants))
    if grants:
        structlog.get_logger().error("unsound grants", count=len(grants), grants=list(grants[:UNSOUND_SHOWN]))


def check_settings(settings: Settings) -> None:
    """Raises START_REFUSED for what production lacks, and for what the demo cannot have."""
    if settings.demo and settings.database is not None:
        raise GatewayError(
            START_REFUSED, "the demo runs on the embedded database only", "unset `ONCEGATE_DATABASE`, or use `cli serve`"
        )
    if not settings.demo and settings.public_url is None:
        raise GatewayError(
            START_REFUSED,
            "`ONCEGATE_PUBLIC_URL` is not set",
            "set it to scheme, host and port as clients write them: it is the issuer of our tokens",
        )
    try:
        Proxies(settings.trusted_proxies)
    except ValueError as fault:
        raise GatewayError(
            START_REFUSED, f"`ONCEGATE_TRUSTED_PROXIES`: {fault}", "write networks like `10.0.0.0/8`, separated by commas"
        ) from None


def reach_of(settings: Settings) -> Reach:
    """Where webhooks may be. Raises START_REFUSED for a network that cannot be read."""
    try:
        return Reach(tuple(map(ipaddress.ip_network, settings.webhook_networks)), settings.demo)
    except ValueError as fault:
        raise GatewayError(
            START_REFUSED, f"`ONCEGATE_WEBHOOK_NETWORKS`: {fault}", "write networks like `10.1.2.0/24`, separated by commas"
        ) from None


def limits_of(settings: Settings) -> Limits:
    """The limits with the deployment's own. Raises START_REFUSED for an unknown name or a number below 1."""
    known = Limits.__dataclass_fields__
    for name, value in settings.limits.items():
        if name not in known or value < 1:
            raise GatewayError(
                START_REFUSED,
                f"`ONCEGATE_LIMITS__{name.upper()}` is " + ("below 1" if name in known else "no limit"),
                f"limits are {', '.join(f'`{one}`' for one in known)}, each at least 1",
            )
    return replace(Limits(), **settings.limits)


def refuse_demo_clients(rights: RightsStore) -> None:
    """Raises START_REFUSED where a client of the demo could still be used."""
    left = [one.id for one in DEMO_CLIENTS if (held := rights.client(one.id)) is not None and not held.disabled]
    if left:
        raise GatewayError(
            START_REFUSED,
            f"the database holds the demo's client `{left[0]}`, whose secret everybody knows",
            "use a database of its own for production, or disable it with `cli client disable`",
        )


def sources_of(settings: Settings, catalogue: Catalogue, *, strict: bool) -> Sources:
    """The deployment's sources. Not `strict` where the catalogue was published since the files, which `sources.toml` stands
    beside.
    """
    return load_sources(settings.sources, catalogue, strict=strict)


def serve_catalogue(
    catalogue: Catalogue,
    sources: Sources,
    limits: Limits,
    measured: Measured = unmeasured,
    regime: Regime | None = None,
) -> Served:
    """What one version of the catalogue is served with: schema, documents, plans, decisions, and the sources it binds."""
    documents = Documents(build_schema(catalogue, ROOTS), limits, DOCUMENTS_KEPT)

    def documents_of(view: View) -> Documents:
        return Documents(build_schema(view.catalogue, ROOTS, view.usable), limits, VIEW_DOCUMENTS_KEPT)

    where = {name: binding.source for name, binding in sources.bindings.items()}
    return Served(
        catalogue,
        documents,
        Plans(documents.schema, catalogue),
        Decider(catalogue, where, regime, unbound_items(sources, catalogue)),
        open_sources(sources, catalogue, measured=measured),
        Views(catalogue, documents_of, regime),
    )


class Versions:
    """Takes newly published versions of the catalogue into a running worker."""

    def __init__(
        self, settings: Settings, pool: "asyncpg.Pool[Any]", gateway: Gateway, metrics: Metrics, bound: Sources
    ) -> None:
        """`bound` are the sources that are served now."""
        self._settings = settings
        self._pool = pool
        self._gateway = gateway
        self._metrics = metrics
        self._bound = bound
        self._retiring: set[asyncio.Task[None]] = set()

    async def prepare(self, version: int) -> Callable[[], None]:
        """Make the version ready in a thread, so that requests go on; calling what it gives begins to serve it.

        Raises CATALOGUE_INVALID, START_REFUSED, LEDGER_UNAVAILABLE: then nothing is answered until it can be taken.
        """
        catalogue = await load_version(self._pool, version)
        bound, served = await asyncio.to_thread(self._make, catalogue)

        def adopt() -> None:
            self._bound = bound
            former, self._gateway.served = self._gateway.served, served
            task = asyncio.create_task(self._retire(former), name=f"retire catalogue {former.version}")
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

        return adopt

    def _make(self, catalogue: Catalogue) -> tuple[Sources, Served]:
        """Served with the sources as their file says now; where it cannot be used any more, with those that are bound."""
        profile = load_profile(self._settings.profile)
        made = partial(
            serve_catalogue,
            catalogue,
            limits=self._gateway.limits,
            measured=self._metrics.source,
            regime=Regime(self._settings.network_zone, profile.bind_to_matter),
        )
        try:
            sources = sources_of(self._settings, catalogue, strict=False)
            return sources, made(sources)
        except GatewayError as fault:
            structlog.get_logger().warning("sources", exc_info=fault)
            sources = still_bound(self._bound, catalogue)
            return sources, made(sources)

    async def close(self) -> None:
        """Close the sources that are served, and those that still are used by requests under way."""
        for task in tuple(self._retiring):
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self._gateway.served.sources.close()

    async def _retire(self, former: Served) -> None:
        """Requests under way end with the sources that they began with."""
        try:
            await asyncio.sleep(self._gateway.limits.request_ms / 1000)
        finally:
            await former.sources.close()


def _issuer_name(settings: Settings) -> str:
    """In whose name tokens and receipts are signed: where no public address is set (demo), that of this machine."""
    return settings.public_url or http_address(settings.host, settings.port)


def _token_settings(settings: Settings) -> TokenSettings:
    return TokenSettings(_issuer_name(settings), settings.audience, settings.token_lifetime_s)


def _issuer(configured: Any) -> ExternalIssuer:
    return ExternalIssuer(
        configured.issuer,
        configured.audience,
        key_source(configured.keys),
        configured.subject_claim,
        configured.token_max_s,
    )


async def _end(publishing: "asyncio.Task[None]", publisher: HeadPublisher) -> None:
    """The last head of this worker, then the lock is given back."""
    await end(publishing)
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        await publisher.publish()
    await publisher.close()


def published_routes(data_dir: Path, keys: Keys) -> list[BaseRoute]:
    """`/.well-known/jwks.json`: the public halves of the token and receipt keys, former ones too; `/ledger/heads`: the last
    signed heads in lines.
    """

    async def jwks(_: Request) -> Response:
        current = int(keys.token.signing_key()[0].rpartition("-")[2])
        named = {f"token-{number}": keys.token.verifying_key(f"token-{number}") for number in range(1, current + 1)}
        tokens = {kid: PublishedKey(ED25519, key.public_bytes_raw()) for kid, key in named.items() if key is not None}
        held = tokens | receipt_keys(data_dir, keys)
        told = [jwk(kid, key) for kid, key in held.items()]
        return JSONResponse({"keys": told}, headers={"Cache-Control": "public, max-age=300"})

    async def latest(_: Request) -> Response:
        text = await asyncio.to_thread(_tail, data_dir / HEADS)
        return Response(text, media_type="application/jsonl", headers={"Cache-Control": "no-store"})

    return [Route("/.well-known/jwks.json", jwks), Route("/ledger/heads", latest)]


def receipt_signer(settings: Settings, keys: Keys) -> RootSigner:
    """What receipts are signed with. Raises START_REFUSED where SM2 is asked for and cannot be had."""
    if settings.receipt_algorithm == sm2.ALGORITHM:
        return load_or_create_sm2(settings.data_dir / KEYS, not settings.demo)
    return keys.receipt


def receipt_keys(data_dir: Path, keys: Keys) -> dict[str, PublishedKey]:
    """The public keys that receipts are verified with, as they are now."""
    own = {kid: PublishedKey(ED25519, half) for kid, half in keys.receipt.public().items()}
    return own | {kid: PublishedKey(sm2.ALGORITHM, half) for kid, half in public_sm2_keys(data_dir / KEYS).items()}


def _tail(path: Path) -> bytes:
    """The last whole lines of the file."""
    if not path.exists():
        return b""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - HEADS_SHOWN_BYTES))
        text = file.read()
    begin = 0 if size <= HEADS_SHOWN_BYTES else text.find(b"\n") + 1
    return text[begin : text.rfind(b"\n") + 1]


def graphiql_config(settings: Settings) -> Mapping[str, object]:
    """What the GraphiQL page reads: clients and examples in the demo, addresses alone in production."""
    addresses = {"endpoint": "/graphql", "tokenEndpoint": "/oauth/token"}
    if settings.demo:
        return {"mode": "demo", **addresses, **graphiql_demo()}
    return {"mode": "production", **addresses, "clients": [], "examples": []}
