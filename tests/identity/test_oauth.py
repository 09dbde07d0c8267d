import asyncio
import base64
import json
import time
from dataclasses import replace
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette

from resolvers.identify_ports import StoredClient, StoredSecret
from resolvers.oauth import PATH, EndpointSettings, TokenEndpoint
from resolvers.peer import Proxies
from resolvers.secrets import hash_secret, new_secret, verify_any, verify_secret
from resolvers.throttle import Throttle
from tests.identity.registered import HALL, NOW, House, b64, bearer, proof, thumbprint, with_proof

KEY = Ed25519PrivateKey.generate()
SECRET, FORMER = new_secret(), "hall-former 秘密 +%:"
CLIENT = replace(HALL, secrets=(StoredSecret(hash_secret(SECRET)), StoredSecret(hash_secret(FORMER), NOW + 100)))
TOKEN_URL = "https://gateway.example/oauth/token"
GRANT = {"grant_type": "client_credentials"}


class Door:
    """The endpoint behind Starlette, called as a server calls it (ASGI)."""

    def __init__(self, *clients: StoredClient) -> None:
        self.house = House(*(clients or (CLIENT,)))
        self.now = NOW
        settings = EndpointSettings(Proxies(["192.0.2.0/24"]), "https://gateway.example/")
        self.endpoint = TokenEndpoint(settings, self.house.clients, self.house.tokens, self.house.proofs, lambda: self.now)
        self.app = Starlette(routes=[self.endpoint.route()])

    async def post(
        self, form: dict[str, str] | bytes | list[tuple[str, str]], peer: str = "10.1.2.3", **headers: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        named = {"content_type": "application/x-www-form-urlencoded", **headers}
        scope = {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "scheme": "http",
            "http_version": "1.1",
            "root_path": "",
            "server": ("127.0.0.1", 8000),
            "client": (peer, 9),
            "headers": [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in named.items()],
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        answer = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        text = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], json.loads(text), answer


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def by_body(secret: str = SECRET, client_id: str = "hall") -> dict[str, str]:
    return {**GRANT, "client_id": client_id, "client_secret": secret}


async def test_a_token_for_a_secret() -> None:
    door = Door()
    for form, headers in (
        (by_body(), {}),
        (GRANT, {"authorization": basic("hall", SECRET)}),
        ({**GRANT, "client_id": "hall", "scope": "any"}, {"authorization": basic("hall", SECRET)}),
    ):
        status, body, answer = await door.post(form, **headers)
        assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 600)
        assert (answer["cache-control"], answer["pragma"]) == ("no-store", "no-cache")
        assert door.house.identity.identify(bearer(body["access_token"]), NOW).client == "hall"


async def test_rotation_leaves_the_former_secret_for_a_while() -> None:
    door = Door()
    assert (await door.post(by_body(FORMER)))[0] == 200
    assert (await door.post(GRANT, authorization=basic("hall", quote_plus(FORMER))))[0] == 200
    door.now = NOW + 100
    assert (await door.post(by_body(FORMER)))[0] == 401
    assert (await door.post(by_body()))[0] == 200


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        (by_body("wrong"), {}, 401, "invalid_client"),
        (by_body(client_id="nobody"), {}, 401, "invalid_client"),
        (by_body("x" * 300), {}, 401, "invalid_client"),
        (GRANT, {}, 401, "invalid_client"),
        ({**GRANT, "client_id": "hall"}, {}, 401, "invalid_client"),
        ({**GRANT, "client_id": "hall", "client_secret": ""}, {}, 401, "invalid_client"),
        (GRANT, {"authorization": basic("hall", "wrong")}, 401, "invalid_client"),
        (GRANT, {"authorization": basic("", "x")}, 401, "invalid_client"),
        (GRANT, {"authorization": "Basic ???"}, 401, "invalid_client"),
        (GRANT, {"authorization": "Basic " + base64.b64encode(b"\xff:x").decode()}, 401, "invalid_client"),
        (GRANT, {"authorization": "Bearer x"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "other"}, {"authorization": basic("hall", SECRET)}, 401, "invalid_client"),
        (by_body(), {"authorization": basic("hall", SECRET)}, 400, "invalid_request"),
        ({"client_id": "hall", "client_secret": SECRET}, {}, 400, "invalid_request"),
        ({**by_body(), "grant_type": "password"}, {}, 400, "unsupported_grant_type"),
        ([*by_body().items(), ("client_id", "hall")], {}, 400, "invalid_request"),
        (by_body(), {"content_type": "application/json"}, 400, "invalid_request"),
        (b"\xff\xfe", {}, 400, "invalid_request"),
        (b"a=%ff", {}, 400, "invalid_request"),
        (b"&".join(b"a%d=1" % n for n in range(40)), {}, 400, "invalid_request"),
        (b"a=" + b"x" * 9000, {}, 413, "invalid_request"),
    ],
)
async def test_errors_of_rfc_6749(form: Any, headers: dict[str, str], status: int, error: str) -> None:
    got, body, answer = await Door().post(form, **headers)
    assert (got, body["error"]) == (status, error)
    assert body["error_description"]
    assert answer["cache-control"] == "no-store"
    assert ("www-authenticate" in answer) == (
        status == 401 and ("authorization" in headers or "client_secret" not in form or not form["client_secret"])
    )


async def test_disabled_and_expired_clients_learn_it_with_the_right_secret_only() -> None:
    for client in (replace(CLIENT, disabled=True), replace(CLIENT, valid_until=NOW)):
        door = Door(client)
        status, body, _ = await door.post(by_body())
        assert (status, body["error"]) == (401, "invalid_client")
        assert "disabled" in body["error_description"]
        assert "disabled" not in (await door.post(by_body("wrong")))[1]["error_description"]


async def test_the_right_secret_from_elsewhere_is_no_better_than_a_wrong_one() -> None:
    door = Door()
    assert (await door.post(by_body(), peer="203.0.113.5"))[1] == (await door.post(by_body("wrong")))[1]
    assert (await door.post(by_body(), peer="192.0.2.7", x_forwarded_for="10.1.9.9"))[0] == 200
    assert (await door.post(by_body(), peer="203.0.113.5", x_forwarded_for="10.1.9.9"))[0] == 401


async def test_guessing_is_slowed_where_it_happens() -> None:
    door = Door(replace(CLIENT, networks=(ip_network("0.0.0.0/0"),)))
    for _ in range(5):
        assert (await door.post(by_body("wrong"), peer="203.0.113.5"))[0] == 401
    status, _, answer = await door.post(by_body(), peer="203.0.113.5")
    assert (status, answer["retry-after"]) == (429, "2")
    assert (await door.post(by_body(), peer="10.1.2.3"))[0] == 200  # the genuine client, elsewhere, is not delayed
    door.now += 1.0
    assert (await door.post(by_body("wrong"), peer="203.0.113.5"))[0] == 401
    door.now += 1.5
    assert (await door.post(by_body(), peer="203.0.113.5"))[0] == 429
    door.now += 0.5
    assert (await door.post(by_body(), peer="203.0.113.5"))[0] == 200
    assert (await door.post(by_body("wrong"), peer="203.0.113.5"))[0] == 401  # counted from the beginning


async def test_guesses_sent_at_once_are_counted() -> None:
    door = Door()
    answers = await asyncio.gather(*(door.post(by_body("wrong")) for _ in range(20)))
    assert sum(status == 401 for status, _, _ in answers) <= 6
    assert {status for status, _, _ in answers} == {401, 429}


async def test_a_full_queue_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.oauth.MAX_WAITING", 3)
    answers = await asyncio.gather(*(Door.post(door, by_body()) for door in [Door()] for _ in range(6)))
    assert sorted(status for status, _, _ in answers) == [200, 200, 200, 503, 503, 503]


def test_the_throttle_is_bounded_and_doubles() -> None:
    throttle = Throttle(size=50)
    for number in range(500):
        throttle.failed(f"c{number}" * 100, f"10.0.{number // 250}.{number % 250}", NOW)
    assert len(throttle._counts) == 50
    throttle = Throttle()
    delays = []
    for _ in range(14):
        throttle.failed("hall", "10.1.2.3", NOW)
        delays.append(throttle.wait_s("hall", "10.1.2.3", NOW))
    assert delays == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert throttle.wait_s("hall", "10.1.2.4", NOW) == 0
    throttle.failed("hall", "10.1.2.3", NOW + 901)
    assert throttle.wait_s("hall", "10.1.2.3", NOW + 901) == 0


def test_one_guess_at_each_of_many_clients() -> None:
    throttle = Throttle()
    for number in range(60):
        throttle.failed(f"c{number}", "2001:db8::1", NOW)
    throttle.succeeded("c1", "2001:db8::1")
    assert throttle.wait_s("new", "2001:db8::2", NOW) == 10
    assert throttle.wait_s("new", "2001:db8:0:1::2", NOW) == 0


async def test_tokens_bound_to_keys() -> None:
    keyed = replace(CLIENT, networks=(), keys=frozenset({thumbprint(KEY)}))
    door = Door(keyed)
    status, body, _ = await door.post(by_body(), dpop=proof(KEY, None, htu=TOKEN_URL))
    assert (status, body["token_type"]) == (200, "DPoP")
    token = body["access_token"]
    assert door.house.identity.identify(with_proof(token, proof(KEY, token), "203.0.113.1"), NOW).client == "hall"
    made = proof(KEY, None, htu=TOKEN_URL)
    stranger = Ed25519PrivateKey.generate()
    assert (await door.post(by_body(), dpop=made))[0] == 200
    for headers, error in (
        ({"dpop": made}, "invalid_dpop_proof"),
        ({"dpop": "x"}, "invalid_dpop_proof"),
        ({"dpop": proof(KEY, None)}, "invalid_dpop_proof"),
        ({"dpop": proof(stranger, None, htu=TOKEN_URL)}, "invalid_dpop_proof"),
        ({}, "unauthorized_client"),
    ):
        status, body, _ = await door.post(by_body(), **headers)
        assert (status, body["error"]) == (400, error)


async def test_tokens_bound_to_certificates() -> None:
    certificate = b64(b"c" * 32)
    door = Door(replace(CLIENT, networks=(), certificates=frozenset({certificate})))
    status, body, _ = await door.post(by_body(), peer="192.0.2.1", x_client_cert_x5t_s256=certificate)
    assert status == 200
    assert door.house.identity.identify(bearer(body["access_token"], "1.2.3.4", certificate), NOW).client == "hall"
    status, body, _ = await door.post(by_body(), peer="10.1.2.3", x_client_cert_x5t_s256=certificate)
    assert (status, body["error"]) == (400, "unauthorized_client")


def test_secrets() -> None:
    stored = hash_secret("s3cret")
    assert stored != hash_secret("s3cret")
    assert "s3cret" not in stored
    assert verify_secret("s3cret", stored)
    assert not verify_secret("s3cret ", stored)
    assert verify_any("s3cret", [hash_secret("other"), stored])
    assert not verify_any("s3cret", [])
    assert not verify_secret("\udc80", stored)
    long = "x" * 256
    assert verify_secret(long, hash_secret(long))
    assert not verify_secret(long + "y", hash_secret(long))
    assert len({new_secret() for _ in range(100)}) == 100
    for bad in ("", "x" * 257):
        with pytest.raises(ValueError, match="bytes"):
            hash_secret(bad)
    for bad in ("", "plain", "scrypt$30$8$1$AAAA$AAAA", "scrypt$14$8$1$AAAA$AAAA", stored[:-5]):
        with pytest.raises(ValueError, match=r".+"):
            verify_secret("x", bad)


def test_unknown_clients_take_as_long() -> None:
    stored = [hash_secret("s")]

    def fastest(hashes: list[str]) -> float:
        times = []
        for _ in range(5):
            begun = time.process_time()
            verify_any("guess", hashes)
            times.append(time.process_time() - begun)
        return min(times)

    known, unknown = fastest(stored), fastest([])
    assert 0.5 < unknown / known < 2
