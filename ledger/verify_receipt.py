"""Whether a receipt is genuine, and whether data is what was delivered under it; if not, which claim or field is another."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import cast

import orjson

from ledger.delivered import DIGEST_BYTES, SALT_BYTES, canonical, data_hash, digest_of, leaves
from ledger.merkle import leaf_hash, root_of
from ledger.signed_receipt import TYPE, claim_digest

KeyVerifier = Callable[[str, str, bytes, bytes], bool | None]
"""Whether the key `kid` made the signature over the message by the algorithm; None where no such key is published."""
MEMBERS = {"claims", "index", "size", "proof", "jws", "paths", "salts", "digests"}
MOST_ADDED, PATH_CHARACTERS, INDEX_DIGITS = 20, 1_000, 9
"""How many values that were put in are named, and how much of each path; no list is longer than an index can say."""
CLAIM_CHARACTERS = 100
"""More than the name of any claim has."""
LIST = "claimDigests"
"""Where it is missing, the receipt was made before there was such a list: that a claim was changed is found, not which."""


class Fault(StrEnum):
    """What does not hold."""

    UNREADABLE = "unreadable"  # no receipt of this form
    KEY_UNKNOWN = "key unknown"  # signed with a key that is not among the published ones
    SIGNATURE = "signature"  # the signature is not the key's
    CLAIMS = "claims"  # id, time, consumer, purpose or a hash differ from what was signed
    PROOF = "proof"  # the list of claims differs from what was signed, or its place among what was signed with it
    DIGESTS = "digests"  # the list of fields differs from what was signed
    CHANGED = "changed"  # a value is not the one that was delivered, or its salt was altered
    MISSING = "missing"  # a value that was delivered is gone
    ADDED = "added"  # a value stands there that was never delivered


@dataclass(frozen=True, slots=True)
class Found:
    """A fault, and where: the path of a field, or a member of the receipt."""

    fault: Fault
    path: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `claims` and `issuer` are to be believed only where nothing was.

    `uncovered`: members of the data that no receipt is about, the answers of the workflow.
    """

    faults: tuple[Found, ...]
    claims: Mapping[str, object]
    issuer: str
    key_id: str
    paths: tuple[str, ...]
    uncovered: tuple[str, ...] = ()

    @property
    def genuine(self) -> bool:
        return not self.faults


class ReceiptError(ValueError):
    """What was given is no receipt."""


def receipt_and_data(document: object) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The receipt and the data of a saved answer, or of `{"signedReceipt": …, "data": …}`. Raises ReceiptError."""
    try:
        given = cast("Mapping[str, Mapping[str, Mapping[str, Mapping[str, object]]]]", document)
        receipt = given["signedReceipt"] if "signedReceipt" in given else given["extensions"]["sharing"]["signedReceipt"]
        data = given["data"]
    except (KeyError, TypeError) as problem:
        raise ReceiptError("no answer with a signed receipt") from problem
    if type(receipt) is not dict or type(data) is not dict:
        raise ReceiptError("no answer with a signed receipt")
    return receipt, data


def verify_receipt(receipt: Mapping[str, object], data: Mapping[str, object], verifies: KeyVerifier) -> Verdict:
    """All that does not hold, named. Data, salts and digests are those of whoever shows the receipt. Raises ReceiptError."""
    try:
        return _verdict(receipt, data, verifies)
    except RecursionError:
        raise ReceiptError("it is nested too deeply") from None


def _verdict(receipt: Mapping[str, object], data: Mapping[str, object], verifies: KeyVerifier) -> Verdict:
    claims, paths, listed = _read(receipt)
    key_id, issuer, found = _signature(receipt, claims, listed, verifies)
    if listed is not None:
        found += _claims(claims, listed)
    salts, digests = bytes.fromhex(str(receipt["salts"])), bytes.fromhex(str(receipt["digests"]))
    whole = len(salts) == SALT_BYTES * len(paths) and len(digests) == DIGEST_BYTES * len(paths)
    made = data_hash(orjson.dumps(paths), digests)
    signed = claims.get("data") == made if listed is None else listed.get("data") == claim_digest(made)
    if not (whole and signed):
        found.append(Found(Fault.DIGESTS, "digests"))
    found += _fields(paths, salts, digests, data)
    covered = {path.partition(".")[0] for path in paths}
    uncovered = tuple(name for name in data if name not in covered)
    told = {name: held for name, held in data.items() if name in covered}
    found += islice(_added(told, paths), MOST_ADDED)
    return Verdict(tuple(found), claims, issuer, key_id, tuple(paths), uncovered)


def _read(receipt: Mapping[str, object]) -> tuple[Mapping[str, object], list[str], Mapping[str, str] | None]:
    """Its claims, paths, and the digests of the claims by name, in the order of their list. Raises ReceiptError."""
    claims, paths, proof, listed = (receipt.get(name) for name in ("claims", "paths", "proof", LIST))
    sound = (
        receipt.keys() - {LIST} == MEMBERS
        and (LIST not in receipt or _is_list(listed))
        and type(claims) is dict
        and type(paths) is list
        and all(type(path) is str for path in paths)
        and len(set(paths)) == len(paths)
        and type(proof) is list
        and all(_is_hex(other) for other in proof)
        and all(_is_hex(receipt[name]) for name in ("salts", "digests"))
        and type(receipt["index"]) is int
        and type(receipt["size"]) is int
        and type(receipt["jws"]) is str
    )
    if not sound:
        raise ReceiptError("a member of the receipt is missing, foreign, or of another form")
    digests = None if LIST not in receipt else dict(cast("list[tuple[str, str]]", listed))
    return cast("Mapping[str, object]", claims), cast("list[str]", paths), digests


def _is_list(listed: object) -> bool:
    """Whether it is pairs of texts, no name twice."""
    return (
        type(listed) is list
        and all(type(pair) is list and list(map(type, pair)) == [str, str] for pair in listed)
        and len(dict(listed)) == len(listed)
    )


def _signature(
    receipt: Mapping[str, object], claims: Mapping[str, object], listed: Mapping[str, str] | None, verifies: KeyVerifier
) -> tuple[str, str, list[Found]]:
    """Key and issuer, and what does not hold between signature, root and leaf. Raises ReceiptError."""
    try:
        head, body, signature = str(receipt["jws"]).split(".")
        header, payload = orjson.loads(_decoded(head)), orjson.loads(_decoded(body))
        algorithm, key_id, kind = str(header["alg"]), str(header["kid"]), header["typ"]
        root, size, issuer = bytes.fromhex(payload["root"]), payload["size"], str(payload["iss"])
        made = verifies(key_id, algorithm, _decoded(signature), f"{head}.{body}".encode())
    except (KeyError, TypeError, ValueError) as problem:
        raise ReceiptError("the signature has not the form of a JWS") from problem
    if made is None:
        return key_id, issuer, [Found(Fault.KEY_UNKNOWN, key_id)]
    if not made or kind != TYPE or header.keys() != {"alg", "kid", "typ"}:
        return key_id, issuer, [Found(Fault.SIGNATURE, "jws")]
    proof = [bytes.fromhex(other) for other in cast("Sequence[str]", receipt["proof"])]
    leaf = leaf_hash(canonical(claims if listed is None else list(listed.items())))
    reached = root_of(leaf, cast("int", receipt["index"]), cast("int", receipt["size"]), proof)
    if reached == root and size == receipt["size"]:
        return key_id, issuer, []
    return key_id, issuer, [Found(Fault.CLAIMS, "claims") if listed is None else Found(Fault.PROOF, "proof")]


def _claims(claims: Mapping[str, object], listed: Mapping[str, str]) -> Iterator[Found]:
    """The claims that are not the ones listed, are gone, or were put in: of these as many as of values (`_added`)."""
    held = islice(leaves(claims, lambda name: len(name) <= CLAIM_CHARACTERS), len(listed) + MOST_ADDED)
    told = {name: claim_digest(value) for name, value in held}
    for name in {**listed, **told}:
        if told.get(name) != listed.get(name):
            yield Found(Fault.CLAIMS, f"claims.{name}")


def _fields(paths: Sequence[str], salts: bytes, digests: bytes, data: Mapping[str, object]) -> Iterator[Found]:
    """The fields whose value is not the one delivered, or is gone."""
    for number, path in enumerate(paths):
        try:
            value = _at(data, path)
        except LookupError:
            yield Found(Fault.MISSING, path)
            continue
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        if digest_of(salt, value) != digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]:
            yield Found(Fault.CHANGED, path)


def _at(data: Mapping[str, object], path: str) -> object:
    """The value at a path. Raises LookupError."""
    value: object = data
    for part in path.split("."):
        if type(value) is dict:
            value = value[part]
        elif type(value) is list and part.isdecimal() and len(part) <= INDEX_DIGITS:
            value = value[int(part)]
        else:
            raise LookupError(path)
    return value


def _added(data: Mapping[str, object], paths: Sequence[str]) -> Iterator[Found]:
    """The values that no field of the receipt is or holds. None is looked for below a path that is longer than all fields':
    whoever shows the receipt chooses the keys, and each path would spell them again.
    """
    known, longest = set(paths), max(map(len, paths), default=0)
    for path, _ in leaves(data, lambda path: path not in known and len(path) <= longest):
        if path not in known:
            yield Found(Fault.ADDED, path[:PATH_CHARACTERS])


def _is_hex(text: object) -> bool:
    return type(text) is str and len(text) % 2 == 0 and all(digit in "0123456789abcdef" for digit in text)


def _decoded(text: str) -> bytes:
    """base64url without padding. Raises ValueError."""
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
