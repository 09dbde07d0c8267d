"""A request's variables, coerced. GraphQL specification, §6.1.2."""

from collections.abc import Mapping

from graphql import GraphQLError, Undefined
from graphql.execution.values import input_is_nested_too_deeply
from graphql.pyutils import print_path_list
from graphql.utilities import validate_input_value

from errors import TOO_COSTLY, VARIABLE_INVALID, GatewayError
from schema.document_errors import DocumentError
from schema.documents import Prepared, VariableSpec, check_key_count, estimate_cost
from schema.filters import MAX_FIRST


def coerce_variables(
    prepared: Prepared, raw: Mapping[str, object] | None, lifted: Mapping[str, object]
) -> dict[str, object]:
    """The operation's variables by name, the generated ones among them.

    A nullable one that is not given and has no default is absent. Raises VARIABLE_INVALID (an entry for each fault) and
    TOO_MANY_KEYS.
    """
    values = dict(lifted)
    given = raw or {}
    for spec in prepared.variables:
        if spec.name in given:
            try:
                value = spec.coerce(given[spec.name])
            except Exception:
                value = Undefined
            if value is Undefined or (value is None and spec.never_null):
                raise _refusal(prepared, given)
            values[spec.name] = value
        elif spec.default is not None:
            values[spec.name] = lifted[spec.default]
        elif spec.required:
            raise _refusal(prepared, given)
    bounds = prepared.bounds
    if bounds.firsts or bounds.keys:
        _check_bounds(prepared, values)
    return values


def check_cost(prepared: Prepared, variables: Mapping[str, object]) -> int:
    """The operation's cost in cells. Raises TOO_COSTLY."""
    found, limit = estimate_cost(prepared, variables), prepared.limits.cost
    if found > limit:
        raise GatewayError(
            TOO_COSTLY,
            f"the operation may deliver {found} cells, the limit is {limit}",
            extensions={"limit": "cost", "allowed": limit, "found": found},
        )
    return found


def _check_bounds(prepared: Prepared, values: Mapping[str, object]) -> None:
    for name, label in prepared.bounds.firsts:
        first = values.get(name)
        if first is not None and not 1 <= first <= MAX_FIRST:  # type: ignore[operator]
            raise GatewayError(
                VARIABLE_INVALID,
                f"`first` of `{label}` is {first}, it must be between 1 and {MAX_FIRST}",
                f"ask for at most {MAX_FIRST} rows",
                extensions={"limit": "first", "allowed": MAX_FIRST, "found": first},
            )
    for name, label in prepared.bounds.keys:
        check_key_count(label, len(values[name]), prepared.limits)  # type: ignore[arg-type]


def _refusal(prepared: Prepared, given: Mapping[str, object]) -> DocumentError:
    faults: list[GraphQLError] = []
    for spec in prepared.variables:
        if spec.name in given:
            _gather(prepared, spec, given[spec.name], faults)
        elif spec.required:
            faults.append(GraphQLError(f"Variable '${spec.name}' of required type '{spec.type}' was not provided"))
    return DocumentError(VARIABLE_INVALID, faults or [GraphQLError("a variable does not fit its type")])


def _gather(prepared: Prepared, spec: VariableSpec, value: object, faults: list[GraphQLError]) -> None:
    def on_error(fault: GraphQLError, path: list[str | int]) -> None:
        faults.append(
            GraphQLError(f"Variable '${spec.name}'{print_path_list(path)}: {fault.message}", extensions=fault.extensions)
        )

    if value is None and spec.never_null:
        faults.append(GraphQLError(f"Variable '${spec.name}' is null, but stands where a value is required"))
    elif input_is_nested_too_deeply(value, spec.type):
        faults.append(GraphQLError(f"Variable '${spec.name}' is nested too deeply"))
    else:
        validate_input_value(value, spec.type, on_error, not prepared.suggestions)
