"""Items as callers name them, and as errors name them to people."""

import errors
from catalogue.model import ItemCode
from resolvers.workflow.named_items import code_of, with_names
from sharing.application import Request, RequestedItem
from sharing.completeness import in_words, lacking
from tests.law.cases import CATALOGUE, coordinate
from tests.law.test_application import terms

HOUSEHOLD = CATALOGUE.entries[coordinate("Person.householdNumber")].code
INTERNAL = next(one for one in CATALOGUE.entries.values() if getattr(one, "internal", False))


def test_an_item_is_named_by_code_or_coordinate() -> None:
    assert code_of(CATALOGUE, "Person.householdNumber") == HOUSEHOLD
    assert code_of(CATALOGUE, HOUSEHOLD) == HOUSEHOLD
    assert code_of(CATALOGUE, "999999/000001-001") == "999999/000001-001"


def test_an_error_names_an_item_by_code_title_and_coordinate() -> None:
    refused = errors.GatewayError(
        errors.STATE_CONFLICT,
        f"the application awaits no answer on `{HOUSEHOLD}`, which is `granted`",
        f"leave `{HOUSEHOLD}` out",
        extensions={"unanswered": [HOUSEHOLD], "inWords": [f"`{HOUSEHOLD}`: 事项编码"], "count": 1},
    )
    told = with_names(refused.to_json(), CATALOGUE)
    named = f"`{HOUSEHOLD}` (户号, `Person.householdNumber`)"
    assert told["message"] == f"the application awaits no answer on {named}, which is `granted`"
    assert told["extensions"]["hint"] == f"leave {named} out"
    assert (told["extensions"]["unanswered"], told["extensions"]["count"]) == ([HOUSEHOLD], 1)
    assert told["extensions"]["inWords"] == [f"{named}: 事项编码"]


def test_what_is_no_item_for_others_stays_as_it_is() -> None:
    for code in ("999999/000001-001", INTERNAL.code, "2026"):
        refused = errors.GatewayError(errors.NOT_FOUND, f"the catalogue holds no item `{code}`")
        assert with_names(refused.to_json(), CATALOGUE) == refused.to_json()


def test_what_an_item_lacks_is_told_with_its_name() -> None:
    request = Request((RequestedItem(ItemCode(HOUSEHOLD), terms(uses=frozenset())),), "d", "p", "h", "c")
    (name,) = lacking(request)
    assert with_names(in_words(name), CATALOGUE).startswith(f"`{HOUSEHOLD}` (户号, `Person.householdNumber`): 使用用途")
