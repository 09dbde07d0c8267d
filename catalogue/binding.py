"""Where the rows are: deployment's half of the catalogue. `sources.toml` binds each resource to a table and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

from catalogue.model import ResourceName
from catalogue.predicate import ItemName

SourceName = NewType("SourceName", str)


@dataclass(frozen=True, slots=True)
class Source:
    """A place that holds rows. `dsn` may name an environment variable as `env:NAME`, so that the file holds no secret."""

    name: SourceName
    connector: str
    dsn: str
    deadline_ms: int = 2_000
    concurrency: int = 8


@dataclass(frozen=True, slots=True)
class LookupBinding:
    """How a lookup finds rows where the item is not a column of the table itself.

    Rows of `via_table` whose `via_key` equals the key name, in `via_reference`, the rows whose `column` equals it.
    """

    via_table: str
    via_key: str
    via_reference: str
    column: str


@dataclass(frozen=True, slots=True)
class ResourceBinding:
    """A resource's table: `columns` by item (derived items have none); `lookups` only where a detour is needed.

    A point item is two numeric columns `latitude`, `longitude`; `geometry` names the source's spatial column that place
    lookups search (embedded PostgreSQL: `point` or `polygon`, x = longitude, y = latitude).
    """

    resource: ResourceName
    source: SourceName
    table: str
    columns: Mapping[ItemName, str]
    lookups: Mapping[str, LookupBinding]
    geometry: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The whole of `sources.toml`."""

    sources: Mapping[SourceName, Source]
    bindings: Mapping[ResourceName, ResourceBinding]
