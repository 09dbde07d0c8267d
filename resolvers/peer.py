"""Where a request comes from, and which certificate it showed: headers are believed from configured proxies alone."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from resolvers.identify_ports import Network

_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_MAX_HOPS = 32
UNKNOWN = "unknown"


class Proxies:
    """The trusted proxies, as networks (CIDR). Raises ValueError for a text that is none."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = parse_networks(networks)
        self._trusted = lru_cache(maxsize=1024)(self._is_trusted)

    def peer(self, socket_peer: str, forwarded_for: str | None) -> str:
        """The caller's address: the last in `X-Forwarded-For` that is not a trusted proxy, where the socket's peer is one.

        Entries further left were written by the caller and are not believed. A malformed one is no address: in no network.
        """
        if forwarded_for is None or not self._networks or not self._trusted(socket_peer):
            return socket_peer
        peer = socket_peer
        for entry in reversed(forwarded_for.split(",")[-_MAX_HOPS:]):
            hop = entry.strip()
            if parse_address(hop) is None:
                return UNKNOWN
            peer = hop
            if not self._trusted(hop):
                return peer
        return peer

    def certificate(self, socket_peer: str, header: str | None) -> str | None:
        """The client certificate's `x5t#S256` (base64url SHA-256 of its DER) that a trusted proxy states; else None."""
        if header is None or not self._networks or not self._trusted(socket_peer):
            return None
        return header if _THUMBPRINT.fullmatch(header) else None

    def _is_trusted(self, address: str) -> bool:
        return in_networks(address, self._networks)


def in_networks(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether the address lies in one of the networks. A text that is no address (a Unix socket's) lies in none."""
    parsed = parse_address(address)
    return parsed is not None and any(parsed in network for network in networks)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, None where the text is none; an IPv4 one mapped into IPv6 as the IPv4 one: so networks are registered."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def neighbourhood(text: str) -> str:
    """What one guesser can be expected to hold: an IPv4 address, or an IPv6 /64."""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address) if address else text[:64]


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation. Raises ValueError naming the one that is wrong (host bits set, too)."""
    return tuple(ip_network(text) for text in texts)
