"""Which rows a grant reaches (Art. 4(3), 16 ¶1), as a predicate that travels to the source."""

from functools import lru_cache
from typing import assert_never

from catalogue.model import Resource, Rows
from catalogue.predicate import (
    ALWAYS,
    CASE_SUBJECTS,
    OWN_DIVISION,
    Compare,
    InSubtree,
    ItemName,
    Literal,
    Not,
    Op,
    Predicate,
    all_of,
)
from sharing.consumer import Asking
from sharing.grant import Grant
from standards.divisions import subtree_prefix


def rows_of(grant: Grant, resource: Resource, asking: Asking) -> Predicate | None:
    """Of the rows that the grant names, the part that its provider is the source of (Art. 4(3)); None where the resource or
    the request lacks the fact that says which.
    """
    rows = _rows_predicate(grant.rows, resource, asking)
    if rows is None or (grant.within is None and not grant.without):
        return rows
    if resource.division is None:
        return None
    part = ALWAYS if grant.within is None else _in_division(resource.division, grant.within)
    return all_of(rows, part, *(Not(_in_division(resource.division, one)) for one in grant.without))


def _rows_predicate(rows: Rows, resource: Resource, asking: Asking) -> Predicate | None:
    match rows:
        case Rows.ALL:
            return ALWAYS
        case Rows.OWN_DIVISION:
            return None if resource.division is None else _in_own_division(resource.division)
        case Rows.CASE_SUBJECT:
            if resource.subject is None or not asking.in_case:
                return None
            return _of_the_case(resource.subject)
        case _:
            assert_never(rows)


# The same few over and over, and each takes longer to make than to decide.


@lru_cache(maxsize=1_024)
def _in_own_division(item: ItemName) -> Predicate:
    return InSubtree(item, OWN_DIVISION)


@lru_cache(maxsize=1_024)
def _in_division(item: ItemName, division: str) -> Predicate:
    return InSubtree(item, Literal(subtree_prefix(division)))


@lru_cache(maxsize=1_024)
def _of_the_case(item: ItemName) -> Predicate:
    return Compare(item, Op.IN, CASE_SUBJECTS)
