"""All sources of a deployment, opened from `sources.toml`: each behind its guards and its batcher."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from catalogue.binding import ResourceBinding, Source, SourceName, Sources
from catalogue.model import Catalogue, Resource, ResourceName
from connectors.base import Connector, Row, SourceError
from connectors.batch import Batcher
from connectors.guards import Clock, guarded
from connectors.postgresql import PostgresConnector
from connectors.request import Fetch
from errors import START_REFUSED, GatewayError

Opener = Callable[[Source, str, Mapping[ResourceName, Resource], Mapping[ResourceName, ResourceBinding]], Connector]
"""Makes a connector of a source, its resolved DSN, and the resources and bindings that it serves. It must not wait."""


def _open_postgresql(
    source: Source, dsn: str, resources: Mapping[ResourceName, Resource], bindings: Mapping[ResourceName, ResourceBinding]
) -> Connector:
    return PostgresConnector(dsn, resources, bindings, source.concurrency, source.deadline_ms)


OPENERS: Mapping[str, Opener] = MappingProxyType({"postgresql": _open_postgresql})

Measured = Callable[[Connector, str], Connector]


def unmeasured(connector: Connector, _source: str) -> Connector:
    """The connector as it is."""
    return connector


class Unconnected:
    """A source that no deployment binds: every fetch ends with NOT_CONNECTED."""

    async def fetch(  # the port's arguments
        self,
        fetch: Fetch,
        keys: Sequence[object],  # noqa: ARG002
        params: Mapping[str, object],  # noqa: ARG002
    ) -> Sequence[Row]:
        """See `Connector.fetch`."""
        raise SourceError("NOT_CONNECTED", f"{fetch.resource} is bound to no source")

    async def close(self) -> None:
        """Nothing to give back."""


class Registry:
    """The batcher of every source."""

    def __init__(self, batchers: Mapping[SourceName, Batcher]) -> None:
        self._batchers = batchers
        self._unconnected = Batcher(Unconnected())

    def batcher(self, source: str) -> Batcher:
        """The source's batcher; of an unknown source, one whose loads end with SourceError(NOT_CONNECTED)."""
        return self._batchers.get(SourceName(source), self._unconnected)

    async def close(self) -> None:
        """Close every source."""
        for batcher in self._batchers.values():
            await batcher.close()


def open_sources(
    sources: Sources,
    catalogue: Catalogue,
    openers: Mapping[str, Opener] = OPENERS,
    clock: Clock = time.monotonic,
    measured: Measured = unmeasured,
) -> Registry:
    """Every source, ready to be asked; none is reached yet. Raises START_REFUSED for an unknown connector or a DSN whose
    environment variable is not set. `measured` wraps each guarded connector, whose source it is told.
    """
    batchers: dict[SourceName, Batcher] = {}
    for source in sources.sources.values():
        bindings = {
            name: binding
            for name, binding in sources.bindings.items()
            if binding.source == source.name and name in catalogue.resources
        }
        resources = {name: catalogue.resources[name] for name in bindings}
        opener = openers.get(source.connector)
        if opener is None:
            raise GatewayError(
                START_REFUSED,
                f"source `{source.name}` names an unknown connector `{source.connector}`",
                f"choose one of {', '.join(f'`{name}`' for name in sorted(openers))}",
            )
        connector = opener(source, resolve_dsn(source), resources, bindings)
        batchers[source.name] = Batcher(measured(guarded(connector, source, clock), source.name))
    return Registry(batchers)


def resolve_dsn(source: Source) -> str:
    """The DSN, read from the environment where it says `env:NAME`. Raises START_REFUSED where that is not set."""
    if not source.dsn.startswith("env:"):
        return source.dsn
    name = source.dsn.removeprefix("env:")
    dsn = os.environ.get(name)
    if not dsn:
        raise GatewayError(
            START_REFUSED,
            f"source `{source.name}` needs the environment variable `{name}`, which is not set",
            "set it to the source's DSN",
        )
    return dsn
