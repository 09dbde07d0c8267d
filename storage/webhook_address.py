"""Where a webhook may be: https only, and no address that leads into a network of ours unless the deployment allows it.

An address is judged when it is registered, by what it says, and at each delivery, by what its name resolves to; what was
judged is what is connected to. A registration asks nobody: it tells nothing of what is reachable from here.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from errors import INPUT_INVALID, GatewayError

MOST_CHARACTERS = 500
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_UNICAST = ipaddress.ip_network("2000::/3")
"""The public part of IPv6. Beside it are site-local addresses, and such as carry an IPv4 one."""
_CARRIER = ipaddress.ip_network("2002::/16")
"""It carries an IPv4 address inside, perhaps a private one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook's address, taken apart. `target`: path and query."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """As the `Host` header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to: the public internet, these networks though they are private, and in the demo loopback."""

    networks: tuple[IpNetwork, ...] = ()
    demo: bool = False

    def permits(self, address: IpAddress) -> bool:
        """Whether an endpoint may be at this address."""
        plain = getattr(address, "ipv4_mapped", None) or address
        if self.demo and plain.is_loopback:
            return True
        if any(plain in network for network in self.networks):
            return True
        if plain.version == 6 and (plain not in _UNICAST or plain in _CARRIER):
            return False
        return plain.is_global and not plain.is_multicast


def read_endpoint(url: str, reach: Reach) -> Endpoint:
    """The address taken apart. Raises INPUT_INVALID for one that no webhook may have."""
    fault = _fault(url)
    parts = None if fault else _split(url)
    if parts is None:
        raise _refused(fault or "is no URL")
    host, secure = parts.hostname or "", parts.scheme == "https"
    literal = _literal(host)
    at_home = reach.demo and (host == "localhost" or (literal is not None and literal.is_loopback))
    if not secure and not (at_home and parts.scheme == "http"):
        raise _refused("does not begin with `https://`")
    if not at_home and (host == "localhost" or (literal is not None and not reach.permits(literal))):
        raise _refused("leads into a network that is not open to webhooks")
    port = parts.port or (443 if secure else 80)
    return Endpoint(secure, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _fault(url: str) -> str | None:
    if not url or len(url) > MOST_CHARACTERS:
        return f"is empty or longer than {MOST_CHARACTERS} characters"
    if not url.isascii() or not url.isprintable() or " " in url:
        return "holds blanks, or characters that are not ASCII"
    return None


def _split(url: str) -> SplitResult | None:
    """None for what is no URL, or has credentials or a fragment."""
    try:
        parts = urlsplit(url)
        whole = parts.hostname and parts.port != 0 and "@" not in parts.netloc and "#" not in url and "\\" not in url
    except ValueError:
        return None
    return parts if whole else None


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(fault: str) -> GatewayError:
    return GatewayError(
        INPUT_INVALID, f"the webhook's `url` {fault}", "write `https://host/path`, without credentials", article="Art. 21"
    )
