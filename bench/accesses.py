"""Ten million entries of three years: how long the citizen's service channel waits to learn who looked at a person."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import orjson

from bench.asking import ask
from bench.load import Target, write_target
from bench.product import serve_product
from bench.registers import Registers
from bench.room import folder
from bench.rounds import measure, raw
from bench.telling import tell
from demo.numbers import story_identity_number
from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from ledger.subject import SubjectKeys
from settings import Settings
from storage.access import Role
from storage.embedded import Cluster, ServerSettings, reset, start
from storage.keys import KeyKind, load_or_create, rotate
from storage.layout import KEYS

ENTRIES, MONTHS = 10_000_000, 36
PERSONS = 1_000_000
"""Ten entries a person in the middle, each of three years."""
ASKED = 2_000
"""So many of them ask, at random: their pages are mostly not the ones that were read last."""
BUSY, OF_THEM = 20, 1_000
"""One entry in a thousand is about one of twenty persons, who have five hundred each."""
NAME = "accesses"
QUERY = """query($id: IdentityNumber!, $by: IdentificationInput) { accessRecords(subject: $id, identifiedBy: $by) {
  nodes { at kind consumer { title } actingFor { title } matter matterTitle use items { title outcome provider { title } } }
  endCursor } }"""
POSITIONS = (
    "name",
    "sex",
    "birthDate",
    "registeredResidence",
    "licences",
    "licences.typeName",
    "licences.isValid",
    "credit.name",
)

# A month is written before its indexes are made; attaching it makes those of its parent.
MAKE = """
    CREATE UNLOGGED TABLE {parent}_{month} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"""
ATTACH = "ALTER TABLE {parent} ATTACH PARTITION {parent}_{month} FOR VALUES FROM ('{begins}') TO ('{ends}')"
ENTRY = """
    INSERT INTO ledger_entry_{month} (sequence, recorded_at, id, hash, payload)
    SELECT n, $1::timestamptz + (n - $2) * ($3::timestamptz - $1) / ($4 - $2 + 1), gen_random_uuid(), sha256(int8send(n)), $5
    FROM generate_series($2::bigint, $4::bigint) AS n"""
SUBJECT = """
    INSERT INTO ledger_subject_{month} (sequence, ordinal, recorded_at, subject)
    SELECT n, 0, $1::timestamptz + (n - $2) * ($3::timestamptz - $1) / ($4 - $2 + 1),
           CASE WHEN person < $6 THEN ($5::bytea[])[person + 1]
                ELSE '\\x0001'::bytea || substring(sha256(int8send(person)) FROM 1 FOR 16) END
    FROM generate_series($2::bigint, $4::bigint) AS n,
         LATERAL (SELECT CASE WHEN n % $8 = 0 THEN n / $8 % $9 ELSE (n * 7919) % $7 END AS person) AS about"""


def measure_accesses() -> tuple[dict[str, float], dict[str, object]]:
    """`access_records_ms`, `access_records_p99_ms`: median and 99th percentile of a query over one connection, milliseconds.

    The ledger is removed afterwards.
    """
    room = folder(NAME)
    try:
        with start(room, ServerSettings()) as cluster:
            registers = Registers(cluster, 0, (), ())
            persons = [story_identity_number("320106", date(1950, 1, 1) + timedelta(days=one), 1) for one in range(ASKED)]
            before = partial(_fill, cluster, persons)
            with serve_product(registers, NAME, role="citizen_channel", before=before) as gateway:
                target = _target(gateway.port, gateway.headers["Authorization"], persons)
                told = _told(target)
                tell("asking who looked")
                found = measure([target], 1)
                under_load = measure([target], 16, rounds=3)
    finally:
        reset(room)
    measured = {**raw(found, 1), **raw(under_load, 16), "accesses_entries": ENTRIES, "accesses_records_told": told}
    asked = found[NAME]
    return {"access_records_ms": round(asked.p50_ms, 3), "access_records_p99_ms": round(asked.p99_ms, 3)}, measured


def _target(port: int, token: str, persons: Sequence[str]) -> Target:
    by = {"method": "FACE", "reference": "bench", "at": datetime.now(UTC).isoformat()}
    bodies: list[object] = [{"query": QUERY, "variables": {"id": person, "by": by}} for person in persons]
    return write_target(NAME, ("127.0.0.1", port, "/graphql"), (bodies, {"Authorization": token}), folder("load"))


def _told(target: Target) -> dict[str, int]:
    """How many records a page tells: a person in the middle, and one of the busy; what is empty would measure nothing."""
    pages = [orjson.loads(one)["data"]["accessRecords"] for one in ask(target, [BUSY, 0])]
    middle, busy = (len(page["nodes"]) for page in pages)
    assert middle > 1, "the middle person was looked up"
    assert busy == 20, "the busy one fills a page"
    assert pages[1]["nodes"][0]["items"], "with the person's items"
    return {"middle": middle, "busy": busy}


def _fill(cluster: Cluster, persons: Sequence[str], settings: Settings) -> None:
    """Three years of entries about these persons and others; in the middle of them the key of the hashes was rotated."""
    keys_folder = settings.data_dir / KEYS
    load_or_create(keys_folder, production=True)
    rotate(keys_folder, KeyKind.SUBJECT, production=True)
    asyncio.run(_write(cluster, load_or_create(keys_folder, production=True).subject, persons))


async def _write(cluster: Cluster, keys: SubjectKeys, persons: Sequence[str]) -> None:
    connection = await asyncpg.connect(cluster.dsn(f"bench_{NAME}", Role.ADMIN))
    try:
        await connection.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off; SET timezone = 'UTC'")
        department = await connection.fetchval("SELECT code FROM department ORDER BY code LIMIT 1")
        payload = _payload(department)
        first = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        months = [_month_before(first, back) for back in range(MONTHS, 0, -1)]
        for number, begins in enumerate(months):
            tell(f"writing entries: {number} of {MONTHS} months")
            key = SubjectKeys(1 if number < MONTHS // 2 else 2, keys.keys)
            between = number * ENTRIES // MONTHS + 1, (number + 1) * ENTRIES // MONTHS
            await _month(connection, begins, between, payload, [key(person) for person in persons])
        await connection.execute("UPDATE ledger_head SET sequence = $1", ENTRIES)
        tell("vacuuming")
        await connection.execute("VACUUM ANALYZE ledger_entry, ledger_subject")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _month(connection: Any, begins: datetime, between: tuple[int, int], payload: bytes, refs: Sequence[bytes]) -> None:
    first, last = between
    ends = _month_before(begins, -1)
    names = {"month": f"{begins:%Y_%m}", "begins": begins.isoformat(), "ends": ends.isoformat()}
    for parent in ("ledger_entry", "ledger_subject"):
        await connection.execute(MAKE.format(parent=parent, **names))
    await connection.execute(ENTRY.format(**names), begins, first, ends, last, payload, timeout=None)
    about = (list(refs), ASKED, PERSONS, OF_THEM, BUSY)
    await connection.execute(SUBJECT.format(**names), begins, first, ends, last, *about, timeout=None)
    for parent in ("ledger_entry", "ledger_subject"):
        await connection.execute(ATTACH.format(parent=parent, **names))


def _month_before(month: datetime, back: int) -> datetime:
    number = month.year * 12 + month.month - 1 - back
    return month.replace(year=number // 12, month=number % 12 + 1)


def _payload(department: str) -> bytes:
    """An entry of a lookup of one person; all are alike but for whom they are about and when they stand there."""
    now = datetime.now(UTC)
    outcomes = [PositionOutcome(f"person.{name}", f"101001/000001-{at:03}", "SHARED", "UNCONDITIONAL") for at, name in
                enumerate(POSITIONS, 1)]  # fmt: skip
    return canonical(
        Entry(
            id=new_id(now),
            time=now,
            kind=Kind.ANSWERED,
            consumer=department,
            client="bench-hall",
            purpose=PurposeRecord("M07", "administrative_basis", "H-001", "C-2026-0001"),
            mode="online_lookup",
            document="ab" * 32,
            catalogue_version=1,
            epoch=1,
            outcomes=encode_outcomes(outcomes),
            subjects=[("person", [0]), ("person.licences", [0]), ("person.credit", [0])],
        )
    )
