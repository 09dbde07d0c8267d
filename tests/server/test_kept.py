"""What our own database keeps of persons after a day's work: keyed hashes, and the numbers of a case's subjects alone."""

import asyncio
import re
from collections.abc import Mapping

import asyncpg

from demo.day import play
from demo.stories import STORIES
from standards.identity_number import stands_in
from storage.access import Role, attach
from storage.keys import KeyKind, rotate
from storage.layout import KEYS
from storage.own_database import DATABASE
from tests.server import test_cases as cases
from tests.server.applicants import Office, enter
from tests.server.doubtful import ACCEPT, ADULT, DECIDE, HALL, PURPOSE, SCAN, WITHDRAW, reported
from tests.server.gateway import Running
from tests.server.test_access_records import LOOKUP, M07, WIDOW, told
from tests.server.test_access_records import page as access_records

PERSONS = sorted({code for story in STORIES for code in story.identifiers.values() if re.fullmatch(r"\d{17}[\dX]", code)})
KEPT_PLAIN = {("service_case", "subjects"), ("service_case", "authorities")}
"""Row rules of a case are decided at the source, which knows numbers and no hash of ours (docs/decisions/0010)."""
RANDOM = re.compile(r"[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f-]{27}")
"""Hashes and ids: digits of them that happen to conform are nobody's number."""


def test_no_identity_number_stands_in_our_own_database_but_in_cases(gateway: Running) -> None:
    """Every table and column as text, once a day of the law, a case, doubts and access records have been through it."""
    asyncio.run(enter(gateway.folder))
    office = Office(gateway)
    play(gateway.url, lambda _: None)
    number = "KEPT-1"
    office.told(
        HALL, cases.OPEN, cases.purpose(number), case=number, subjects=cases.subjects(), authorities=[cases.AUTHORITY]
    )
    checked = office.ask(HALL, cases.CHECK, cases.purpose(number), subjects=cases.subjects())
    assert "errors" not in checked.body
    office.told(HALL, cases.OFFER, cases.purpose(number), case=number, material="disabilityCertificate", file=cases.SCAN)
    name = f'{{ person(idNumber: "{ADULT}") {{ name }} }}'
    decided = reported(office, name, "person.name", subject=ADULT, evidence=[SCAN])
    office.told("app-police", ACCEPT, id=decided["id"], verifier="P-9")
    office.told("app-police", DECIDE, id=decided["id"], result="CONFIRMED", subject=ADULT)
    withdrawn = reported(office, name, "person.name", subject=ADULT)
    office.told(HALL, WITHDRAW, PURPOSE, id=withdrawn["id"])
    gateway.ask(LOOKUP, {"id": ADULT}, purpose="", headers={"Sharing-Receipt": "signed"})
    gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07, headers={"Sharing-Receipt": "signed"})
    access_records(gateway, ADULT)
    found = asyncio.run(_as_text(gateway))
    assert {"ledger_entry", "ledger_subject", "doubt_event", "case_check", "notice"} <= {table for table, _ in found}
    named = {place for place, text in found.items() if any(person in text for person in PERSONS)}
    assert named == KEPT_PLAIN
    others = {place for place, text in found.items() if stands_in(RANDOM.sub(" ", text))}
    assert others <= KEPT_PLAIN


async def _as_text(gateway: Running) -> Mapping[tuple[str, str], str]:
    """All that stands in each column of each table; bytes as the letters that they spell."""
    connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE, Role.OWNER))
    try:
        columns = await connection.fetch(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = {}
        for table, column, kind in columns:
            spelled = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            text = await connection.fetchval(f"SELECT string_agg({spelled}, E'\\n') FROM \"{table}\"")
            found[table, column] = text or ""
        return found
    finally:
        await connection.close()


def test_a_person_is_told_all_right_across_a_rotated_hash_key(gateway: Running) -> None:
    """Also what a worker records that has not been started again yet."""
    gateway.ask(LOOKUP, {"id": WIDOW}, purpose=M07)
    before = told(gateway, WIDOW)
    assert before
    rotate(gateway.folder / KEYS, KeyKind.SUBJECT, production=False)
    gateway.ask(LOOKUP, {"id": WIDOW}, purpose=M07)
    gateway.end()
    gateway.start()
    gateway.ask(LOOKUP, {"id": WIDOW}, purpose=M07)
    after = told(gateway, WIDOW)
    assert after[2:] == before
    assert len(after) == len(before) + 2
