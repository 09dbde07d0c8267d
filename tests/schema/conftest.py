"""Schemas that the tests of this area share, built once."""

from pathlib import Path

import pytest
import strawberry

from catalogue.load import load_catalogue
from catalogue.model import Catalogue
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from tests.schema.sample import small

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def registers() -> Catalogue:
    """The five base registers as they are published."""
    return load_catalogue(ROOT / "catalogue")


@pytest.fixture(scope="session")
def register_schema(registers: Catalogue) -> strawberry.Schema:
    return build_schema(registers)


@pytest.fixture(scope="session")
def small_schema() -> strawberry.Schema:
    return build_schema(small())


@pytest.fixture
def documents(small_schema: strawberry.Schema) -> Documents:
    return Documents(small_schema, Limits(), 100)
