"""The catalogue as published, and standpoints from which plans are made in these cases."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from catalogue.binding import SourceName
from catalogue.load import load_catalogue
from catalogue.model import Catalogue, Coordinate, Form, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from resolvers.decide import Decider, Permitted
from resolvers.plan.cache import Plans
from resolvers.plan.plan import Plan
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from sharing.consumer import Asking
from sharing.grant import Grant, GrantId
from sharing.rights import index_rights

HALL = ProviderCode("11320100MBX000166L")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(Path("catalogue"))


@cache
def documents() -> Documents:
    return Documents(build_schema(catalogue()), Limits(), 200)


@cache
def plans() -> Plans:
    return Plans(documents().schema, catalogue())


def plan_of(text: str, variables: dict[str, object] | None = None) -> tuple[Plan, dict[str, object]]:
    """The plan of a document, and its coerced variables."""
    prepared, lifted = documents().prepare(text, None, True)
    values = coerce_variables(prepared, variables, lifted)
    return plans().plan(prepared.hash, prepared.operation, prepared.fragments, values), values


def grant(items: str, form: Form = Form.FULL, rows: Rows = Rows.ALL) -> Grant:
    """A grant to the hall of `Type.field Type.field …`, for any matter, through 2026."""
    codes = frozenset(
        catalogue().entries[Coordinate(ResourceName(name.split(".")[0]), ItemName(name.split(".")[1]))].code
        for name in items.split()
    )
    return Grant(
        GrantId(f"{items} {form} {rows}"),
        HALL,
        codes,
        form,
        rows,
        frozenset({Use.ADMINISTRATIVE_BASIS}),
        frozenset(),
        frozenset({Mode.ONLINE_LOOKUP}),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


def permit(plan: Plan, *grants: Grant, in_case: bool = False, of: Catalogue | None = None) -> Permitted:
    """What the hall may read of the plan under these grants, by the published catalogue or a changed one."""
    known = of or catalogue()
    sources = {name: SourceName(resource.register) for name, resource in known.resources.items()}
    asking = Asking(HALL, "320100", "M04", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case)
    return Decider(known, sources).permit(plan, asking, index_rights(1, grants), NOW.timestamp())
