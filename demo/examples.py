"""What GraphiQL offers in the demo: three clients with their purposes, and named queries worth seeing first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.seed import CLIENTS
from demo.stories import STORIES, Story

STORY: Mapping[str, Story] = {story.key: story for story in STORIES}
SHOWN = {
    "demo-hall": ("City service hall, Nanjing", 'matter="M07", use=administrative-basis, case="DEMO-M07", handler="H-001"'),
    "demo-developer": ("Developer, Nanjing housing bureau", 'matter="M12", use=administrative-basis, handler="H-002"'),
    "demo-theme": ("Thematic project, Suzhou", 'matter="T01", use=work-reference, handler="H-003"'),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A named query with its variables."""

    title: str
    title_zh: str
    query: str
    variables: Mapping[str, object]


PERSON = """query Person($idNumber: IdentityNumber!) {
  person(idNumber: $idNumber) {
    idNumber
    name
    sex
    birthDate
    registeredResidence
    marriageRecord { status registeredOn }
    licences(first: 5) { typeName number issuer validUntil isValid }
    credit { seriousDishonestyLists { decision } trustIncentives { decision authority } }
  }
}
"""
COMPANY = """query Company($creditCode: CreditCode!) {
  legalEntity(creditCode: $creditCode) {
    name
    status
    registeredCapital
    shareholders { name }
    representative { name sex vitalStatus }
    division { name level }
    credit { level penalties { decision decidedOn authority } }
  }
}
"""
WITHHELD = """query Withheld($idNumber: IdentityNumber!) {
  person(idNumber: $idNumber) {
    name
    phone
    householdNumber
    household { address }
    marriageRecord { status }
    licences(first: 10) { typeName status }
  }
}
"""
BATCH = """query Batch($idNumbers: [IdentityNumber!]!) {
  persons(idNumbers: $idNumbers) { name vitalStatus isAdult divisionCode }
}
"""
PLACE = """query Place($latitude: Float!, $longitude: Float!) {
  divisionAt(latitude: $latitude, longitude: $longitude) { code name parent { name } }
  addressesNear(latitude: $latitude, longitude: $longitude, radiusMetres: 3000, first: 5) { text }
}
"""
VERIFY = """query Verify($idNumber: IdentityNumber!) {
  person(idNumber: $idNumber) {
    verify(name: "王明远", phone: "13919850312", birthDate: "1985-03-13") { name phone birthDate }
  }
}
"""


def examples() -> Sequence[Example]:
    """The queries, the first of which GraphiQL opens with."""
    adult, company = STORY["adult"].identifiers["person"], STORY["company"].identifiers["company"]
    couple = STORY["couple"].identifiers
    disabled = STORY["disability"].identifiers["applicant"]
    return (
        Example("A person: licences and credit", "自然人：证照与信用", PERSON, {"idNumber": adult}),
        Example("A company and its representative", "企业与法定代表人", COMPANY, {"creditCode": company}),
        Example("What is withheld, and why", "哪些不予提供，为什么", WITHHELD, {"idNumber": disabled}),
        Example("Several at once", "一次查询多人", BATCH, {"idNumbers": [adult, couple["applicant"], couple["spouse"]]}),
        Example("A place", "按位置查询", PLACE, {"latitude": 32.06, "longitude": 118.77}),
        Example("Verify without disclosing", "核验而不提供", VERIFY, {"idNumber": adult}),
    )


def graphiql_demo() -> Mapping[str, object]:
    """`clients` and `examples` of `/graphiql/config.json`."""
    clients = {client.id: client for client in CLIENTS}
    return {
        "clients": [
            {
                "id": name,
                "secret": clients[name].secret,
                "title": title,
                "titleZh": clients[name].title,
                "purpose": purpose,
            }
            for name, (title, purpose) in SHOWN.items()
        ],
        "examples": [
            {"title": one.title, "titleZh": one.title_zh, "query": one.query, "variables": one.variables}
            for one in examples()
        ],
    }
