"""The keys of external issuers (RFC 7517 key sets): kept in memory, fetched again with age and on a `kid` not seen before.

A stranger's token can make us ask an issuer at most once in `_PAUSE_S`; an issuer that is silent for `_STALE_S` is no longer
believed.
"""

import asyncio
import json
from collections.abc import Iterable

from errors import INVALID_TOKEN
from resolvers.identify_ports import ExternalIssuer, IdentityError
from resolvers.jose import PublicKey, public_key

_PAUSE_S = 60.0
_MAX_AGE_S = 600.0
_STALE_S = 6 * 3600.0
_MAX_KEYS = 32
_MAX_BYTES = 64 * 1024


class KeysNeededError(IdentityError):
    """INVALID_TOKEN, unless `keys.refresh(now)` brings the key: await it and identify once more."""

    def __init__(self, keys: "IssuerKeys") -> None:
        super().__init__(
            INVALID_TOKEN,
            "the token is not valid",
            "if its issuer has just changed keys, retry in a minute",
            headers=(("WWW-Authenticate", 'Bearer error="invalid_token"'),),
        )
        self.keys = keys


class IssuerKeys:
    """One issuer's keys by `kid`. `generation` moves when a fetched set differs from the former."""

    def __init__(self, issuer: ExternalIssuer) -> None:
        self.issuer = issuer
        self.generation = 0
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at = float("-inf")
        self._next_fetch = float("-inf")
        self._fetching = asyncio.Lock()

    def key(self, kid: str, now: float) -> PublicKey | None:
        """The key, None if the issuer has none of that name. Raises KeysNeededError where asking the issuer might help."""
        age = now - self._fetched_at
        found = self._keys.get(kid) if age <= _STALE_S else None
        if found is None and self._fetching.locked():
            raise KeysNeededError(self)  # being fetched at this moment: to be waited for
        if (found is None or age > _MAX_AGE_S) and now >= self._next_fetch:
            raise KeysNeededError(self)
        return found

    async def refresh(self, now: float) -> None:
        """Fetches the set unless another has just done so. A failure keeps the former keys; the pause holds either way."""
        async with self._fetching:
            if now < self._next_fetch:
                return
            self._next_fetch = now + _PAUSE_S
            try:
                keys = read_key_set(await self.issuer.source.fetch())
            except (OSError, ValueError, TimeoutError):
                return
            self._fetched_at = now
            if _thumbprints(keys) != _thumbprints(self._keys):
                self._keys = keys
                self.generation += 1


class Issuers:
    """The configured issuers by their `iss`."""

    def __init__(self, issuers: Iterable[ExternalIssuer] = ()) -> None:
        self._by_name = {issuer.issuer: IssuerKeys(issuer) for issuer in issuers}

    def get(self, name: object) -> IssuerKeys | None:
        """The keys of the issuer of this name."""
        return self._by_name.get(name) if isinstance(name, str) else None

    async def load(self, now: float) -> None:
        """Fetches all sets, at start. An issuer that does not answer is asked again when a token of its comes."""
        await asyncio.gather(*(keys.refresh(now) for keys in self._by_name.values()))


def read_key_set(raw: bytes) -> dict[str, PublicKey]:
    """The usable keys of a JWKS by `kid`; keys of other kinds or uses are left out. Raises ValueError."""
    if len(raw) > _MAX_BYTES:
        raise ValueError(f"a key set of more than {_MAX_BYTES} bytes")
    try:
        document = json.loads(raw)
    except RecursionError as fault:
        raise ValueError("not a key set") from fault
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list) or len(entries) > _MAX_KEYS:
        raise ValueError("not a key set")
    keys: dict[str, PublicKey] = {}
    for entry in entries:
        kid = entry.get("kid") if isinstance(entry, dict) else None
        if not isinstance(kid, str):
            continue
        try:
            keys[kid] = public_key(entry)
        except ValueError:
            continue
    return keys


def _thumbprints(keys: dict[str, PublicKey]) -> dict[str, str]:
    return {kid: key.thumbprint for kid, key in keys.items()}
