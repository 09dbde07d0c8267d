"""Notices against a real HTTP receiver: signed, tried again, never twice under two ids, never where they may not go."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from catalogue.model import ProviderCode
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError
from resolvers.ports.notices import NewWebhook, StoredNotice, Webhook
from storage.access import Role
from storage.background import running
from storage.keys import KeyKind, WebhookKeys, load_or_create, rotate
from storage.notice_sender import NoticeSender, Patience
from storage.notices import TELL, NoticeStore, facts_json
from storage.pool import open_pool
from storage.webhook_address import Endpoint, Reach, read_endpoint
from storage.webhook_post import post
from storage.webhooks import MOST_WEBHOOKS, WebhookStore
from tests.conftest import Database
from tests.storage.receiver import Receiver

US, THEM = ProviderCode("11320000014000127A"), ProviderCode("113200000140002351")
DEMO = Reach(demo=True)
HASTE = Patience(deadline_s=0.5, first_s=0.05, rest_s=0.05, tries=4, look_s=0.05)
SOON_S = 10.0


class House:
    """Our database with two departments, and senders on it."""

    def __init__(self, pool: "asyncpg.Pool[Any]", database: Database, keys: WebhookKeys) -> None:
        self.pool = pool
        self.database = database
        self.keys = keys
        self.notices = NoticeStore(pool)
        self.webhooks = WebhookStore(pool, keys, DEMO)
        self.troubles: list[Exception] = []

    def sender(self, patience: Patience = HASTE, reach: Reach = DEMO, context: ssl.SSLContext | None = None) -> NoticeSender:
        sender = NoticeSender(self.pool, self.database.dsn(), self.keys, reach, self.troubles.append, patience)
        if context is not None:
            sender.context = context
        return sender

    async def register(self, url: str, department: ProviderCode = US) -> tuple[Webhook, str]:
        return await self.webhooks.register(NewWebhook(department, url, "client", "H-1"))

    async def tell(self, about: str = "A-1", department: ProviderCode = US) -> None:
        await self.notices.tell(department, "application.submitted", about, {"state": "submitted", "items": "3"})

    async def told(self, department: ProviderCode = US, *, undelivered_only: bool = False) -> list[StoredNotice]:
        return list(await self.notices.list(department, 100, None, undelivered_only=undelivered_only))

    async def until(self, reached: Callable[[list[StoredNotice]], bool]) -> list[StoredNotice]:
        """Wait until the notices are so."""
        async with asyncio.timeout(SOON_S):
            while not reached(found := await self.told()):
                await asyncio.sleep(0.02)
        return found

    async def tries(self) -> list[tuple[int, str | None]]:
        rows = await self.pool.fetch("SELECT number, failure FROM notice_try ORDER BY delivery, number")
        return [(row["number"], row["failure"]) for row in rows]


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code in (US, THEM):
        await owner.execute("INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')", code)
    await owner.close()
    pool = await open_pool(database.dsn(), application_name="test notices", size=3)
    yield House(pool, database, load_or_create(tmp_path / "keys", False).webhook)
    await pool.close()


def delivered(found: list[StoredNotice]) -> bool:
    return bool(found) and all(one.delivered_at for notice in found for one in notice.deliveries)


def given_up(found: list[StoredNotice]) -> bool:
    return bool(found) and all(one.given_up_at for notice in found for one in notice.deliveries)


async def test_a_notice_arrives_signed(house: House) -> None:
    with Receiver() as receiver:
        _, secret = await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            await house.tell()
            (notice,) = await house.until(delivered)
        (got,) = receiver.got
    assert got.verifies(secret)
    assert not got.verifies("whsec_" + "A" * 43 + "=")
    assert got.path == "/hook?of=us"
    assert got.headers["webhook-id"] == notice.id
    assert got.headers["content-type"] == "application/json"
    assert got.told == {
        "type": "application.submitted",
        "timestamp": notice.created_at.isoformat(),
        "data": {"department": US, "about": "A-1", "facts": {"state": "submitted", "items": "3"}},
    }
    (delivery,) = notice.deliveries
    assert (delivery.tries, delivery.failure, delivery.next_try_at) == (1, None, None)
    assert house.troubles == []


async def test_an_endpoint_fails_lags_then_recovers(house: House) -> None:
    """Each try is on record; what comes again carries the same id and the same bytes."""
    answers: list[int | float] = [500, 2.0, 204]
    with Receiver(lambda number: answers[number]) as receiver:
        _, secret = await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            await house.tell()
            (notice,) = await house.until(delivered)
        got = list(receiver.got)
    assert await house.tries() == [(1, "STATUS_500"), (2, "TIMED_OUT"), (3, None)]
    assert [one.headers["webhook-id"] for one in got] == [notice.id] * 3
    assert len({one.body for one in got}) == 1
    assert all(one.verifies(secret) for one in got)
    assert notice.deliveries[0].failure is None


async def test_what_never_arrives_is_given_up(house: House) -> None:
    with Receiver(lambda _: 503) as receiver:
        await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            await house.tell()
            (notice,) = await house.until(given_up)
            await asyncio.sleep(0.3)
        assert len(receiver.got) == HASTE.tries
    assert await house.tries() == [(number + 1, "STATUS_503") for number in range(HASTE.tries)]
    assert notice.deliveries[0].next_try_at is None


async def test_pauses_double_up_to_a_day_and_a_half(house: House) -> None:
    patience = Patience()
    pauses = [patience.pause_s(tries) or 0.0 for tries in range(1, patience.tries)]
    assert 5 <= pauses[0] <= 10
    assert all(0.5 * min(10 * 2**place, 21_600) <= pause <= min(10 * 2**place, 21_600) for place, pause in enumerate(pauses))
    assert 16 * 3600 < sum(pauses) < 36 * 3600
    assert patience.pause_s(patience.tries) is None
    assert len({patience.pause_s(5) for _ in range(5)}) > 1


async def test_nothing_is_followed_and_nonsense_is_no_answer(house: House) -> None:
    answers = [302, -1, 204]
    with Receiver(lambda number: answers[number]) as receiver:
        await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            await house.tell()
            await house.until(delivered)
        assert [one.path for one in receiver.got] == ["/hook?of=us"] * 3
    assert await house.tries() == [(1, "STATUS_302"), (2, "NOT_HTTP"), (3, None)]


async def test_a_dead_endpoint_holds_up_no_other(house: House) -> None:
    with Receiver(lambda _: 3.0) as slow, Receiver() as quick:
        await house.register(slow.url)
        await house.register(quick.url)
        async with running(house.sender(Patience(deadline_s=3.0, first_s=1.0, look_s=0.05)).run(), "sender"):
            for number in range(20):
                await house.tell(f"A-{number}")
            async with asyncio.timeout(2.5):
                while len(quick.got) < 20:
                    await asyncio.sleep(0.02)
            assert len(slow.got) == 1
        assert [one.told["data"]["about"] for one in quick.got] == [f"A-{number}" for number in range(20)]


async def test_one_of_two_workers_delivers_and_the_other_takes_over(house: House) -> None:
    with Receiver() as receiver:
        await house.register(receiver.url)
        first, second = house.sender(), house.sender()
        async with contextlib.AsyncExitStack() as later:
            async with running(first.run(), "first"):
                await house.tell("A-1")
                await house.until(delivered)
                await later.enter_async_context(running(second.run(), "second"))
                for number in range(2, 12):
                    await house.tell(f"A-{number}")
                await house.until(delivered)
            await house.tell("A-12")
            await house.until(delivered)
        assert [one.told["data"]["about"] for one in receiver.got] == [f"A-{number}" for number in range(1, 13)]


async def test_the_sender_outlives_the_loss_of_its_connections(house: House) -> None:
    with Receiver() as receiver:
        await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            await house.tell("A-1")
            await house.until(delivered)
            admin = await asyncpg.connect(house.database.cluster.dsn("postgres", Role.ADMIN))
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", house.database.name
            )
            await admin.close()
            async with asyncio.timeout(SOON_S):
                while True:
                    with contextlib.suppress(GatewayError):
                        await house.tell("A-2")
                        break
            await house.until(lambda found: delivered(found) and len(found) == 2)
        assert receiver.got[-1].told["data"]["about"] == "A-2"


async def test_told_once_and_within_another_transaction(house: House) -> None:
    await house.notices.tell(US, "application.due", "A-1", {}, once="due A-1 2026-03-02")
    await house.notices.tell(US, "application.due", "A-1", {}, once="due A-1 2026-03-02")
    assert len(await house.told()) == 1
    async with house.pool.acquire() as connection:
        with contextlib.suppress(ZeroDivisionError):
            async with connection.transaction():
                await connection.fetchval(TELL, US, "kind", "undone", facts_json({}), None)
                raise ZeroDivisionError
    assert [one.about for one in await house.told()] == ["A-1"]


async def test_a_department_sees_its_own_page_by_page(house: House) -> None:
    with Receiver() as receiver:
        await house.tell("before there was a webhook")
        await house.register(receiver.url)
        async with running(house.sender().run(), "sender"):
            for number in range(5):
                await house.tell(f"A-{number}")
            await house.tell("theirs", THEM)
            await house.until(lambda found: sum(map(len, (one.deliveries for one in found))) == 5 and delivered(found[:5]))
    first = await house.notices.list(US, 4, None, undelivered_only=False)
    rest = await house.notices.list(US, 4, first[-1].cursor, undelivered_only=False)
    assert [one.about for one in [*first, *rest]] == ["A-4", "A-3", "A-2", "A-1", "A-0", "before there was a webhook"]
    assert [one.about for one in await house.told(undelivered_only=True)] == ["before there was a webhook"]
    assert [one.about for one in await house.told(THEM)] == ["theirs"]


async def test_a_removed_webhook_gets_nothing_more(house: House) -> None:
    with Receiver(lambda _: 500) as receiver:
        webhook, _ = await house.register(receiver.url)
        await house.tell()
        removed = [await house.webhooks.remove(whose, webhook.id, "client", "H-2") for whose in (THEM, US, US)]
        assert removed == [None, webhook, None]
        assert await house.webhooks.remove(US, "no id", "client", "H-2") is None
        async with running(house.sender().run(), "sender"):
            await house.tell("A-2")
            await asyncio.sleep(0.3)
        assert receiver.got == []
    assert [len(one.deliveries) for one in await house.told()] == [0, 1]
    assert await house.webhooks.list(US) == []
    again, _ = await house.register(receiver.url)
    assert again.id != webhook.id


async def test_a_department_whose_term_has_ended_gets_nothing_more(house: House) -> None:
    """Neither what it is told afterwards, nor what was under way."""
    with Receiver(lambda _: 204) as receiver:
        await house.register(receiver.url)
        await house.tell()
        owner = await asyncpg.connect(house.database.dsn(Role.OWNER))
        await owner.execute("UPDATE department SET valid_until = now() WHERE code = $1", US)
        await house.tell("A-2")
        async with running(house.sender().run(), "sender"):
            await asyncio.sleep(0.3)
            assert receiver.got == []
            assert [len(one.deliveries) for one in await house.told()] == [0, 1]
            await owner.execute("UPDATE department SET valid_until = NULL WHERE code = $1", US)
            await house.tell("A-3")
            await house.until(lambda found: all(one.delivered_at for notice in found for one in notice.deliveries))
        await owner.close()
        assert [one.told["data"]["about"] for one in receiver.got] == ["A-1", "A-3"]


async def test_secrets_differ_are_not_in_the_database_and_outlive_a_rotation(house: House, tmp_path: Path) -> None:
    with Receiver() as receiver:
        first, first_secret = await house.register(receiver.url)
        _, second_secret = await house.register(receiver.url, THEM)
        assert first_secret != second_secret
        assert first_secret.startswith("whsec_")
        for row in await house.pool.fetch("SELECT * FROM webhook"):
            assert first_secret[6:] not in str(tuple(row))
        with pytest.raises(GatewayError) as taken:
            await house.register(receiver.url)
        assert taken.value.code is STATE_CONFLICT
        rotate(tmp_path / "keys", KeyKind.WEBHOOK, False)
        house.keys = load_or_create(tmp_path / "keys", False).webhook
        assert house.keys.key_id == "webhook-2"
        async with running(house.sender().run(), "sender"):
            await house.tell()
            await house.until(delivered)
        assert receiver.got[0].verifies(first_secret)
        assert first.department == US


async def test_a_department_has_a_few_webhooks_and_no_more(house: House) -> None:
    results = await asyncio.gather(
        *(house.register(f"https://example.com/{number}") for number in range(MOST_WEBHOOKS + 3)), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, GatewayError)]
    assert [one.code for one in refused] == [STATE_CONFLICT] * 3
    assert len(await house.webhooks.list(US)) == MOST_WEBHOOKS
    await house.register("https://example.com/0", THEM)


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "https://", "http://example.com/hook", "ftp://example.com/", "https://user:secret@example.com/",
        "https://@example.com/", "https://example.com/#part", "https://example.com:0/", "https://example.com:99999/",
        "https://exa mple.com/", "https://例子.com/", "https://example.com\\@127.0.0.1/", "https://example.com/\r\nHost: a",
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/", "https://192.168.1.1/", "https://169.254.169.254/",
        "https://[::1]/", "https://[::ffff:10.0.0.8]/", "https://[fd00::1]/", "https://[64:ff9b::a00:8]/", "https://0.0.0.0/",
        "https://[fec0::1]/", "https://[::10.0.0.8]/", "https://[2002:a00:8::1]/", "https://[fe80::1%25lo]/",
        "http://127.0.0.1/", "https://example.com/" + "a" * 500,
    ],
)  # fmt: skip
def test_addresses_that_no_webhook_may_have(url: str) -> None:
    with pytest.raises(GatewayError) as refused:
        read_endpoint(url, Reach())
    assert refused.value.code is INPUT_INVALID
    assert url == "" or url not in refused.value.message


def test_addresses_that_a_webhook_may_have() -> None:
    narrow = Reach((ipaddress.ip_network("10.1.0.0/16"),))
    assert read_endpoint("https://example.com", Reach()) == Endpoint(True, "example.com", 443, "/")
    assert read_endpoint("https://[2001:4860::1]:8443/a?b", Reach()).authority == "[2001:4860::1]:8443"
    assert read_endpoint("https://10.1.2.3/hook", narrow).host == "10.1.2.3"
    assert read_endpoint("http://127.0.0.1:9/hook", DEMO) == Endpoint(False, "127.0.0.1", 9, "/hook")
    for refused in ("https://10.2.0.1/", "http://10.1.2.3/"):
        with pytest.raises(GatewayError):
            read_endpoint(refused, narrow)
    with pytest.raises(GatewayError):
        read_endpoint("http://10.1.2.3/", DEMO)


async def test_a_name_that_leads_home_is_not_followed_there(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name was harmless when it was registered; what it resolves to now is what counts."""
    resolve = socket.getaddrinfo

    def rebound(host: str, *options: Any, **more: Any) -> object:
        return resolve("127.0.0.1" if host == "hooks.example.com" else host, *options, **more)

    with Receiver() as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", rebound)
        house.webhooks = WebhookStore(house.pool, house.keys, Reach())
        await house.register(f"https://hooks.example.com:{receiver.port}/")
        async with running(house.sender(reach=Reach()).run(), "sender"):
            await house.tell()
            await house.until(given_up)
        assert receiver.got == []
    assert {failure for _, failure in await house.tries()} == {"ADDRESS_REFUSED"}


async def test_names_whose_servers_are_silent_hold_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are loaded in threads too: they must not queue behind other people's name servers."""

    silent_s = 1.0

    def silent(*_: object, **__: object) -> object:
        time.sleep(silent_s)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    endpoint, context = Endpoint(True, "hooks.example.com", 443, "/"), ssl.create_default_context()
    tries = [post(endpoint, Reach(), {}, b"{}", context=context, deadline_s=0.1) for _ in range(40)]
    assert set(await asyncio.gather(*tries)) == {"TIMED_OUT"}
    began = time.monotonic()
    assert await asyncio.to_thread(lambda: 1) == 1
    assert time.monotonic() - began < silent_s


async def test_over_tls_to_whom_the_certificate_names(house: House, tmp_path: Path) -> None:
    trusted, serving = certificate(tmp_path, "127.0.0.1"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(trusted)
    with Receiver(context=serving) as receiver:
        await house.register(receiver.url)
        async with running(house.sender(Patience(first_s=60, look_s=0.05)).run(), "sender"):
            await house.tell()
            (notice,) = await house.until(lambda found: bool(found[0].deliveries[0].failure))
        assert receiver.got == []
        assert notice.deliveries[0].failure == "TLS_FAILED"
        await house.pool.execute("UPDATE delivery SET next_try_at = now()")
        context = ssl.create_default_context(cafile=str(trusted))
        async with running(house.sender(context=context).run(), "sender"):
            await house.until(delivered)
        assert len(receiver.got) == 1


def certificate(folder: Path, address: str) -> Path:
    """A key and a certificate that it signed itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    told = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + signed.public_bytes(serialization.Encoding.PEM)
    path = folder / "certificate.pem"
    path.write_bytes(told)
    return path
