"""Our secret keys: one file each under the data folder, mode 0600, never in the database.

Six kinds: `token` signs access tokens (Ed25519), `subject` keys the ledger's subject hashes (BLAKE2b), `head` signs the
ledger's heads, `grant` what providers answered and `receipt` the receipts of answers (Ed25519); of `webhook` the secrets of
webhooks are derived (HMAC). A file is `<kind>-<number>.json`; the highest number of a kind is the current key, the others
stay to verify and to find what was made under them.

Rotation: `rotate(folder, kind, …)` writes the next number. Token and grant keys that appear are noticed at the first token
or grant which names them; new ones are used to sign, and new subject and head keys to write, after a restart of the workers,
one after another. Never delete a subject or head key while the ledger's years that it belongs to are kept; a token key may
go once its last token has expired, a grant key once the last grant under it has, a receipt key never: receipts are kept in
case files. Keep a copy of the head and grant keys' public halves (`SigningKeys.public`) with whoever audits.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from errors import START_REFUSED, GatewayError
from ledger.subject import SubjectKeys
from storage.access import write_private

KEY_BYTES = 32
LOOK_AGAIN_S = 1.0


class KeyKind(StrEnum):
    TOKEN = "token"  # noqa: S105  the name of a kind, no secret
    SUBJECT = "subject"
    HEAD = "head"
    GRANT = "grant"
    WEBHOOK = "webhook"
    RECEIPT = "receipt"


class TokenKeys:
    """The key ring of access tokens; a token's `kid` is `token-<number>`."""

    def __init__(self, folder: Path, production: bool, found: dict[int, bytes]) -> None:
        self._folder = folder
        self._production = production
        self._keys = {number: Ed25519PrivateKey.from_private_bytes(raw) for number, raw in found.items()}
        self._current = max(found)
        self._looked_at = 0.0

    @property
    def generation(self) -> int:
        """Grows with each key that appears."""
        return len(self._keys)

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """The current key and its `kid`."""
        return f"{KeyKind.TOKEN}-{self._current}", self._keys[self._current]

    def verifying_key(self, kid: str, /) -> Ed25519PublicKey | None:
        """A key of ours, also one that another worker has rotated to since; None for any other `kid`."""
        named = re.fullmatch(rf"{KeyKind.TOKEN}-([1-9][0-9]{{0,4}})", kid)
        if named is None:
            return None
        number = int(named[1])
        if number not in self._keys and time.monotonic() - self._looked_at > LOOK_AGAIN_S:
            self._looked_at = time.monotonic()
            for appeared, raw in _load(self._folder, KeyKind.TOKEN, self._production).items():
                self._keys.setdefault(appeared, Ed25519PrivateKey.from_private_bytes(raw))
        key = self._keys.get(number)
        return None if key is None else key.public_key()


@dataclass(frozen=True)
class SigningKeys:
    """Signs the ledger's heads, grants, or receipts, with the current key of its kind; verifies signatures of all of them.

    Implements `Signer` and `Verifier` of `ledger.head` and of `sharing.sealed`, `RootSigner` of `ledger.signed_receipt`.
    """

    kind: KeyKind
    current: int
    keys: dict[int, Ed25519PrivateKey]
    folder: Path | None = None
    """Where keys that another worker has rotated to since are looked for."""
    production: bool = False

    @property
    def key_id(self) -> str:
        return f"{self.kind}-{self.current}"

    @property
    def algorithm(self) -> str:
        return "EdDSA"

    def sign(self, message: bytes, /) -> bytes:
        return self.keys[self.current].sign(message)

    def public(self) -> dict[str, bytes]:
        """The public halves by key id, raw, for whoever verifies: also of keys that another worker has rotated to since."""
        self._look()
        return {f"{self.kind}-{number}": key.public_key().public_bytes_raw() for number, key in self.keys.items()}

    def __call__(self, key_id: str, signature: bytes, message: bytes, /) -> bool:
        named = re.fullmatch(rf"{self.kind}-([1-9][0-9]{{0,4}})", key_id)
        if named is None:
            return False
        if int(named[1]) not in self.keys:
            self._look()
        key = self.keys.get(int(named[1]))
        return key is not None and _verifies(key.public_key(), signature, message)

    def _look(self) -> None:
        """Take in keys that have appeared, where they are looked for."""
        if self.folder is not None:
            for number, raw in _load(self.folder, self.kind, self.production).items():
                self.keys.setdefault(number, Ed25519PrivateKey.from_private_bytes(raw))


@dataclass(frozen=True)
class WebhookKeys:
    """Gives each webhook its secret, so that none stands in the database. Never delete one while webhooks use it."""

    current: int
    keys: dict[int, bytes] = field(repr=False)

    @property
    def key_id(self) -> str:
        """What new webhooks' secrets are derived from."""
        return f"{KeyKind.WEBHOOK}-{self.current}"

    def secret(self, key_id: str, webhook: bytes, /) -> bytes | None:
        """The 32 bytes that a webhook's notices are signed with; None for a key that is not here."""
        named = re.fullmatch(rf"{KeyKind.WEBHOOK}-([1-9][0-9]{{0,4}})", key_id)
        key = None if named is None else self.keys.get(int(named[1]))
        return None if key is None else hmac.digest(key, b"webhook secret\0" + webhook, "sha256")


@dataclass(frozen=True)
class Keys:
    """All keys of a deployment."""

    token: TokenKeys
    subject: SubjectKeys
    head: SigningKeys
    grant: SigningKeys
    webhook: WebhookKeys
    receipt: SigningKeys


class verify_with:  # noqa: N801  called like a function: it makes one
    """A `ledger.head.Verifier` over public keys alone: what an auditor holds."""

    def __init__(self, public: dict[str, bytes]) -> None:
        self._public = public

    def __call__(self, key_id: str, signature: bytes, message: bytes, /) -> bool:
        raw = self._public.get(key_id)
        if raw is None:
            return False
        return _verifies(Ed25519PublicKey.from_public_bytes(raw), signature, message)


def _verifies(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def load_or_create(folder: Path, production: bool) -> Keys:
    """The keys in `folder`, made where a kind has none yet.

    Raises START_REFUSED where a file is broken or others may read it, and in production for keys made in demo mode.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = {}
    for kind in KeyKind:
        if not _files(folder, kind):
            _make(folder, kind, 1, production)
        found[kind] = _load(folder, kind, production)
    subjects = found[KeyKind.SUBJECT]
    return Keys(
        TokenKeys(folder, production, found[KeyKind.TOKEN]),
        SubjectKeys(max(subjects), subjects),
        _signing_keys(KeyKind.HEAD, found[KeyKind.HEAD]),
        replace(_signing_keys(KeyKind.GRANT, found[KeyKind.GRANT]), folder=folder, production=production),
        WebhookKeys(max(found[KeyKind.WEBHOOK]), found[KeyKind.WEBHOOK]),
        replace(_signing_keys(KeyKind.RECEIPT, found[KeyKind.RECEIPT]), folder=folder, production=production),
    )


def load_head_keys(folder: Path) -> SigningKeys:
    """The head keys in `folder`, for whoever only verifies: nothing is made. Raises START_REFUSED where there are none."""
    found = _load(folder, KeyKind.HEAD, production=False) if folder.is_dir() else {}
    if not found:
        raise GatewayError(
            START_REFUSED,
            f"no ledger was written from `{folder.parent}`: it holds no head keys",
            "name the gateway's data folder in `ONCEGATE_DATA_DIR`, or restore its keys from a backup",
        )
    return _signing_keys(KeyKind.HEAD, found)


def load_receipt_keys(folder: Path) -> SigningKeys | None:
    """The receipt keys in `folder`, for whoever only verifies: nothing is made. None where there are none."""
    found = _load(folder, KeyKind.RECEIPT, production=False) if folder.is_dir() else {}
    return _signing_keys(KeyKind.RECEIPT, found) if found else None


def load_grant_keys(folder: Path) -> SigningKeys:
    """The grant keys in `folder`: nothing is made, since no worker would know a key that stands elsewhere.

    Raises START_REFUSED where there are none.
    """
    found = _load(folder, KeyKind.GRANT, production=False) if folder.is_dir() else {}
    if not found:
        raise GatewayError(
            START_REFUSED,
            f"`{folder.parent}` holds no key that signs grants",
            "name the gateway's data folder in `ONCEGATE_DATA_DIR`; its first start makes the keys",
        )
    return _signing_keys(KeyKind.GRANT, found)


def _signing_keys(kind: KeyKind, found: dict[int, bytes]) -> SigningKeys:
    return SigningKeys(
        kind, max(found), {number: Ed25519PrivateKey.from_private_bytes(raw) for number, raw in found.items()}
    )


def rotate(folder: Path, kind: KeyKind, production: bool) -> int:
    """Make the next key of a kind; gives its number. The former ones stay."""
    number = max(_files(folder, kind), default=0) + 1
    _make(folder, kind, number, production)
    return number


def _files(folder: Path, kind: KeyKind) -> dict[int, Path]:
    named = ((re.fullmatch(rf"{kind}-([1-9][0-9]{{0,4}})\.json", path.name), path) for path in folder.iterdir())
    return {int(name[1]): path for name, path in named if name is not None}


def _make(folder: Path, kind: KeyKind, number: int, production: bool) -> None:
    """Written aside and linked: of two that make the same number at once, one wins and both read the winner's."""
    told = {
        "kind": kind,
        "number": number,
        "made_for": "production" if production else "demo",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "secret": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    aside = folder / f".{kind}-{number}.{os.getpid()}"
    write_private(aside, json.dumps(told, indent=1) + "\n")
    try:
        os.link(aside, folder / f"{kind}-{number}.json")
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _load(folder: Path, kind: KeyKind, production: bool) -> dict[int, bytes]:
    return {number: _read(path, production) for number, path in _files(folder, kind).items()}


def _read(path: Path, production: bool) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise GatewayError(START_REFUSED, f"others may read the key `{path}`", f"chmod 600 {path}, then rotate it")
    try:
        told = json.loads(path.read_text())
        made_for, raw = told["made_for"], base64.b64decode(told["secret"], validate=True)
    except (ValueError, KeyError, TypeError) as problem:
        raise GatewayError(START_REFUSED, f"the key `{path}` cannot be read", "restore it from a backup") from problem
    if len(raw) != KEY_BYTES:
        raise GatewayError(START_REFUSED, f"the key `{path}` has the wrong length", "restore it from a backup")
    if production and made_for != "production":
        raise GatewayError(
            START_REFUSED, f"the key `{path}` was made in demo mode", "production needs a data folder of its own"
        )
    return raw
