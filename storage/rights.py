"""The rights as of one epoch, in memory: grants, matters, open doubts, departments, clients, entrustments, in one snapshot.

Whoever finds that the epoch has moved calls `refresh`; the channel `oncegate_epoch` makes that rare. A channel that is
silent costs a repetition of the decision, never a wrong answer: the ledger refuses entries of a former epoch.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg

from catalogue.matters import MatterRegister
from catalogue.model import Catalogue, ProviderCode
from errors import RIGHTS_MOVED, START_REFUSED, GatewayError
from resolvers.identify_ports import StoredClient
from sharing.open_doubts import index_doubts
from sharing.rights import Rights, index_rights
from storage import clients, departments, doubts
from storage.background import end
from storage.departments import Entrustment, Term
from storage.matters import MatterShelf
from storage.seals import SELECT as SELECT_GRANTS
from storage.seals import SELECT_FORMER, SELECT_SAID, SELECT_SUSPENSIONS, Seals

CHANNEL = "oncegate_epoch"
LISTEN_AGAIN_S = 1.0
LOOK_AGAIN_S = 15.0
LOOK_DEADLINE_S = 5.0

Adopt = Callable[[], None]
Prepare = Callable[[int], Awaitable[Adopt]]
"""Makes a catalogue version ready to be served, and gives what begins to serve it."""
_TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


@dataclass(frozen=True)
class Snapshot:
    """Everything that decisions and identification ask, as of `rights.epoch`."""

    rights: Rights
    catalogue_version: int
    departments: Mapping[ProviderCode, tuple[str, Term]]
    entrustments: Mapping[tuple[ProviderCode, ProviderCode], tuple[Entrustment, ...]]
    clients: Mapping[str, StoredClient]
    external: Mapping[tuple[str, str], StoredClient]


async def load_snapshot(pool: asyncpg.Pool[Any], seals: Seals, shelf: MatterShelf) -> Snapshot:
    """Read all in one repeatable-read transaction; the indexes are made in a thread, so that requests go on."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        head = await connection.fetchrow("SELECT epoch, catalogue_version FROM epoch")
        granted = await connection.fetch(SELECT_GRANTS)
        former = await connection.fetch(SELECT_FORMER)
        suspensions = await connection.fetch(SELECT_SUSPENSIONS)
        said = await connection.fetch(SELECT_SAID)
        parties = await connection.fetch(departments.SELECT)
        entrusted = await connection.fetch(departments.SELECT_ENTRUSTMENTS)
        doubted = await connection.fetch(doubts.SELECT_OPEN)
        registered = await connection.fetch(clients.SELECT)
        secrets = await connection.fetch(clients.SELECT_SECRETS)
        if head is None:
            raise GatewayError(START_REFUSED, "the database has no epoch", "restore it from a backup")
        matters = await shelf.read(connection, head["catalogue_version"])  # type: ignore[arg-type]  # the pool's proxy of one

    def index() -> Snapshot:
        by_id = clients.stored_clients(registered, secrets)
        return Snapshot(
            index_rights(
                head["epoch"],
                seals.rights(granted, former, suspensions, said),
                index_doubts(doubts.open_doubts(doubted)),
                matters=shelf.register(matters),
            ),
            head["catalogue_version"],
            departments.stored_departments(parties),
            departments.stored_entrustments(entrusted),
            by_id,
            {pair: client for client in by_id.values() for pair in client.external},
        )

    return await asyncio.to_thread(index)


class RightsStore:
    """The current snapshot; implements the ports of rights and of clients."""

    def __init__(
        self,
        pool: asyncpg.Pool[Any],
        dsn: str,
        failed: Callable[[Exception], None],
        seals: Seals,
        catalogue: Catalogue | None = None,
    ) -> None:
        """`dsn` is for the connection that listens, `failed` hears when it was lost. `seals`: which grants are rights.
        `catalogue`: one that is loaded already, to which matters are bound.
        """
        self._pool = pool
        self._seals = seals
        self._shelf = MatterShelf(catalogue)
        self._dsn = dsn
        self._failed = failed
        self._held: Snapshot | None = None
        self._prepare: Prepare | None = None
        self._moved: Callable[[int], None] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load, then listen. Raises asyncpg's errors and OSError."""
        await self._load()
        self._listening = asyncio.create_task(self._listen(), name="rights listen")

    async def serve(self, version: int, prepare: Prepare) -> None:
        """From now on a new catalogue version is prepared first, then taken in one step with its rights; `version` is
        served already.
        """
        while self.catalogue_version != version:  # meanwhile another may have been published
            version = self.catalogue_version
            (await prepare(version))()
        self._prepare = prepare

    def on_move(self, moved: Callable[[int], None]) -> None:
        """From now on `moved` hears of each newer epoch that this worker has loaded."""
        self._moved = moved

    async def close(self) -> None:
        """Stop listening."""
        await end(*(task for task in (self._listening, self._loading) if task is not None))

    @property
    def snapshot(self) -> Snapshot:
        if self._held is None:
            raise RuntimeError("the rights are not loaded yet: `open` first")
        return self._held

    @property
    def rights(self) -> Rights:
        return self.snapshot.rights

    @property
    def matters(self) -> MatterRegister:
        return self.snapshot.rights.matters

    @property
    def catalogue_version(self) -> int:
        return self.snapshot.catalogue_version

    @property
    def epoch(self) -> int:
        return self.snapshot.rights.epoch

    def client(self, client_id: str, /) -> StoredClient | None:
        """The registered client of this id."""
        return self.snapshot.clients.get(client_id)

    def external_client(self, issuer: str, subject: str, /) -> StoredClient | None:
        """The client that this subject of an external issuer means."""
        return self.snapshot.external.get((issuer, subject))

    def division_of(self, department: ProviderCode) -> str | None:
        """Where the department administers; None for one that is not registered or not in force."""
        found = self.snapshot.departments.get(department)
        return found[0] if found is not None and found[1].holds(time.time()) else None

    def registered_in(self, department: ProviderCode) -> str | None:
        """Where it administers, or did until its term ended; None for one that is not registered."""
        found = self.snapshot.departments.get(department)
        return None if found is None else found[0]

    def entrustment(self, counter: ProviderCode, duty: ProviderCode, matter: str, now: float) -> bool:
        """Whether the counter acts for the duty's department in this matter at this instant (Unix seconds)."""
        return any(
            entrusted.term.holds(now) and (not entrusted.matters or matter in entrusted.matters)
            for entrusted in self.snapshot.entrustments.get((counter, duty), ())
        )

    async def refresh(self, epoch: int) -> None:
        """Reload until the rights are at least of this epoch; many callers wait for one load.

        Raises RIGHTS_MOVED where they cannot be read: nobody is answered on former ones.
        """
        try:
            await self._refresh(epoch)
        except _TROUBLE as problem:
            raise _unreadable() from problem

    async def catch_up(self) -> None:
        """Reload where the epoch has moved: one short question to our database. Raises RIGHTS_MOVED."""
        try:
            epoch = await self._pool.fetchval("SELECT epoch FROM epoch", timeout=LOOK_DEADLINE_S)
            await self._refresh(epoch)
        except _TROUBLE as problem:
            raise _unreadable() from problem

    async def _refresh(self, epoch: int) -> None:
        while self.epoch < epoch:
            if self._loading is None:
                self._loading = asyncio.create_task(self._load(), name="rights load")
                self._loading.add_done_callback(self._loaded)
            await asyncio.shield(self._loading)

    async def _load(self) -> None:
        snapshot = await self._read()
        if self._held is None:
            self._held = snapshot
        elif snapshot.rights.epoch >= self._held.rights.epoch:
            adopt = None
            if self._prepare is not None and snapshot.catalogue_version != self._held.catalogue_version:
                adopt = await self._prepared(snapshot.catalogue_version, self._prepare)
            newer = snapshot.rights.epoch > self._held.rights.epoch
            self._held = snapshot
            if adopt is not None:
                adopt()
            if newer and self._moved is not None:
                self._moved(snapshot.rights.epoch)

    async def _read(self) -> Snapshot:
        try:
            return await load_snapshot(self._pool, self._seals, self._shelf)
        except GatewayError as problem:
            if self._held is None:
                raise
            self._failed(problem)
            raise _unreadable() from problem

    async def _prepared(self, version: int, prepare: Prepare) -> Adopt:
        """Nobody is answered by a former catalogue: an item may have been narrowed since. Where this worker cannot take the
        version, it says so, and why to its operators alone.
        """
        try:
            return await prepare(version)
        except Exception as problem:
            self._failed(problem)
            raise GatewayError(
                RIGHTS_MOVED,
                f"catalogue version `{version}` is published, and this worker cannot take it yet",
                "send it again in a moment; if it stays so, the log says why",
                article="Art. 7",
            ) from problem

    def _loaded(self, task: asyncio.Task[None]) -> None:
        self._loading = None
        if not task.cancelled():
            task.exception()  # those who waited have it

    async def _listen(self) -> None:
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(
                    self._dsn, timeout=10, server_settings={"application_name": "oncegate epoch"}
                )
                moved, lost = asyncio.Event(), asyncio.Event()
                connection.add_termination_listener(partial(_signal, lost, moved))
                await connection.add_listener(CHANNEL, partial(_signal, moved))
                while not lost.is_set():
                    moved.clear()
                    await self._refresh(await connection.fetchval("SELECT epoch FROM epoch", timeout=LOOK_DEADLINE_S))
                    # a connection that was lost without a word must not keep clients and tokens of yesterday alive
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_S):
                            await moved.wait()
                raise ConnectionError("the connection that listens for rights was lost")
            except Exception as problem:  # whatever it is: who does not listen any more must say so, and begin again
                self._failed(problem)
                await asyncio.sleep(LISTEN_AGAIN_S)
            finally:
                if connection is not None:
                    connection.terminate()


def _unreadable() -> GatewayError:
    return GatewayError(RIGHTS_MOVED, "rights have changed and could not be read again", "send it again in a moment")


def _signal(*given: object) -> None:
    """Set the events among the arguments: the driver's own come after them."""
    for one in given:
        if isinstance(one, asyncio.Event):
            one.set()
