"""The generated schema against the contract, and against its own golden print."""

from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    build_ast_schema,
    parse,
    print_ast,
    value_from_ast_untyped,
)
from graphql.utilities import get_default_value_ast

from catalogue.model import Catalogue, Coordinate, Kind, ResourceName
from catalogue.predicate import ItemName
from schema.build import WorkflowRoots, build_schema
from schema.origin import is_data_field
from tests.schema.sample import large, small

HERE = Path(__file__).parent
CONTRACT = build_ast_schema(parse((HERE / "contract.graphql").read_text("utf-8")))
SCALARS = ("Date", "DateTime", "IdentityNumber", "CreditCode", "DivisionCode", "LicenceIdentifier", "GeoJSON", "Decimal")


def named(schema: GraphQLSchema, name: str) -> Any:
    return schema.type_map[name]


def at(type_name: str, field: str) -> Coordinate:
    return Coordinate(ResourceName(type_name), ItemName(field))


def objects() -> list[str]:
    return [name for name, type_ in CONTRACT.type_map.items() if isinstance(type_, GraphQLObjectType) and name[:2] != "__"]


@pytest.mark.parametrize("name", objects())
def test_type_holds_every_field_and_argument_of_the_contract(name: str, register_schema: strawberry.Schema) -> None:
    built, wanted = named(register_schema._schema, name), named(CONTRACT, name)
    for field_name, field in wanted.fields.items():
        assert field_name in built.fields, f"{name}.{field_name} is missing"
        found = built.fields[field_name]
        assert str(found.type) == str(field.type), f"{name}.{field_name}"
        for argument_name, argument in field.args.items():
            given = found.args[argument_name]
            assert str(given.type) == str(argument.type), f"{name}.{field_name}({argument_name})"
            assert default_of(given) == default_of(argument), f"{name}.{field_name}({argument_name})"


def default_of(argument: Any) -> object:
    node = get_default_value_ast(argument)
    return None if node is None else float(value_from_ast_untyped(node))


@pytest.mark.parametrize(
    "name", [n for n, t in CONTRACT.type_map.items() if isinstance(t, GraphQLEnumType) and n[:2] != "__"]
)
def test_enum_has_the_values_of_the_contract(name: str, register_schema: strawberry.Schema) -> None:
    assert list(named(register_schema._schema, name).values) == list(named(CONTRACT, name).values)


def test_union_and_scalars_are_those_of_the_contract(register_schema: strawberry.Schema) -> None:
    types = register_schema._schema.type_map
    holder = types["LicenceHolder"]
    assert isinstance(holder, GraphQLUnionType)
    assert [member.name for member in holder.types] == ["Person", "LegalEntity"]
    assert set(SCALARS) <= set(types)


def test_roots_are_only_those_of_the_catalogue(register_schema: strawberry.Schema, registers: Catalogue) -> None:
    assert (
        set(named(register_schema._schema, "Query").fields) == set(registers.roots) == set(named(CONTRACT, "Query").fields)
    )


def test_every_entry_is_a_field_and_internal_items_are_none(
    register_schema: strawberry.Schema, registers: Catalogue
) -> None:
    for resource in registers.resources.values():
        expected: set[str] = {name for name, item in resource.items.items() if not item.internal} | set(resource.relations)
        if resource.verify:
            expected.add("verify")
        assert set(named(register_schema._schema, resource.name).fields) == expected
    assert any(item.internal for resource in registers.resources.values() for item in resource.items.values())


def test_relation_lists_take_arguments_and_components_none(register_schema: strawberry.Schema, registers: Catalogue) -> None:
    seen = set()
    for resource in registers.resources.values():
        for name, relation in resource.relations.items():
            found = list(named(register_schema._schema, resource.name).fields[name].args)
            takes = relation.many and not relation.component
            assert found == (["where", "orderBy", "first"] if takes else []), f"{resource.name}.{name}"
            seen.add((relation.many, relation.component))
    assert {(True, False), (True, True), (False, False)} <= seen


def test_inputs_hold_only_what_may_filter(small_schema: strawberry.Schema) -> None:
    human = build_schema(small())._schema
    where = named(human, "PaperWhere")
    assert set(where.fields) == {"code", "kind", "holderCode", "count", "issuedOn", "and", "or", "not"}  # not the geometry
    assert set(named(human, "IntComparison").fields) == {"eq", "in", "gte", "lte", "isNull"}
    assert set(named(human, "StringComparison").fields) == {"eq", "in", "isNull"}


def test_not_shared_verify_only_and_derived_items_do_not_filter(
    register_schema: strawberry.Schema, registers: Catalogue
) -> None:
    for name, type_ in register_schema._schema.type_map.items():
        if not (isinstance(type_, GraphQLInputObjectType) and name.endswith("Where")):
            continue
        items = registers.resources[name.removesuffix("Where")].items  # type: ignore[index]
        offered = set(type_.fields) - {"and", "or", "not"}
        assert not offered & {item for item, entry in items.items() if entry.internal or entry.kind is Kind.DERIVED}


def test_everything_that_a_developer_meets_is_described(register_schema: strawberry.Schema) -> None:
    schema = register_schema._schema
    bare = []
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if not type_.description:
            bare.append(name)
        for field_name, field in getattr(type_, "fields", {}).items():
            if not field.description:
                bare.append(f"{name}.{field_name}")
            bare += [f"{name}.{field_name}({a})" for a, one in getattr(field, "args", {}).items() if not one.description]
        if isinstance(type_, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, one in type_.values.items() if not one.description]
    assert bare == []


def test_sharing_is_printed_on_each_field_of_a_resource(register_schema: strawberry.Schema, registers: Catalogue) -> None:
    printed = parse(register_schema.as_str())
    for definition in printed.definitions:
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value in registers.resources:
            for field in definition.fields or ():
                if field.name.value == "verify":
                    continue
                directives: dict[str, Any] = {one.name.value: one for one in field.directives or ()}
                code = next(one.value.value for one in directives["sharing"].arguments if one.name.value == "code")
                assert code == registers.entries[at(definition.name.value, field.name.value)].code


def test_the_print_is_a_schema_and_equal_to_its_golden(register_schema: strawberry.Schema, rewrite_goldens: bool) -> None:
    golden = HERE / "golden" / "schema.graphql"
    printed = register_schema.as_str() + "\n"
    if rewrite_goldens:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(printed, "utf-8")
    assert print_ast(parse(printed))
    assert build_ast_schema(parse(printed)).query_type is not None
    assert printed == golden.read_text("utf-8")


def test_data_fields_have_no_resolver_that_runs(small_schema: strawberry.Schema) -> None:
    answer = small_schema.execute_sync('{ paper(code: "1") { code } }')
    assert answer.errors is not None
    assert "compiled way" in str(answer.errors[0])


def test_workflow_roots_stand_beside_the_data() -> None:
    @strawberry.type
    class Workflow:
        @strawberry.field(description="who asks")  # type: ignore[untyped-decorator]
        def my_rights(self) -> list[str]:
            return ["all"]

    @strawberry.type
    class Change:
        @strawberry.mutation(description="opens a case")  # type: ignore[untyped-decorator]
        def open_case(self, case: str) -> str:
            return case

    schema = build_schema(small(), WorkflowRoots(query=Workflow, mutation=Change))
    fields = schema._schema.query_type.fields  # type: ignore[union-attr]
    assert list(fields)[-1] == "myRights"
    assert not is_data_field(fields["myRights"])
    assert is_data_field(fields["human"])
    assert schema.execute_sync("{ myRights }").data == {"myRights": ["all"]}


def test_two_hundred_resources_build() -> None:
    schema = build_schema(large())._schema
    assert len([name for name in schema.type_map if name.startswith("Resource") and name[8:].isdigit()]) == 200
