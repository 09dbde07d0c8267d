"""SM2, where its optional package is installed: the standard's own example, and receipts signed with it."""

import stat
from pathlib import Path

import orjson
import pytest

from errors import START_REFUSED, GatewayError
from ledger import sm2
from ledger.delivered import digest_delivered
from ledger.signed_receipt import ReceiptSeal, claims
from ledger.verify_receipt import Fault, verify_receipt
from resolvers.receipt_keys import PublishedKey, jwk, published_keys, verify_with
from storage.sm2_keys import load_or_create_sm2, public_sm2_keys, rotate_sm2
from tests.ledger.signed import DATA, ISSUER, data, entry

PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


@pytest.fixture
def gmssl() -> None:
    pytest.importorskip("gmssl_pyx", reason="NOT RUN: the optional package gmssl-pyx is not installed")


@pytest.mark.usefixtures("gmssl")
def test_the_example_of_the_standard() -> None:
    """GB/T 32918.5, appendix A.2: the recommended curve, the default identifier."""
    assert sm2.verify(PUBLIC, SIGNATURE, b"message digest")
    assert not sm2.verify(PUBLIC, SIGNATURE, b"message digesT")
    assert not sm2.verify(PUBLIC, SIGNATURE[:-1] + b"\0", b"message digest")
    assert not sm2.verify(PUBLIC, bytes(64), b"message digest")
    assert not sm2.verify(PUBLIC, SIGNATURE[:-1], b"message digest")


@pytest.mark.usefixtures("gmssl")
def test_many_signatures_hold() -> None:
    """Also those whose halves begin with zeros or a high bit."""
    for number in range(200):
        made = sm2.sign(PRIVATE, PUBLIC, number.to_bytes(2))
        assert len(made) == 64
        assert sm2.verify(PUBLIC, made, number.to_bytes(2))


@pytest.mark.usefixtures("gmssl")
def test_a_receipt_signed_with_sm2_verifies_and_its_key_rotates(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    keys = load_or_create_sm2(folder, production=True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    delivered = digest_delivered(DATA)
    (sealed,) = ReceiptSeal(keys, ISSUER).seal([claims(entry()._replace(data=delivered.hash))])
    receipt = orjson.loads(sealed.with_fields(delivered))
    assert rotate_sm2(folder, production=True) == 2
    assert load_or_create_sm2(folder, production=True).key_id == "receipt-sm2-2"
    listed = [jwk(kid, PublishedKey(sm2.ALGORITHM, raw)) for kid, raw in public_sm2_keys(folder).items()]
    verifies = verify_with(published_keys({"keys": listed}))
    assert verify_receipt(receipt, data(), verifies).genuine
    held = data()
    held["person"]["name"] = "王明达"
    assert [(found.fault, found.path) for found in verify_receipt(receipt, held, verifies).faults] == [
        (Fault.CHANGED, "person.name")
    ]


def test_without_the_package_it_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gmssl_pyx", None)
    with pytest.raises(GatewayError, match="gmssl-pyx") as refused:
        load_or_create_sm2(tmp_path, production=True)
    assert refused.value.code is START_REFUSED
    assert public_sm2_keys(tmp_path) == {}


@pytest.mark.usefixtures("gmssl")
def test_keys_of_a_demo_or_that_others_read_are_refused(tmp_path: Path) -> None:
    load_or_create_sm2(tmp_path, production=False)
    with pytest.raises(GatewayError, match="demo mode"):
        load_or_create_sm2(tmp_path, production=True)
    (tmp_path / "receipt-sm2-1.json").chmod(0o644)
    with pytest.raises(GatewayError, match="others may read"):
        load_or_create_sm2(tmp_path, production=False)
