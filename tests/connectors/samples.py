"""Two small registers that hold every type of item, as resources, bindings, tables and DDL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from catalogue.binding import LookupBinding, ResourceBinding, SourceName
from catalogue.model import (
    Derivation,
    Item,
    ItemCode,
    Kind,
    LookupKind,
    ProviderCode,
    Resource,
    ResourceName,
    Unconditional,
    UpdateCycle,
)
from catalogue.predicate import ItemName
from connectors.request import Fetch

SOURCE = SourceName("register")
PERSON = ResourceName("Person")
PARCEL = ResourceName("Parcel")
ADDRESS = ResourceName("Address")

PERSON_TYPES = {
    "idNumber": "IdentityNumber",
    "name": "String",
    "sex": "Sex",
    "birthDate": "Date",
    "divisionCode": "DivisionCode",
    "phone": "String",
    "residence": "String",
    "capital": "Decimal",
    "count": "Int",
    "score": "Float",
    "sealed": "Boolean",
    "validFrom": "Date",
    "validUntil": "Date",
    "status": "String",
    "dateText": "String",
    "boundary": "GeoJSON",
    "householdNumber": "String",
}
PERSON_COLUMNS = {
    "idNumber": "id_number",
    "name": "name",
    "sex": "sex",
    "birthDate": "birth_date",
    "divisionCode": "division code",
    "phone": "phone",
    "residence": "residence",
    "capital": "capital",
    "count": "count",
    "score": "score",
    "sealed": "sealed",
    "validFrom": "valid_from",
    "validUntil": "valid_until",
    "status": "status",
    "dateText": "date_text",
    "boundary": "boundary",
    "householdNumber": "household_number",
}
DERIVED = {
    "isValid": Derivation("is_valid", (ItemName("validFrom"), ItemName("validUntil"), ItemName("status"))),
    "age": Derivation("age", (ItemName("birthDate"),)),
}
SQL_TYPES = {
    "Date": "date",
    "Decimal": "numeric",
    "Int": "integer",
    "Float": "double precision",
    "Boolean": "boolean",
}
PLACES = {
    PARCEL: {"parcelCode": "String", "boundary": "GeoJSON"},
    ADDRESS: {"code": "String", "text": "String"},
}


def _item(name: str, type_: str, derivation: Derivation | None = None) -> Item:
    return Item(
        ItemName(name),
        ItemCode(f"101001/01-{name}"),
        name,
        type_,
        Kind.BASE,
        Unconditional(),
        ProviderCode("1"),
        derivation=derivation,
    )


def _resource(name: ResourceName, types: Mapping[str, str], derived: Mapping[str, Derivation]) -> Resource:
    items = {ItemName(each): _item(each, type_) for each, type_ in types.items()}
    for each, derivation in derived.items():
        items[ItemName(each)] = _item(each, "Int" if each == "age" else "Boolean", derivation)
    return Resource(
        name=name,
        code="101001/01",
        register="population",
        title="人",
        provider=ProviderCode("1"),
        abstract="",
        format="",
        update_cycle=UpdateCycle.DAILY,
        modes=(),
        network_zone="",
        items=items,
        relations={},
        lookups={},
        roots=(),
    )


RESOURCES: Mapping[ResourceName, Resource] = {
    PERSON: _resource(PERSON, PERSON_TYPES, DERIVED),
    **{name: _resource(name, types, {}) for name, types in PLACES.items()},
}
BINDINGS: Mapping[ResourceName, ResourceBinding] = {
    PERSON: ResourceBinding(
        PERSON,
        SOURCE,
        "register.person",
        {ItemName(item): column for item, column in PERSON_COLUMNS.items()},
        {"by_holder": LookupBinding("register.holding", "holder", "person", "id_number")},
    ),
    PARCEL: ResourceBinding(
        PARCEL, SOURCE, "register.parcel", {ItemName("parcelCode"): "code", ItemName("boundary"): "boundary"}, {}, "shape"
    ),
    ADDRESS: ResourceBinding(
        ADDRESS, SOURCE, "register.address", {ItemName("code"): "code", ItemName("text"): "text"}, {}, "place"
    ),
}
_PERSON_DDL = ", ".join(f'"{PERSON_COLUMNS[item]}" {SQL_TYPES.get(type_, "text")}' for item, type_ in PERSON_TYPES.items())
DDL = f"""
DROP SCHEMA IF EXISTS register CASCADE;
CREATE SCHEMA register;
CREATE TABLE register.person ({_PERSON_DDL});
CREATE INDEX ON register.person (id_number);
CREATE INDEX ON register.person (household_number);
CREATE TABLE register.holding (holder text, person text);
CREATE INDEX ON register.holding (holder);
CREATE TABLE register.parcel (code text, boundary text, shape polygon);
CREATE INDEX ON register.parcel USING gist (shape);
CREATE TABLE register.address (code text, text text, place point);
CREATE INDEX ON register.address USING gist (place);
GRANT USAGE ON SCHEMA register TO oncegate_source;
GRANT SELECT ON ALL TABLES IN SCHEMA register TO oncegate_source;
"""
TABLES = {
    "register.person": tuple(PERSON_COLUMNS.values()),
    "register.holding": ("holder", "person"),
    "register.parcel": ("code", "boundary", "shape"),
    "register.address": ("code", "text", "place"),
}
Tables = dict[str, list[dict[str, Any]]]


def person(**items: object) -> dict[str, Any]:
    """A row of the person table; what is not said is null."""
    return {column: items.get(item) for item, column in PERSON_COLUMNS.items()}


def tables(**rows: Iterable[dict[str, Any]]) -> Tables:
    """All tables, by name; those not said are empty."""
    return {name: list(rows.get(name.removeprefix("register."), ())) for name in TABLES}


async def write(connection: "asyncpg.Connection[Any]", contents: Tables) -> None:
    """Put the rows into PostgreSQL in place of those that stand there."""
    await connection.execute(f"TRUNCATE {', '.join(contents)}")
    for name, rows in contents.items():
        columns = TABLES[name]
        schema, table = name.split(".")
        await connection.copy_records_to_table(
            table, schema_name=schema, columns=columns, records=[tuple(row[column] for column in columns) for row in rows]
        )


def asking(cells: Sequence[Any], **changes: Any) -> Fetch:
    """A fetch of persons by identity number, with the changes said."""
    base: dict[str, Any] = {
        "source": SOURCE,
        "resource": PERSON,
        "lookup": "by_id",
        "kind": LookupKind.EQUALS,
        "item": ItemName("idNumber"),
        "cells": tuple(cells),
        "unique": True,
    }
    return Fetch(**{**base, **changes})
