"""The SM2 keys of receipts: files `receipt-sm2-<number>.json` beside the others, made when receipts are to be signed so."""

import base64
import json
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from errors import START_REFUSED, GatewayError
from ledger import sm2
from storage.access import write_private

KIND = "receipt-sm2"


@dataclass(frozen=True)
class Sm2Keys:
    """Signs roots of receipts (`ledger.signed_receipt.RootSigner`) with the current key. `keys`: private and public halves
    by number.
    """

    current: int
    keys: dict[int, tuple[bytes, bytes]]

    @property
    def key_id(self) -> str:
        return f"{KIND}-{self.current}"

    @property
    def algorithm(self) -> str:
        return sm2.ALGORITHM

    def sign(self, message: bytes, /) -> bytes:
        private, public = self.keys[self.current]
        return sm2.sign(private, public, message)


def public_sm2_keys(folder: Path) -> dict[str, bytes]:
    """The public halves by key id, former ones too; none where receipts were never signed so."""
    return {f"{KIND}-{number}": public for number, (_, public) in _load(folder).items()}


def load_or_create_sm2(folder: Path, production: bool) -> Sm2Keys:
    """The keys in `folder`, the first one made. Raises START_REFUSED, also without the package."""
    sm2.library()
    if not _files(folder):
        rotate_sm2(folder, production)
    found = _load(folder, production)
    return Sm2Keys(max(found), found)


def rotate_sm2(folder: Path, production: bool) -> int:
    """Make the next key; gives its number. Signing takes it after a restart. Raises START_REFUSED."""
    number = max(_files(folder), default=0) + 1
    private, public = sm2.new_key()
    told = {
        "kind": KIND,
        "number": number,
        "made_for": "production" if production else "demo",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "secret": base64.b64encode(private).decode(),
        "public": base64.b64encode(public).decode(),
    }
    aside = folder / f".{KIND}-{number}.{os.getpid()}"
    write_private(aside, json.dumps(told, indent=1) + "\n")
    try:
        os.link(aside, folder / f"{KIND}-{number}.json")
    except FileExistsError:
        pass  # another worker made it meanwhile: both read that one
    finally:
        aside.unlink()
    return number


def _files(folder: Path) -> dict[int, Path]:
    if not folder.is_dir():
        return {}
    named = ((re.fullmatch(rf"{KIND}-([1-9][0-9]{{0,4}})\.json", path.name), path) for path in folder.iterdir())
    return {int(name[1]): path for name, path in named if name is not None}


def _load(folder: Path, production: bool = False) -> dict[int, tuple[bytes, bytes]]:
    return {number: _read(path, production) for number, path in _files(folder).items()}


def _read(path: Path, production: bool) -> tuple[bytes, bytes]:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise GatewayError(START_REFUSED, f"others may read the key `{path}`", f"chmod 600 {path}, then rotate it")
    try:
        told = json.loads(path.read_text())
        made_for = told["made_for"]
        private, public = (base64.b64decode(told[name], validate=True) for name in ("secret", "public"))
    except (ValueError, KeyError, TypeError) as problem:
        raise GatewayError(START_REFUSED, f"the key `{path}` cannot be read", "restore it from a backup") from problem
    if (len(private), len(public)) != (sm2.PRIVATE_BYTES, sm2.PUBLIC_BYTES):
        raise GatewayError(START_REFUSED, f"the key `{path}` has the wrong length", "restore it from a backup")
    if production and made_for != "production":
        raise GatewayError(
            START_REFUSED, f"the key `{path}` was made in demo mode", "production needs a data folder of its own"
        )
    return private, public
