"""Which side answers a field: the compiled way for what the catalogue describes, Strawberry for what we behave."""

from typing import Any

from graphql import GraphQLField
from strawberry.types.field import StrawberryField

_BACK_REFERENCE = "strawberry-definition"


class DataField(StrawberryField):
    """A field of a register. It has no resolver: the compiled way answers it."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - the base's signature
        raise RuntimeError(f"`{self.graphql_name}` is answered by the compiled way, not by a resolver")


def is_data_field(definition: GraphQLField) -> bool:
    """Whether the field is generated from the catalogue (`verify` fields included). False for `__typename`."""
    return isinstance(definition.extensions.get(_BACK_REFERENCE), DataField)
