"""POST and GET as GraphQL over HTTP has them, against a running server."""

import aiohttp
import orjson
import pytest

from catalogue.model import ProviderCode, Use
from catalogue.words import is_chinese
from errors import CODES, GatewayError
from resolvers.gateway import Gateway
from resolvers.stand import duty_of
from schema.limits import Limits
from sharing.consumer import Consumer, Purpose
from standards.identity_number import check_digit
from tests.http.calls import JSON, PERSON, get, post
from tests.http.house import CATALOGUE, CHECK_NUMBER, CITIZEN, OPERATOR, PERSON_NUMBER, HeldRights, World

LOOKUP = {"query": PERSON, "variables": {"id": PERSON_NUMBER}}
MODERN = "application/graphql-response+json"


async def test_data_comes_with_a_receipt_and_is_kept_nowhere(http: aiohttp.ClientSession, world: World) -> None:
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.media) == (200, f"{MODERN}; charset=utf-8")
    assert reply.json["data"] == {"person": {"name": "张三", "isAdult": True}}
    assert reply.json["extensions"]["sharing"]["receipt"]
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "accept" in reply.headers["vary"]
    assert not [name for name in reply.headers if name.lower().startswith("access-control-")]
    assert len(world.ledger.entries) == 1


@pytest.mark.parametrize("media", [MODERN, JSON])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "SYNTAX_ERROR"),
        ({"query": "{ nothingLikeIt }"}, "VALIDATION_FAILED"),
        ({"query": PERSON, "variables": {"id": "110105194912310021"}}, "VARIABLE_INVALID"),
        ({"query": "query A { __typename }", "operationName": "B"}, "OPERATION_UNKNOWN"),
        ({"query": PERSON, "variables": {"id": "\0"}}, "BAD_REQUEST"),
        ({"query": PERSON, "variables": {"id": ["a", {"b": "c\0"}]}}, "BAD_REQUEST"),
        ({"query": '{ creditSubject(code: "a\\u0000") { name } }'}, "VALIDATION_FAILED"),
        ({"query": '{ creditSubject(code: "a\\u{0}") { name } }'}, "VALIDATION_FAILED"),
        (b"", "BAD_REQUEST"),
        (b'{"query', "BAD_REQUEST"),
        (b'{"query": "\xff"}', "BAD_REQUEST"),
        (b'"query"', "BAD_REQUEST"),
        ([LOOKUP, LOOKUP], "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
        ({"query": 1}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "variables": []}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "variables": "{}"}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "operationName": 1}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "extensions": [1]}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "extensions": {"purpose": "x"}}, "PURPOSE_INVALID"),
    ],
)
async def test_a_refused_request_has_no_data_and_the_status_of_its_media_type(
    http: aiohttp.ClientSession, world: World, media: str, body: object, code: str
) -> None:
    reply = await post(http, world, body, accept=media)
    assert reply.code == code
    assert "data" not in reply.json
    told = [entry["extensions"] for entry in reply.json["errors"]]
    assert all(one["title"] == CODES[code].title_zh and one["hint"] and is_chinese(one["hintZh"]) for one in told)
    assert reply.status == (CODES[code].status if media == MODERN else CODES[code].legacy)
    assert reply.media == f"{media}; charset=utf-8"
    assert PERSON_NUMBER not in reply.body.decode()
    assert world.source.began == []


@pytest.mark.parametrize(
    ("query", "message_zh"),
    [
        ('{ person(idNumber: "110105194912310021") { name } }', "公民身份号码校验码不符"),
        ("{ addressesNear(latitude: 120, longitude: 31, radiusMetres: 5) { code } }", "纬度120与经度31填反"),
    ],
)
async def test_of_a_value_it_is_said_in_chinese_what_is_wrong(
    http: aiohttp.ClientSession, world: World, query: str, message_zh: str
) -> None:
    (told,) = (entry["extensions"] for entry in (await post(http, world, {"query": query})).json["errors"])
    assert told["messageZh"] == message_zh
    assert told["hintZh"].startswith("请")


async def test_a_file_comes_in_a_variable_and_from_whom_it_is_taken(http: aiohttp.ClientSession, world: World) -> None:
    note, file = "mutation($text: String!) { note(text: $text) }", "a" * 2 * Limits().body_bytes
    by_operator, by_citizen = (f"Bearer {world.token(who)}" for who in (OPERATOR, CITIZEN))
    whole = {"query": note, "variables": {"text": file}}
    written_in = {"query": f'mutation {{ note(text: "{file}") }}'}
    for sender in ({"authorization": by_operator}, {}):  # a consumer files scans
        taken = await post(http, world, whole, **sender)
        assert taken.json["data"] == {"note": file}
    named = {"query": note, "operationName": file}
    for body, who in ((written_in, by_operator), (named, by_operator), (whole, by_citizen)):
        reply = await post(http, world, body, authorization=who)
        assert (reply.status, reply.code) == (413, "BODY_TOO_LARGE")


async def test_a_body_of_another_type_is_not_read(http: aiohttp.ClientSession, world: World) -> None:
    for content_type in ("text/plain", "application/graphql", "application/json; charset=utf-16", None):
        reply = await post(http, world, LOOKUP, content_type=content_type)
        assert (reply.status, reply.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_an_answer_that_nobody_takes_is_not_made(http: aiohttp.ClientSession, world: World) -> None:
    reply = await post(http, world, LOOKUP, accept="text/html")
    assert (reply.status, reply.code, reply.media) == (406, "NOT_ACCEPTABLE", "application/json; charset=utf-8")
    assert world.source.began == []


async def test_other_methods_are_told_which_there_are(http: aiohttp.ClientSession, world: World) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD"):
        async with http.request(method, f"{world.url}/graphql") as response:
            assert (response.status, response.headers["allow"]) == (405, "GET, POST")
            assert "access-control-allow-origin" not in response.headers


async def test_a_stranger_is_told_nothing_else(http: aiohttp.ClientSession, world: World) -> None:
    for body in (LOOKUP, b'{"query', b"", {"query": 1}, [LOOKUP]):
        for authorization in (None, "Bearer x.y.z", "Basic aGFsbDp4"):
            reply = await post(http, world, body, authorization=authorization)
            assert reply.status == 401
            assert reply.code in ("UNAUTHENTICATED", "INVALID_TOKEN")
            assert reply.headers.getall("www-authenticate")
    reply = await post(http, world, LOOKUP, authorization=None, content_type="text/plain", accept="text/html")
    assert reply.status == 401
    assert (await get(http, world, {"query": "{"}, authorization=None)).status == 401
    assert world.ledger.entries == []


async def test_a_misspelt_mode_is_not_taken_for_a_loose_one(http: aiohttp.ClientSession, world: World) -> None:
    assert (await post(http, world, LOOKUP, sharing_mode="Strikt")).code == "BAD_REQUEST"
    assert (await post(http, world, LOOKUP, sharing_explain="all")).code == "BAD_REQUEST"
    assert (await post(http, world, LOOKUP, sharing_mode="strict", sharing_explain="full")).code is None


async def test_the_purpose_may_stand_in_the_extensions(http: aiohttp.ClientSession, world: World) -> None:
    purpose = {"matter": "M1", "use": "ADMINISTRATIVE_BASIS", "handler": "H1"}
    reply = await post(http, world, {**LOOKUP, "extensions": {"purpose": purpose}}, sharing_purpose=None)
    assert reply.code is None
    differing = await post(http, world, {**LOOKUP, "extensions": {"purpose": {**purpose, "handler": "H2"}}})
    assert (differing.status, differing.code) == (400, "PURPOSE_CONFLICT")
    assert (await post(http, world, LOOKUP, sharing_purpose=None)).code == "PURPOSE_REQUIRED"


async def test_a_get_queries(http: aiohttp.ClientSession, world: World) -> None:
    reply = await get(http, world, {"query": "query A { __typename }", "operationName": "A", "variables": "{}"})
    assert (reply.status, reply.json) == (200, {"data": {"__typename": "Query"}})
    assert (await get(http, world, {"query": "{ __typename }", "operationName": "", "variables": ""})).code is None


async def test_a_get_never_changes_anything(http: aiohttp.ClientSession, world: World) -> None:
    reply = await get(http, world, {"query": 'mutation { note(text: "x") }'})
    assert (reply.status, reply.code, reply.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert (await post(http, world, {"query": 'mutation { note(text: "x") }'})).json == {"data": {"note": "x"}}


@pytest.mark.parametrize(
    "params",
    [
        {"query": PERSON, "variables": orjson.dumps({"id": PERSON_NUMBER}).decode()},
        {"query": PERSON, "variables": orjson.dumps({"id": "not a number"}).decode()},
        {"query": f'{{ person(idNumber: "{PERSON_NUMBER}") {{ name }} }}'},
        {"query": f'query($id: IdentityNumber = "{PERSON_NUMBER}") {{ person(idNumber: $id) {{ name }} }}'},
        {"query": 'query { persons(idNumbers: ["x"]) { name } }'},
        {"query": "query($ids: [IdentityNumber!]!) { persons(idNumbers: $ids) { name } }", "variables": '{"ids": ["x"]}'},
        {"query": '{ legalEntity(creditCode: "91320000MA1MXXXX1X") { name } }'},
        {"query": f'{{ creditSubject(code: "{CHECK_NUMBER}") {{ name }} }}'},
        {"query": "{ __typename }", "extensions": orjson.dumps({"note": CHECK_NUMBER}).decode()},
        {"query": f"# {CHECK_NUMBER}\n{{ __typename }}"},
        {"query": "{ __typename }", "variables": "{"},
        {"query": "{ __typename }", "variables": "[]"},
        {"query": ""},
        {},
    ],
)
async def test_a_get_names_no_person_and_no_entity(
    http: aiohttp.ClientSession, world: World, params: dict[str, str]
) -> None:
    reply = await get(http, world, params)
    assert reply.status == 400
    assert reply.code in ("BAD_REQUEST", "VALIDATION_FAILED")
    assert world.source.began == []
    assert all(number.encode() not in reply.body for number in (PERSON_NUMBER, CHECK_NUMBER))


async def test_a_get_needs_credentials_that_no_browser_sends_by_itself(http: aiohttp.ClientSession, world: World) -> None:
    reply = await get(http, world, {"query": "{ __typename }"}, authorization="Basic aGFsbDp4")
    assert (reply.status, reply.code) == (400, "PREFLIGHT_REQUIRED")


async def test_a_parameter_stands_once_in_an_address(http: aiohttp.ClientSession, world: World) -> None:
    async with http.get(
        f"{world.url}/graphql?query=%7B__typename%7D&query=%7Bx%7D", headers={"authorization": f"Bearer {world.token()}"}
    ) as response:
        assert response.status == 400


async def test_only_operators_are_told_how_long_steps_took(http: aiohttp.ClientSession, world: World) -> None:
    query = {"query": "{ __typename }"}
    assert "server-timing" not in (await post(http, world, query)).headers
    reply = await post(http, world, query, authorization=f"Bearer {world.token(OPERATOR)}")
    assert "parse;dur=" in reply.headers["server-timing"]


class Entrusted(HeldRights):
    """Everybody acts for everybody; of the departments only some are in force."""

    def entrustment(self, counter: ProviderCode, duty: ProviderCode, matter: str, now: float) -> bool:
        return True


def test_nobody_acts_for_a_department_that_has_ended(gateway: Gateway) -> None:
    gateway.rights = Entrusted()
    living, *_ = CATALOGUE.departments
    ended = ProviderCode("113200000000000000")
    consumer = Consumer("hall", ProviderCode("11320100MB1K45679G"), "320100", frozenset({"consumer"}), False, 50)
    assert duty_of(gateway.rights, consumer, Purpose("M07", Use.ADMINISTRATIVE_BASIS, "h", None, living), 0.0) == living
    with pytest.raises(GatewayError) as refused:
        duty_of(gateway.rights, consumer, Purpose("M07", Use.ADMINISTRATIVE_BASIS, "h", None, ended), 0.0)
    assert refused.value.code.name == "ENTRUSTMENT_REQUIRED"


@pytest.mark.parametrize("part", [{"typeCode": {"eq": "x"}}, {"typeCode": {"isNull": True}}, {"not": {}}, {}])
async def test_a_where_of_many_parts_is_refused_and_not_kept(
    http: aiohttp.ClientSession, world: World, part: dict[str, object]
) -> None:
    query = "query($id: IdentityNumber!, $w: LicenceWhere) { person(idNumber: $id) { licences(where: $w) { number } } }"
    for count, code in ((20, None), (101, "VARIABLE_INVALID")):
        variables = {"id": PERSON_NUMBER, "w": {"or": [part] * count}}
        assert (await post(http, world, {"query": query, "variables": variables})).code == code
    assert len(world.gateway.served.plans._plans) == 1


async def test_an_abolished_division_only_warns(http: aiohttp.ClientSession, world: World) -> None:
    """GB 11643: a number keeps the division under which it was given out."""
    abolished = "320103" + "19900520993"
    number = abolished + check_digit(abolished)
    reply = await post(http, world, {"query": f'{{ who: person(idNumber: "{number}") {{ name }} }}'})
    assert (reply.status, reply.json["data"]) == (200, {"who": None})
    (warning,) = reply.json["extensions"]["sharing"]["warnings"]
    assert (warning["path"], warning["code"]) == (["who"], "DIVISION_ABOLISHED")
    assert number not in str(warning)


async def test_a_purpose_that_cannot_be_read_is_refused_on_the_record(http: aiohttp.ClientSession, world: World) -> None:
    reply = await post(http, world, LOOKUP, sharing_purpose='matter="M1", use=curiosity, handler="H1"')
    assert (reply.status, reply.code) == (400, "PURPOSE_INVALID")
    (entry,) = world.ledger.entries
    assert orjson.loads(entry)["error"] == "PURPOSE_INVALID"
