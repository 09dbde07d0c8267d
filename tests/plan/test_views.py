"""A view holds what its caller can read, and nothing else: held against what would run, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.model import Catalogue, Coordinate, Form, Item, Mode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from resolvers.decide import Permitted
from resolvers.plan.cache import Plans
from resolvers.plan.plan import Plan
from resolvers.plan.pruned import Constant, RelationSlot
from resolvers.views import Views
from schema.build import WorkflowRoots, build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.view import View, view_of
from sharing.consumer import Asking, Consumer
from sharing.grant import Grant
from sharing.rights import index_rights
from tests.plan.standpoint import HALL, NOW, catalogue, documents, grant, permit
from tests.schema.sample import Here

CONSUMER = Consumer("hall", HALL, "320100", frozenset({"consumer"}), True, 100)
ASKING = Asking(HALL, "320100", "M04", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, False)


def documents_of(view: View) -> Documents:
    return Documents(build_schema(view.catalogue, WorkflowRoots(query=Here), view.usable), Limits(), 10)


@cache
def _catalogue(strict: bool) -> Catalogue:
    """The catalogue as published, or one whose relations may use no key that is not open itself."""
    if not strict:
        return catalogue()
    resources = {
        name: replace(one, relations={each: replace(rel, linkable=False) for each, rel in one.relations.items()})
        for name, one in catalogue().resources.items()
    }
    return replace(catalogue(), resources=resources)


@cache
def _plans(strict: bool) -> Plans:
    return Plans(documents().schema, _catalogue(strict))


def made_view(*grants: Grant, strict: bool = False) -> View:
    """What the hall can read under these grants, for the purpose of `permit`."""
    views = Views(_catalogue(strict), documents_of)
    rights = index_rights(1, grants)
    horizon = views.horizon(CONSUMER, ASKING, rights, NOW.timestamp())
    return view_of(_catalogue(strict), views.look(horizon, rights).readable)


Path = tuple[str, ...]


@cache
def _plan(path: Path, leaf: str, strict: bool) -> Plan:
    """The plan of one field below these, with a variable for each argument that is required."""
    query = documents().schema.query_type
    assert query is not None
    definition = query.fields[path[0]]
    needed = {name: argument for name, argument in definition.args.items() if str(argument.type).endswith("!")}
    stated = ", ".join(f"${name}: {argument.type}" for name, argument in needed.items())
    given = ", ".join(f"{name}: ${name}" for name in needed)
    inner = leaf
    for name in reversed(path[1:]):
        inner = f"{name} {{ {inner} }}"
    text = f"query({stated}) {{ {path[0]}({given}) {{ {inner} }} }}"
    prepared, _ = documents().prepare(text, None, True)
    return _plans(strict).plan(prepared.hash, prepared.operation, prepared.fragments, {})


def _paths() -> Iterator[tuple[Path, GraphQLObjectType]]:
    """Root fields, and relations of what they give: the ways by which every type can be reached."""
    query = documents().schema.query_type
    assert query is not None
    for root, (resource, _) in catalogue().roots.items():
        rows = documents().schema.type_map[resource.name]
        assert isinstance(rows, GraphQLObjectType)
        yield (root,), rows
        for name in resource.relations:
            target = get_named_type(rows.fields[name].type)
            if isinstance(target, GraphQLObjectType):
                yield (root, name), target


def _is_withheld(permitted: Permitted, path: Path, leaf: str) -> bool:
    """Whether a constant null stands there, or above it, in what may run."""
    rows = permitted.pruned.roots[0].rows
    for name in (*path[1:], leaf):
        if rows is None:
            return True
        [slot] = rows.slots
        if isinstance(slot, Constant):
            assert slot.value is None
            return True
        rows = slot.branches[0].rows if isinstance(slot, RelationSlot) and name != leaf else rows
    return rows is None


def _leaf(type_: GraphQLObjectType, name: str) -> str:
    definition = type_.fields[name]
    return name if is_leaf_type(get_named_type(definition.type)) else f"{name} {{ __typename }}"


def _readable(*grants: Grant, strict: bool = False) -> set[str]:
    """The coordinates that some way shows on some row, by what the plans that may run say."""
    found = set()
    for path, type_ in _paths():
        for name in type_.fields:
            if name == "verify":
                continue
            permitted = permit(_plan(path, _leaf(type_, name), strict), *grants, of=_catalogue(strict))
            if not _is_withheld(permitted, path, name):
                found.add(f"{type_.name}.{name}")
    return found


def _fields(schema: GraphQLSchema, name: str) -> Mapping[str, Any]:
    """What an object type or an input type has; empty where it is not there."""
    return getattr(schema.type_map.get(name), "fields", {})


def _in(view: View) -> set[str]:
    """The coordinates that the view's schema has, where some way leads to their type."""
    schema = documents_of(view).schema
    reached = {type_.name for _, type_ in _paths()}
    return {
        f"{type_.name}.{name}"
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType) and type_.name in reached
        for name in type_.fields
        if name != "verify"
    }


ITEMS = sorted(str(one) for one, entry in catalogue().entries.items() if not (isinstance(entry, Item) and entry.internal))


@settings(max_examples=25, deadline=None)
@example([("Person.marriageRecord", Form.FULL, Rows.OWN_DIVISION)], False)
@example([("Person.household", Form.FULL, Rows.ALL), ("Household.number", Form.FULL, Rows.ALL)], True)
@given(st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(Form), st.sampled_from(Rows)), max_size=8), st.booleans())
def test_a_view_has_what_would_be_shown_on_some_row_and_nothing_else(
    granted: list[tuple[str, Form, Rows]], strict: bool
) -> None:
    grants = [grant(item, form, rows) for item, form, rows in dict.fromkeys(granted)]
    shown, readable = _in(made_view(*grants, strict=strict)), _readable(*grants, strict=strict)
    assert shown <= readable
    for gone in readable - shown:  # a type without fields is none, and nothing can lead to it
        resource, _, name = gone.partition(".")
        relation = catalogue().resources[ResourceName(resource)].relations[ItemName(name)]
        assert not [one for one in readable | shown if one.split(".")[0] in {each.resource for each in relation.targets}]


def test_without_a_grant_what_is_conditional_is_not_there() -> None:
    schema = documents_of(made_view()).schema
    assert "name" in _fields(schema, "Person")
    for hidden in ("phone", "education", "householdNumber", "marriageRecord"):
        assert hidden in _fields(documents().schema, "Person")
        assert hidden not in _fields(schema, "Person")
    assert "MarriageRecord" not in schema.type_map


def test_what_may_only_be_compared_is_there_to_be_compared() -> None:
    before, after = (documents_of(made_view(*grants)).schema for grants in ((), [grant("Person.phone", Form.VERIFY)]))
    assert (
        list(_fields(before, "Person")["verify"].args)
        == list(_fields(before, "PersonVerification"))
        == ["name", "birthDate"]
    )
    assert "phone" not in _fields(after, "Person")
    assert "phone" in _fields(after, "Person")["verify"].args
    assert "phone" in _fields(after, "PersonVerification")


@pytest.mark.parametrize(("form", "filters"), [(Form.FULL, True), (Form.MASKED, False)])
def test_only_what_is_open_in_full_filters_and_orders(form: Form, filters: bool) -> None:
    made = made_view(grant("LegalEntity.landParcels"), grant("LandParcel.rightHolder LandParcel.price", form))
    schema = documents_of(made).schema
    assert ("price" in _fields(schema, "LandParcelWhere")) is filters
    order = schema.type_map["LandParcelItem"]
    assert isinstance(order, GraphQLEnumType)
    assert ("price" in order.values) is filters
    assert "price" in _fields(schema, "LandParcel")


def test_a_type_whose_rows_may_not_stand_goes_with_what_leads_to_it() -> None:
    known = catalogue()
    open_all = made_view().catalogue
    key = Coordinate(ResourceName("CreditSubject"), ItemName("code"))
    views = Views(known, documents_of)
    rights = index_rights(1, ())
    horizon = views.horizon(CONSUMER, ASKING, rights, NOW.timestamp())
    readable = views.look(horizon, rights).readable
    assert "credit" in open_all.resources[ResourceName("Person")].relations
    for left in ("standing", "found"):
        less = replace(readable, **{left: getattr(readable, left) - {key}})
        view = view_of(known, less)
        assert (ResourceName("CreditSubject") in view.catalogue.resources) is (left == "found")
        assert "creditSubject" not in view.catalogue.roots
    assert "creditSubject" in open_all.roots
