"""`cli grant …`: a provider's answers, recorded by hand: added, revoked, listed, verified."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from catalogue.model import (
    Catalogue,
    Coordinate,
    Form,
    Item,
    ItemCode,
    Mode,
    ProviderCode,
    Relation,
    ResourceName,
    Rows,
    Use,
)
from catalogue.predicate import ItemName
from commands.checks import auditor_dsn
from commands.database import Connection, find_department, on_catalogue, on_database, running_database
from errors import INPUT_INVALID, GatewayError
from settings import read_settings
from sharing.sources import given_apart, sources_of
from storage.grants import Granted, add_grants, list_grants, revoke_grant
from storage.keys import load_grant_keys
from storage.layout import KEYS
from storage.seals import Seals
from storage.verify_grants import verify_grants

commands = typer.Typer(help="授权 · grants", no_args_is_help=True)


@commands.command()
def add(
    department: Annotated[str, typer.Option(help="to whom: its name in departments.toml, or its code")],
    item: Annotated[list[str], typer.Option(help="which items: `Person.phone`, or their codes")],
    basis: Annotated[str, typer.Option(help="the provider's words")],
    form: Annotated[Form, typer.Option(help="how much is shown")] = Form.FULL,
    rows: Annotated[Rows, typer.Option(help="of which rows")] = Rows.ALL,
    use: Annotated[list[Use] | None, typer.Option(help="for which uses; default administrative_basis")] = None,
    matter: Annotated[list[str] | None, typer.Option(help="for which matters; default any")] = None,
    mode: Annotated[list[Mode] | None, typer.Option(help="in which modes; default online_lookup")] = None,
    days: Annotated[int, typer.Option(min=1, help="for how many days from now")] = 365,
) -> None:
    """Add a right: one grant for each provider of the items, since each answers for its own (Art. 16 ¶1)."""
    now, settings = datetime.now(UTC), read_settings()
    signer = load_grant_keys(settings.data_dir / KEYS)

    async def act(connection: Connection, catalogue: Catalogue) -> tuple[str, ...]:
        to = await find_department(connection, catalogue, department)
        grants = tuple(
            Granted(
                provider=provider,
                department=to,
                items=codes,
                form=form,
                rows=rows,
                uses=frozenset(use or [Use.ADMINISTRATIVE_BASIS]),
                matters=frozenset(matter or ()),
                modes=frozenset(mode or [Mode.ONLINE_LOOKUP]),
                valid_from=now,
                valid_until=now + timedelta(days=days),
                basis=basis,
                apart=given_apart(codes, provider, None, catalogue.parted),
            )
            for provider, codes in by_provider(catalogue, item).items()
        )
        return await add_grants(connection, grants, signer)

    for number in on_catalogue(settings, act):
        typer.echo(number)


def by_provider(catalogue: Catalogue, words: Iterable[str]) -> dict[ProviderCode, frozenset[ItemCode]]:
    """The codes of the named items by who provides them. Raises INPUT_INVALID for a name that the catalogue lacks."""
    found: dict[ProviderCode, frozenset[ItemCode]] = {}
    for word in words:
        entry = _entry(catalogue, word)
        for source in sources_of(entry, (), catalogue.parted.get(entry.code)):
            found[source.provider] = found.get(source.provider, frozenset()) | {entry.code}
    return found


def _entry(catalogue: Catalogue, word: str) -> Item | Relation:
    type_name, dot, field = word.partition(".")
    if dot:
        entry = catalogue.entries.get(Coordinate(ResourceName(type_name), ItemName(field)))
    else:
        entry = next((one for one in catalogue.entries.values() if one.code == word), None)
    if entry is None:
        raise GatewayError(INPUT_INVALID, f"the catalogue holds no item `{word}`", "write it as `Person.phone`")
    return entry


@commands.command()
def revoke(
    grant: Annotated[str, typer.Argument(help="the grant's id")],
    reason: Annotated[str, typer.Option(help="why: a withdrawal gives its reasons (Art. 16 ¶1)")],
) -> None:
    """Withdraw a grant: it holds from the next request on."""
    on_database(read_settings(), lambda connection: revoke_grant(connection, grant, reason))
    typer.echo(f"已撤回 · revoked `{grant}`")


@commands.command()
def verify() -> None:
    """Hold all grants against their signatures, revocations and resumptions against the ledger; status 1 for a fault."""
    settings = read_settings()
    seals = Seals(load_grant_keys(settings.data_dir / KEYS), lambda _: None)
    with running_database(settings):
        count, faults = asyncio.run(verify_grants(auditor_dsn(settings), seals))
    for one in faults:
        typer.echo(f"授权有误 · {one}", err=True)
    typer.echo(f"授权 · {count} grants verified, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@commands.command("list")
def show(
    department: Annotated[str | None, typer.Option(help="of one department only: its name or its code")] = None,
) -> None:
    """Every grant, also revoked and ended ones: its id, state, form and rows, to whom; below, the items."""

    async def act(connection: Connection, catalogue: Catalogue) -> list[str]:
        names = {entry.code: str(where) for where, entry in catalogue.entries.items()}
        of = None
        if department is not None:
            of = await find_department(connection, catalogue, department, also_ended=True)
        return [_lines(row, names) for row in await list_grants(connection, of)]

    for told in on_catalogue(read_settings(), act):
        typer.echo(told)


def _lines(row: Mapping[str, Any], names: Mapping[ItemCode, str]) -> str:
    """No table: in a narrow terminal it would cut the id, which `revoke` takes."""
    ended = row["valid_until"] <= datetime.now(UTC)
    state = "revoked" if row["revoked_at"] else "ended" if ended else "in force"
    items = " ".join(sorted(names.get(code, code) for code in row["items"]))
    facts = (row["id"], f"{state:8}", f"until {row['valid_until']:%Y-%m-%d}", row["form"], row["rows"], row["name_zh"])
    return "  ".join(facts) + f"\n    {items}"
