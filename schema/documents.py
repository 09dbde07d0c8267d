"""From a document's text to what is executed: parsed, measured, validated, its literals lifted, and remembered.

What is remembered is the skeleton (see `schema.lexical`) and what was made of it, never a literal. On a hit only the text's
literals are coerced; whatever is refused there goes the whole way again, so that the client reads graphql-core's own error
with true locations. A document that fails is not remembered.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    is_non_null_type,
    parse,
    print_ast,
    specified_rules,
    type_from_ast,
    validate,
    visit,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from errors import INTROSPECTION_DISABLED, OPERATION_UNKNOWN, SYNTAX_ERROR, TOO_MANY_KEYS, VALIDATION_FAILED, GatewayError
from schema.coerce import compile_value, external
from schema.cost import Bounds, Cells, CostCompiler, evaluate
from schema.document_errors import DocumentError
from schema.lexical import Lexed, canonical, count_tokens, lex, starts_of
from schema.lift import Lifter, Slot, free_prefix, reachable
from schema.limits import Limits, check_limits, check_tokens

__all__ = ["DocumentError", "Documents", "Prepared", "VariableSpec", "estimate_cost"]

# Comparing the fields under one response key takes the square of their number: by default most of a second, in which nobody
# else is served. Ordinary documents spend some hundreds.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 100_000

_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_MAX_ERRORS = 20
_NUMBER_IN_NAME = re.compile("[0-9]{15}")
"""An identity number written into an alias or an operation's name would be remembered with it."""
_MEAN_SKELETON = 4_000


@dataclass(frozen=True, slots=True)
class VariableSpec:
    """A variable that the client declares. `default`: the name, among the lifted values, of its default's.

    `never_null`: it stands, thanks to a default, where null does not (GraphQL specification, §5.8.5).
    """

    name: str
    type: GraphQLInputType
    required: bool
    default: str | None
    never_null: bool
    coerce: Callable[[object], object]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An operation ready to be planned. `document` holds no literal and no location; `hash` is the SHA-256 of its print.

    `slots` are filled from each text's literals: those of the operation as generated variables, those of defaults under a
    name of their own. `checks` stand in operations that are not executed: their literals must fit all the same.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[VariableSpec, ...]
    slots: tuple[Slot, ...]
    checks: tuple[Slot, ...]
    hash: bytes
    cells: Cells
    bounds: Bounds
    limits: Limits
    suggestions: bool


@dataclass(frozen=True, slots=True)
class _Twins:
    """Two fields under one response key may stand only while their arguments are equal: which literals those arguments hold.
    What was made of the skeleton is kept per pattern of equality among them."""

    groups: tuple[tuple[int, ...], ...]

    def pattern(self, literals: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        found = []
        for group in self.groups:
            texts = [canonical(literals[index]) for index in group]
            found.append(tuple(texts.index(text) for text in texts))
        return tuple(found)


class Documents:
    """The documents of one schema. `size`: how many are remembered, those unused longest going first."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, size: int) -> None:
        self.schema: GraphQLSchema = schema._schema
        self.limits = limits
        self.size = size
        self._held: OrderedDict[tuple[object, ...], Prepared | _Twins] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._held)

    def prepare(self, text: str, operation_name: str | None, introspection: bool) -> tuple[Prepared, dict[str, object]]:
        """The operation and the values of its literals by slot name.

        `introspection`: whether the client may read the schema; else `__schema` is refused and no name is suggested.
        Raises SYNTAX_ERROR, VALIDATION_FAILED, INTROSPECTION_DISABLED, OPERATION_UNKNOWN, TOO_MANY_TOKENS, TOO_DEEP,
        TOO_MANY_ALIASES, TOO_MANY_DIRECTIVES, TOO_MANY_ROOT_FIELDS, TOO_MANY_KEYS.
        """
        lexed = lex(text)
        if lexed is None:
            raise DocumentError(SYNTAX_ERROR, [GraphQLError("the document holds the character U+0000")])
        try:
            prepared = self._find((lexed.skeleton, operation_name, introspection), lexed.literals)
            if prepared is not None:
                return prepared, _fill(prepared, lexed.literals)
        except Exception:  # noqa: S110 - whatever a scalar raises; the whole way says what is wrong
            pass
        return self._make(text, lexed, operation_name, introspection)

    def external_variables(self, prepared: Prepared, text: str, raw: Mapping[str, object] | None) -> dict[str, object]:
        """All variables as a client would send them, for an execution of `prepared.document` that coerces by itself."""
        lexed = lex(text)
        assert lexed is not None
        values = {
            slot.name: external(slot.template, slot.type, iter([lexed.literals[index] for index in slot.indices]))
            for slot in prepared.slots
        }
        for spec in prepared.variables:
            if raw is not None and spec.name in raw:
                values[spec.name] = raw[spec.name]
            elif spec.default is not None:
                values[spec.name] = values[spec.default]
        return values

    def _find(self, key: tuple[object, ...], literals: Sequence[str]) -> Prepared | None:
        held = self._held
        found = held.get(key)
        if found is None:
            return None
        held.move_to_end(key)
        if not isinstance(found, _Twins):
            return found
        key = (*key, found.pattern(literals))
        found = held.get(key)
        if found is None:
            return None
        held.move_to_end(key)
        assert isinstance(found, Prepared)
        return found

    def _make(
        self, text: str, lexed: Lexed, operation_name: str | None, introspection: bool
    ) -> tuple[Prepared, dict[str, object]]:
        if _NUMBER_IN_NAME.search(lexed.skeleton):
            raise DocumentError(
                VALIDATION_FAILED,
                [GraphQLError("a name holds more than 14 digits in a row; names are kept and hashed, values are not")],
                "put the number into an argument or a variable",
            )
        document = self._parse(text, lexed)
        operation = _choose(document, operation_name)
        fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        check_limits(fragments, operation, self.limits)
        self._validate(document, introspection)
        try:
            prepared, twins = self._lift(document, operation, fragments, text, introspection)
            values = _fill(prepared, lexed.literals)
        except (GraphQLError, ValueError) as fault:
            raise DocumentError(
                VALIDATION_FAILED, [fault if isinstance(fault, GraphQLError) else GraphQLError(str(fault))]
            ) from None
        self._keep((lexed.skeleton, operation_name, introspection), prepared, twins, lexed.literals)
        return prepared, values

    def _parse(self, text: str, lexed: Lexed) -> DocumentNode:
        check_tokens(count_tokens(lexed.skeleton), self.limits)
        try:
            return parse(text, max_comments=self.limits.tokens)
        except GraphQLSyntaxError as fault:
            raise DocumentError(SYNTAX_ERROR, [fault]) from None

    def _validate(self, document: DocumentNode, introspection: bool) -> None:
        if not introspection:
            refused = validate(self.schema, document, [NoSchemaIntrospectionCustomRule], max_errors=_MAX_ERRORS)
            if refused:
                raise DocumentError(
                    INTROSPECTION_DISABLED, refused[:1], "ask the operator for the attribute `introspection`"
                )
        faults = validate(self.schema, document, _RULES, max_errors=_MAX_ERRORS, hide_suggestions=not introspection)
        if faults:
            raise DocumentError(VALIDATION_FAILED, faults)

    def _lift(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        text: str,
        introspection: bool,
    ) -> tuple[Prepared, _Twins]:
        lifter = Lifter(self.schema, starts_of(text), free_prefix(document))
        lifted, defaults = lifter.operation(operation)
        used = {name: lifter.fragment(fragments[name]) for name in reachable(operation, dict(fragments))}
        slots = tuple(lifter.slots)
        strict = _never_null(self.schema, (operation, *(fragments[name] for name in used)))
        for other in document.definitions:
            if isinstance(other, OperationDefinitionNode) and other is not operation:
                lifter.operation(other)
            elif isinstance(other, FragmentDefinitionNode) and other.name.value not in used:
                lifter.fragment(other)
        default_names = {slot.name for slot in defaults.values()}
        generated = lifter.definitions([slot for slot in slots if slot.name not in default_names])
        lifted = OperationDefinitionNode(
            operation=lifted.operation,
            name=lifted.name,
            variable_definitions=(*(lifted.variable_definitions or ()), *generated),
            directives=lifted.directives,
            selection_set=lifted.selection_set,
        )
        whole = DocumentNode(definitions=(lifted, *used.values()))
        cells, bounds = CostCompiler(self.schema, used).compile(lifted)
        for label, count in bounds.key_counts:
            check_key_count(label, count, self.limits)
        prepared = Prepared(
            document=whole,
            operation=lifted,
            fragments=used,
            variables=self._variables(operation, defaults, strict),
            slots=slots,
            checks=tuple(lifter.slots[len(slots) :]),
            hash=hashlib.sha256(print_ast(whole).encode()).digest(),
            cells=cells,
            bounds=bounds,
            limits=self.limits,
            suggestions=introspection,
        )
        groups = (
            tuple(index for indices in found for index in indices) for found in lifter.used_by_key.values() if len(found) > 1
        )
        return prepared, _Twins(tuple(group for group in groups if group))

    def _variables(
        self, operation: OperationDefinitionNode, defaults: Mapping[str, Slot], never_null: Container[str]
    ) -> tuple[VariableSpec, ...]:
        specs = []
        for node in operation.variable_definitions or ():
            name, type_ = node.variable.name.value, cast("GraphQLInputType", type_from_ast(self.schema, node.type))
            slot = defaults.get(name)
            specs.append(
                VariableSpec(
                    name=name,
                    type=type_,
                    required=slot is None and is_non_null_type(type_),
                    default=slot.name if slot else None,
                    never_null=name in never_null and not is_non_null_type(type_),
                    coerce=compile_value(type_),
                )
            )
        return tuple(specs)

    def _keep(self, key: tuple[object, ...], prepared: Prepared, twins: _Twins, literals: Sequence[str]) -> None:
        if twins.groups:
            self._put(key, twins)
            key = (*key, twins.pattern(literals))
        self._put(key, prepared)
        while self._held and (len(self._held) > self.size or self._characters > self.size * _MEAN_SKELETON):
            dropped, _ = self._held.popitem(last=False)
            self._characters -= len(str(dropped[0]))

    def _put(self, key: tuple[object, ...], value: Prepared | _Twins) -> None:
        if key not in self._held:
            self._characters += len(str(key[0]))
        self._held[key] = value
        self._held.move_to_end(key)


def estimate_cost(prepared: Prepared, variables: Mapping[str, object]) -> int:
    """The cells that the operation may deliver with these coerced variables; see `schema.cost`."""
    return evaluate(prepared.cells, variables)


def check_key_count(label: str, found: int, limits: Limits) -> None:
    """Raises TOO_MANY_KEYS."""
    if found > limits.keys:
        raise GatewayError(
            TOO_MANY_KEYS,
            f"`{label}` is given {found} keys, the limit is {limits.keys}",
            "ask in several requests",
            extensions={"limit": "keys", "allowed": limits.keys, "found": found},
        )


def _fill(prepared: Prepared, literals: Sequence[str]) -> dict[str, object]:
    for slot in prepared.checks:
        slot.coerce(literals)
    return {slot.name: slot.coerce(literals) for slot in prepared.slots}


def _never_null(schema: GraphQLSchema, nodes: Sequence[Node]) -> frozenset[str]:
    """The variables that stand somewhere where null does not."""
    found: set[str] = set()
    types = TypeInfo(schema)

    class Places(Visitor):
        def enter_variable(self, node: VariableNode, *_path: object) -> None:
            place = types.get_input_type()
            if place is not None and is_non_null_type(place):
                found.add(node.name.value)

    for node in nodes:
        visit(node, TypeInfoVisitor(types, Places()))
    return frozenset(found)


def _choose(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if operation_name is None:
        if len(operations) == 1:
            return operations[0]
        message = "the document holds no operation" if not operations else "the document holds several operations"
        raise GatewayError(
            OPERATION_UNKNOWN, message, "send `operationName`" if operations else "send a query or a mutation"
        )
    for operation in operations:
        if operation.name and operation.name.value == operation_name:
            return operation
    raise GatewayError(
        OPERATION_UNKNOWN, "the document holds no operation of the given name", "compare `operationName` with the document"
    )
