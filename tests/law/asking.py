"""A gateway of real parts over a few rows in memory, asked in the name of departments that hold grants."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from catalogue.matters import NO_MATTERS, Matter, MatterRegister, register_of
from catalogue.model import Coordinate, Form, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from resolvers.gateway import Request
from resolvers.identify import Credentials
from resolvers.identify_ports import StoredClient
from resolvers.request import answer
from sharing.grant import Grant, GrantId
from sharing.regime import Regime
from sharing.rights import index_rights
from tests.http.house import CATALOGUE, CHECK_NUMBER, HALL, PERSON_NUMBER, World, assemble

ZHANG, LI = PERSON_NUMBER, CHECK_NUMBER
PHONE = "13800000000"
HOUSEHOLD = "H-1"
PURPOSE = 'matter="M1", use=administrative-basis, handler="H1"'


def row(resource: str, **held: object) -> Mapping[str, Any]:
    """A row with every column."""
    items = CATALOGUE.resources[ResourceName(resource)].items
    return {str(item): held.get(item) for item in items}


def household() -> dict[str, list[Mapping[str, Any]]]:
    """Two grown-ups of one household; the second has left no phone number."""
    born = datetime(1980, 5, 1, tzinfo=UTC).date()
    common = {"birthDate": born, "householdNumber": HOUSEHOLD, "divisionCode": "320102", "vitalStatus": "1"}
    return {
        "Person": [
            row("Person", idNumber=ZHANG, name="张三", phone=PHONE, registeredResidence="南京市玄武区一号", **common),
            row("Person", idNumber=LI, name="李四", **common),
        ],
        "Household": [
            row("Household", number=HOUSEHOLD, address="南京市玄武区一号", divisionCode="320102", headIdNumber=ZHANG)
        ],
    }


def grant(*items: str, department: ProviderCode = HALL.department, form: Form = Form.FULL, **terms: object) -> Grant:
    """A grant of these items on all rows, for any matter, as an administrative basis, unless said otherwise."""
    at = [Coordinate(ResourceName(kind), ItemName(field)) for kind, field in (item.split(".") for item in items)]
    stated: dict[str, object] = {
        "rows": Rows.ALL,
        "uses": frozenset({Use.ADMINISTRATIVE_BASIS}),
        "matters": frozenset(),
        "modes": frozenset({Mode.ONLINE_LOOKUP}),
        "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
        "valid_until": datetime(2100, 1, 1, tzinfo=UTC),
        **terms,
    }
    codes = frozenset(CATALOGUE.entries[one].code for one in at)
    name = GrantId(f"{department} {items} {form} {sorted(terms)}")
    return Grant(name, department, codes, form, **stated)  # type: ignore[arg-type]


def gateway(
    *grants: Grant,
    regime: Regime | None = None,
    matters: MatterRegister = NO_MATTERS,
    clients: Iterable[StoredClient] = (),
    rows: Mapping[str, list[Mapping[str, Any]]] | None = None,
) -> World:
    """The gateway over `household` and more `rows`, under these grants."""
    world = assemble(rows={**household(), **(rows or {})}, regime=regime)
    give(world, *grants, matters=matters)
    for client in clients:
        world.identities.clients.put(client)
    return world


def needing(*items: str) -> MatterRegister:
    """The matter M1 needs these; any other declares nothing."""
    at = frozenset(Coordinate(ResourceName(kind), ItemName(field)) for kind, field in (item.split(".") for item in items))
    return register_of(1, [Matter("M1", "事项", "matter", HALL.department, items=at)])


def give(world: World, *grants: Grant, matters: MatterRegister = NO_MATTERS) -> None:
    """From here on these are the grants in force, and what matters need."""
    world.ledger.epoch = epoch = world.rights.rights.epoch + 1
    world.rights.rights = index_rights(epoch, grants, matters=matters)


def another(name: str, department: str = HALL.department, **changes: Any) -> StoredClient:
    """Another client, of the hall's department unless said otherwise."""
    return replace(HALL, id=name, department=ProviderCode(department), **changes)


async def ask(
    world: World,
    text: str,
    variables: Mapping[str, object] | None = None,
    *,
    client: StoredClient = HALL,
    purpose: str = PURPOSE,
    peer: str = "127.0.0.1",
    strict: bool = False,
) -> dict[str, Any]:
    """The answer to a request, as JSON."""
    token = world.identities.token(client, now=time.time())
    credentials = Credentials(f"Bearer {token}", None, peer, "POST", "http://gateway/graphql")
    request = Request(credentials, text, None, variables, purpose, None, strict, False, False)
    answered: dict[str, Any] = orjson.loads((await answer(world.gateway, request)).body)
    return answered


def code(answered: Mapping[str, Any]) -> str | None:
    """By which code the request was refused as a whole, if it was."""
    return None if "data" in answered else str(answered["errors"][0]["extensions"]["code"])


def outcome(answered: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """What is told of one position."""
    (found,) = [one for one in answered["extensions"]["sharing"]["outcomes"] if one["path"] == list(path)]
    assert isinstance(found, dict)
    return found


def entries(world: World) -> list[dict[str, Any]]:
    """The ledger's entries, in order."""
    return [orjson.loads(payload) for payload in world.ledger.entries]
