"""Who looked at a person, told through the citizen's service channel: everything of that person, nothing of anybody else."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import pytest

from catalogue.model import Basis, BasisClass, Rows
from demo.stories import STORIES
from ledger.subject import SubjectKeys
from sharing.concealment import Concealment
from standards.identity_number import stands_in
from storage.access import Role, attach
from storage.keys import load_or_create
from storage.layout import KEYS
from storage.own_database import DATABASE
from tests.server.gateway import Answered, Running
from tests.server.test_grants import HOUSING, TODAY, entries, give, granted
from tests.server.test_receipts import show

RECORDS = """query($id: IdentityNumber!, $by: IdentificationInput, $first: Int, $after: String, $from: Date, $to: Date) {
  accessRecords(subject: $id, identifiedBy: $by, first: $first, after: $after, from: $from, to: $to) {
    nodes { at kind consumer { code title } actingFor { title } matter matterTitle use step stepTitle refusal refusalTitle
      items { item title provider { title } outcome certain } }
    endCursor receipt } }"""
LOOKUP = "query($id: IdentityNumber!) { person(idNumber: $id) { name phone isMarried } }"
M07 = 'matter="M07", use=administrative-basis, case="DEMO-M07", handler="H-001"'
LAW = Basis("中华人民共和国监察法", "中华人民共和国主席令第三号", "第十八条", BasisClass.LAW)
NOBODY = "320106190001010015"
NUMBERS = count()


def subject(story: str, role: str) -> str:
    return next(one for one in STORIES if one.key == story).identifiers[role]


ADULT, MOTHER, SELLER, HEIR, WIDOW, EMPLOYEE = (
    subject("adult", "person"), subject("child", "mother"), subject("contradiction", "seller"),
    subject("no-dwelling", "applicant"), subject("deceased", "formerSpouse"), subject("nonconforming", "employee"),
)  # fmt: skip


def identified(**changes: Any) -> dict[str, Any]:
    return {"method": "FACE", "reference": "SB-2026-0001", "at": datetime.now(UTC).isoformat(), **changes}


def ask(gateway: Running, person: str, client: str = "demo-citizen", **more: Any) -> Answered:
    variables = {"id": person, "by": identified(), **more}
    return gateway.ask(RECORDS, variables, client=client, purpose="")


def page(gateway: Running, person: str, **more: Any) -> dict[str, Any]:
    answered = ask(gateway, person, **more)
    assert "errors" not in answered.body, answered.body
    found: dict[str, Any] = answered.body["data"]["accessRecords"]
    return found


def told(gateway: Running, person: str, **more: Any) -> list[dict[str, Any]]:
    """The look-ups by departments: those by the channel itself are left out."""
    found: list[dict[str, Any]] = page(gateway, person, first=100, **more)["nodes"]
    return [one for one in found if one["step"] != "accessRecords"]


def outcomes(record: dict[str, Any]) -> dict[str, str]:
    return {item["title"]: item["outcome"] for item in record["items"]}


def refused(answered: Answered) -> tuple[str, str]:
    (error,) = answered.body["errors"]
    assert answered.body.get("data") in (None, {"accessRecords": None})
    return error["extensions"]["code"], error["extensions"].get("article")


def test_a_person_learns_who_when_under_which_matter_and_which_items(gateway: Running) -> None:
    began = datetime.now(UTC)
    assert gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07).status == 200
    record = told(gateway, ADULT)[0]
    assert began <= datetime.fromisoformat(record["at"]) <= datetime.now(UTC)
    assert record["consumer"]["title"] == "南京市政务服务管理办公室"
    assert (record["kind"], record["matter"], record["use"]) == ("ANSWERED", "M07", "ADMINISTRATIVE_BASIS")
    assert record["matterTitle"]
    assert (record["step"], record["refusal"], record["actingFor"]) == (None, None, None)
    items = {item["title"]: item for item in record["items"]}
    assert items["姓名"]["outcome"] == "SHARED"
    assert items["姓名"]["provider"]["title"] == "江苏省公安厅"
    assert items["联系电话"]["outcome"] == "WITHHELD"
    assert all(item["certain"] for item in record["items"])


def test_of_others_in_the_same_answer_nothing_is_told(gateway: Running) -> None:
    both = """query($a: IdentityNumber!, $b: IdentityNumber!) {
      one: person(idNumber: $a) { sex } other: person(idNumber: $b) { ethnicGroup } }"""
    assert gateway.ask(both, {"a": ADULT, "b": MOTHER}, purpose=M07).status == 200
    assert outcomes(told(gateway, ADULT)[0]) == {"性别": "SHARED"}
    assert outcomes(told(gateway, MOTHER)[0]) == {"民族": "SHARED"}


def test_a_look_up_in_vain_is_told_as_such_also_among_others(gateway: Running) -> None:
    many = "query($ids: [IdentityNumber!]!) { persons(idNumbers: $ids) { name } }"
    assert gateway.ask(LOOKUP, {"id": NOBODY}, purpose=M07).body["data"] == {"person": None}
    assert gateway.ask(many, {"ids": [NOBODY, ADULT]}, purpose=M07).status == 200
    batch, single = told(gateway, NOBODY)[:2]
    assert (batch["kind"], outcomes(batch)) == ("NOT_FOUND", {"姓名": "NO_DATA"})
    assert (single["kind"], outcomes(single)["姓名"]) == ("NOT_FOUND", "NO_DATA")
    assert (told(gateway, ADULT)[0]["kind"], outcomes(told(gateway, ADULT)[0])) == ("ANSWERED", {"姓名": "SHARED"})


def test_a_refused_look_up_is_told_with_its_reason(gateway: Running) -> None:
    strict = gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07, headers={"Sharing-Mode": "strict"})
    assert strict.body["errors"][0]["extensions"]["code"] == "STRICT_WITHHELD"
    record = told(gateway, ADULT)[0]
    assert (record["kind"], record["refusal"], record["items"]) == ("REFUSED", "STRICT_WITHHELD", [])
    assert record["refusalTitle"] == "严格模式下有不予提供的信息项"
    assert gateway.ask(LOOKUP, {"id": ADULT}, purpose="").status == 403
    assert (told(gateway, ADULT)[0]["refusal"], told(gateway, ADULT)[0]["matter"]) == ("PURPOSE_REQUIRED", None)


def test_a_step_that_names_the_person_is_told(gateway: Running) -> None:
    number = f"T-{next(NUMBERS)}-{datetime.now(UTC):%H%M%S%f}"
    step = """mutation($case: String!, $id: IdentityNumber!) {
      openCase(case: $case, matter: "M07", subjects: [{role: "applicant", idNumber: $id}]) { number } }"""
    purpose = 'matter="M07", use=administrative-basis, handler="H-001"'
    assert "errors" not in gateway.ask(step, {"case": number, "id": EMPLOYEE}, purpose=purpose).body
    record = told(gateway, EMPLOYEE)[0]
    assert (record["kind"], record["step"], record["matter"]) == ("STEP", "openCase", "M07")
    assert record["stepTitle"] == "开始办件"
    assert number not in str(record)


FILE = "query($case: String!) { serviceCase(number: $case) { number } }"
OPEN = """mutation($case: String!, $matter: String!, $id: IdentityNumber!) {
  openCase(case: $case, matter: $matter, subjects: [{role: "applicant", idNumber: $id}]) { number } }"""


def test_that_a_file_on_the_person_was_opened_is_told(gateway: Running) -> None:
    assert "errors" not in gateway.ask(FILE, {"case": "DEMO-M06"}, purpose="").body
    record = told(gateway, EMPLOYEE)[0]
    assert (record["kind"], record["step"], record["stepTitle"]) == ("STEP", "serviceCase", "办件档案")
    known = len(told(gateway, EMPLOYEE))
    assert gateway.ask(FILE, {"case": "DEMO-M06"}, client="demo-developer", purpose="").body["data"]["serviceCase"] is None
    assert len(told(gateway, EMPLOYEE)) == known, "who has no such case opens none"


def test_no_file_of_an_investigation_is_told_of_whatever_purpose_it_is_opened_for(gateway: Running) -> None:
    matter, case = "M07", f"INV-{next(NUMBERS)}-{datetime.now(UTC):%H%M%S%f}"
    purpose = 'matter="{}", use=administrative-basis, handler="X-1"'
    hiding = granted(matters=frozenset({matter}), concealment=Concealment(LAW, TODAY + timedelta(days=60)))
    (number,) = give(gateway, hiding)
    known = told(gateway, SELLER)
    opening = {"case": case, "matter": matter, "id": SELLER}
    assert "errors" not in gateway.ask(OPEN, opening, client="demo-developer", purpose=purpose.format(matter)).body
    reference = purpose.format(matter).replace("administrative-basis", "work-reference")
    for stated in ("", purpose.format(matter), purpose.format("M12"), reference):
        seen = gateway.ask(FILE, {"case": case}, client="demo-developer", purpose=stated).body
        assert seen["data"]["serviceCase"] == {"number": case}
    assert told(gateway, SELLER) == known
    hidden = [one for one in entries(gateway, "workflow") if one.get("concealed", {}).get("grants") == [number]]
    assert len(hidden) == 5
    gateway.cli("grant", "revoke", number, "--reason", "调查终结")


def test_the_query_is_itself_in_the_ledger_and_told_the_next_time(gateway: Running) -> None:
    first = page(gateway, WIDOW, by=identified(method="COUNTER_ID_CARD", reference="窗口-12"))
    entry = entries(gateway, "workflow")[0]
    assert entry["id"] == first["receipt"]
    assert entry["outcomes"][0][0] == "accessRecords"
    assert entry["outcomes"][0][1].startswith("COUNTER_ID_CARD ")
    assert entry["outcomes"][0][1].endswith(" 窗口-12")
    own = page(gateway, WIDOW)["nodes"][0]
    assert (own["kind"], own["step"], own["stepTitle"], own["consumer"]["code"]) == (
        "STEP", "accessRecords", "查询记录", entry["consumer"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "stated",
    [
        None,
        identified(at=(datetime.now(UTC) - timedelta(hours=25)).isoformat()),
        identified(at=(datetime.now(UTC) + timedelta(hours=1)).isoformat()),
        identified(reference=" "),
        identified(reference=f"ID-{SELLER}"),
    ],
    ids=["none", "old", "to come", "no reference", "names the person"],
)
def test_without_an_identification_nothing_is_told_and_the_attempt_is(gateway: Running, stated: Any) -> None:
    assert refused(ask(gateway, SELLER, by=stated)) == ("IDENTIFICATION_REQUIRED", "个人信息保护法 45")
    attempt = page(gateway, SELLER)["nodes"][0]
    assert (attempt["step"], attempt["refusal"]) == ("accessRecords", "IDENTIFICATION_REQUIRED")
    assert entries(gateway, "workflow")[1]["breaches"] == ["IDENTIFICATION_REQUIRED"]


@pytest.mark.parametrize("client", ["demo-hall", "demo-provider", "demo-operator", "demo-auditor", "demo-supervisor"])
def test_no_other_role_is_told(gateway: Running, client: str) -> None:
    assert refused(ask(gateway, ADULT, client)) == ("ROLE_REQUIRED", "Art. 21")


def test_it_is_paged_and_bounded_by_days(gateway: Running) -> None:
    for _ in range(3):
        gateway.ask(LOOKUP, {"id": HEIR}, purpose=M07)
    whole = told(gateway, HEIR)
    first = page(gateway, HEIR, first=2)
    later = page(gateway, HEIR, first=2, after=first["endCursor"])
    times = [one["at"] for one in [*first["nodes"], *later["nodes"]]]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 4
    day = timedelta(days=1)
    assert told(gateway, HEIR, **{"from": str(TODAY), "to": str(TODAY)})[: len(whole)] == whole
    assert told(gateway, HEIR, to=str(TODAY - day)) == []
    assert told(gateway, HEIR, **{"from": str(TODAY + day)}) == []
    for wrong, code in (
        ({"first": 0}, "VARIABLE_INVALID"),
        ({"first": 101}, "VARIABLE_INVALID"),
        ({"after": "x"}, "INPUT_INVALID"),
        ({"from": str(TODAY), "to": str(TODAY - day)}, "INPUT_INVALID"),
    ):
        assert refused(ask(gateway, HEIR, **wrong))[0] == code


def test_an_investigation_that_a_law_keeps_secret_is_not_told_and_nobody_else_is_blinded(gateway: Running) -> None:
    """Answered, narrowed, refused or in vain: what was asked under the grant is hidden, also when the grant is gone."""
    matter = f"INV-{next(NUMBERS)}"
    purpose = f'matter="{matter}", use=administrative-basis, handler="X-1"'
    hiding = granted(
        matters=frozenset({matter}), rows=Rows.OWN_DIVISION, concealment=Concealment(LAW, TODAY + timedelta(days=60))
    )
    (number,) = give(gateway, hiding)

    def look(person: str, **more: Any) -> Answered:
        return gateway.ask(LOOKUP, {"id": person}, client="demo-developer", purpose=purpose, **more)

    before = [page(gateway, person)["nodes"] for person in (ADULT, NOBODY)]
    assert look(ADULT).body["data"]["person"]["isMarried"] is not None
    assert look(NOBODY).status == 200
    assert look(ADULT, headers={"Sharing-Mode": "strict"}).status == 403
    seen = [one for one in entries(gateway, "answered") if one.get("purpose", {}).get("matter") == matter]
    seen += [one for one in entries(gateway, "refused") if one.get("purpose", {}).get("matter") == matter]
    assert len(seen) == 3
    for entry in seen:  # as its auditor reads it
        assert entry["concealed"]["grants"] == [number]
        assert entry["concealed"]["bases"] == ["《中华人民共和国监察法》（中华人民共和国主席令第三号）第十八条"]
    gateway.cli("grant", "revoke", number, "--reason", "调查终结")
    for person, former in zip((ADULT, NOBODY), before, strict=True):
        now = [one for one in page(gateway, person)["nodes"] if one["step"] != "accessRecords"]
        assert now == [one for one in former if one["step"] != "accessRecords"][: len(now)]
        assert not [one for one in told(gateway, person) if one["matter"] == matter]
    # what is asked for the same matter once the grant is gone was not asked under it
    look(ADULT)
    assert told(gateway, ADULT)[0]["matter"] == matter


def test_a_slip_in_an_investigation_is_not_told_either(gateway: Running) -> None:
    """Without a purpose, or acting for the investigator without an entrustment: refused before anything is decided."""
    matter = f"INV-{next(NUMBERS)}"
    hiding = granted(matters=frozenset({matter}), rows=Rows.ALL, concealment=Concealment(LAW, TODAY + timedelta(days=60)))
    stated = f'matter="{matter}", use=administrative-basis, handler="X-1"'

    def slips() -> list[list[Any]]:
        gateway.ask(LOOKUP, {"id": WIDOW}, client="demo-developer", purpose="")
        gateway.ask(LOOKUP, {"id": WIDOW}, purpose=f'{stated}, acting-for="{HOUSING}"')
        made = entries(gateway, "refused")[:2]
        assert [one["error"] for one in made] == ["ENTRUSTMENT_REQUIRED", "PURPOSE_REQUIRED"]
        return [one.get("concealed", {}).get("grants", []) for one in made]

    before = len(told(gateway, WIDOW))
    assert slips() == [[], []]
    assert len(told(gateway, WIDOW)) == before + 2
    (number,) = give(gateway, hiding)
    assert slips() == [[number], [number]]
    assert len(told(gateway, WIDOW)) == before + 2
    gateway.ask(LOOKUP, {"id": WIDOW}, purpose="")
    assert len(told(gateway, WIDOW)) == before + 3, "nobody else is hidden"
    gateway.cli("grant", "revoke", number, "--reason", "调查终结")


def test_no_identity_number_stands_anywhere_in_the_ledger(gateway: Running) -> None:
    """Every byte of every payload, after all that was asked here; also where somebody writes one into a word or a name."""
    gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07)
    gateway.ask(f'{{ person(idNumber: "{ADULT}") {{ name }} }}', purpose=M07)
    ask(gateway, ADULT, by=identified(reference=ADULT))
    for key in ("handler", "case", "matter"):
        stated = {"matter": "M07", "handler": "H-1", "case": "C-1", key: f"N{ADULT}"}
        words = ", ".join(f'{name}="{word}"' for name, word in stated.items())
        answered = gateway.ask(LOOKUP, {"id": ADULT}, purpose=f"{words}, use=administrative-basis")
        assert answered.body["errors"][0]["extensions"]["code"] == "PURPOSE_INVALID"
        assert ADULT not in str(answered.body)
    named = gateway.ask(
        f"query($id: IdentityNumber!) {{ x{ADULT}: person(idNumber: $id) {{ name }} }}", {"id": ADULT}, purpose=M07
    )
    assert named.status == 400
    step = "mutation($n: String!) { closeCase(case: $n) { number } }"
    assert gateway.ask(step, {"n": ADULT}, purpose=M07).body["errors"][0]["extensions"]["code"] == "INPUT_INVALID"
    payloads = asyncio.run(_payloads(gateway))
    assert len(payloads) > 20
    demo = re.compile(
        "|".join(code for story in STORIES for code in story.identifiers.values() if code[:2] == "32").encode()
    )
    for payload in payloads:
        assert demo.search(payload) is None
        assert not stands_in(re.sub(rb"[0-9a-f]{64}|[0-9a-f-]{36}", b"", payload).decode())


async def _payloads(gateway: Running) -> list[bytes]:
    connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE, Role.AUDITOR))
    try:
        return [row["payload"] for row in await connection.fetch("SELECT payload FROM ledger_entry")]
    finally:
        await connection.close()


def test_the_ledger_finds_a_person_by_keyed_hash_alone(gateway: Running) -> None:
    keys: SubjectKeys = load_or_create(gateway.folder / KEYS, production=False).subject

    async def kept() -> int:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE, Role.AUDITOR))
        try:
            found: int = await connection.fetchval(
                "SELECT count(*) FROM ledger_subject WHERE subject = ANY($1)", list(keys.all_of(ADULT))
            )
            return found
        finally:
            await connection.close()

    gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07)
    assert asyncio.run(kept()) > 0


def test_a_check_of_materials_is_told_with_the_items_that_it_looked_at(gateway: Running) -> None:
    check = """query($id: IdentityNumber!) { materialCheck(matter: "M12", subjects: [{role: "applicant", idNumber: $id}]) {
      materials { code verdict } } }"""
    purpose = 'matter="M12", use=administrative-basis, handler="H-1"'
    answered = gateway.ask(check, {"id": HEIR}, client="demo-developer", purpose=purpose)
    assert "errors" not in answered.body, answered.body
    record = told(gateway, HEIR)[0]
    assert (record["kind"], record["matter"]) == ("ANSWERED", "M12")
    assert "SHARED" in outcomes(record).values()
    assert None not in outcomes(record)


def test_below_a_relation_that_led_to_nothing_nothing_is_told_as_shared(gateway: Running) -> None:
    """M12's marriage certificate, which a row rule may hide, and the dwelling, of which there is none."""
    check = """query($id: IdentityNumber!) { materialCheck(matter: "M12", subjects: [{role: "applicant", idNumber: $id}]) {
      materials { contents { coordinate outcome value } } } }"""
    purpose = 'matter="M12", use=administrative-basis, case="DEMO-M12", handler="H-1"'
    answered = gateway.ask(check, {"id": HEIR}, purpose=purpose)
    contents = [one for each in answered.body["data"]["materialCheck"]["materials"] for one in each["contents"]]
    certificate = next(one for one in contents if one["coordinate"] == "Person.licences")
    assert (certificate["outcome"], certificate["value"]) == ("WITHHELD", None)
    found = outcomes(told(gateway, HEIR)[0])
    assert found["姓名"] == "SHARED"
    assert (found["持有的电子证照"], found["证照类型名称"], found["电子证照标识"]) == ("WITHHELD",) * 3
    assert (found["名下不动产单元"], found["不动产单元代码"], found["婚姻登记记录"]) == ("NO_DATA",) * 3
    recorded = show(gateway, answered.sharing["receipt"]).body
    below = ("certificates", "marriageRecord", "realEstateUnits")
    assert set(recorded["empty"]) == {f"materialCheck.applicant.{name}" for name in below}


def test_a_comparison_is_told_as_one(gateway: Running) -> None:
    compare = (
        'query($id: IdentityNumber!) { person(idNumber: $id) { verify(phone: "13900000000", name: "王明") { phone name } } }'
    )
    answered = gateway.ask(compare, {"id": ADULT}, purpose=M07, headers={"Sharing-Explain": "full"})
    assert {one["outcome"] for one in answered.sharing["outcomes"]} == {"COMPARED"}
    assert outcomes(told(gateway, ADULT)[0]) == {"联系电话": "COMPARED", "姓名": "COMPARED"}
    assert not gateway.ask(compare, {"id": ADULT}, purpose=M07).sharing["outcomes"]


def test_fragments_aliases_conditions_and_type_names_are_completed_as_the_specification_says(gateway: Running) -> None:
    """As the specification says, in a way of their own (`resolvers/workflow/plain.py`): in order, merged, skipped."""
    assert gateway.ask(LOOKUP, {"id": ADULT}, purpose=M07).status == 200
    query = """query($id: IdentityNumber!, $by: IdentificationInput, $no: Boolean!) {
      accessRecords(subject: $id, identifiedBy: $by, first: 1) { nodes {
        what: kind __typename ...who items @skip(if: $no) { title } matter @include(if: $no) use
        items { ... on AccessItem { outcome __typename } provider { title } } } } }
      fragment who on AccessRecord { consumer { t: title __typename } actingFor { title } }"""
    answered = gateway.ask(query, {"id": ADULT, "by": identified(), "no": False}, client="demo-citizen", purpose="")
    (node,) = answered.body["data"]["accessRecords"]["nodes"]
    assert list(node) == ["what", "__typename", "consumer", "actingFor", "items", "use"]
    assert (node["what"], node["__typename"], node["actingFor"]) == ("ANSWERED", "AccessRecord", None)
    assert node["consumer"] == {"t": "南京市政务服务管理办公室", "__typename": "AccessParty"}
    assert {tuple(item) for item in node["items"]} == {("title", "outcome", "__typename", "provider")}
    answered = gateway.ask(query, {"id": ADULT, "by": identified(), "no": True}, client="demo-citizen", purpose="")
    assert list(answered.body["data"]["accessRecords"]["nodes"][0]) == [
        "what", "__typename", "consumer", "actingFor", "matter", "use", "items",
    ]  # fmt: skip
