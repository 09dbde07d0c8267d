"""The catalogue over HTTP: searched and read by whoever is known, of every role, with no purpose."""

from typing import Any

import pytest
from graphql import parse, validate

from catalogue.load import load_catalogue
from catalogue.model import Item
from demo.stories import STORIES
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from schema.example import example_of
from tests.catalogue.registers import FOLDER
from tests.server.gateway import Running

CATALOGUE = load_catalogue(FOLDER)
SHOWN = {str(at) for at, entry in CATALOGUE.entries.items() if not (isinstance(entry, Item) and entry.internal)}
ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
SEARCH = """query($words: String, $register: String, $theme: String, $provider: String, $type: SharingType, $kind: ItemKind,
    $resource: String, $first: Int, $after: String) {
  catalogue(words: $words, register: $register, theme: $theme, provider: $provider, sharingType: $type, kind: $kind,
      resource: $resource, first: $first, after: $after) {
    version total near endCursor hasNextPage
    entries { coordinate }
    facets { registers { ...C } resources { ...C } providers { ...C } sharingTypes { ...C } kinds { ...C } }
  }
}
fragment C on CatalogueCount { value title titleEn entries }"""
WHOLE = """query($words: String, $first: Int) { catalogue(words: $words, first: $first) { entries {
  coordinate name code title note noteZh type standard kind sharingType condition scope uses forms rows openForm
  register { name title lead { code name title } }
  resource { name code title abstract updateCycle modes format networkZone provider { title } }
  provider { code title }
  basis { title number clause class }
  rules { note noteZh article sharing { sharingType condition forms rows } }
  derivation { operation operands years }
  relation { targets many }
} } }"""


def search(gateway: Running, client: str = "demo-developer", **variables: Any) -> dict[str, Any]:
    answered = gateway.ask(SEARCH, variables, client=client, purpose="")
    assert "errors" not in answered.body, answered.body
    found: dict[str, Any] = answered.body["data"]["catalogue"]
    return found


def entry(gateway: Running, coordinate: str) -> dict[str, Any]:
    answered = gateway.ask(WHOLE, {"words": coordinate, "first": 1}, client="demo-developer", purpose="")
    found: dict[str, Any] = answered.body["data"]["catalogue"]["entries"][0]
    assert found["coordinate"] == coordinate
    return found


@pytest.mark.parametrize(
    "client",
    ["demo-hall", "demo-developer", "demo-theme", "demo-provider", "demo-operator", "demo-auditor", "demo-supervisor",
     "demo-citizen"],
)  # fmt: skip
def test_whoever_is_known_reads_the_catalogue(gateway: Running, client: str) -> None:
    assert search(gateway, client, words="婚姻状况")["entries"] == [{"coordinate": "MarriageRecord.status"}]


def test_nobody_unknown_reads_it(gateway: Running) -> None:
    asked = gateway.post("/graphql", b'{"query": "{ catalogue { total } }"}', {"Content-Type": "application/json"})
    assert asked.status == 401
    assert "data" not in asked.body


def test_it_needs_no_introspection(gateway: Running) -> None:
    schema = gateway.ask("{ __schema { queryType { name } } }", client="demo-citizen", purpose="")
    assert schema.body["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
    read = gateway.ask('{ catalogue { resource(name: "Person") { total } } }', client="demo-citizen", purpose="")
    assert read.body["data"]["catalogue"]["resource"]["total"] > 20


def test_it_is_whole_in_a_view_of_what_one_may_read(gateway: Running) -> None:
    headers = {
        "Authorization": f"Bearer {gateway.token('demo-developer')}",
        "Content-Type": "application/json",
        "Sharing-View": "mine",
        "Sharing-Purpose": 'matter="M12", use=administrative-basis, handler="H-002"',
    }
    asked = gateway.post("/graphql", b'{"query": "{ catalogue(words: \\"Person.phone\\") { total } }"}', headers)
    assert asked.body["data"]["catalogue"]["total"] == 1
    withheld = gateway.post("/graphql", b'{"query": "{ __type(name: \\"Person\\") { fields { name } } }"}', headers)
    assert "adoptionRecord" not in str(withheld.body["data"])
    unlisted = gateway.post("/graphql", b'{"query": "{ catalogue(words: \\"adoption\\") { total } }"}', headers)
    assert unlisted.body["data"]["catalogue"]["total"] == 1


def test_pages_together_hold_every_entry_once(gateway: Running) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = search(gateway, first=50, after=after)
        assert page["total"] == len(SHOWN)
        seen += [one["coordinate"] for one in page["entries"]]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    assert len(seen) == len(SHOWN)
    assert set(seen) == SHOWN


def test_filters_and_facets_agree(gateway: Running) -> None:
    found = search(gateway, words="登记", register="population", type="CONDITIONAL", first=100)
    assert 0 < found["total"] == len(found["entries"])
    count = {one["value"]: one["entries"] for one in found["facets"]["registers"]}
    assert count["population"] == found["total"]
    for register, entries in count.items():
        assert search(gateway, words="登记", register=register, type="CONDITIONAL")["total"] == entries
    titles = {one["value"]: (one["title"], one["titleEn"]) for one in found["facets"]["sharingTypes"]}
    assert titles["NOT_SHARED"] == ("不予共享", "not shared")
    providers = {one["title"]: one["value"] for one in found["facets"]["providers"]}
    by_code = search(gateway, provider=providers["江苏省民政厅"])
    assert by_code == search(gateway, provider="江苏省民政厅") == search(gateway, provider="civil_affairs")
    assert search(gateway, kind="DERIVED", resource="Person")["total"] == 4


def test_unknown_words_and_values_give_an_empty_page_with_counts(gateway: Running) -> None:
    unknown = ({"words": "查无此词"}, {"words": "!!! % \\ 🙂"}, {"words": ADULT}, {"register": "x"}, {"theme": "医疗健康"})
    for asked in (*unknown, {"resource": "X"}, {"provider": "x"}):
        found = search(gateway, **asked)
        assert (found["total"], found["entries"], found["endCursor"], found["hasNextPage"]) == (0, [], None, False), asked
        assert [one["value"] for one in found["facets"]["kinds"]] == ["BASE", "BUSINESS", "DERIVED"]
        assert len(found["facets"]["registers"]) == 5


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"first": 0}, "VARIABLE_INVALID"),
        ({"first": 101}, "VARIABLE_INVALID"),
        ({"after": "Person.nobody"}, "INPUT_INVALID"),
        ({"after": ""}, "INPUT_INVALID"),
        ({"type": "SECRET"}, "VARIABLE_INVALID"),
    ],
)
def test_a_page_that_cannot_be_is_refused(gateway: Running, asked: dict[str, Any], code: str) -> None:
    refused = gateway.ask(SEARCH, asked, client="demo-developer", purpose="")
    assert refused.body["errors"][0]["extensions"]["code"] == code
    assert "Person.nobody" not in str(refused.body)


def test_an_entry_tells_all_that_is_published_of_it(gateway: Running) -> None:
    phone = entry(gateway, "Person.phone")
    assert phone["register"]["lead"]["title"] == "江苏省公安厅"
    assert phone["resource"]["updateCycle"] == "DAILY"
    assert phone["resource"]["modes"] == ["ONLINE_LOOKUP", "BULK_DOWNLOAD", "SYSTEM_INTERCONNECTION"]
    assert (phone["resource"]["networkZone"], phone["resource"]["format"]) == ("extranet", "database")
    assert (phone["kind"], phone["sharingType"], phone["forms"]) == ("BUSINESS", "CONDITIONAL", ["VERIFY"])
    assert phone["condition"].startswith("仅供核验")
    assert phone["uses"] == ["ADMINISTRATIVE_BASIS", "DATA_VERIFICATION"]
    (child,) = phone["rules"]
    assert "第二十八条" in child["article"]
    assert child["sharing"]["rows"] == ["CASE_SUBJECT"]
    assert phone["noteZh"] == "在公安机关留存的联系电话；只供核验，不提供内容"
    assert phone["note"].startswith("Phone number left with the police")
    assert child["noteZh"].startswith("不满十四周岁未成年人的个人信息")
    adoption = entry(gateway, "Person.adoptionRecord")
    assert adoption["sharingType"] == "NOT_SHARED"
    assert adoption["basis"]["class"] == "法律"
    assert adoption["basis"]["clause"] == "第一千一百一十条"
    adult = entry(gateway, "Person.isAdult")
    assert adult["derivation"] == {"operation": "is_adult", "operands": ["Person.birthDate"], "years": None}
    licences = entry(gateway, "Person.licences")
    assert (licences["type"], licences["relation"]) == ("[Licence!]", {"targets": ["Licence"], "many": True})
    assert entry(gateway, "Licence.holder")["relation"]["targets"] == ["Person", "LegalEntity"]


def test_a_whole_page_may_be_asked_for_once_and_not_thirty_times(gateway: Running) -> None:
    whole = gateway.ask(WHOLE, {"first": 80}, client="demo-developer", purpose="")
    assert len(whole.body["data"]["catalogue"]["entries"]) == 80
    body = WHOLE[WHOLE.index("catalogue(") : WHOLE.rindex("}")]
    twice = gateway.ask(f"query($words: String, $first: Int) {{ {body} b: {body} }}", {"first": 80}, purpose="")
    assert twice.body["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


def test_a_resource_with_entries_ways_in_and_an_example_that_runs(gateway: Running) -> None:
    answered = gateway.ask(
        """{ catalogue { resource(name: "Household") { resource { title } register { name } total roots { field }
             lookups { name kind item unique } entries(first: 2) { name } example { query variables { name type } } }
             person: resource(name: "Person") { roots { field title batch arguments { name type } } example { query } }
             none: resource(name: "Nothing") { total } } }""",
        purpose="",
    )
    assert "errors" not in answered.body, answered.body
    page = answered.body["data"]["catalogue"]
    assert page["none"] is None
    household = page["resource"]
    assert (household["resource"]["title"], household["register"]["name"]) == ("户信息", "population")
    assert (household["roots"], len(household["entries"])) == ([], 2)
    assert household["example"]["variables"] == [{"name": "idNumber", "type": "IdentityNumber!"}]
    assert page["person"]["roots"][1]["arguments"] == [{"name": "idNumbers", "type": "[IdentityNumber!]!"}]
    ran = gateway.ask(page["person"]["example"]["query"], {"idNumber": ADULT})
    assert ran.body["data"]["person"]["name"] == "王明远"


def test_every_example_is_valid_against_the_schema() -> None:
    schema = build_schema(CATALOGUE, ROOTS)._schema
    for name in CATALOGUE.resources:
        made = example_of(CATALOGUE, name)
        assert made is not None, name
        assert validate(schema, parse(made.query)) == [], made.query


def test_reading_it_is_not_on_the_record_and_goes_beside_data_that_is(gateway: Running) -> None:
    alone = gateway.ask("{ catalogue { version } }", purpose="")
    assert "extensions" not in alone.body
    beside = gateway.ask(
        "query($id: IdentityNumber!) { person(idNumber: $id) { name } catalogue(words: \"姓名\", first: 1) { total } }",
        {"id": ADULT},
    )  # fmt: skip
    assert beside.body["data"]["person"]["name"] == "王明远"
    assert beside.body["data"]["catalogue"]["total"] >= 1
    assert beside.sharing["receipt"]
