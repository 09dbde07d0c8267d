"""The side that Strawberry answers: introspection, and the workflow's queries and mutations.

An operation was validated as a whole before. Of its root fields only those named here are run, by graphql-core, on the
real text; whatever a step of the workflow changes is in the ledger before it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)
from graphql.execution import execute

import errors
from catalogue.model import Catalogue, Mode
from ledger.entry import Kind, PositionOutcome, canonical, encode_outcomes
from resolvers.plan.collect import Collector
from resolvers.ports import CaseBook, Ledger, Recorded, RightsStore, SubjectHash
from resolvers.record import Asked
from resolvers.request import ATTEMPTS, Caller, Request, Served, rights_moving
from schema.documents import Prepared
from schema.variables import coerce_variables
from sharing.consumer import Purpose


@dataclass(frozen=True, slots=True)
class Ports:
    """What the workflow's steps work on."""

    rights: RightsStore
    cases: CaseBook
    ledger: Ledger
    subject_hash: SubjectHash


@dataclass(frozen=True, slots=True)
class Context:
    """What a resolver of the workflow knows: who asks, with which document, on which catalogue and ports."""

    caller: Caller
    document: Prepared
    served: Served
    catalogue: Catalogue
    ports: Ports

    def stated_purpose(self) -> Purpose:
        """The purpose, which a step that changes something needs. Raises ROLE_REQUIRED, PURPOSE_REQUIRED."""
        if "consumer" not in self.caller.consumer.roles:
            raise errors.GatewayError(
                errors.ROLE_REQUIRED, "cases are kept by clients with the role `consumer`", "use the counter's own client"
            )
        if self.caller.purpose is None:
            raise errors.GatewayError(
                errors.PURPOSE_REQUIRED,
                "a case needs a stated purpose: it names the handler",
                'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
                article="Art. 4(2)",
            )
        return self.caller.purpose

    async def record(self, field: str, case: str, subjects: Mapping[str, Sequence[str]]) -> str:
        """Record a step (`openCase`) on a case, with its subjects by role, before it is done; the receipt.

        Raises LEDGER_UNAVAILABLE, OVERLOADED, RIGHTS_MOVED.
        """
        ports, caller = self.ports, self.caller
        asked = Asked(caller.consumer, caller.purpose, self.document.hash, Mode.ONLINE_LOOKUP, self.served.version)
        numbers: dict[str, int] = {}
        rows = [
            (f"{field}.{role}", [numbers.setdefault(code, len(numbers)) for code in codes])
            for role, codes in subjects.items()
        ]
        hashes = [ports.subject_hash(code) for code in numbers]
        outcomes = encode_outcomes([PositionOutcome(field, case, "REQUESTED", "WORKFLOW")])
        for _ in range(ATTEMPTS):
            entry = asked.entry(Kind.WORKFLOW, ports.rights.rights.epoch, outcomes, rows)
            receipt = await ports.ledger.append(entry.id, canonical(entry), entry.epoch, hashes)
            if isinstance(receipt, Recorded):
                return str(entry.id)
            await ports.rights.refresh(receipt.epoch)
        raise rights_moving()


class StrawberryWorkflow:
    """Runs the workflow's root fields of an operation on the served schema."""

    def __init__(self, served: Served, catalogue: Catalogue, ports: Ports) -> None:
        self._served = served
        self._catalogue = catalogue
        self._ports = ports
        self._schema = served.documents.schema

    async def execute(self, request: Request, caller: Caller, keys: Sequence[str]) -> tuple[dict[str, object], list[object]]:
        """Data by response key, and errors in the specification's shape."""
        introspection = caller.consumer.introspection
        prepared, lifted = self._served.documents.prepare(request.text, request.operation_name, introspection)
        document = parse(request.text)
        chosen = self._only(document, request.operation_name, keys, coerce_variables(prepared, request.variables, lifted))
        outcome = execute(
            self._schema,
            chosen,
            context_value=Context(caller, prepared, self._served, self._catalogue, self._ports),
            variable_values=dict(request.variables or {}),
            hide_suggestions=not introspection,
        )
        result = await outcome if isawaitable(outcome) else outcome
        assert isinstance(result, ExecutionResult)
        data = result.data if result.data is not None else dict.fromkeys(keys)
        return data, [_told(fault) for fault in result.errors or ()]

    def _only(
        self, document: DocumentNode, name: str | None, keys: Sequence[str], variables: Mapping[str, object]
    ) -> DocumentNode:
        """The operation with these root response keys alone, and the fragments that they may need."""
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        operation = next(one for one in operations if name is None or (one.name and one.name.value == name))
        fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        root = self._schema.get_root_type(operation.operation)
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


def _told(fault: GraphQLError) -> dict[str, Any]:
    """The entry in `errors`: ours in our shape, with its place; what should not have failed without its text."""
    told: dict[str, Any] = dict(fault.formatted)
    original = fault.original_error
    if isinstance(original, errors.GatewayError):
        return told | original.to_json()
    if original is not None and not isinstance(original, GraphQLError):
        raise original
    return told
