"""`cli catalogue check` and `cli ledger verify`: what can be held against the law and against the published heads."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources
from commands.database import running_database
from commands.sheets import export, import_
from errors import START_REFUSED, GatewayError
from settings import Settings, read_settings
from storage.access import Role, attach
from storage.heads import read_heads
from storage.keys import load_head_keys
from storage.layout import HEADS, KEYS
from storage.own_database import DATABASE
from storage.verify_ledger import Verification, verify_ledger

catalogue = typer.Typer(help="目录 · the catalogue", no_args_is_help=True)
ledger = typer.Typer(help="台账 · the ledger", no_args_is_help=True)


@catalogue.callback()
def _catalogue() -> None:
    """The catalogue's files."""


@catalogue.command()
def check(path: Annotated[Path | None, typer.Argument(help="a folder of catalogue files")] = None) -> None:
    """Hold the catalogue's files against the regulation; every error is named with file and path."""
    settings = read_settings()
    folder = path or settings.catalogue
    held = load_catalogue(folder)
    bound = load_sources(folder / "sources.toml", held).bindings if (folder / "sources.toml").exists() else {}
    items = len(held.entries)
    typer.echo(f"目录无误 · the catalogue holds: {len(held.resources)} resources, {items} entries, {len(bound)} bound")


catalogue.command()(export)
catalogue.command("import")(import_)


@ledger.callback()
def _ledger() -> None:
    """The chain of records."""


@ledger.command()
def verify(head: Annotated[Path | None, typer.Option(help="a file of published heads, kept elsewhere")] = None) -> None:
    """Follow the whole chain against the published heads; status 1 where anything was altered."""
    settings = read_settings()
    heads = read_heads(head or settings.data_dir / HEADS)
    keys = load_head_keys(settings.data_dir / KEYS)
    with running_database(settings):
        found: Verification = asyncio.run(verify_ledger(auditor_dsn(settings), heads, keys))
    for one in found.breaks:
        typer.echo(f"发现改动 · {one}", err=True)
    state = "台账完整 · the ledger is whole" if not found.breaks else "台账有改动 · the ledger was altered"
    typer.echo(f"{state}: {found.entries} entries, vouched for up to entry {found.vouched_until} by {len(heads)} heads")
    if found.breaks:
        raise typer.Exit(1)


def auditor_dsn(settings: Settings) -> str:
    """Our own database for who verifies. Raises START_REFUSED."""
    if settings.database is None:
        return attach(settings.data_dir).dsn(DATABASE, Role.AUDITOR)
    if settings.database_owner is None:
        raise GatewayError(START_REFUSED, "the service may not read the ledger", "set `ONCEGATE_DATABASE_OWNER`")
    return settings.database_owner.get_secret_value()
