from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey, RSAKey

from resolvers.identify_ports import IdentityError
from resolvers.peer import Proxies, neighbourhood, parse_networks
from resolvers.proofs import ProofError, Proofs
from resolvers.tokens import Confirmation
from tests.identity.registered import HALL, NOW, URL, House, b64, bearer, jwk, proof, signed, thumbprint, with_proof

KEY = Ed25519PrivateKey.generate()
CERTIFICATE = b64(b"c" * 32)
KEYED = replace(HALL, networks=(), keys=frozenset({thumbprint(KEY)}))


def refused(house: House, credentials: Any, now: float = NOW) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        house.identity.identify(credentials, now)
    return caught.value


@pytest.mark.parametrize("peer", ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "2001:db8:0:ffff::1"])
def test_registered_networks(peer: str) -> None:
    house = House()
    assert house.identity.identify(bearer(house.token(), peer), NOW).client == "hall"


@pytest.mark.parametrize("peer", ["10.2.0.0", "10.0.255.255", "2001:db9::1", "::1", "", "unknown", "10.1.2.3:80", "10.1.2"])
def test_other_networks(peer: str) -> None:
    house = House()
    token = house.token()
    house.identity.identify(bearer(token), NOW)
    error = refused(house, bearer(token, peer))
    assert error.code.name == "TOKEN_NOT_BOUND"
    assert "network" in error.message


def test_nothing_registered_binds_to_nothing() -> None:
    house = House(replace(HALL, networks=()))
    token, _ = house.tokens.issue(HALL, NOW, Confirmation(key=thumbprint(KEY)))
    assert refused(house, bearer(house.token())).code.name == "TOKEN_NOT_BOUND"
    assert refused(house, with_proof(token, proof(KEY, token))).code.name == "TOKEN_NOT_BOUND"


def test_a_registered_key_is_needed_where_no_network_is() -> None:
    house = House(KEYED)
    token, _ = house.tokens.issue(KEYED, NOW, Confirmation(key=thumbprint(KEY)))
    assert house.identity.identify(with_proof(token, proof(KEY, token), "203.0.113.9"), NOW).client == "hall"
    assert refused(house, bearer(house.token(KEYED))).code.name == "TOKEN_NOT_BOUND"
    house.clients.put(replace(KEYED, keys=frozenset({"another"})))
    assert "not registered" in refused(house, with_proof(token, proof(KEY, token))).message


def test_any_key_inside_a_registered_network() -> None:
    house = House()
    token, _ = house.tokens.issue(HALL, NOW, Confirmation(key=thumbprint(KEY)))
    assert house.identity.identify(with_proof(token, proof(KEY, token)), NOW).client == "hall"
    assert "network" in refused(house, with_proof(token, proof(KEY, token), "10.2.0.1")).message


def test_schemes_are_not_exchanged() -> None:
    house = House(KEYED, replace(HALL, id="plain"))
    bound, _ = house.tokens.issue(KEYED, NOW, Confirmation(key=thumbprint(KEY)))
    plain = house.token(replace(HALL, id="plain"))
    assert refused(house, bearer(bound)).code.name == "TOKEN_NOT_BOUND"
    assert refused(house, with_proof(plain, proof(KEY, plain))).code.name == "TOKEN_NOT_BOUND"
    assert refused(house, with_proof(bound, None)).message == "the DPoP proof is missing"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda token: proof(KEY, token, htm="GET"), "htm"),
        (lambda token: proof(KEY, token, htu="https://gateway.example/oauth/token"), "htu"),
        (lambda token: proof(KEY, token, htu="https://evil.example/graphql"), "htu"),
        (lambda token: proof(KEY, token, htu="http://gateway.example/graphql"), "htu"),
        (lambda token: proof(KEY, token, htu="https://gateway.example:99999/graphql"), "htu"),
        (lambda token: proof(KEY, token, htu=None), "htu"),
        (lambda token: proof(KEY, token, iat=NOW - 61), "iat"),
        (lambda token: proof(KEY, token, iat=NOW + 6), "iat"),
        (lambda token: proof(KEY, token, iat="now"), "iat"),
        (lambda token: proof(KEY, token, iat=None), "iat"),
        (lambda token: proof(KEY, token, jti=None), "jti"),
        (lambda token: proof(KEY, token, jti="short"), "jti"),
        (lambda token: proof(KEY, None), "ath"),
        (lambda token: proof(KEY, token + "x"), "ath"),
        (lambda token: proof(KEY, token, header={"typ": "jwt"}), "typ"),
        (lambda token: proof(Ed25519PrivateKey.generate(), token), "another key"),
        (lambda token: proof(KEY, token, header={"jwk": jwk(Ed25519PrivateKey.generate())}), "not a JWT signed"),
        (lambda token: proof(KEY, token, header={"jwk": {**jwk(KEY), "d": "AAAA"}}), "not a JWT signed"),
        (lambda token: proof(KEY, token, header={"jwk": None}), "not a JWT signed"),
        (lambda token: proof(KEY, token, header={"jwk": {"kty": "oct", "k": "AAAA"}}), "not a JWT signed"),
        (lambda token: proof(KEY, token, header={"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}), "not a JWT signed"),
        (lambda token: proof(KEY, token, header={"alg": "none"}), "not a JWT signed"),
        (lambda token: proof(KEY, token) + ", " + proof(KEY, token), "not a JWT signed"),
        (lambda token: "x" * 5000, "too long"),
        (lambda token: signed({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk(KEY)}, b"[" * 2000, KEY), "not a JWT signed"),
    ],
)
def test_wrong_proofs(make: Any, message: str) -> None:
    house = House(KEYED)
    token, _ = house.tokens.issue(KEYED, NOW, Confirmation(key=thumbprint(KEY)))
    error = refused(house, with_proof(token, make(token)))
    assert error.code.name == "TOKEN_NOT_BOUND"
    assert message in error.message
    assert any("DPoP" in value for _, value in error.headers)


def test_a_proof_serves_once() -> None:
    house = House(KEYED)
    token, _ = house.tokens.issue(KEYED, NOW, Confirmation(key=thumbprint(KEY)))
    made = proof(KEY, token)
    house.identity.identify(with_proof(token, made), NOW)
    assert "used before" in refused(house, with_proof(token, made)).message
    assert "used before" in refused(house, with_proof(token, made), NOW + 60).message
    assert "iat" in refused(house, with_proof(token, made), NOW + 61).message
    house.identity.identify(with_proof(token, proof(KEY, token)), NOW)


def test_addresses_are_compared_without_query_case_and_port() -> None:
    proofs = Proofs()
    for htu in (URL + "?x=1#y", "HTTPS://GATEWAY.example:443/graphql"):
        proofs.check(proof(KEY, None, htu=htu), "POST", URL, NOW, token_digest=None)


def test_remembered_proofs_are_bounded() -> None:
    proofs = Proofs(remembered=10)
    for _ in range(10):
        proofs.check(proof(KEY, None), "POST", URL, NOW, token_digest=None)
    with pytest.raises(ProofError, match="too many"):
        proofs.check(proof(KEY, None), "POST", URL, NOW, token_digest=None)
    proofs.check(proof(KEY, None, iat=NOW + 66), "POST", URL, NOW + 66, token_digest=None)
    assert len(proofs._seen) == 1


def test_keys_of_other_kinds() -> None:
    curve, big = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    claims = {"jti": "12345678", "htm": "POST", "htu": URL, "iat": NOW}
    for algorithm, raw, key in (("ES256", curve, ECKey.import_key(curve)), ("RS256", big, RSAKey.import_key(big))):
        made = signed({"typ": "dpop+jwt", "alg": algorithm, "jwk": jwk(raw)}, claims, key)
        assert Proofs().check(made, "POST", URL, NOW, token_digest=None) == key.thumbprint()
    other = signed({"typ": "dpop+jwt", "alg": "PS256", "jwk": jwk(big)}, claims, RSAKey.import_key(big))
    with pytest.raises(ProofError):
        Proofs().check(other, "POST", URL, NOW, token_digest=None)


def test_certificates() -> None:
    client = replace(HALL, networks=(), certificates=frozenset({CERTIFICATE}))
    house = House(client)
    token, _ = house.tokens.issue(client, NOW, Confirmation(certificate=CERTIFICATE))
    assert house.identity.identify(bearer(token, certificate=CERTIFICATE), NOW).client == "hall"
    assert "certificate" in refused(house, bearer(token)).message
    assert "certificate" in refused(house, bearer(token, certificate=b64(b"d" * 32))).message
    house.clients.put(replace(client, certificates=frozenset({"another"})))
    assert "not registered" in refused(house, bearer(token, certificate=CERTIFICATE)).message


def test_headers_are_believed_from_proxies_alone() -> None:
    proxies = Proxies(["192.0.2.0/24", "fd00::/8"])
    assert proxies.certificate("192.0.2.1", CERTIFICATE) == CERTIFICATE
    assert proxies.certificate("10.1.2.3", CERTIFICATE) is None
    assert proxies.certificate("192.0.2.1", CERTIFICATE + "x") is None
    assert Proxies().certificate("192.0.2.1", CERTIFICATE) is None


@pytest.mark.parametrize(
    ("socket_peer", "forwarded_for", "peer"),
    [
        ("10.9.9.9", "10.1.2.3", "10.9.9.9"),
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "10.1.2.3", "10.1.2.3"),
        ("192.0.2.1", "10.1.2.3, 203.0.113.7", "203.0.113.7"),
        ("192.0.2.1", "203.0.113.7, 10.1.2.3 ,192.0.2.9", "10.1.2.3"),
        ("::ffff:192.0.2.1", "10.1.2.3", "10.1.2.3"),
        ("192.0.2.1", "10.1.2.3, for=x", "unknown"),
        ("192.0.2.1", "10.1.2.3,", "unknown"),
        ("192.0.2.1", "10.1.2.3:443", "unknown"),
    ],
)
def test_forwarded_addresses(socket_peer: str, forwarded_for: str | None, peer: str) -> None:
    assert Proxies(["192.0.2.0/24"]).peer(socket_peer, forwarded_for) == peer
    assert Proxies().peer(socket_peer, forwarded_for) == socket_peer


def test_networks() -> None:
    assert parse_networks(["10.0.0.0/8", "::1"]) == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    with pytest.raises(ValueError, match="host bits"):
        parse_networks(["10.0.0.1/8"])
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("::ffff:10.0.0.1") == "10.0.0.1"
