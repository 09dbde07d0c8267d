"""Stored operations: documents of a consumer, without any value, to which a provider can narrow what it grants."""

from collections.abc import Iterator
from typing import Annotated

import strawberry
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    print_ast,
)
from strawberry.types import Info

from catalogue.model import ProviderCode
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.grant_types import StoredOperation, operation_shown
from resolvers.workflow.grants import view_of
from resolvers.workflow.inputs import check_words, invalid
from schema.documents import Prepared
from schema.origin import is_data_field
from schema.scalars import CreditCode


async def _operations(
    info: Info[Context, None],
    consumer: Annotated[CreditCode | None, strawberry.argument(description="使用部门 · of this department only.")] = None,
) -> list[StoredOperation] | None:
    context = info.context
    view = view_of(context)
    if view.consumer_only:
        if consumer is not None and consumer != str(view.party):
            return []
        consumer = CreditCode(str(view.party))
    of = None if consumer is None else ProviderCode(consumer)
    found = await context.ports.operations.of(of, view.party, view.within)
    return [operation_shown(one) for one in found]


async def _store_operation(
    info: Info[Context, None],
    name: Annotated[str, strawberry.argument(description="名称 · as the department calls it.")],
    document: Annotated[str, strawberry.argument(description="查询 · a GraphQL document that asks for data.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · the officer who takes this step.")],
    operation_name: Annotated[str | None, strawberry.argument(description="操作名 · where it holds several.")] = None,
) -> StoredOperation | None:
    context = info.context
    acting = context.acting(Role.CONSUMER, handler)
    check_words(("name", name))
    served = context.served
    prepared, _ = served.documents.prepare(document, operation_name, context.caller.consumer.introspection)
    if not asks_for_data_alone(prepared, served.documents.schema):
        raise invalid("the document asks for no data, or for something else beside it", "store a query of data alone")
    await context.record("storeOperation", name, handler=handler)
    stored = await context.ports.operations.store(
        acting.department, name, prepared.hash.hex(), print_ast(prepared.document), handler
    )
    return operation_shown(stored)


def asks_for_data_alone(prepared: Prepared, schema: GraphQLSchema) -> bool:
    """Whether the operation is a query of registers, and of nothing else."""
    query = schema.query_type
    if prepared.operation.operation is not OperationType.QUERY or query is None:
        return False
    fields = _root_fields(prepared.operation.selection_set, prepared)
    named = [query.fields.get(name) for name in fields if name != "__typename"]
    return bool(named) and all(field is not None and is_data_field(field) for field in named)


def _root_fields(selected: SelectionSetNode, prepared: Prepared) -> Iterator[str]:
    for node in selected.selections:
        match node:
            case FieldNode():
                yield node.name.value
            case InlineFragmentNode():
                yield from _root_fields(node.selection_set, prepared)
            case FragmentSpreadNode():
                yield from _root_fields(prepared.fragments[node.name.value].selection_set, prepared)


@strawberry.type
class OperationQuery:
    operations: list[StoredOperation] | None = strawberry.field(
        resolver=_operations,
        description="**存储的查询** · the own department's stored operations, and those of departments to which it granted "
        "something; supervisors, auditors and operators see those that a department of their jurisdiction may see.",
    )


@strawberry.type
class OperationMutation:
    store_operation: StoredOperation | None = strawberry.field(
        resolver=_store_operation,
        description="**存储查询** · keep a document under a name, without its values, so that a provider can narrow a grant "
        "to it. The same document under the same name is the version that is there; another one is the next version.",
    )
