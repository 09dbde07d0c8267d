"""The rows of the five registers. Fields are columns, in order; values are texts as PostgreSQL reads them, None is null."""

from typing import NamedTuple, TypeAlias

Text: TypeAlias = str | None


class Person(NamedTuple):
    id_number: str
    name: str
    sex: str
    ethnic_group: str
    birth_date: str
    birthplace: Text
    vital_status: str
    division_code: str
    registered_residence: str
    household_number: Text
    relation_to_head: Text
    id_card_valid_until: Text
    education: Text
    phone: Text
    adoption_record: Text
    sealed_juvenile_record: Text


class Household(NamedTuple):
    number: str
    address: str
    division_code: str
    head_id_number: str


class Marriage(NamedTuple):
    id_number: str
    status: str
    registered_on: str
    authority: str
    division_code: str
    spouse_id_number: str
    certificate_number: Text


class Entity(NamedTuple):
    credit_code: str
    name: str
    entity_type: str
    representative_name: str
    representative_id_number: str
    registered_address: str
    established_on: str
    status: str
    registration_authority: str
    division_code: str
    registered_capital: Text
    business_scope: Text
    industry_code: str
    operating_term_until: Text
    liquidation: Text
    social_insured_count: Text
    statistical_return: Text


class Shareholder(NamedTuple):
    credit_code: str
    position: str
    name: str
    share: str


class Division(NamedTuple):
    code: str
    name: str
    level: str
    parent_code: Text
    valid_from: str
    valid_until: Text
    successors: Text
    boundary: Text
    area: Text


class Address(NamedTuple):
    code: str
    address_text: str
    division_code: str
    latitude: str
    longitude: str


class Parcel(NamedTuple):
    parcel_code: str
    location: str
    land_use: str
    area_square_metres: str
    division_code: str
    right_holder: Text
    right_holder_name: Text
    price: Text
    boundary: str
    area: str


class Unit(NamedTuple):
    unit_code: str
    parcel_code: str
    division_code: str
    location: str
    unit_use: str
    area_square_metres: str
    co_ownership: str
    mortgaged: str
    sealed: str
    certificate_number: Text


class RightHolder(NamedTuple):
    unit_code: str
    position: str
    holder_code: str
    name: str
    share: str


class Licence(NamedTuple):
    identifier: str
    type_code: str
    type_name: str
    number: str
    holder_kind: str
    holder_code: str
    holder_name: str
    issuer: str
    division_code: str
    issued_on: str
    valid_from: str
    valid_until: Text
    status: str
    file_digest: str
    file_url: str
    printed_serial: str


class Subject(NamedTuple):
    code: str
    name: str
    subject_kind: str
    division_code: str
    level: Text
    score: Text


class Record(NamedTuple):
    record_number: str
    subject_code: str
    list_kind: str
    decision: str
    basis: str
    authority: str
    decided_on: str
    published_until: Text
    repaired_on: Text


Row: TypeAlias = (
    Person
    | Household
    | Marriage
    | Entity
    | Shareholder
    | Division
    | Address
    | Parcel
    | Unit
    | RightHolder
    | Licence
    | Subject
    | Record
)
