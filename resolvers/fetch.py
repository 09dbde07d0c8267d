"""Reading: the pruned plan's waves, each source asked once a wave, other requests' keys travelling in the same batches."""

from collections.abc import Awaitable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from connectors.base import Row, SourceError
from connectors.request import Fetch
from errors import OVERLOADED, GatewayError
from resolvers.plan.pruned import FromRoot, FromRows, KeySource, Pruned, Step


class Batch(Protocol):
    """Rows by key, and the instant (UTC) at which the source was asked."""

    @property
    def rows(self) -> Mapping[Hashable, Sequence[Row]]: ...

    @property
    def as_of(self) -> datetime: ...


class Batcher(Protocol):
    """A source behind natural batching; the awaitable raises `SourceError`."""

    def load(self, fetch: Fetch, params: Mapping[str, object], keys: Sequence[Hashable]) -> Awaitable[Batch]: ...


class Sources(Protocol):
    """All sources by name."""

    def batcher(self, source: str) -> Batcher: ...

    async def close(self) -> None: ...


RowsOrError: TypeAlias = Mapping[Hashable, Sequence[Row]] | SourceError

NO_ROWS: Mapping[Hashable, Sequence[Row]] = {}


@dataclass(frozen=True, slots=True)
class Fetched:
    """Per step the rows by key or why there are none, and per source that answered the earliest instant of asking."""

    steps: list[RowsOrError]
    as_of: dict[str, datetime]


async def fetch(
    pruned: Pruned, keys: Sequence[Sequence[Hashable]], params: Mapping[str, object], sources: Sources
) -> Fetched:
    """Every step's rows. `keys` are those of the root fields, in the plan's order. A failed source fails only its steps.

    Raises OVERLOADED where too many wait for a source.
    """
    fetched = Fetched([NO_ROWS] * len(pruned.steps), {})
    lagging: Step | None = None
    for wave in pruned.waves:
        under_way: list[tuple[Step, Awaitable[Batch]]] = []
        for step in wave:
            wanted = _keys(step.keys, keys, fetched.steps)
            if wanted:
                under_way.append((step, sources.batcher(step.fetch.source).load(step.fetch, params, wanted)))
        for step, loading in under_way:
            try:
                batch = await loading
            except SourceError as error:
                lagging = step if error.reason == "OVERLOADED" else lagging
                fetched.steps[step.index] = error
                continue
            fetched.steps[step.index] = batch.rows
            source, as_of = step.fetch.source, batch.as_of
            earliest = fetched.as_of.get(source)
            if earliest is None or as_of < earliest:
                fetched.as_of[source] = as_of
    if lagging is not None:
        raise _lagging(lagging)
    return fetched


def _lagging(step: Step) -> GatewayError:
    """Too many wait for the source: half an answer now would only bring the same question again."""
    return GatewayError(
        OVERLOADED, f"too many requests wait for the source of `{step.fetch.resource}`", "send it again in a moment"
    )


def _keys(source: KeySource, roots: Sequence[Sequence[Hashable]], steps: list[RowsOrError]) -> Sequence[Hashable]:
    if isinstance(source, FromRoot):
        return roots[source.root]
    return _keys_in_rows(source, steps[source.step])


def _keys_in_rows(source: FromRows, rows: RowsOrError) -> Sequence[Hashable]:
    """The distinct keys in the parents' rows, in their order, of those parents that the guards let through."""
    if isinstance(rows, SourceError):
        return ()
    cell, guards = source.cell, source.guards
    found: dict[Hashable, None] = {}
    for of_key in rows.values():
        for row in of_key:
            key = row[cell]
            if key is None:
                continue
            for guard in guards:
                if row[guard.cell] not in guard.values:
                    break
            else:
                found[key] = None
    return tuple(found)
