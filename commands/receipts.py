"""`cli receipt verify`: whether an answer that was kept is what was delivered; offline, with the published keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from errors import INPUT_INVALID, GatewayError
from ledger.sm2 import ALGORITHM
from ledger.strict_json import read_json
from ledger.verify_receipt import Fault, Found, Verdict, receipt_and_data, verify_receipt
from resolvers.receipt_keys import ED25519, PublishedKey, published_keys, verify_with
from settings import read_settings
from storage.keys import load_receipt_keys
from storage.layout import KEYS
from storage.sm2_keys import public_sm2_keys

commands = typer.Typer(help="回执 · receipts", no_args_is_help=True)
TELLING: Mapping[Fault, str] = {
    Fault.UNREADABLE: "不是回执 · no receipt of this form",
    Fault.KEY_UNKNOWN: "签名密钥未公布 · signed with a key that is not published",
    Fault.SIGNATURE: "签名无效 · the signature is not the key's",
    Fault.CLAIMS: "回执内容被改动 · number, time, consumer, purpose or a hash is not as signed",
    Fault.PROOF: "回执内容清单被改动，或者与签名无关 · the list of claims, or its place in the tree, is not as signed",
    Fault.DIGESTS: "字段清单被改动 · the list of fields is not as signed",
    Fault.CHANGED: "数据被改动 · not the value that was delivered",
    Fault.MISSING: "数据缺失 · delivered, but not here",
    Fault.ADDED: "多出的数据 · never delivered",
}


@commands.callback()
def _receipts() -> None:
    """Signed receipts of answers."""


@commands.command()
def verify(
    file: Annotated[
        Path, typer.Argument(help="an answer saved whole, with its signed receipt", exists=True, dir_okay=False)
    ],
    keys: Annotated[
        Path | None, typer.Option(help="the published keys, saved from `/.well-known/jwks.json`; else this gateway's own")
    ] = None,
) -> None:
    """核验回执 · check an answer against its receipt, without any connection; status 1 names what was changed."""
    held = _keys(keys)
    try:
        receipt, data = receipt_and_data(read_json(file.read_bytes()))
        verdict = verify_receipt(receipt, data, verify_with(held))
    except ValueError as fault:
        typer.echo(f"{TELLING[Fault.UNREADABLE]}: {fault}", err=True)
        raise typer.Exit(1) from None
    for found in verdict.faults:
        typer.echo(told(found), err=True)
    if not verdict.genuine:
        typer.echo(f"核验未通过 · not genuine, differences: {len(verdict.faults)}", err=True)
        raise typer.Exit(1)
    _show(verdict)


def told(found: Found) -> str:
    """One difference, as a line."""
    return f"{TELLING[found.fault]}: {found.path}"


def _show(verdict: Verdict) -> None:
    claims = verdict.claims
    typer.echo(f"核验通过 · genuine: {claims['id']}, {len(verdict.paths)} values as delivered")
    typer.echo(f"签发 · signed by {verdict.issuer} with {verdict.key_id}, answered {claims['time']} to {claims['consumer']}")
    for name in verdict.uncovered:
        typer.echo(f"不在回执内 · not covered by the receipt: {name}")


def _keys(path: Path | None) -> Mapping[str, PublishedKey]:
    """Raises INPUT_INVALID."""
    if path is None:
        own = load_receipt_keys(read_settings().data_dir / KEYS)
        if own is None:
            raise GatewayError(INPUT_INVALID, "no published keys", "save `/.well-known/jwks.json` and name it with `--keys`")
        named = {key_id: PublishedKey(ED25519, raw) for key_id, raw in own.public().items()}
        folder = read_settings().data_dir / KEYS
        return named | {key_id: PublishedKey(ALGORITHM, raw) for key_id, raw in public_sm2_keys(folder).items()}
    try:
        return published_keys(read_json(path.read_bytes()))
    except (OSError, ValueError) as fault:
        raise GatewayError(
            INPUT_INVALID, f"`{path.name}` holds no key set", "save `/.well-known/jwks.json` as it is served"
        ) from fault
