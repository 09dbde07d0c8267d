"""What was delivered, as a salted digest for each path: a changed digit is found, and its field can be named.

A path is where a value stands in the answer's `data`, its keys and indexes joined by dots. Objects, and lists that hold
objects, are taken apart; everything else is one value: a list of names, the coordinates of a boundary. A digest is the
first 16 bytes of BLAKE2s-256 (RFC 7693, in a third of the time that SHA-256 takes here) over the path's own salt (16 random
bytes) and the value as canonical JSON (RFC 8785). Without the salt nobody finds a value again by trying all there are. All
digests together, in their order, make the hash of the data (SHA-256): it stands in the receipt and in the ledger.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2s, sha256
from math import isfinite
from operator import concat
from os import urandom
from struct import Struct
from typing import NamedTuple, cast

import orjson

SALT_BYTES = 16
DIGEST_BYTES = 16
HASH_BYTES = 32
_POOL_BYTES = 1 << 16
_KEPT = 500
_KEPT_MARKS = 400
_PLAIN = frozenset({str, int, bool, type(None), date})
"""What orjson writes in canonical form."""


class Delivered(NamedTuple):
    """The digests of one answer. `paths` is a JSON array's text; `salts` and `digests` hold 16 bytes for each of them."""

    paths: bytes
    salts: bytes
    digests: bytes

    @property
    def hash(self) -> str:
        """The hash of the delivered data, in hex."""
        return data_hash(self.paths, self.digests)

    def members(self) -> bytes:
        """The members of the receipt's JSON object that only who was answered gets."""
        return b'"paths":%b,"salts":"%b","digests":"%b"' % (
            self.paths,
            self.salts.hex().encode(),
            self.digests.hex().encode(),
        )


def data_hash(paths: bytes, digests: bytes) -> str:
    """SHA-256 over the paths' JSON text and all digests, in hex."""
    return sha256(paths + digests).hexdigest()


def digest_delivered(data: Mapping[str, object]) -> Delivered:
    """The digests of an answer's data, under fresh salts."""
    values: list[object] = []
    marks: list[object] = []
    _flatten(data, values, marks)
    spell = orjson.dumps if _PLAIN.issuperset(map(type, values)) else _spelled
    salts = _SALTS.take(len(values))
    cut, shorten = _layout(len(values))
    # no loop of our own: each step runs over all values at once
    salted: Iterator[bytes] = map(concat, cut.unpack(salts), map(spell, values))  # type: ignore[arg-type]  # bytes are sequences
    hashes = map(blake2s.digest, map(blake2s, salted))
    digests = b"".join(shorten.unpack(b"".join(hashes)))
    return Delivered(_paths_of(data, marks), salts, digests)


@lru_cache(maxsize=32)
def _layout(count: int) -> tuple[Struct, Struct]:
    """How salts of so many values lie end to end, and how their hashes are cut to digests."""
    return Struct(f"{SALT_BYTES}s" * count), Struct(f"{DIGEST_BYTES}s{HASH_BYTES - DIGEST_BYTES}x" * count)


def digest_of(salt: bytes, value: object) -> bytes:
    """The digest of one value."""
    return blake2s(salt + canonical(value)).digest()[:DIGEST_BYTES]


def leaves(data: Mapping[str, object], enters: Callable[[str], bool] = lambda _path: True) -> Iterator[tuple[str, object]]:
    """Every path with its value, in the order of the answer. What stands where it is not entered is one value."""
    for key, held in data.items():
        yield from _leaves(_step(key), held, enters)


def canonical(value: object) -> bytes:
    """A value as canonical JSON (RFC 8785); what JSON has no word for, a date, is the text that the answer carries."""
    if type(value) is float:
        return _number(value)
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=lambda member: str(member[0]).encode("utf-16-be"))  # RFC 8785 §3.2.3
        return b"{" + b",".join(orjson.dumps(key) + b":" + canonical(held) for key, held in members) + b"}"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def _spelled(value: object) -> bytes:
    return orjson.dumps(value) if type(value) in _PLAIN else canonical(value)


def _number(value: float) -> bytes:
    """As ECMAScript writes it (ECMA-262, Number::toString), which RFC 8785 prescribes; what is no number is null in JSON."""
    if not isfinite(value):
        return b"null"
    if abs(value) < 1e16 and value == int(value):
        return b"%d" % int(value)
    mantissa, _, power = repr(value).partition("e")
    if not power:
        return mantissa.encode()
    sign, digits = "-" if value < 0 else "", mantissa.lstrip("-").removesuffix(".0").replace(".", "")
    exponent = int(power)
    if 0 < exponent < 21:
        return f"{sign}{digits}{'0' * (exponent + 1 - len(digits))}".encode()
    if -7 < exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}".encode()
    return f"{mantissa.removesuffix('.0')}e{exponent:+d}".encode()


class _Salts:
    """Random bytes from the system, taken in larger pieces: each call to it costs more than all salts of an answer."""

    def __init__(self) -> None:
        self._pool, self._at = b"", 0

    def take(self, count: int) -> bytes:
        """Salts for so many values, end to end; none is given twice."""
        size = count * SALT_BYTES
        if self._at + size > len(self._pool):
            self._pool, self._at = urandom(max(size, _POOL_BYTES)), 0
        self._at += size
        return self._pool[self._at - size : self._at]


_SALTS = _Salts()
_PATHS: dict[tuple[object, ...], bytes] = {}


def _paths_of(data: Mapping[str, object], marks: list[object]) -> bytes:
    """The paths' JSON text; answers of one structure share it."""
    structure = tuple(marks) if len(marks) <= _KEPT_MARKS else None
    if structure is not None and (known := _PATHS.get(structure)) is not None:
        return known
    text = orjson.dumps([path for path, _ in leaves(data)])
    if structure is not None:
        if len(_PATHS) >= _KEPT:
            _PATHS.clear()
        _PATHS[structure] = text
    return text


def _flatten(holder: Mapping[str, object], values: list[object], marks: list[object]) -> None:
    """The values in order. `marks` tell the structure: before how many values an object of which keys begins, or a list of
    which length; every one that is taken apart holds a value, so that no two structures have the same marks.
    """
    marks += (len(values), tuple(holder))
    for value in holder.values():
        kind = type(value)
        if kind is str:
            values.append(value)
        elif kind is dict and value:
            _flatten(cast("dict[str, object]", value), values, marks)
        elif kind is list and dict in map(type, cast("list[object]", value)):
            rows = cast("list[object]", value)
            marks += (len(values), len(rows))
            for row in rows:
                if type(row) is dict and row:
                    _flatten(row, values, marks)
                else:
                    values.append(row)
        else:
            values.append(value)


def _step(key: str) -> str:
    """A key within a path. No answer has one with a dot; one that was put in must not pass for a way through several."""
    return key if "." not in key else orjson.dumps(key).decode()


def _leaves(at: str, value: object, enters: Callable[[str], bool]) -> Iterator[tuple[str, object]]:
    if type(value) is dict and value and enters(at):
        for key, held in value.items():
            yield from _leaves(f"{at}.{_step(key)}", held, enters)
    elif type(value) is list and dict in map(type, value) and enters(at):
        for index, row in enumerate(value):
            yield from _leaves(f"{at}.{index}", row, enters) if type(row) is dict else ((f"{at}.{index}", row),)
    else:
        yield at, value
