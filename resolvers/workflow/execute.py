"""The side that Strawberry answers: introspection, and the workflow's queries and mutations.

An operation was validated as a whole before. Of its root fields only those named here are run, by graphql-core, on the
real text; whatever a step of the workflow changes is in the ledger before it is done.
"""

from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)
from graphql.execution import execute

import errors
from catalogue.model import Catalogue
from resolvers.gateway import Caller, Request, Served
from resolvers.plan.collect import Collector
from resolvers.roles import require_changer
from resolvers.workflow.context import Context, Ports
from resolvers.workflow.named_items import with_names
from resolvers.workflow.plain import PlainExecutor
from schema.variables import coerce_variables


class StrawberryWorkflow:
    """Runs the workflow's root fields of an operation on the served schema."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def execute(
        self, served: Served, request: Request, caller: Caller, keys: Sequence[str]
    ) -> tuple[dict[str, object], list[object]]:
        """Data by response key, and errors in the specification's shape.

        Raises ROLE_REQUIRED for a mutation of one who audits or supervises (三员分立), whatever its resolvers ask for.
        """
        introspection = caller.consumer.introspection
        prepared, lifted = served.documents.prepare(request.text, request.operation_name, introspection)
        values = coerce_variables(prepared, request.variables, lifted)
        schema = served.documents.schema
        narrowed = _only(schema, parse(request.text), request.operation_name, keys, values)
        if prepared.operation.operation is OperationType.MUTATION:
            require_changer(caller.consumer.roles, _root_fields(narrowed))
        outcome = execute(
            schema,
            narrowed,
            context_value=Context(caller, prepared, served, self._ports),
            variable_values=dict(request.variables or {}),
            hide_suggestions=not introspection,
            executor_class=PlainExecutor,
        )
        result = await outcome if isawaitable(outcome) else outcome
        assert isinstance(result, ExecutionResult)
        data = result.data if result.data is not None else dict.fromkeys(keys)
        return data, [_told(fault, served.catalogue) for fault in result.errors or ()]


def _only(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, keys: Sequence[str], variables: Mapping[str, object]
) -> DocumentNode:
    """The operation with these root response keys alone, and the fragments that they may need."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    operation = next(one for one in operations if name is None or (one.name and one.name.value == name))
    fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
    root = schema.get_root_type(operation.operation)
    assert root is not None
    collected = Collector({one.name.value: one for one in fragments}, variables, {}).fields(
        root.name, [operation.selection_set]
    )
    fields = tuple(field for key, nodes in collected.items() if key in keys for field in nodes)
    narrowed = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=fields),
    )
    return DocumentNode(definitions=(narrowed, *fragments))


def _root_fields(narrowed: DocumentNode) -> set[str]:
    operation = narrowed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return {field.name.value for field in operation.selection_set.selections if isinstance(field, FieldNode)}


def _told(fault: GraphQLError, catalogue: Catalogue) -> dict[str, Any]:
    """The entry in `errors`, in our shape, with its place and items' names. Raises what is none of ours."""
    original = fault.original_error
    if not isinstance(original, errors.GatewayError):
        raise original or fault
    return {**fault.formatted, **with_names(original.to_json(), catalogue)}
