"""Whether two conditions can hold of one row, as far as their literals tell."""

from catalogue.predicate import Compare, ItemName, Literal, Not, Op, Predicate, conjuncts


def disjoint(one: Predicate, other: Predicate) -> bool:
    """Whether no row meets both: an item would have one of two lists of values that have none in common, or one of a list
    that is excluded. False: some row may.
    """
    return any(_apart(this, that) or _apart(that, this) for this in conjuncts(one) for that in conjuncts(other))


def _apart(one: Predicate, other: Predicate) -> bool:
    if not isinstance(one, Compare):
        return False
    ours, excludes = _values(one, one.item), isinstance(other, Not)
    theirs = _values(other.part if isinstance(other, Not) else other, one.item)
    if ours is None or theirs is None:
        return False
    return ours <= theirs if excludes else ours.isdisjoint(theirs)


def _values(one: Predicate, item: ItemName) -> frozenset[object] | None:
    """The values of which the item has one where it holds; None where that is not said."""
    match one:
        case Compare(item=of, op=Op.EQ, operand=Literal(value=value)) if of == item:
            return frozenset((value,))
        case Compare(item=of, op=Op.IN, operand=Literal(value=tuple(values))) if of == item:
            return frozenset(values)
    return None
