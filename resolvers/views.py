"""What each caller can read, looked over and kept; and where a caller asks for it, the schema of that alone.

Both take long for a request (milliseconds; a schema some hundred), so they are made in a thread, one at a time, each once
however many wait for it. Callers who can read the same share one schema. What is kept is bounded by weight, what one
client may have under way by number: who states many purposes pushes out others' views, and costs one thread.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar, cast
from weakref import WeakValueDictionary

import errors
from catalogue.model import Catalogue, Coordinate, Mode, Use
from resolvers.kept import Kept
from resolvers.roles import reads_registers
from schema.documents import Documents
from schema.view import Readable, View, view_of
from sharing.consumer import NO_MATTER, Asking, Consumer
from sharing.decision import Asked
from sharing.grant import GrantId
from sharing.regime import NOBODY, Regime
from sharing.rights import Rights, next_boundary
from sharing.standpoint import Standpoint
from sharing.survey import Horizon, Right, survey

MOST_UNDER_WAY = 4
"""Of one client; a fifth is told to come again."""
SURVEYS_WEIGHT = 20_000
VIEWS_WEIGHT = 12_000
"""In fields: a field of a schema with its documents takes some 4 KB, one of a survey some 1 KB."""
WORKFLOW_WEIGHT = 300
"""What a schema weighs that has no data field at all."""

NOTHING = Readable(*(frozenset[Coordinate]() for _ in range(5)))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Survey:
    """The rights of one caller, and what is readable by them. `epoch`, `until` (Unix seconds): how long they hold."""

    rights: Mapping[Coordinate, Right]
    readable: Readable
    epoch: int
    until: float


class Views:
    """Surveys and views of one catalogue version."""

    def __init__(self, catalogue: Catalogue, documents: Callable[[View], Documents], regime: Regime | None = None) -> None:
        """`documents` makes the schema of a view, and what remembers its documents."""
        self._catalogue = catalogue
        self._make = documents
        self._regime = regime or Regime()
        self._surveys: Kept[Hashable, Survey] = Kept(SURVEYS_WEIGHT)
        self._documents: Kept[Readable, Documents] = Kept(VIEWS_WEIGHT)
        self._under_way: dict[Hashable, asyncio.Task[object]] = {}
        self._of_client: Counter[str] = Counter()
        self._turn = asyncio.Semaphore()
        self._asides: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._documents)

    async def documents(self, consumer: Consumer, asking: Asking | None, rights: Rights, now: float) -> Documents:
        """The documents of what this caller can read, for the purpose stated or (None) for any.

        Raises OVERLOADED where the client has too many views under way.
        """
        readable = NOTHING
        if reads_registers(consumer.roles):
            readable = (await self.survey(consumer, asking, rights, now)).readable
        found = self._documents.get(readable)
        if found is None:
            found = await self._once(("view", readable), consumer.client, lambda: self._build(readable))
            self._documents.put(readable, found, WORKFLOW_WEIGHT + len(readable.shown) + len(readable.used))
        return found

    async def survey(self, consumer: Consumer, asking: Asking | None, rights: Rights, now: float) -> Survey:
        """How every coordinate stands to this caller, for the purpose stated or (None) for any. Raises OVERLOADED."""
        key: Hashable = asking if asking is not None else (consumer.department, consumer.division)
        held = self._surveys.get(key)
        if held is None or held.epoch != rights.epoch or now >= held.until:
            horizon = self.horizon(consumer, asking, rights, now)
            held = await self._once(("survey", key, rights.epoch), consumer.client, lambda: self.look(horizon, rights))
            self._surveys.put(key, held, len(held.rights))
        return held

    def horizon(
        self,
        consumer: Consumer,
        asking: Asking | None,
        rights: Rights,
        now: float,
        exhausted: frozenset[GrantId] = NOBODY,
    ) -> Horizon:
        """From where this caller's rights are looked over: for the purpose stated, or (None) for any."""
        at = datetime.fromtimestamp(now, UTC)

        def standpoint(asking: Asking, document: str) -> Standpoint:
            return self._regime.standpoint(asking, rights, at, document, exhausted)

        any_purpose = Asking(
            consumer.department, consumer.division, NO_MATTER, Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=True
        )
        return Horizon(standpoint, any_purpose if asking is None else asking, stated=asking is not None)

    async def aside(self, consumer: Consumer, work: Callable[[], T]) -> T:
        """What some other long work gives, in a thread, in turn with the rest; of one client one after another, however
        many a document asks for. Raises OVERLOADED where what it left behind is still under way.
        """
        own = self._asides.setdefault(consumer.client, asyncio.Lock())
        async with own:
            return await self._once(object(), consumer.client, work)

    def look(self, horizon: Horizon, held: Rights) -> Survey:
        """The survey from there, of the rights that are held."""
        rights = survey(self._catalogue, horizon)
        boundary = next_boundary(held, horizon.asking.department, horizon.at.now)
        opened = (
            frozenset(coordinate for coordinate, right in rights.items() if right.opens(asked))
            for asked in (Asked.SHOW, Asked.VERIFY, Asked.USE, Asked.FIND, Asked.ROW)
        )
        return Survey(rights, Readable(*opened), held.epoch, boundary.timestamp() if boundary else float("inf"))

    def _build(self, readable: Readable) -> Documents:
        return self._make(view_of(self._catalogue, readable))

    async def _once(self, key: Hashable, client: str, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread; who asks for the same meanwhile waits for the same."""
        task = self._under_way.get(key)
        if task is None:
            if self._of_client[client] >= MOST_UNDER_WAY:
                raise errors.GatewayError(
                    errors.OVERLOADED, "too many views of this client are being made", "send it again in a moment"
                )
            self._of_client[client] += 1
            task = self._under_way[key] = asyncio.create_task(self._in_turn(work), name="make a view")
            task.add_done_callback(lambda done: self._done(key, client, done))
        return cast("T", await asyncio.shield(task))  # a key names one kind of work

    async def _in_turn(self, work: Callable[[], object]) -> object:
        async with self._turn:
            return await asyncio.to_thread(work)

    def _done(self, key: Hashable, client: str, task: "asyncio.Task[object]") -> None:
        del self._under_way[key]
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]
        if not task.cancelled():
            task.exception()  # those who waited have it
