"""Published versions of the catalogue. The files seed version 1 of an empty database; from then on what is published rules.

A version is kept as its files' texts, so that a fault still names file and line, and the order of items stays as written.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from catalogue.load import SEED_VERSION, load_documents, read_documents, read_published
from catalogue.model import Catalogue
from errors import NOT_FOUND, START_REFUSED, GatewayError
from storage.departments import add_departments

SEEDED_BY = "the catalogue's files"


@dataclass(frozen=True)
class Published:
    """The catalogue that rules, and whether the files say the same."""

    catalogue: Catalogue
    files_agree: bool


async def load_version(pool: asyncpg.Pool[Any], version: int) -> Catalogue:
    """The catalogue as it was published in this version. Raises NOT_FOUND."""
    document = await pool.fetchval("SELECT document FROM catalogue_version WHERE version = $1", version)
    if document is None:
        raise GatewayError(NOT_FOUND, f"no catalogue version `{version}`", "the query `catalogueVersions` lists them")
    return await asyncio.to_thread(read_published, json.loads(document), version)


async def load_published(connection: asyncpg.Connection[Any], folder: Path) -> Published:
    """The latest version. Raises START_REFUSED where none was published, CATALOGUE_INVALID where it cannot be read."""
    row = await connection.fetchrow("SELECT version, document FROM catalogue_version ORDER BY version DESC LIMIT 1")
    if row is None:
        raise GatewayError(START_REFUSED, "no catalogue is published in the database", "`cli serve` seeds it from the files")
    documents = json.loads(row["document"])
    agree = folder.is_dir() and read_documents(folder) == documents
    return Published(read_published(documents, row["version"]), agree)


async def seed_catalogue(connection: asyncpg.Connection[Any], folder: Path) -> bool:
    """Publish the files as version 1, with their departments, where nothing is published yet; whether it was so.

    Raises CATALOGUE_INVALID with every error of the files.
    """
    async with connection.transaction():
        if await connection.fetchval("SELECT true FROM catalogue_version LIMIT 1"):
            return False
        documents = read_documents(folder)
        catalogue = load_documents(documents, SEED_VERSION)
        text = json.dumps(documents, ensure_ascii=False, sort_keys=True)
        # two that start at once on an empty database: the second finds the first's version
        seeded = await connection.fetchval(
            "INSERT INTO catalogue_version (version, document, published_by) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING version",
            *(SEED_VERSION, text, SEEDED_BY),
        )
        if seeded is None:
            return False
        await add_departments(connection, tuple(catalogue.departments.values()))
        return True
