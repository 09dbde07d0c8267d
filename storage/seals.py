"""Which rows of `sharing_grant` are rights: those whose hash and signature hold. The others count for nothing.

A signature is verified once per process and content; what was found sound is remembered as the row that it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from catalogue.claims import Part
from catalogue.model import Basis, BasisClass, Form, ItemCode, Mode, ProviderCode, Rows, Use
from sharing.concealment import Concealment
from sharing.grant import Grant, GrantId
from sharing.sealed import ID_DIGITS, Granted, Seal, Verifier, canonical_text, grant_id, is_genuine, right_of
from sharing.sources import Said, Standing, Stop

COLUMNS = (
    "id, consumer, items, form, rows, uses, matters, modes, valid_from, valid_until, answered_by, basis, quota_per_day,"
    " operations, application, renews, handler, within, concealment, apart, signing_key, signature"
)
_IN_FORCE = "FROM sharing_grant WHERE revoked_at IS NULL AND valid_until > now()"
SELECT = f"SELECT {COLUMNS} {_IN_FORCE}"
"""Those in force or to come, suspended ones with them."""
SELECT_FORMER = f"""
    WITH RECURSIVE former(id) AS (
        SELECT renews {_IN_FORCE} AND renews IS NOT NULL
        UNION
        SELECT renews FROM sharing_grant JOIN former USING (id) WHERE renews IS NOT NULL)
    SELECT {COLUMNS} FROM sharing_grant JOIN former USING (id)"""  # noqa: S608  no value
"""Those whose place one in force or to come took, one after another: revoked and ended ones, too."""
SELECT_SAID = "SELECT item, department, division, released, at, ended_at FROM source_part"
"""What departments said of parts of the rows, also what holds no more."""
SELECT_SUSPENSIONS = """
    SELECT provider, consumer, items, suspended_at, apart,
           CASE WHEN grant_id IS NULL THEN '{}' ELSE ARRAY(SELECT with_renewals(grant_id)) END AS grants
    FROM sharing_suspension WHERE resumed_at IS NULL"""
MALFORMED = (ValueError, TypeError, AttributeError, OverflowError, KeyError)


def granted_of(row: Mapping[str, Any]) -> Granted:
    """What a row of `COLUMNS` says was granted. Raises ValueError and its like where it can't be."""
    return Granted(
        ProviderCode(row["answered_by"]),
        ProviderCode(row["consumer"]),
        frozenset(map(ItemCode, row["items"])),
        Form(row["form"]),
        Rows(row["rows"]),
        _uses(tuple(row["uses"])),
        frozenset(row["matters"]),
        _modes(tuple(row["modes"])),
        row["valid_from"],
        row["valid_until"],
        row["basis"],
        row["quota_per_day"],
        frozenset(row["operations"]),
        row["application"],
        None if row["renews"] is None else GrantId(row["renews"]),
        row["handler"],
        row["within"],
        _concealment(row["concealment"]),
        frozenset(map(ItemCode, row["apart"])),
    )


def unaltered(row: Mapping[str, Any]) -> Granted | None:
    """What was granted by this row of `COLUMNS`, where its identifier is the hash of it. Whether the platform signed that is
    another question; not so where what was signed names it: that seals all that it renews, one by the hash of another.
    """
    try:
        granted = granted_of(row)
        return granted if grant_id(canonical_text(granted)) == row["id"] else None
    except MALFORMED:
        return None


def _concealment(text: str | None) -> Concealment | None:
    if text is None:
        return None
    told = orjson.loads(text)
    basis = Basis(told["title"], told["number"], told["clause"], BasisClass(told["class"]))
    return Concealment(basis, date.fromisoformat(told["until"]))


@lru_cache(maxsize=1024)
def _uses(words: tuple[str, ...]) -> frozenset[Use]:
    return frozenset(map(Use, words))


@lru_cache(maxsize=1024)
def _modes(words: tuple[str, ...]) -> frozenset[Mode]:
    return frozenset(map(Mode, words))


class Seals:
    """Verifies grants, and remembers those in force."""

    def __init__(self, verifier: Verifier, unsound: Callable[[Sequence[str]], None]) -> None:
        """`unsound` hears, from whatever thread, the ids of the rows that count for nothing, whenever they have changed."""
        self._verifier = verifier
        self._tell = unsound
        self._held: dict[str, tuple[Any, GrantId | None, Grant]] = {}
        self._former: dict[str, Any] = {}
        self._unsound: tuple[str, ...] = ()

    def sound(self, row: Mapping[str, Any]) -> Granted | None:
        """What was granted by this row of `COLUMNS`; None where it was altered, or was never signed."""
        granted = unaltered(row)
        if granted is None or row["signature"] is None:
            return None
        text = canonical_text(granted)
        return granted if is_genuine(text, Seal(row["signing_key"], row["signature"]), self._verifier) else None

    def rights(
        self, rows: Iterable[Any], former: Iterable[Any], suspensions: Sequence[Any], said: Iterable[Any]
    ) -> list[Grant]:
        """The grants of all rows of `SELECT`, as far as rows of `SELECT_SUSPENSIONS` and `SELECT_SAID` let them reach.

        One counts only where all that it renews, of `SELECT_FORMER`, is as it was granted: as which its quota is counted
        hangs on them. Where some items of a grant are stopped it is given in two parts.
        """
        self._former = {row["id"]: row for row in former if self._former.get(row["id"]) == row or unaltered(row)}
        held: dict[str, tuple[Any, GrantId | None, Grant]] = {}
        unsound: list[str] = []
        for row in rows:
            first = self._first(row)
            known = self._held.get(row["id"])
            if known is not None and known[:2] == (row, first):
                held[row["id"]] = known
                continue
            granted = None if first is None and row["renews"] is not None else self.sound(row)
            if granted is None:
                unsound.append(row["id"] if re.fullmatch(f"[0-9a-f]{{{ID_DIGITS}}}", row["id"]) else "no hash")
            else:
                held[row["id"]] = row, first, right_of(granted, GrantId(row["id"]), first=first)
        self._held = held
        if tuple(unsound) != self._unsound:
            self._unsound = tuple(unsound)
            self._tell(self._unsound)
        whole = {number for suspension in suspensions for number in suspension["grants"]}
        standing = Standing(tuple(map(_said, said)), tuple(_stop(one) for one in suspensions if one["items"]))
        return [*standing.confined(
            (ProviderCode(row["answered_by"]), replace(grant, suspended=True) if grant.id in whole else grant)
            for row, _, grant in held.values()
        )]  # fmt: skip

    def _first(self, row: Mapping[str, Any]) -> GrantId | None:
        """The grant with which the renewals began; None where it renews none, or what it renews was altered."""
        number = row["renews"]
        while number is not None:
            former = self._former.get(number)
            if former is None:
                return None
            if former["renews"] is None:
                return GrantId(number)
            number = former["renews"]
        return None


def _said(row: Mapping[str, Any]) -> Said:
    part = Part(ItemCode(row["item"]), ProviderCode(row["department"]), row["division"], row["released"])
    return Said(part, row["at"], row["ended_at"] is None)


def _stop(row: Mapping[str, Any]) -> Stop:
    items = frozenset(map(ItemCode, row["items"]))
    apart = frozenset(map(ItemCode, row["apart"]))
    return Stop(ProviderCode(row["provider"]), ProviderCode(row["consumer"]), items, row["suspended_at"], apart)
