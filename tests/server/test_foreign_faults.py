"""What fails in a resolver and is no error of ours: it is never told as one, nor without a code."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError

from errors import NOT_FOUND, GatewayError
from resolvers.workflow.execute import StrawberryWorkflow
from schema.documents import Documents
from schema.limits import Limits
from tests.law.cases import CATALOGUE


@strawberry.type
class Query:
    """One field for each way to fail."""

    @strawberry.field
    def ours(self) -> str | None:
        """An error of the family."""
        raise GatewayError(NOT_FOUND, "no such thing")

    @strawberry.field
    def librarys(self) -> str | None:
        """An error as graphql-core raises it: without code or advice, perhaps with a value."""
        raise GraphQLError("cannot represent 张三")

    @strawberry.field
    def bug(self) -> str | None:
        """A mistake of the program."""
        raise KeyError("x")


def errors_of(field: str) -> list[Any]:
    served: Any = SimpleNamespace(documents=Documents(strawberry.Schema(Query), Limits(), 5), catalogue=CATALOGUE)
    request: Any = SimpleNamespace(text=f"{{ {field} }}", operation_name=None, variables=None)
    caller: Any = SimpleNamespace(consumer=SimpleNamespace(introspection=False, roles=frozenset()))
    ports: Any = None
    return asyncio.run(StrawberryWorkflow(ports).execute(served, request, caller, [field]))[1]


def test_an_error_of_ours_is_told_in_our_shape_with_its_place() -> None:
    (told,) = errors_of("ours")
    assert (told["message"], told["path"]) == ("no such thing", ["ours"])
    assert told["extensions"] == GatewayError(NOT_FOUND, "").to_json()["extensions"]


@pytest.mark.parametrize(("field", "kind"), [("librarys", GraphQLError), ("bug", KeyError)])
def test_whatever_else_fails_the_request(field: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        errors_of(field)
