import base64
import hmac
import json
import random
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from errors import GatewayError
from resolvers import identify
from resolvers.identify import Credentials
from resolvers.identify_ports import IdentityError
from sharing.consumer import Consumer
from tests.identity.registered import HALL, NOW, URL, House, b64, bearer, jwk, own_claims, signed


def refused(house: House, credentials: Credentials, now: float = NOW) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        house.identity.identify(credentials, now)
    return caught.value


def test_a_token_identifies() -> None:
    house = House()
    consumer = house.identity.identify(bearer(house.token()), NOW)
    assert consumer == Consumer("hall", HALL.department, "320000", frozenset({"consumer"}), False, 50)
    assert house.identity.identify(bearer(house.token())._replace(authorization=f"bearer  {house.token()}"), NOW) == consumer


def test_what_a_token_says() -> None:
    house = House()
    token, life_s = house.tokens.issue(HALL, NOW)
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert header == {"typ": "at+jwt", "alg": "EdDSA", "kid": "k1"}
    assert {"iss", "sub", "aud", "iat", "exp", "jti"} == set(claims)
    assert (claims["exp"], life_s) == (NOW + 600, 600)
    # RFC 8037: checked with the bare key, not with the library that signed
    signing_input, _, signature = token.rpartition(".")
    house.ring.keys["k1"].public_key().verify(base64.urlsafe_b64decode(signature + "=="), signing_input.encode())


@pytest.mark.parametrize("authorization", [None, "", "Basic aGFsbDp4", "Digest x", "hall"])
def test_no_token(authorization: str | None) -> None:
    error = refused(House(), Credentials(authorization, None, "10.1.2.3", "POST", URL))
    assert error.code.name == "UNAUTHENTICATED"
    assert "/oauth/token" in error.hint
    assert ("WWW-Authenticate", 'Bearer realm="oncegate"') in error.headers


def test_life() -> None:
    house = House()
    token = house.token()
    house.identity.identify(bearer(token), NOW + 604)
    for fresh in (house, House()):  # kept, and never seen
        fresh.ring, fresh.tokens._keys = house.ring, house.ring
        error = refused(fresh, bearer(token), NOW + 605)
        assert (error.code.name, error.message) == ("INVALID_TOKEN", "the token has expired")
    assert refused(House(), bearer(house.token(now=NOW)), NOW - 6).message == "the token is not valid"  # another's key
    early = House()
    assert refused(early, bearer(early.token()), NOW - 6).message == "the token is not valid yet"


def forgeries(house: House) -> dict[str, str]:
    key, stranger = house.ring.keys["k1"], Ed25519PrivateKey.generate()
    header = {"typ": "at+jwt", "alg": "EdDSA", "kid": "k1"}
    genuine = house.token()
    head, body, signature = genuine.split(".")
    raw_public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    hs_input = f"{b64(json.dumps({**header, 'alg': 'HS256'}).encode())}.{body}"
    none = b64(json.dumps({**header, "alg": "none"}).encode())
    other = b64(json.dumps(own_claims(sub="operator")).encode())
    return {
        "another key": signed(header, own_claims(), stranger),
        "key in header": signed({**header, "jwk": jwk(stranger)}, own_claims(), stranger),
        "unknown kid": signed({**header, "kid": "k9"}, own_claims(), key),
        "no kid": signed({"typ": "at+jwt", "alg": "EdDSA"}, own_claims(), key),
        "kid of a kind": signed({**header, "kid": ["k1"]}, own_claims(), key),
        "none": f"{none}.{body}.",
        "none signed": f"{none}.{body}.{signature}",
        "none in capitals": f"{b64(json.dumps({**header, 'alg': 'None'}).encode())}.{body}.{signature}",
        "public key as secret": f"{hs_input}.{b64(hmac.digest(raw_public, hs_input.encode(), 'sha256'))}",
        "claims changed": f"{head}.{other}.{signature}",
        "signature cut": f"{head}.{body}.{signature[:-4]}",
        "signature of zeros": f"{head}.{body}.{b64(bytes(64))}",
        "another type": signed({**header, "typ": "dpop+jwt"}, own_claims(), key),
        "critical": signed({**header, "crit": ["x"], "x": 1}, own_claims(), key),
        "unencoded": signed({**header, "b64": False}, own_claims(), key),
        "alg of a kind": signed({**header, "alg": ["EdDSA"]}, own_claims(), key),
        "claims no object": signed(header, [own_claims()], key),
        "claims no JSON": signed(header, b"{", key),
        "claims deep": signed(header, b"[" * 5000, key),
        "header deep": f"{b64(b'[' * 5000)}.{body}.{signature}",
        "another issuer": signed(header, own_claims(iss="https://elsewhere.example"), key),
        "issuer of a kind": signed(header, own_claims(iss=["https://gateway.example"]), key),
        "too long": signed(header, own_claims(pad="x" * 9000), key),
        "two parts": f"{head}.{body}",
        "five parts": f"{genuine}.a.b",
        "blank": "",
        "blanks inside": f"{head}. {body}.{signature}",
        "not ASCII": "é.é.é",
        "a surrogate": "\udce9",
        "a proxy's join": f"{genuine}, {genuine}",
    }


def test_forgers_learn_nothing() -> None:
    house = House()
    for what, token in forgeries(house).items():
        error = refused(house, bearer(token))
        assert (error.code.name, error.message) == ("INVALID_TOKEN", "the token is not valid"), what
    assert not house.identity._sessions


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"aud": "another"}, "the token is meant for another audience"),
        ({"aud": ["another"]}, "the token is meant for another audience"),
        ({"aud": None}, "the token is meant for another audience"),
        ({"exp": None}, "the token has no `exp`"),
        ({"exp": "9"}, "the token has no `exp`"),
        ({"exp": 1e400}, "the token has no `exp`"),
        ({"exp": 10**400}, "the token has no `exp`"),
        ({"exp": True}, "the token has no `exp`"),
        ({"iat": None}, "the token has no `iat`"),
        ({"iat": NOW + 6}, "the token is not valid yet"),
        ({"nbf": NOW + 6}, "the token is not valid yet"),
        ({"sub": None}, "the token has no `sub`"),
        ({"sub": 7}, "the token has no `sub`"),
        ({"cnf": {}}, "the token's `cnf` is of an unaccepted kind"),
        ({"cnf": "k"}, "the token's `cnf` is of an unaccepted kind"),
        ({"cnf": {"jkt": 1}}, "the token's `cnf` is of an unaccepted kind"),
        ({"cnf": {"kid": "k"}}, "the token's `cnf` is of an unaccepted kind"),
    ],
)
def test_signed_but_unfit(changes: dict[str, Any], message: str) -> None:
    house = House()
    token = signed({"typ": "at+jwt", "alg": "EdDSA", "kid": "k1"}, own_claims(**changes), house.ring.keys["k1"])
    error = refused(house, bearer(token))
    assert (error.code.name, error.message) == ("INVALID_TOKEN", message)
    assert 'error="invalid_token"' in dict(error.headers)["WWW-Authenticate"]


def test_an_audience_among_several() -> None:
    house = House()
    header = {"typ": "at+jwt", "alg": "Ed25519", "kid": "k1"}
    token = signed(header, own_claims(aud=["x", "oncegate"]), house.ring.keys["k1"])
    assert house.identity.identify(bearer(token), NOW).client == "hall"


def test_rotation_of_our_keys() -> None:
    house = House()
    former = house.token()
    house.identity.identify(bearer(former), NOW)
    house.ring.rotate("k2")
    assert house.identity.identify(bearer(former), NOW).client == "hall"
    assert house.identity.identify(bearer(house.token()), NOW).client == "hall"
    house.ring.drop("k1")
    assert refused(house, bearer(former)).message == "the token is not valid"


@pytest.mark.parametrize(
    "change",
    [
        lambda clients: clients.put(replace(HALL, disabled=True)),
        lambda clients: clients.put(replace(HALL, valid_until=NOW)),
        lambda clients: clients.drop("hall"),
    ],
)
def test_a_disabled_client_is_refused_at_once(change: Any) -> None:
    house = House()
    token = house.token()
    house.identity.identify(bearer(token), NOW)
    change(house.clients)
    error = refused(house, bearer(token))
    assert error.code.name == "CLIENT_DISABLED"
    house.clients.put(HALL)
    assert house.identity.identify(bearer(token), NOW).client == "hall"


def test_a_client_ends_in_the_midst_of_a_token() -> None:
    client = replace(HALL, valid_until=NOW + 30)
    house = House(client)
    token, life_s = house.tokens.issue(client, NOW)
    assert life_s == 30
    house.identity.identify(bearer(token), NOW + 29)
    assert refused(house, bearer(token), NOW + 30).code.name == "CLIENT_DISABLED"


def test_changed_attributes_hold_from_the_next_request() -> None:
    house = House()
    token = house.token()
    house.identity.identify(bearer(token), NOW)
    house.clients.put(replace(HALL, roles=frozenset({"auditor"}), networks=HALL.networks[1:]))
    assert refused(house, bearer(token)).code.name == "TOKEN_NOT_BOUND"
    assert house.identity.identify(bearer(token, "2001:db8::1"), NOW).roles == {"auditor"}


def test_tokens_from_before_a_leak() -> None:
    house = House()
    before = house.token(now=NOW)
    house.identity.identify(bearer(before), NOW)
    house.clients.put(replace(HALL, tokens_not_before=NOW + 0.5))
    error = refused(house, bearer(before), NOW + 1)
    assert error.code.name == "INVALID_TOKEN"
    assert house.identity.identify(bearer(house.token(now=NOW + 0.6)), NOW + 1).client == "hall"


def test_garbage_drives_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identify, "MAX_SESSIONS", 4)
    house = House()
    token = house.token()
    house.identity.identify(bearer(token), NOW)
    digest = sha256(token.encode()).digest()
    session = house.identity._sessions[digest]
    draw = random.Random(5)
    for _ in range(2000):
        garbage = [f"{b64(draw.randbytes(40))}.{b64(draw.randbytes(40))}", token.rpartition(".")[0]][draw.randrange(2)]
        with pytest.raises(GatewayError):
            house.identity.identify(bearer(f"{garbage}.{b64(draw.randbytes(64))}"), NOW)
    assert house.identity._sessions == {digest: session}


def test_one_clients_tokens_do_not_drive_out_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identify, "MAX_SESSIONS_PER_CLIENT", 3)
    monkeypatch.setattr(identify, "MAX_SESSIONS", 6)
    greedy = replace(HALL, id="greedy", rate_per_second=1000, burst=1000)
    house = House(HALL, greedy)
    token = house.token()
    house.identity.identify(bearer(token), NOW)
    for _ in range(20):
        house.identity.identify(bearer(house.token(greedy)), NOW)
    assert sha256(token.encode()).digest() in house.identity._sessions
    assert len(house.identity._sessions) == 4
    for number in range(10):
        other = replace(HALL, id=f"c{number}")
        house.clients.put(other)
        house.identity.identify(bearer(house.token(other)), NOW)
    assert len(house.identity._sessions) == 6
    assert sum(map(len, house.identity._digests.values())) == 6


def test_rate() -> None:
    house = House(replace(HALL, rate_per_second=2, burst=3))
    tokens = [house.token(), house.token()]
    for number in range(3):
        house.identity.identify(bearer(tokens[number % 2]), NOW)
    error = refused(house, bearer(tokens[1]))
    assert error.code.name == "RATE_LIMITED"
    assert dict(error.headers) == {"Retry-After": "1"}
    assert error.extensions == {"retryAfterMs": 501}
    house.identity.identify(bearer(tokens[0]), NOW + 0.5)
    house.clients.put(replace(HALL, rate_per_second=2, burst=3, division="320100"))
    assert refused(house, bearer(tokens[0]), NOW + 0.5).code.name == "RATE_LIMITED"  # a change elsewhere refills nothing
    house.identity.identify(bearer(tokens[0]), NOW + 1.0)
