import asyncio
import datetime
import hmac
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey, RSAKey

from resolvers.identify_ports import ExternalIssuer, IdentityError
from resolvers.issuers import read_key_set
from storage.issuer_keys import FileKeySource, HttpsKeySource, key_source
from tests.identity.registered import HALL, NOW, House, b64, bearer, jwk, own_claims, signed

ISSUER = "https://login.province.example"
CLIENT = replace(HALL, external=frozenset({(ISSUER, "hall-at-province")}))


class Source:
    """A key set that tests change, counting how often it is asked for."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.fetched = 0
        self.down = False

    async def fetch(self) -> bytes:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionError("down")
        return json.dumps({"keys": self.keys}).encode()


def claims(**changes: Any) -> dict[str, Any]:
    return own_claims(**{"iss": ISSUER, "sub": "hall-at-province", "aud": "province-api", **changes})


def house_of(source: Source) -> House:
    return House(CLIENT, issuers=(ExternalIssuer(ISSUER, "province-api", source),))


async def refused(house: House, token: str, now: float = NOW) -> str:
    with pytest.raises(IdentityError) as caught:
        await house.identity.identify_fetching(bearer(token), now)
    assert caught.value.code.name == "INVALID_TOKEN"
    return caught.value.message


async def test_accepted_kinds_of_keys() -> None:
    edwards, curve = Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    big = rsa.generate_private_key(65537, 2048)
    source = Source(jwk(edwards, kid="e", alg="EdDSA", use="sig"), jwk(curve, kid="c"), jwk(big, kid="r", alg="RS256"))
    house = house_of(source)
    for algorithm, kid, key in (
        ("EdDSA", "e", edwards),
        ("ES256", "c", ECKey.import_key(curve)),
        ("RS256", "r", RSAKey.import_key(big)),
    ):
        token = signed({"alg": algorithm, "kid": kid}, claims(), key)
        assert (await house.identity.identify_fetching(bearer(token), NOW)).client == "hall"
        assert house.identity.identify(bearer(token), NOW).client == "hall"
    assert source.fetched == 1


async def test_confused_algorithms_and_keys() -> None:
    edwards, curve = Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    big = rsa.generate_private_key(65537, 2048)
    house = house_of(Source(jwk(edwards, kid="e"), jwk(curve, kid="c"), jwk(big, kid="r")))
    pem = big.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    public_as_secret = f"{b64(json.dumps({'alg': 'HS256', 'kid': 'r'}).encode())}.{b64(json.dumps(claims()).encode())}"
    for token in (
        f"{public_as_secret}.{b64(hmac.digest(pem, public_as_secret.encode(), 'sha256'))}",
        signed({"alg": "PS256", "kid": "r"}, claims(), RSAKey.import_key(big)),
        signed({"alg": "ES256", "kid": "r"}, claims(), ECKey.import_key(curve)),
        signed({"alg": "EdDSA", "kid": "c"}, claims(), edwards),
        signed({"alg": "EdDSA"}, claims(), edwards),
        signed({"alg": "EdDSA", "kid": "e", "typ": "dpop+jwt"}, claims(), edwards),
        signed({"alg": "EdDSA", "kid": "e"}, claims(iss="https://gateway.example"), edwards),
    ):
        assert await refused(house, token) == "the token is not valid"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"aud": "oncegate"}, "the token is meant for another audience"),
        ({"exp": NOW - 5}, "the token has expired"),
        ({"exp": NOW + 3601}, "the token lives longer than 3600 seconds"),
        ({"iat": None}, "the token has no `iat`"),
    ],
)
async def test_unfit_claims(changes: dict[str, Any], message: str) -> None:
    key = Ed25519PrivateKey.generate()
    token = signed({"alg": "EdDSA", "kid": "e"}, claims(**changes), key)
    assert await refused(house_of(Source(jwk(key, kid="e"))), token) == message


async def test_an_unregistered_subject() -> None:
    key = Ed25519PrivateKey.generate()
    house = house_of(Source(jwk(key, kid="e")))
    with pytest.raises(IdentityError) as caught:
        await house.identity.identify_fetching(bearer(signed({"alg": "EdDSA", "kid": "e"}, claims(sub="x"), key)), NOW)
    assert caught.value.code.name == "CLIENT_DISABLED"


async def test_unknown_keys_make_us_ask_once_a_minute() -> None:
    former, coming = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    source = Source(jwk(former, kid="a"))
    house = house_of(source)
    await house.issuers.load(NOW)
    token = signed({"alg": "EdDSA", "kid": "b"}, claims(), coming)
    source.keys.append(jwk(coming, kid="b"))
    assert await refused(house, token, NOW + 59) == "the token is not valid"
    assert source.fetched == 1
    found = await asyncio.gather(*(house.identity.identify_fetching(bearer(token), NOW + 60) for _ in range(20)))
    assert {consumer.client for consumer in found} == {"hall"}
    assert source.fetched == 2
    for number in range(20):
        await refused(house, signed({"alg": "EdDSA", "kid": f"x{number}"}, claims(), coming), NOW + 61)
    assert source.fetched == 2


async def test_a_withdrawn_key_ends_kept_tokens() -> None:
    former, coming = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    source = Source(jwk(former, kid="a"))
    house = house_of(source)
    token = signed({"alg": "EdDSA", "kid": "a"}, claims(exp=NOW + 3600), former)
    await house.identity.identify_fetching(bearer(token), NOW)
    source.keys = [jwk(coming, kid="b")]
    await house.identity.identify_fetching(bearer(signed({"alg": "EdDSA", "kid": "b"}, claims(), coming)), NOW + 100)
    assert await refused(house, token, NOW + 101) == "the token is not valid"


async def test_a_silent_issuer_is_believed_for_a_while() -> None:
    key = Ed25519PrivateKey.generate()
    source = Source(jwk(key, kid="a"))
    house = house_of(source)
    await house.issuers.load(NOW)
    source.down = True
    later = NOW + 3600
    token = signed({"alg": "EdDSA", "kid": "a"}, claims(iat=later, exp=later + 60), key)
    assert (await house.identity.identify_fetching(bearer(token), later)).client == "hall"
    much_later = NOW + 7 * 3600
    token = signed({"alg": "EdDSA", "kid": "a"}, claims(iat=much_later, exp=much_later + 60), key)
    assert await refused(house, token, much_later) == "the token is not valid"


def test_unfit_keys_are_left_out() -> None:
    key, small = Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 1024)
    numbers = small.public_key().public_numbers()
    weak = {"kty": "RSA", "n": b64(numbers.n.to_bytes(128)), "e": "AQAB"}
    big = rsa.generate_private_key(65537, 2048)
    unfit = [
        {**weak, "kid": "1"},
        jwk(key, kid="2", use="enc"),
        jwk(key, kid="3", alg="ES256"),
        jwk(key, kid="4", key_ops=["sign"]),
        {**jwk(key, kid="5"), "d": "AAAA"},
        {"kty": "oct", "k": "AAAA", "kid": "6"},
        jwk(key),
        "x",
        {"kid": "7"},
        jwk(ec.generate_private_key(ec.SECP384R1()), kid="8"),
        {**jwk(big, kid="9"), "e": "Aw" * 9},
        {**jwk(ec.generate_private_key(ec.SECP256R1()), kid="10"), "y": b64(bytes(32))},
    ]
    assert set(read_key_set(json.dumps({"keys": [*unfit, jwk(key, kid="good")]}).encode())) == {"good"}


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"keys": {}}', b"[" * 60000, b" " * 70000, b"\xff", b'{"keys": [' + b"1," * 40 + b"1]}"]
)
def test_what_is_no_key_set(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"key set|Expecting|decode"):
        read_key_set(raw)


async def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(b'{"keys": []}')
    assert await key_source(str(path)).fetch() == b'{"keys": []}'
    path.write_bytes(b" " * 70000)
    with pytest.raises(ValueError, match="more than"):
        await FileKeySource(path).fetch()
    with pytest.raises(OSError, match="No such file"):
        await FileKeySource(tmp_path / "none").fetch()


class Handler(BaseHTTPRequestHandler):
    bodies: ClassVar[dict[str, tuple[int, bytes]]] = {
        "/jwks": (200, b'{"keys": []}'),
        "/gone": (404, b""),
        "/moved": (302, b""),
        "/big": (200, b" " * 70000),
    }
    stop: ClassVar[threading.Event]

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            while not self.stop.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
            return
        status, body = self.bodies[self.path]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/jwks")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ssl.SSLContext]]:
    """An HTTPS server on the loopback with a certificate of its own, and the context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    Handler.stop = threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", ssl.create_default_context(cafile=str(pem))
    Handler.stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def test_an_https_address(https: tuple[str, ssl.SSLContext]) -> None:
    url, context = https
    assert await HttpsKeySource(f"{url}/jwks", context=context).fetch() == b'{"keys": []}'
    for path, fault in (("/gone", "404"), ("/moved", "302"), ("/big", "more than")):
        with pytest.raises(ValueError, match=fault):
            await HttpsKeySource(url + path, context=context).fetch()
    with pytest.raises(OSError, match="certificate"):
        await HttpsKeySource(f"{url}/jwks").fetch()
    with pytest.raises(TimeoutError):
        await HttpsKeySource(f"{url}/slow", deadline_s=0.3, context=context).fetch()


@pytest.mark.parametrize("url", ["http://127.0.0.1/jwks", "https:///jwks", "https://u:p@host/jwks", "ftp://host/x"])
def test_other_addresses(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        key_source(url)
