"""How much one document may ask for.

Counts are those of the operation as executed: what stands in a fragment counts wherever the fragment is spread, so that no
limit is passed by hiding behind one. Each fragment is measured once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from errors import (
    TOO_DEEP,
    TOO_MANY_ALIASES,
    TOO_MANY_DIRECTIVES,
    TOO_MANY_ROOT_FIELDS,
    TOO_MANY_TOKENS,
    Code,
    GatewayError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults. `keys` counts those of one batch root; `cost` is in cells (`schema.cost`).

    `upload_bytes` stands in the place of `body_bytes` where a client sends a file (a letter, a spreadsheet, a scan),
    or an answer of which a paper is to be drawn.
    `body_bytes`, `request_ms` (from identification to the record; as long again for the body to arrive) and `queue`
    (requests that one worker holds at once, those that wait for a source or the ledger among them) are the transport's.

    `introspection_depth` stands in the place of `depth` below `__schema` and `__type`: the usual query for them is 15 deep.
    """

    body_bytes: int = 100_000
    upload_bytes: int = 4_000_000
    tokens: int = 2_000
    depth: int = 12
    introspection_depth: int = 16
    aliases: int = 30
    directives: int = 50
    root_fields: int = 20
    keys: int = 100
    cost: int = 5_000
    request_ms: int = 5_000
    queue: int = 1_000


@dataclass(frozen=True, slots=True)
class _Measure:
    """A selection set as executed. A depth is the number of fields one inside the other."""

    depth: int
    introspection_depth: int
    aliases: int
    directives: int
    fields: int


_NOTHING = _Measure(0, 0, 0, 0, 0)


def check_tokens(found: int, limits: Limits) -> None:
    """Raises TOO_MANY_TOKENS."""
    if found > limits.tokens:
        raise _exceeded(TOO_MANY_TOKENS, "tokens", found, limits.tokens)


def check_limits(
    fragments: Mapping[str, FragmentDefinitionNode], operation: OperationDefinitionNode, limits: Limits
) -> None:
    """Raises TOO_DEEP, TOO_MANY_ALIASES, TOO_MANY_DIRECTIVES or TOO_MANY_ROOT_FIELDS.

    Fragments in a circle count as empty where they close it: refusing them is validation's.
    """
    try:
        found = _Meter(fragments).measure(operation.selection_set)
    except RecursionError:
        raise GatewayError(
            TOO_DEEP, f"fragments are nested too deeply, limit `depth` is {limits.depth}", "ask for less at once"
        ) from None
    directives = (
        found.directives
        + len(operation.directives or ())
        + sum(len(variable.directives or ()) for variable in operation.variable_definitions or ())
    )
    for code, name, value, limit in (
        (TOO_DEEP, "depth", found.depth, limits.depth),
        (TOO_DEEP, "introspection_depth", found.introspection_depth, limits.introspection_depth),
        (TOO_MANY_ALIASES, "aliases", found.aliases, limits.aliases),
        (TOO_MANY_DIRECTIVES, "directives", directives, limits.directives),
        (TOO_MANY_ROOT_FIELDS, "root_fields", found.fields, limits.root_fields),
    ):
        if value > limit:
            raise _exceeded(code, name, value, limit)


class _Meter:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.measured: dict[str, _Measure] = {}

    def measure(self, node: SelectionSetNode) -> _Measure:
        depth = introspection_depth = aliases = directives = fields = 0
        for selection in node.selections:
            directives += len(selection.directives or ())
            match selection:
                case FieldNode():
                    inner = self.measure(selection.selection_set) if selection.selection_set else _NOTHING
                    fields += 1
                    aliases += selection.alias is not None
                    if selection.name.value in ("__schema", "__type"):
                        reached, reached_within = 0, 1 + max(inner.depth, inner.introspection_depth)
                    else:
                        reached, reached_within = 1 + inner.depth, inner.introspection_depth
                case InlineFragmentNode():
                    inner = self.measure(selection.selection_set)
                    fields += inner.fields
                    reached, reached_within = inner.depth, inner.introspection_depth
                case FragmentSpreadNode():
                    inner = self.fragment(selection.name.value)
                    fields += inner.fields
                    reached, reached_within = inner.depth, inner.introspection_depth
                case _:
                    continue
            depth = max(depth, reached)
            introspection_depth = max(introspection_depth, reached_within)
            aliases += inner.aliases
            directives += inner.directives
        return _Measure(depth, introspection_depth, aliases, directives, fields)

    def fragment(self, name: str) -> _Measure:
        if name not in self.measured:
            self.measured[name] = _NOTHING
            fragment = self.fragments.get(name)
            if fragment is not None:
                found = self.measure(fragment.selection_set)
                self.measured[name] = _Measure(
                    found.depth,
                    found.introspection_depth,
                    found.aliases,
                    found.directives + len(fragment.directives or ()),
                    found.fields,
                )
        return self.measured[name]


def _exceeded(code: Code, name: str, found: int, limit: int) -> GatewayError:
    shown = str(found) if found < 1_000_000_000 else "more than 1000000000"
    return GatewayError(
        code,
        f"the operation has `{name}` {shown}, the limit is {limit}",
        "ask for less at once, or in several requests",
        extensions={"limit": name, "allowed": limit, "found": shown},
    )
