"""The catalogue as of any version or day (Art. 8: version and compiler are kept)."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.load import read_published
from catalogue.model import Catalogue, ProviderCode
from catalogue.search import Index
from resolvers.day import today
from resolvers.ports.catalogue_life import Version
from resolvers.workflow.aside import aside
from resolvers.workflow.catalogue_drafts import department_of
from resolvers.workflow.catalogue_entries import CatalogueDepartment, CatalogueEntry, entry_of
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.build import build_schema


@strawberry.type(description="目录版本 · a published version of the catalogue.")
class CatalogueVersion:
    version: int = strawberry.field(description="版本 · its number.")
    published_at: datetime = strawberry.field(description="发布时间 · when it was published.")
    compiler: CatalogueDepartment | None = strawberry.field(
        description="编制部门 · who published it; null for the first, which the catalogue's files made."
    )


@strawberry.type(description="目录文件 · one file of the catalogue.")
class CatalogueFile:
    path: str = strawberry.field(description="路径 · where it stands.")
    text: str = strawberry.field(description="全文 · what it says (TOML).")


AsOfParent = strawberry.Parent["CatalogueAsOf"]


async def _sdl(root: AsOfParent, info: Info[Context, None]) -> str:
    if not info.context.caller.consumer.introspection:
        raise errors.GatewayError(
            errors.INTROSPECTION_DISABLED,
            "this client may not read the schema",
            "read the entries, or ask the platform's operator for the attribute `introspection`",
        )
    return await aside(info.context, lambda: build_schema(root.catalogue).as_str())


async def _entries(root: AsOfParent, info: Info[Context, None]) -> list[CatalogueEntry]:
    index = await aside(info.context, lambda: Index(root.catalogue))
    return [entry_of(root.catalogue, one) for one in index.entries]


def _files(root: AsOfParent) -> list[CatalogueFile]:
    return [CatalogueFile(path=path, text=text) for path, text in sorted(root.documents.items())]


@strawberry.type(description="某一版本的目录 · the catalogue as it was in one version.")
class CatalogueAsOf:
    catalogue: strawberry.Private[Catalogue]
    documents: strawberry.Private[dict[str, str]]
    version: CatalogueVersion = strawberry.field(description="版本 · which one.")
    current: bool = strawberry.field(description="是否现行 · whether it is the version that is published now.")

    sdl: str = strawberry.field(
        resolver=_sdl, description="结构定义 · the data fields of its schema in the schema language, with their sharing."
    )
    entries: list[CatalogueEntry] = strawberry.field(
        resolver=_entries, description="条目 · its items and relations in the order of their codes, with their sharing."
    )
    files: list[CatalogueFile] = strawberry.field(
        resolver=_files, description="目录文件 · the files that it was published from."
    )


async def _versions(info: Info[Context, None]) -> list[CatalogueVersion] | None:
    return [_shown(info.context, one) for one in await info.context.ports.catalogue_life.versions()]


async def _at(
    info: Info[Context, None],
    version: Annotated[int | None, strawberry.argument(description="版本 · by its number.")] = None,
    day: Annotated[date | None, strawberry.argument(description="日期 · as it was at the end of that day in China.")] = None,
) -> CatalogueAsOf | None:
    context = info.context
    life = context.ports.catalogue_life
    if (version is None) == (day is None):
        raise invalid("state `version` or `day`", "one of the two")
    versions = await life.versions()
    found = next((one for one in versions if one.number == version or (day is not None and _day(one) <= day)), None)
    documents = None if found is None else await life.documents(found.number)
    if found is None or documents is None:
        what = f"no catalogue version `{version}`" if day is None else f"no catalogue was published by `{day}`"
        raise errors.GatewayError(errors.NOT_FOUND, what, "the query `catalogueVersions` lists them")
    catalogue = await aside(context, lambda: read_published(documents, found.number))
    return CatalogueAsOf(
        catalogue=catalogue,
        documents=dict(documents),
        version=_shown(context, found),
        current=found.number == versions[0].number,
    )


@strawberry.type
class HistoryQuery:
    catalogue_versions: list[CatalogueVersion] | None = strawberry.field(
        resolver=_versions, description="**目录版本** · every published version, the latest first."
    )
    catalogue_at: CatalogueAsOf | None = strawberry.field(
        resolver=_at, description="**历史目录** · the catalogue as it was in a version, or on a day."
    )


def _day(version: Version) -> date:
    return today(version.published_at.timestamp())


def _shown(context: Context, version: Version) -> CatalogueVersion:
    code = ProviderCode(version.published_by)
    known = code in context.catalogue.departments or context.ports.rights.division_of(code) is not None
    compiler = department_of(context.catalogue, code) if known else None
    return CatalogueVersion(version=version.number, published_at=version.published_at, compiler=compiler)
