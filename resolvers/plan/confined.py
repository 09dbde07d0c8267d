"""Of which values a document asks for rows that departments provide by them (`catalogue.model.Parted`): of which types the
certificates.

Read off its `where` inputs, with the values of one request: nothing of a register is looked at.
"""

from collections.abc import Iterator, Mapping

from catalogue.model import Catalogue, Parted, ResourceName
from catalogue.predicate import Compare, Op, Param, conjuncts
from resolvers.plan.plan import ItemField, Listing, Plan, RelationField, RowSelection, Variables


def confined(catalogue: Catalogue, plan: Plan, variables: Variables) -> Mapping[ResourceName, frozenset[str]]:
    """The values by resource; one of which rows of any value are asked for somewhere is left out."""
    given = plan.given(variables)
    found: dict[ResourceName, frozenset[str] | None] = {}
    for resource, listing in _asked(plan):
        parted = catalogue.resources[resource].parted
        if parted is not None:
            values, before = _values(parted, listing, given), found.get(resource, frozenset())
            found[resource] = None if values is None or before is None else before | values
    return {resource: values for resource, values in found.items() if values}


def _asked(plan: Plan) -> Iterator[tuple[ResourceName, Listing | None]]:
    """Every place where rows are asked for, and what lists them there."""
    for root in plan.roots:
        yield root.rows.resource, root.listing
        yield from _below(root.rows)


def _below(rows: RowSelection) -> Iterator[tuple[ResourceName, Listing | None]]:
    for field in rows.fields:
        relation = field.hidden if isinstance(field, ItemField) else field
        if isinstance(relation, RelationField):
            for target in relation.rows:
                yield target.resource, relation.listing
                yield from _below(target)


def _values(parted: Parted, listing: Listing | None, given: Mapping[str, object]) -> frozenset[str] | None:
    """The values that its `where` names; None where it names none."""
    where = None if listing is None else listing.where
    for part in () if where is None else conjuncts(where):
        match part:
            case Compare(item=item, op=Op.EQ | Op.IN as op, operand=Param(name=name)) if item == parted.by:
                value = given[name]
                listed = value if op is Op.IN and isinstance(value, (tuple, list)) else (value,)
                return frozenset(one for one in listed if isinstance(one, str))
    return None
