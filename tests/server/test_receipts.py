"""Signed receipts of the whole gateway: asked for, verified offline, shown to their parties alone."""

import base64
import contextlib
import copy
import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from catalogue.load import load_catalogue
from demo.seed import CLIENTS, department_code
from demo.stories import STORIES
from schema.limits import Limits
from settings import read_settings
from storage.keys import KeyKind, rotate
from storage.layout import KEYS
from tests.server.gateway import Answered, Running

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
QUERY = (
    "query($id: IdentityNumber!) { me: myself { client } person(idNumber: $id) { name birthDate licences { typeName } } }"
)
SIGNED = {"Sharing-Receipt": "signed"}


def signed(gateway: Running) -> Answered:
    return gateway.ask(QUERY, {"id": ADULT}, headers=SIGNED)


def show(gateway: Running, receipt: str, client: str = "demo-hall") -> Answered:
    token = gateway.token(client)
    return gateway._send(
        urllib.request.Request(f"{gateway.url}/receipts/{receipt}", headers={"Authorization": f"Bearer {token}"})
    )


def verify(gateway: Running, folder: Path, document: object, jwks: object = None) -> tuple[int, str]:
    saved, keys = folder / "answer.json", folder / "jwks.json"
    saved.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    keys.write_text(json.dumps(jwks or gateway.get("/.well-known/jwks.json").body), "utf-8")
    ended = gateway.cli("receipt", "verify", str(saved), "--keys", str(keys))
    return ended.returncode, ended.stdout + ended.stderr


def test_an_answer_is_signed_where_that_is_asked_for(gateway: Running) -> None:
    plain, receipted = gateway.ask(QUERY, {"id": ADULT}), signed(gateway)
    assert plain.body["data"] == receipted.body["data"]
    assert "signedReceipt" not in plain.sharing
    made = receipted.sharing["signedReceipt"]
    assert made["claims"]["id"] == receipted.sharing["receipt"]
    assert made["claims"]["purpose"]["handler"] == "H-001"
    assert made["paths"][:2] == ["person.name", "person.birthDate"]
    body = made["jws"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(body + "=="))["iss"] == gateway.url, "whichever port was free"
    misspelt = gateway.ask(QUERY, {"id": ADULT}, headers={"Sharing-Receipt": "sign"})
    assert misspelt.body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_the_command_line_verifies_offline_and_names_what_was_changed(gateway: Running, tmp_path: Path) -> None:
    answered = signed(gateway).body
    status, told = verify(gateway, tmp_path, answered)
    assert status == 0, told
    assert answered["extensions"]["sharing"]["receipt"] in told
    assert "不在回执内 · not covered by the receipt: me" in told
    forged = copy.deepcopy(answered)
    forged["data"]["person"]["birthDate"] = "1991-01-01"
    status, told = verify(gateway, tmp_path, forged)
    assert status == 1
    assert "数据被改动 · not the value that was delivered: person.birthDate" in told
    assert "person.name" not in told
    assert ADULT not in told
    forged = copy.deepcopy(answered)
    forged["extensions"]["sharing"]["signedReceipt"]["claims"]["purpose"]["handler"] = "H-002"
    status, told = verify(gateway, tmp_path, forged)
    assert status == 1
    assert "回执内容被改动 · number, time, consumer, purpose or a hash is not as signed: claims.purpose.handler" in told
    status, told = verify(gateway, tmp_path, {"data": answered["data"]})
    assert (status, "不是回执" in told) == (1, True)
    status, told = verify(gateway, tmp_path, answered, {"keys": []})
    assert (status, "receipt-1" in told) == (1, True)


def test_a_receipt_outlives_its_key(gateway: Running, tmp_path: Path) -> None:
    before = signed(gateway).body
    assert rotate(gateway.folder / KEYS, KeyKind.RECEIPT, production=False) == 2
    published = {key["kid"] for key in gateway.get("/.well-known/jwks.json").body["keys"]}
    assert {"receipt-1", "receipt-2"} <= published
    gateway.end()
    gateway.start()
    after = signed(gateway).body
    for answered in (before, after):
        assert verify(gateway, tmp_path, answered)[0] == 0
    keys = [key for key in gateway.get("/.well-known/jwks.json").body["keys"] if key["kid"] != "receipt-1"]
    assert verify(gateway, tmp_path, before, {"keys": keys})[0] == 1
    assert verify(gateway, tmp_path, after, {"keys": keys})[0] == 0


def test_receipts_are_signed_with_sm2_where_that_is_set(gateway: Running, tmp_path: Path) -> None:
    """The keys of both algorithms are published side by side, and each receipt goes on verifying."""
    pytest.importorskip("gmssl_pyx", reason="NOT RUN: the optional package gmssl-pyx is not installed")
    before = signed(gateway).body
    try:
        gateway.end()
        gateway.settings["RECEIPT_ALGORITHM"] = "SM2"
        gateway.start()
        after = signed(gateway).body
        published = {key["kid"]: key["alg"] for key in gateway.get("/.well-known/jwks.json").body["keys"]}
        assert (published["receipt-sm2-1"], published["receipt-1"]) == ("SM2", "EdDSA")
        for answered in (before, after):
            assert verify(gateway, tmp_path, answered)[0] == 0
        forged = copy.deepcopy(after)
        forged["data"]["person"]["birthDate"] = "1991-01-01"
        assert "person.birthDate" in verify(gateway, tmp_path, forged)[1]
        assert "王明远" in post(gateway, "evidence", {"answer": after}).read().decode()
    finally:
        gateway.settings.clear()
        gateway.end()
        gateway.start()
    assert verify(gateway, tmp_path, after)[0] == 0, "its key stays published"


def test_its_parties_are_shown_it_without_any_value(gateway: Running) -> None:
    answered = signed(gateway)
    receipt, made = answered.sharing["receipt"], answered.sharing["signedReceipt"]
    mine = show(gateway, receipt)
    assert mine.status == 200
    assert mine.body["signed"] == {name: made[name] for name in ("claims", "claimDigests", "index", "size", "proof", "jws")}
    assert mine.body["purpose"]["case"] == "DEMO-M07"
    assert {"person.name", "person.birthDate"} <= {outcome["path"] for outcome in mine.body["outcomes"]}
    assert "王明远" not in json.dumps(mine.body, ensure_ascii=False)
    assert ADULT not in json.dumps(mine.body)


def test_a_provider_is_shown_its_own_items_alone(gateway: Running) -> None:
    receipt = signed(gateway).sharing["receipt"]
    theirs = show(gateway, receipt, "demo-compiler")
    items = items_of("demo-compiler")
    assert theirs.status == 200
    assert theirs.body["outcomes"]
    assert {outcome["item"] for outcome in theirs.body["outcomes"]} <= items
    mine = show(gateway, receipt).body["outcomes"]
    assert {outcome["item"] for outcome in mine} - items
    assert show(gateway, receipt, "demo-provider").status == 404  # whose items do not stand in it


def test_what_is_foreign_looks_unknown(gateway: Running) -> None:
    receipt = signed(gateway).sharing["receipt"]
    foreign, unknown = show(gateway, receipt, "demo-developer"), show(gateway, str(uuid4()), "demo-developer")
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
    assert foreign.body["errors"][0]["extensions"]["code"] == "RECEIPT_UNKNOWN"
    assert show(gateway, "none").body == unknown.body
    anonymous = gateway.get(f"/receipts/{receipt}")
    assert (anonymous.status, anonymous.body["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    auditor = show(gateway, receipt, "demo-auditor")
    assert (auditor.status, auditor.body["errors"][0]["extensions"]["code"]) == (403, "ROLE_REQUIRED")
    assert auditor.body["errors"][0]["extensions"]["roles"] == ["consumer", "provider"]


def test_an_answer_without_a_signature_is_known_by_its_number_too(gateway: Running) -> None:
    receipt = gateway.ask(QUERY, {"id": ADULT}).sharing["receipt"]
    assert show(gateway, receipt).body["signed"] is None


def test_the_chain_holds_with_receipts_in_it(gateway: Running) -> None:
    signed(gateway)
    verified = gateway.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr


def items_of(client: str) -> set[Any]:
    """The items that the client's department provides."""
    catalogue = load_catalogue(read_settings().catalogue)
    department = department_code(catalogue, next(one.department for one in CLIENTS if one.id == client))
    return {entry.code for entry in catalogue.entries.values() if entry.provider == department}


def test_papers_are_drawn_from_an_answer_of_ones_own(gateway: Running) -> None:
    answered = signed(gateway).body
    drawn = post(gateway, "evidence", {"answer": answered})
    assert drawn.status == 200
    assert drawn.headers["Cache-Control"] == "no-store"
    assert drawn.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    page = drawn.read().decode()
    assert "王明远" in page
    assert "经办 H-001 · 办件 DEMO-M07" in page
    forged = copy.deepcopy(answered)
    forged["data"]["person"]["name"] = "王明达"
    assert refusal(gateway, "evidence", {"answer": forged}) == (400, "RECEIPT_INVALID")
    assert refusal(gateway, "evidence", {"answer": answered}, "demo-developer") == (404, "RECEIPT_UNKNOWN")
    assert refusal(gateway, "evidence", {"answer": answered}, "demo-auditor") == (403, "ROLE_REQUIRED")
    assert refusal(gateway, "notice", {"answer": answered}) == (400, "INPUT_INVALID")
    assert refusal(gateway, "letter", {"answer": answered}) == (404, "NOT_FOUND")
    assert announced(gateway, Limits().upload_bytes + 1) == (413, "BODY_TOO_LARGE")


def post(gateway: Running, kind: str, body: object, client: str = "demo-hall") -> Any:
    headers = {"Authorization": f"Bearer {gateway.token(client)}", "Content-Type": "application/json"}
    return urllib.request.urlopen(
        urllib.request.Request(f"{gateway.url}/papers/{kind}", json.dumps(body).encode(), headers), timeout=30
    )


def announced(gateway: Running, length: int) -> tuple[int, str]:
    """How a body of this length is refused, of which nothing has come yet."""
    connection = http.client.HTTPConnection(gateway.url.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/papers/evidence")
    told = {"Authorization": f"Bearer {gateway.token('demo-hall')}", "Content-Type": "application/json"}
    for name, value in {**told, "Content-Length": str(length)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    with contextlib.closing(connection), connection.getresponse() as answered:
        return answered.status, json.loads(answered.read())["errors"][0]["extensions"]["code"]


def refusal(gateway: Running, kind: str, body: object, client: str = "demo-hall") -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(gateway, kind, body, client)
    with refused.value as answered:
        return answered.code, json.loads(answered.read())["errors"][0]["extensions"]["code"]
