"""The registers that all read: the demo's own, in a durable embedded cluster of the bench's, filled up for these queries.

A lookup must find three certificates and a credit row, else peers and product would be measured on empty answers: the
subjects are adults with three certificates of ordinary types; credit rows that they lack are added, and some of them get
ten certificates.
"""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from bench.room import folder
from bench.telling import tell
from demo.numbers import licence_number
from demo.registers import REGISTERS, create_databases, load_registers
from storage.access import Role
from storage.embedded import Cluster, ServerSettings, start

PERSONS = 20_000
MANY_PERSONS = 1_000_000
SEED = 2017
SUBJECTS = 20_000
"""At most so many are asked for, spread over the whole register."""
RICH = 1_000
CERTIFICATES = 10
MARK = "B"
"""Stands where the serial of an added certificate begins."""
BORN_BEFORE = date(2008, 1, 1)

_LICENCE_COLUMNS = (
    "identifier", "type_code", "type_name", "number", "holder_kind", "holder_code", "holder_name", "issuer", "division_code",
    "issued_on", "valid_from", "valid_until", "status", "file_digest", "file_url", "printed_serial",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Registers:
    """A running cluster with the five registers; `subjects` are whom lookups ask for, `rich` those with ten certificates."""

    cluster: Cluster
    persons: int
    subjects: tuple[str, ...]
    rich: tuple[str, ...]

    def dsn(self, register: str, role: Role = Role.SOURCE) -> str:
        return self.cluster.dsn(f"register_{register}", role)

    def source_environment(self) -> dict[str, str]:
        """The DSNs by the names that `sources.toml` gives them."""
        return {f"ONCEGATE_SOURCE_{register.upper()}": self.dsn(register) for register in REGISTERS}


@contextmanager
def open_registers(persons: int = PERSONS, name: str | None = None) -> Iterator[Registers]:
    """Start the cluster, load what is missing, choose the subjects. The second time loading is skipped."""
    room = folder(name or f"registers-{persons}")
    tell(f"starting the database of {persons:,} persons")
    with start(room, ServerSettings()) as cluster:
        subjects, rich = asyncio.run(_prepare(cluster, persons))
        yield Registers(cluster, persons, subjects, rich)


async def _prepare(cluster: Cluster, persons: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def dsn_of(register: str) -> str:
        return cluster.dsn(f"register_{register}", Role.ADMIN)

    def progress(done: int, whole: int) -> None:
        if done % 10_000 == 0:
            tell(f"loading registers: {done:,} of {whole:,} persons")

    await create_databases(cluster.dsn("postgres", Role.ADMIN))
    await load_registers(dsn_of, persons, SEED, progress)
    population, licence, credit = [await asyncpg.connect(dsn_of(name)) for name in ("population", "licence", "credit")]
    try:
        held = await _holders(licence)
        adults = await population.fetch(
            "SELECT id_number, name FROM person WHERE birth_date < $1 AND id_number = ANY($2::text[]) ORDER BY 1",
            BORN_BEFORE, held,
        )  # fmt: skip
        names = {row[0]: row[1] for row in adults}
        subjects = sorted(names)
        random.Random(SEED).shuffle(subjects)
        subjects = subjects[:SUBJECTS]
        rich = subjects[:RICH]
        tell("filling up certificates and credit rows")
        await _add_credit(credit, subjects, names)
        await _add_certificates(licence, rich)
        return tuple(subjects), tuple(rich)
    finally:
        for connection in (population, licence, credit):
            await connection.close()


async def _holders(licence: Any) -> list[str]:
    """Persons with three certificates or more, all of ordinary types (the sensitive ones are withheld)."""
    rows = await licence.fetch(
        """SELECT holder_code FROM licence WHERE holder_kind = 'PERSON' AND left(number, 1) <> $1 GROUP BY 1
        HAVING count(*) >= 3 AND NOT bool_or(type_name IN ('残疾人证', '离婚证', '健康证明'))""",
        MARK,
    )
    return [row[0] for row in rows]


async def _add_credit(credit: Any, subjects: list[str], names: dict[str, str]) -> None:
    there = {row[0] for row in await credit.fetch("SELECT code FROM credit_subject WHERE code = ANY($1::text[])", subjects)}
    missing = [(code, names[code], "PERSON", code[:6], None, None) for code in subjects if code not in there]
    if missing:
        await credit.copy_records_to_table("credit_subject", records=missing)
        await credit.execute("VACUUM ANALYZE credit_subject")


async def _add_certificates(licence: Any, rich: list[str]) -> None:
    """Copies of a holder's first certificate under identifiers of their own, up to ten."""
    held: dict[str, list[Any]] = {code: [] for code in rich}
    for row in await licence.fetch("SELECT * FROM licence WHERE holder_code = ANY($1::text[]) ORDER BY identifier", rich):
        held[row["holder_code"]].append(row)
    added = []
    for person, (code, rows) in enumerate(held.items()):
        model = rows[0]
        issuer = model["identifier"].split(".")[6]
        for turn in range(len(rows), CERTIFICATES):
            serial = f"{person:06d}{turn:02d}"
            identifier = licence_number(model["type_code"], issuer, f"{MARK}{serial}0000")
            copied = dict(model) | {"identifier": identifier, "number": f"{MARK}{serial}", "holder_code": code}
            added.append(tuple(copied[column] for column in _LICENCE_COLUMNS))
    if added:
        await licence.copy_records_to_table("licence", records=added, columns=_LICENCE_COLUMNS)
        await licence.execute("VACUUM ANALYZE licence")
