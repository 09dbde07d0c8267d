"""Versions of service matters in our own database. The files seed them; from then on what is saved there rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from catalogue.finding import Finding, refuse
from catalogue.load import read_published
from catalogue.load_matters import check_matters, read_matters, words_of
from catalogue.matter_items import bind_matter
from catalogue.matters import NO_MATTERS, Matter, MatterRegister, Withdrawn, register_of
from catalogue.model import Catalogue, ProviderCode
from catalogue.read_matter import Term, read_matter
from catalogue.toml_table import TomlTable
from catalogue.write_matter import matter_document
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.matters import MatterStep, MatterVersion
from storage.reached import reached

SAVED = "SELECT count(*) FROM matter_version"
"""Rows are never changed nor deleted; the greatest version would not tell of another matter's."""
SELECT = "SELECT code, version, valid_from, valid_until, document FROM matter_version ORDER BY code, version"
_DOCUMENT = "SELECT document FROM catalogue_version WHERE version = $1"
_ROW = """
    code, version, valid_from, valid_until, document IS NULL AS withdrawn, department, reason, client, handler, saved_at"""
_VERSIONS = f"SELECT {_ROW} FROM matter_version WHERE code = $1 ORDER BY version"  # noqa: S608 - all ours
_INSERT = """
    INSERT INTO matter_version (code, version, valid_from, valid_until, department, document, reason, client, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
_ADD = f"{_INSERT} RETURNING {_ROW}"
_SEED = f"{_INSERT} ON CONFLICT DO NOTHING"
SEEDED = MatterStep(client="cli", handler="cli", reason="the catalogue's files")


class Read(NamedTuple):
    """What a snapshot has read of the matters; `rows` and `documents` None where what is held still holds."""

    revision: int
    catalogue_version: int
    rows: Sequence[asyncpg.Record] | None
    documents: str | None


class MatterShelf:
    """The register as the latest snapshot had it, bound to that snapshot's catalogue: made anew only where either moved."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        """`catalogue`: one that is loaded already."""
        self._catalogue = catalogue
        self._held = (NO_MATTERS, 0)

    async def read(self, connection: asyncpg.Connection[Any], catalogue_version: int) -> Read:
        """What is needed for the register, as this transaction sees it."""
        revision = await connection.fetchval(SAVED)
        register, bound_to = self._held
        if (revision, catalogue_version) == (register.revision, bound_to) or revision == 0:
            return Read(revision, catalogue_version, None, None)
        known = self._catalogue is not None and self._catalogue.version == catalogue_version
        documents = None if known else await connection.fetchval(_DOCUMENT, catalogue_version)
        return Read(revision, catalogue_version, await connection.fetch(SELECT), documents)

    def register(self, read: Read) -> MatterRegister:
        """The register of what was read. Raises CATALOGUE_INVALID where it does not hold: never a part of it."""
        if read.rows is None:
            return self._held[0] if read.revision else NO_MATTERS
        if read.documents is not None:
            self._catalogue = read_published(json.loads(read.documents), read.catalogue_version)
        assert self._catalogue is not None, "matters come after a catalogue"
        register = register_of(read.revision, _stored(self._catalogue, read.rows))
        self._held = (register, read.catalogue_version)
        return register


class MatterBook:
    """Implements the port `MatterBook`."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def versions(self, code: str) -> Sequence[MatterVersion]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(_VERSIONS, code)
        return [_version(row) for row in rows]

    async def save(self, matter: Matter, step: MatterStep) -> MatterVersion:
        """As the port says."""
        return await self._add(*_values(matter, step))

    async def withdraw(
        self, code: str, version: int, valid_from: date, department: ProviderCode, step: MatterStep
    ) -> MatterVersion:
        """As the port says."""
        told = (step.reason, step.client, step.handler)
        return await self._add(code, version, valid_from, None, department, None, *told)

    async def _add(self, *values: object) -> MatterVersion:
        with reached():
            try:
                row = await self._pool.fetchrow(_ADD, *values)
            except asyncpg.UniqueViolationError:
                raise GatewayError(
                    STATE_CONFLICT,
                    f"version `{values[1]}` of the matter was saved by another just now",
                    "look at it, then save yours after it",
                    article="Art. 16 ¶2",
                ) from None
        assert row is not None
        return _version(row)


async def seed_matters(connection: asyncpg.Connection[Any], catalogue: Catalogue, folder: Path, *, strict: bool) -> bool:
    """Save what the files state where nothing is saved yet; whether it was so.

    Raises CATALOGUE_INVALID for what cannot be read and, where `strict`, for what the catalogue does not bear.
    """
    if not folder.is_dir() or await connection.fetchval(SAVED):
        return False
    seeded = read_matters(catalogue, folder)
    if strict:
        refuse(check_matters(catalogue, seeded))
    async with connection.transaction():
        await connection.executemany(_SEED, [_values(one.matter, SEEDED) for one in seeded])
    return True


def _values(matter: Matter, step: MatterStep) -> tuple[object, ...]:
    document = json.dumps(matter_document(matter), ensure_ascii=False)
    days = (matter.valid_from, matter.valid_until)
    return matter.code, matter.version, *days, matter.department, document, step.reason, step.client, step.handler


def _stored(catalogue: Catalogue, rows: Iterable[asyncpg.Record]) -> list[Matter | Withdrawn]:
    findings: list[Finding] = []
    words, found = words_of(catalogue), list[Matter | Withdrawn]()
    for row in rows:
        if row["document"] is None:
            found.append(Withdrawn(row["code"], row["version"], row["valid_from"]))
            continue
        table = TomlTable(f"{row['code']} version {row['version']}", "", json.loads(row["document"]), findings)
        matter = read_matter(table, words, Term(row["version"], row["valid_from"], row["valid_until"]))
        found.append(bind_matter(catalogue, matter))
    refuse(findings)
    return found


def _version(row: asyncpg.Record) -> MatterVersion:
    return MatterVersion(
        row["code"],
        row["version"],
        row["valid_from"],
        row["valid_until"],
        row["withdrawn"],
        ProviderCode(row["department"]),
        MatterStep(row["client"], row["handler"], row["reason"]),
        row["saved_at"],
    )
