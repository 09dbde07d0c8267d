"""A receipt proves what was delivered: each kind of change is found, and the changed field named."""

import base64
import tracemalloc
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from ledger.delivered import canonical as canonical_json
from ledger.entry import PurposeRecord, canonical
from ledger.merkle import leaf_hash
from ledger.signed_receipt import ReceiptSeal, base64url, claims, recorded_receipt
from ledger.strict_json import read_json
from ledger.verify_receipt import Fault, Found, ReceiptError, receipt_and_data, verify_receipt
from resolvers.receipt_keys import ED25519, PublishedKey, jwk, published_keys, verify_with
from tests.ledger.signed import FORMER, ISSUER, KEYS, data, entry, receipts, verifier


def test_what_was_delivered_is_genuine() -> None:
    for receipt in receipts(7):
        verdict = verify_receipt(receipt, data(), verifier())
        assert verdict.faults == ()
        assert (verdict.issuer, verdict.key_id) == (ISSUER, "receipt-2")
        assert verdict.claims["purpose"] == {
            "matter": "M07", "use": "administrative_basis", "handler": "H-001", "case": "C-1",
        }  # fmt: skip


def test_one_signature_serves_all_that_were_committed_together() -> None:
    made = receipts(20)
    assert len({receipt["jws"] for receipt in made}) == 1
    assert len({orjson.dumps(receipt["claims"]) for receipt in made}) == 20


def test_the_signature_is_a_jws_that_others_verify_too() -> None:
    """Another library than ours, over the published key."""
    (receipt,) = receipts()
    key = OKPKey.import_key(dict(jwk("receipt-2", PublishedKey(ED25519, KEYS.public()["receipt-2"]))))
    with pytest.warns(
        SecurityWarning, match="RFC 9864"
    ):  # which renames the algorithm; browsers and JWKS readers know EdDSA
        read = jws.deserialize_compact(receipt["jws"], key, algorithms=["EdDSA"])
    assert read.protected == {"alg": "EdDSA", "kid": "receipt-2", "typ": "sharing-receipt+jws"}
    assert orjson.loads(read.payload)["size"] == 1


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], Fault, str]] = {
    "a text": (lambda p: p.update(name="王明达"), Fault.CHANGED, "person.name"),
    "a truth": (lambda p: p.update(isAdult=False), Fault.CHANGED, "person.isAdult"),
    "what was null": (lambda p: p.update(phone="13900000000"), Fault.CHANGED, "person.phone"),
    "a number's digit": (lambda p: p.update(areaSquareMetres=89.6), Fault.CHANGED, "person.areaSquareMetres"),
    "a number to a text": (lambda p: p.update(areaSquareMetres="89.5"), Fault.CHANGED, "person.areaSquareMetres"),
    "an integer within": (lambda p: p["household"].update(size=4), Fault.CHANGED, "person.household.size"),
    "in a list": (
        lambda p: p["licences"][1].update(validUntil="2039-01-01"), Fault.CHANGED, "person.licences.1.validUntil",
    ),
    "a coordinate": (
        lambda p: p["boundary"]["coordinates"][0][1].reverse(), Fault.CHANGED, "person.boundary.coordinates",
    ),
    "rows where none was": (lambda p: p.update(shares=[1]), Fault.CHANGED, "person.shares"),
    "a field left out": (lambda p: p.pop("name"), Fault.MISSING, "person.name"),
    "a field put in": (lambda p: p.update(age=30), Fault.ADDED, "person.age"),
    "a row put in": (
        lambda p: p["licences"].append({"identifier": "9"}), Fault.ADDED, "person.licences.2.identifier",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_field_is_named(name: str) -> None:
    change, fault, path = CHANGES[name]
    (receipt,), held = receipts(), data()
    change(held["person"])
    assert Found(fault, path) in verify_receipt(receipt, held, verifier()).faults


@pytest.mark.parametrize("name", [name for name in CHANGES if "row" not in name])
def test_nothing_else_is_named(name: str) -> None:
    change, fault, path = CHANGES[name]
    (receipt,), held = receipts(), data()
    change(held["person"])
    assert verify_receipt(receipt, held, verifier()).faults == (Found(fault, path),)


def test_rows_that_were_exchanged_or_left_out_are_named() -> None:
    (receipt,), held = receipts(), data()
    held["person"]["licences"].reverse()
    named = {found.path for found in verify_receipt(receipt, held, verifier()).faults}
    assert named == {f"person.licences.{row}.{field}" for row in (0, 1) for field in ("identifier", "validUntil")}
    held["person"]["licences"].pop()
    named = {found.path for found in verify_receipt(receipt, held, verifier()).faults}
    assert "person.licences.1.identifier" in named


def swap(receipt: dict[str, Any], member: str, at: int = 0) -> None:
    """Alter one hexadecimal digit."""
    text = receipt[member]
    receipt[member] = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], Fault, str]] = {
    "the number": (
        lambda r: r["claims"].update(id="019a0000-0000-7000-8000-000000000000"), Fault.CLAIMS, "claims.id",
    ),
    "the time": (lambda r: r["claims"].update(time="2026-01-01T00:00:00Z"), Fault.CLAIMS, "claims.time"),
    "the consumer": (lambda r: r["claims"].update(consumer="11320000014000135X"), Fault.CLAIMS, "claims.consumer"),
    "the client": (lambda r: r["claims"].update(client="other"), Fault.CLAIMS, "claims.client"),
    "the catalogue": (lambda r: r["claims"].update(catalogue=2), Fault.CLAIMS, "claims.catalogue"),
    "the document": (lambda r: r["claims"].update(document="cd" * 32), Fault.CLAIMS, "claims.document"),
    "the data's hash": (lambda r: swap(r["claims"], "data"), Fault.CLAIMS, "claims.data"),
    "the matter": (lambda r: r["claims"]["purpose"].update(matter="M08"), Fault.CLAIMS, "claims.purpose.matter"),
    "the handler": (lambda r: r["claims"]["purpose"].update(handler="H-002"), Fault.CLAIMS, "claims.purpose.handler"),
    "the case": (lambda r: r["claims"]["purpose"].pop("case"), Fault.CLAIMS, "claims.purpose.case"),
    "a claim put in": (lambda r: r["claims"].update(note="x"), Fault.CLAIMS, "claims.note"),
    "a claim named like a way": (
        lambda r: r["claims"].update({"purpose.case": "C-1"}), Fault.CLAIMS, 'claims."purpose.case"',
    ),
    "a claim's digest": (lambda r: r["claimDigests"][0].__setitem__(1, "00" * 32), Fault.PROOF, "proof"),
    "a claim taken off the list": (lambda r: r["claimDigests"].pop(), Fault.PROOF, "proof"),
    "the path to the root": (lambda r: r["proof"].reverse(), Fault.PROOF, "proof"),
    "the place": (lambda r: r.update(index=r["index"] + 1), Fault.PROOF, "proof"),
    "the size": (lambda r: r.update(size=r["size"] + 1), Fault.PROOF, "proof"),
    "a digest": (lambda r: swap(r, "digests"), Fault.DIGESTS, "digests"),
    "a salt": (lambda r: swap(r, "salts"), Fault.CHANGED, "person.name"),
    "a path": (lambda r: r["paths"].__setitem__(0, "person.title"), Fault.DIGESTS, "digests"),
    "a field taken off the list": (
        lambda r: r.update(paths=r["paths"][1:], salts=r["salts"][32:], digests=r["digests"][32:]), Fault.DIGESTS,
        "digests",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_member_is_named(name: str) -> None:
    forge, fault, path = FORGED[name]
    receipt = receipts(6)[2]
    forge(receipt)
    assert Found(fault, path) in verify_receipt(receipt, data(), verifier()).faults


@pytest.mark.parametrize("name", [name for name, (_, fault, _) in FORGED.items() if fault is Fault.CLAIMS])
def test_no_other_claim_is_named(name: str) -> None:
    forge, fault, path = FORGED[name]
    receipt = receipts(6)[2]
    forge(receipt)
    assert verify_receipt(receipt, data(), verifier()).faults == (Found(fault, path),)


def former(receipt: dict[str, Any]) -> dict[str, Any]:
    """The receipt as it was made before claims had digests: the claims are the leaf."""
    signed = {name: held for name, held in receipt.items() if name != "claimDigests"}
    root = leaf_hash(orjson.dumps(receipt["claims"], option=orjson.OPT_SORT_KEYS)).hex()
    head, body, _ = receipt["jws"].split(".")
    body = base64url(orjson.dumps({**orjson.loads(base64.urlsafe_b64decode(body + "==")), "root": root})).decode()
    signature = base64url(KEYS.sign(f"{head}.{body}".encode())).decode()
    return signed | {"jws": f"{head}.{body}.{signature}"}


def test_receipts_without_the_list_of_claims_go_on_verifying() -> None:
    (receipt,) = receipts()
    old = former(receipt)
    assert verify_receipt(old, data(), verifier()).genuine
    old["claims"]["client"] = "other"
    assert verify_receipt(old, data(), verifier()).faults == (Found(Fault.CLAIMS, "claims"),)


def test_no_list_of_claims_passes_for_claims_nor_claims_for_a_list() -> None:
    (receipt,) = receipts()
    bare = {name: held for name, held in receipt.items() if name != "claimDigests"}
    assert verify_receipt(bare, data(), verifier()).faults == (Found(Fault.CLAIMS, "claims"),)
    bare["claims"] = dict(receipt["claimDigests"])
    assert Found(Fault.CLAIMS, "claims") in verify_receipt(bare, data(), verifier()).faults
    old = former(receipt)
    old["claimDigests"] = [[name, "00" * 32] for name in old["claims"]]
    assert Found(Fault.PROOF, "proof") in verify_receipt(old, data(), verifier()).faults


def test_a_field_named_like_a_way_is_found() -> None:
    (receipt,), held = receipts(), data()
    held["person"]["licences.0.identifier"] = "9"
    expected = Found(Fault.ADDED, 'person."licences.0.identifier"')
    assert verify_receipt(receipt, held, verifier()).faults == (expected,)


def rewritten(receipt: dict[str, Any], part: int, **changed: object) -> None:
    """Alter the signed header (0) or payload (1)."""
    parts = receipt["jws"].split(".")
    told = orjson.loads(base64.urlsafe_b64decode(parts[part] + "=="))
    parts[part] = base64.urlsafe_b64encode(orjson.dumps({**told, **changed})).rstrip(b"=").decode()
    receipt["jws"] = ".".join(parts)


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        (1, {"root": "00" * 32}), (1, {"size": 2}), (1, {"iss": "https://other.example"}), (0, {"alg": "none"}),
        (0, {"alg": "HS256"}), (0, {"typ": "JWT"}), (0, {"kid": "receipt-1"}), (0, {"crit": ["x"]}),
    ],
)  # fmt: skip
def test_an_altered_signature_is_found(part: int, changed: dict[str, object]) -> None:
    (receipt,) = receipts()
    rewritten(receipt, part, **changed)
    assert verify_receipt(receipt, data(), verifier()).faults == (Found(Fault.SIGNATURE, "jws"),)


def test_the_claims_of_another_receipt_do_not_fit() -> None:
    one, other = receipts(2)
    one["claims"] = other["claims"]
    named = {found.path for found in verify_receipt(one, data(), verifier()).faults}
    assert named == {"claims.id", "claims.time", "claims.data"}
    one["claimDigests"] = other["claimDigests"]
    assert Found(Fault.PROOF, "proof") in verify_receipt(one, data(), verifier()).faults


def test_a_root_that_nobody_signed_does_not_help() -> None:
    """A whole receipt made anew by somebody with a key of its own, under our key's name."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from storage.keys import KeyKind, SigningKeys

    (receipt,) = receipts(signer=SigningKeys(KeyKind.RECEIPT, 2, {2: Ed25519PrivateKey.generate()}))
    assert verify_receipt(receipt, data(), verifier()).faults == (Found(Fault.SIGNATURE, "jws"),)


def test_former_keys_go_on_verifying_and_unknown_ones_do_not() -> None:
    (former,) = receipts(signer=FORMER)
    assert verify_receipt(former, data(), verifier()).genuine
    only_new = verify_with({"receipt-2": PublishedKey(ED25519, KEYS.public()["receipt-2"])})
    assert verify_receipt(former, data(), only_new).faults == (Found(Fault.KEY_UNKNOWN, "receipt-1"),)


def test_what_the_workflow_answered_is_not_covered() -> None:
    (receipt,) = receipts()
    verdict = verify_receipt(receipt, {**data(), "myself": {"client": "x"}}, verifier())
    assert verdict.genuine
    assert verdict.uncovered == ("myself",)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r.pop("salts"), lambda r: r.update(more=1), lambda r: r.update(paths="person.name"),
        lambda r: r.update(jws="a.b"), lambda r: r.update(jws="!.!.!"), lambda r: r.update(salts="xy"),
        lambda r: r.update(paths=[*r["paths"], r["paths"][0]]), lambda r: r.update(index=True),
        lambda r: r.update(claims=[]), lambda r: r.update(proof=[1]), lambda r: r.update(claimDigests={}),
        lambda r: r["claimDigests"].append(r["claimDigests"][0]), lambda r: r["claimDigests"][0].append("x"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    (receipt,) = receipts()
    spoil(receipt)
    with pytest.raises(ReceiptError):
        verify_receipt(receipt, data(), verifier())


@pytest.mark.parametrize("place", ["claims", "data"])
def test_what_is_nested_too_deeply_is_refused(place: str) -> None:
    (receipt,), held = receipts(), data()
    deep: dict[str, Any] = {}
    for _ in range(2_000):
        deep = {"a": deep}
    (held["person"] if place == "data" else receipt["claims"]).update(name=deep)
    with pytest.raises(ReceiptError, match="deeply"):
        verify_receipt(receipt, held, verifier())


def test_receipt_and_data_of_a_saved_answer() -> None:
    (receipt,) = receipts()
    saved = {"data": data(), "extensions": {"sharing": {"signedReceipt": receipt}}}
    assert receipt_and_data(saved) == (receipt, data())
    assert receipt_and_data({"data": data(), "signedReceipt": receipt}) == (receipt, data())
    others: list[object] = [[], {}, {"data": {}}, {"data": [], "signedReceipt": receipt}, {"data": {}, "extensions": None}]
    for other in others:
        with pytest.raises(ReceiptError):
            receipt_and_data(other)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000, "{"])
def test_json_with_two_readings_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice|no number|deeply|Expecting"):
        read_json(text.encode())


def test_published_keys_are_read_back() -> None:
    key = PublishedKey(ED25519, KEYS.public()["receipt-1"])
    token = jwk("token-1", key)
    assert published_keys({"keys": [jwk("receipt-1", key), token]}) == {"receipt-1": key}
    wrongs: list[object] = [{}, [], {"keys": [{**jwk("receipt-1", key), "x": "AAAA"}]}]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"no key set|32 bytes"):
            published_keys(wrong)


@pytest.mark.parametrize("handler", ["H-001", '100% "经办"', "\\x00\x00"])
@pytest.mark.parametrize("stated", [True, False])
def test_what_is_kept_gives_the_whole_receipt_again(handler: str, stated: bool) -> None:
    """The ledger keeps no claim twice: the entry beside gives them again, byte for byte; what was kept whole is left so."""
    purpose = PurposeRecord("M07", "administrative_basis", handler, "C-1", None) if stated else None
    asked = [entry()._replace(data=digit * 64, purpose=purpose) for digit in "ab3"]
    sealed = ReceiptSeal(KEYS, ISSUER).seal([claims(one) for one in asked])
    for one, of in zip(sealed, asked, strict=True):
        assert recorded_receipt(one.place, orjson.loads(canonical(of))) == one.whole()
        assert recorded_receipt(one.whole(), {}) == one.whole()
        told = orjson.loads(one.whole())
        assert canonical_json(told["claims"]) == one.claims.told
        assert (told["claims"]["data"], told["claims"]["id"]) == (of.data, str(of.id))
        assert told["claims"].get("purpose", {}).get("handler") == (handler if stated else None)
        assert [name for name, _ in told["claimDigests"]] == sorted(name for name, _ in told["claimDigests"])


LONG = "k" * 50_000


def many() -> dict[str, object]:
    return {f"a{number}": number for number in range(5_000)}


PADDED: dict[str, Callable[[dict[str, Any], dict[str, Any]], object]] = {
    "data under a long key": lambda _, held: held["person"].update({LONG: many()}),
    "data under a path of one's own": lambda r, held: (
        r["paths"].append(f"person.{LONG}.zz"), held["person"].update({LONG: many()}),
    ),
    "claims under a long key": lambda r, _: r["claims"].update({LONG: many()}),
    "claims under a listed name": lambda r, _: (
        r["claimDigests"].append([f"{LONG}.zz", "00"]), r["claims"].update({LONG: many()}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PADDED)
def test_what_was_put_in_costs_no_more_than_it_is_long(name: str) -> None:
    (receipt,), held = receipts(), data()
    PADDED[name](receipt, held)
    tracemalloc.start()
    try:
        faults = verify_receipt(receipt, held, verifier()).faults
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert faults
    assert most < 20_000_000  # each path spelled in full: 250 MB


def test_an_index_that_no_list_has_is_missing() -> None:
    (receipt,), path = receipts(), f"person.licences.{'9' * 5_000}"
    receipt["paths"][0] = path
    assert Found(Fault.MISSING, path) in verify_receipt(receipt, data(), verifier()).faults
