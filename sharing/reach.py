"""Which rows a grant reaches (Art. 4(3), 16 ¶1), as a predicate that travels to the source."""

from functools import lru_cache
from typing import assert_never

from catalogue.model import Item, ProviderCode, Relation, Resource, Rows
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


def rows_of(grant: Grant, entry: Item | Relation, resource: Resource, asking: Asking) -> Predicate | None:
    """Of the rows that the grant names, the part that its provider is the source of (Art. 4(3)); None where the resource or
    the request lacks the fact that says which, or where it is the source of none any more.
    """
    rows = _rows_predicate(grant.rows, resource, asking)
    part = None if rows is None else _part_of(grant, entry, resource)
    return None if rows is None or part is None else all_of(rows, part)


def is_of_a_source(grant: Grant, entry: Item | Relation, resource: Resource) -> bool:
    """Whether who gave it provides any of the rows. Where nobody but the entry's provider does, that is not asked of who
    gave all of it: what a former one gave goes on (`sharing.sources`); what was given of a part's rows ends with the part.
    """
    parted = resource.parted_for(entry)
    if grant.within is not None:
        return True
    if entry.code in grant.apart:
        return parted is not None and grant.provider in parted.of
    return parted is None or own_rows(entry, resource, grant.provider) is not None


def own_rows(entry: Item | Relation, resource: Resource, department: ProviderCode | None) -> Predicate | None:
    """The rows that the department provides by the catalogue; None: none."""
    parted = resource.parted_for(entry)
    if parted is not None and department is not None and department in parted.of:
        return _one_of(parted.by, parted.of[department])
    if department != entry.provider:
        return None
    return ALWAYS if parted is None else Not(_one_of(parted.by, parted.values))


def _part_of(grant: Grant, entry: Item | Relation, resource: Resource) -> Predicate | None:
    """The rows that its provider answers for. What departments provide by a value is divided no further, and what they claim
    or let go by division (`claimSource`) is of the other rows.
    """
    parted, within = resource.parted_for(entry), grant.within
    if parted is None:
        by_value: Predicate | None = ALWAYS
    else:
        by_value = own_rows(entry, resource, grant.provider if within is None else entry.provider)
        if within is None and grant.provider in parted.of:
            return by_value
    if by_value is None or (within is None and not grant.without):
        return by_value
    if resource.division is None:
        return None
    part = ALWAYS if within is None else _in_division(resource.division, within)
    return all_of(by_value, part, *(Not(_in_division(resource.division, one)) for one in grant.without))


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
def _one_of(item: ItemName, values: tuple[str, ...]) -> Predicate:
    return Compare(item, Op.IN, Literal(values))


@lru_cache(maxsize=1_024)
def _in_own_division(item: ItemName) -> Predicate:
    return InSubtree(item, OWN_DIVISION)


@lru_cache(maxsize=1_024)
def _in_division(item: ItemName, division: str) -> Predicate:
    return InSubtree(item, Literal(subtree_prefix(division)))


@lru_cache(maxsize=1_024)
def _of_the_case(item: ItemName) -> Predicate:
    return Compare(item, Op.IN, CASE_SUBJECTS)
