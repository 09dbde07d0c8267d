"""`cli client …`: the operator registers, disables and lists clients, and rotates their secrets."""

from ipaddress import ip_network
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from catalogue.model import Catalogue
from commands.database import Connection, find_department, on_catalogue, on_database
from errors import INPUT_INVALID, GatewayError
from resolvers.roles import separation_fault
from resolvers.secrets import hash_secret, new_secret
from settings import read_settings
from storage.clients import NewClient, create_client, disable_client, list_clients, rotate_secret

commands = typer.Typer(help="客户端 · clients and their secrets", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="the client's id: lower-case letters, digits, `.`, `_`, `-`")]


@commands.command()
def create(
    client: Id,
    department: Annotated[str, typer.Option(help="its code, as registered, or its name")],
    title: Annotated[str, typer.Option(help="what the system is called")] = "",
    role: Annotated[list[str] | None, typer.Option(help="its roles; default `consumer`")] = None,
    network: Annotated[list[str] | None, typer.Option(help="networks it may call from, CIDR")] = None,
    introspection: Annotated[bool, typer.Option(help="may it read the schema?")] = False,
    rate: Annotated[int, typer.Option(min=1, help="requests a second")] = 50,
) -> None:
    """Register a client; its secret is shown once."""
    roles = frozenset(role or ["consumer"])
    fault = separation_fault(roles)
    if fault is not None:
        raise GatewayError(INPUT_INVALID, fault, "give another client the other role", article="Art. 21")
    try:
        networks = tuple(str(ip_network(one)) for one in network or ())
    except ValueError as wrong:
        raise GatewayError(INPUT_INVALID, str(wrong), "write networks like `10.1.0.0/16`") from None
    if not networks:
        raise GatewayError(
            INPUT_INVALID, "without a network nothing that the client holds is bound to it", "add `--network 10.1.0.0/16`"
        )
    secret = new_secret()

    async def act(connection: Connection, catalogue: Catalogue) -> None:
        new = NewClient(
            id=client,
            department=await find_department(connection, catalogue, department),
            title=title or client,
            roles=roles,
            secret_hash=hash_secret(secret),
            networks=networks,
            introspection=introspection,
            rate_per_second=rate,
            burst=2 * rate,
        )
        await create_client(connection, new)

    on_catalogue(read_settings(), act)
    typer.echo(f"客户端已登记 · registered `{client}`. 密钥只显示这一次 · its secret, shown this once:\n{secret}")


@commands.command()
def disable(client: Id) -> None:
    """Refuse the client from its next request on."""
    on_database(read_settings(), lambda connection: disable_client(connection, client))
    typer.echo(f"已停用 · disabled `{client}`")


@commands.command()
def rotate(
    client: Id,
    at_once: Annotated[bool, typer.Option("--at-once", help="after a leak: former secret and tokens end now")] = False,
) -> None:
    """Give the client a new secret; the former one holds for an hour more, unless `--at-once`."""
    secret = new_secret()
    hashed = hash_secret(secret)
    until = on_database(read_settings(), lambda connection: rotate_secret(connection, client, hashed, at_once=at_once))
    former = "旧密钥即刻失效 · the former one has ended"
    if until is not None:
        former = f"旧密钥有效至 · the former one holds until {until:%H:%M} UTC"
    typer.echo(f"新密钥只显示这一次 · the new secret, shown this once ({former}):\n{secret}")


@commands.command("list")
def show() -> None:
    """Every client."""
    table = Table("client", "department", "roles", "networks", "state")
    for row in on_database(read_settings(), list_clients):
        state = "disabled" if row["disabled_at"] else "in use"
        table.add_row(row["id"], row["name_zh"], " ".join(row["roles"]), " ".join(row["networks"]), state)
    Console().print(table)
