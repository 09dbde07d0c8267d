"""The register of matters over HTTP, on two workers: shown to all, maintained by each matter's department, by versions."""

import asyncio
import copy
import time
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from catalogue.words import is_chinese
from demo.stories import STORIES
from resolvers.day import today
from storage.access import Role, attach
from tests.server.gateway import Answered, Running

LIST = "{ matters { code title demoKey version department { code title } materials { code notToBeAsked } } }"
ONE = """query($code: String!, $on: Date) { matter(code: $code, on: $on) {
  code title titleEn demoKey version validFrom validUntil department { code title } note
  elsewhere { division department { title } checked } basis { title number clause checked }
  roles { name title titleEn kinds least most actsFor statesAuthority } situations { code title titleEn } declared items
  materials { code title titleEn note situations statutory barred notToBeAsked checked replacedByText replacedByTextEn
    lenience { kind workingDays checked }
    replacedBy { items absence certificate { role typeNames valid } own { title items } theme { title providerTitle }
      anyOf { items absence certificate { role types } theme { title } } allOf { items absence own { title } } } }
  versions { version validFrom withdrawn reason handler client } } }"""
SAVE = """mutation($matter: MatterInput!, $replaces: Int!, $reason: String!) {
  saveMatter(matter: $matter, replaces: $replaces, reason: $reason, handler: "P-7") {
    code version validFrom validUntil items materials { code notToBeAsked replacedByText } versions { version } } }"""
WITHDRAW = """mutation($code: String!, $replaces: Int!, $on: Date) {
  withdrawMatter(code: $code, replaces: $replaces, on: $on, reason: "事项取消", handler: "P-7") {
    version validFrom withdrawn reason } }"""
POLICE, CIVIL = "11320000MBX000019X", "11320000MBX000027Q"
ADULT = next(story.identifiers["person"] for story in STORIES if story.key == "adult")
MATTER: dict[str, Any] = {
    "code": "T04", "title": "居住登记", "titleEn": "Registration of residence", "department": POLICE, "demoKey": True,
    "basis": [{"title": "某条例", "clause": "第一条"}],
    "roles": [
        {"name": "applicant", "title": "申请人", "titleEn": "applicant", "kinds": ["PERSON"], "least": 1, "most": 1},
        {"name": "agent", "title": "代理人", "titleEn": "agent", "kinds": ["PERSON"], "least": 0, "actsFor": ["applicant"]},
    ],
    "situations": [{"code": "moved", "title": "已迁移", "titleEn": "moved"}],
    "materials": [
        {"code": "form", "title": "申请表", "titleEn": "form"},
        {"code": "identity", "title": "居民身份证", "titleEn": "identity card",
         "replacedBy": {"items": ["applicant.name", "applicant.idNumber"]}},
        {"code": "dwelling", "title": "住所证明", "titleEn": "proof of a dwelling", "situations": ["moved"],
         "lenience": {"kind": "COMMITMENT", "workingDays": 20},
         "replacedBy": {"anyOf": [
             {"certificate": {"role": "applicant", "types": ["不动产权证"]}},
             {"items": ["applicant.realEstateUnits.unitCode"], "absence": True},
             {"theme": {"title": "房屋租赁备案", "titleEn": "filing of leases", "providerTitle": "住建部门"}},
         ]}},
        {"code": "booklet", "title": "户口簿", "titleEn": "household booklet",
         "replacedBy": {"own": {"title": "户籍登记", "titleEn": "household registration"}}},
        {"code": "adoption", "title": "收养证明", "titleEn": "proof of adoption",
         "replacedBy": {"items": ["applicant.adoptionRecord"]}},
    ],
}  # fmt: skip


def ask(gateway: Running, query: str, client: str = "demo-compiler", **variables: Any) -> Answered:
    return gateway.ask(query, variables, client=client, purpose="")


def do(gateway: Running, query: str, client: str = "demo-compiler", **variables: Any) -> Any:
    body = ask(gateway, query, client, **variables).body
    assert "errors" not in body, body
    (found,) = body["data"].values()
    return found


def refused(gateway: Running, query: str, client: str = "demo-compiler", **variables: Any) -> dict[str, Any]:
    body = ask(gateway, query, client, **variables).body
    assert not any((body.get("data") or {}).values()), body
    extensions: dict[str, Any] = body["errors"][0]["extensions"]
    return extensions


def save(gateway: Running, matter: dict[str, Any], replaces: int = 0, reason: str = "办事指南修订") -> Any:
    return do(gateway, SAVE, matter=matter, replaces=replaces, reason=reason)


def changed(code: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(MATTER), "code": code, **changes}


def day(offset: int) -> date:
    return today(time.time()) + timedelta(days=offset)


def recorded(gateway: Running, words: str) -> list[str]:
    """The handlers of the ledger's entries that say these words."""

    async def read() -> list[str]:
        connection = await asyncpg.connect(attach(gateway.folder).dsn("oncegate", Role.AUDITOR))
        try:
            found = await connection.fetch(
                "SELECT convert_from(payload, 'UTF8')::json ->> 'handler' FROM ledger_entry"
                " WHERE position($1 in convert_from(payload, 'UTF8')) > 0",
                words,
            )
        finally:
            await connection.close()
        return [row[0] for row in found]

    return asyncio.run(read())


class TestShown:
    def test_the_twelve_are_there_with_the_duty_marked(self, gateway: Running) -> None:
        listed = {one["code"]: one for one in do(gateway, LIST, "demo-hall")}
        assert {f"M{number:02}" for number in range(1, 13)} <= listed.keys()
        assert all(listed[f"M{number:02}"]["demoKey"] for number in range(1, 13))
        marks = {one["code"]: one["notToBeAsked"] for one in listed["M12"]["materials"]}
        assert marks["noDwelling"]
        assert not marks["income"]
        assert listed["M04"]["department"] == {"code": POLICE, "title": "江苏省公安厅"}

    def test_a_matter_is_whole(self, gateway: Running) -> None:
        found = do(gateway, ONE, "demo-hall", code="M12")
        assert found["roles"][2] == {
            "name": "familyMember", "title": "共同申请的家庭成员", "titleEn": "family member", "kinds": ["PERSON"],
            "least": 0, "most": None, "actsFor": [], "statesAuthority": False,
        }  # fmt: skip
        stating = {
            (code, role["name"]): role["statesAuthority"]
            for code in ("M01", "M09", "M10")
            for role in do(gateway, ONE, "demo-hall", code=code)["roles"]
            if role["actsFor"]
        }
        assert stating == {("M01", "agent"): True, ("M09", "guardian"): False, ("M10", "guardianOrAgent"): True}
        materials = {one["code"]: one for one in found["materials"]}
        marital = materials["maritalStatus"]
        assert marital["replacedByText"] == (
            "申请人：婚姻登记记录·婚姻状况（查无记录即为证明）；或者申请人的电子证照：结婚证或离婚证"
        )
        assert marital["replacedByTextEn"].startswith("applicant: marriageRecord.status (no record found is the proof); or ")
        assert marital["replacedBy"]["anyOf"][0] == {
            "items": ["applicant.marriageRecord.status"], "absence": True, "certificate": None, "theme": None,
        }  # fmt: skip
        assert marital["lenience"] == {"kind": "COMMITMENT", "workingDays": 10, "checked": False}
        assert materials["income"]["replacedBy"]["theme"]["providerTitle"] == "民政部门"
        assert materials["application"]["replacedBy"] is None
        assert found["basis"] == [
            {
                "title": "公共租赁住房管理办法",
                "number": "住房和城乡建设部令第11号",
                "clause": "第七条、第八条",
                "checked": False,
            }
        ]
        assert "MarriageRecord.status" in found["items"]

    def test_a_former_version_is_there_as_of_its_day(self, gateway: Running) -> None:
        before, since = (do(gateway, ONE, "demo-hall", code="M03", on=on) for on in ("2025-05-09", "2025-05-10"))
        assert (before["version"], before["validUntil"]) == (1, "2025-05-10")
        assert (since["version"], since["basis"][0]["checked"]) == (2, True)
        titles = [{one["title"] for one in each["materials"]} for each in (before, since)]
        assert ["居民户口簿" in each for each in titles] == [True, False]

    def test_words_find_matters(self, gateway: Running) -> None:
        for word in ("公积金", "PROVIDENT", "m07"):
            found = do(gateway, "query($word: String) { matters(query: $word) { code } }", "demo-hall", word=word)
            assert found == [{"code": "M07"}]

    def test_an_unknown_matter_is_told(self, gateway: Running) -> None:
        for asked in ({"code": "M99"}, {"code": "M05", "on": "2020-01-01"}):
            told = refused(gateway, ONE, "demo-hall", **asked)
            assert (told["code"], told["article"]) == ("MATTER_UNKNOWN", "Art. 16 ¶2")


class TestMaintained:
    def test_a_new_matter_its_next_version_and_its_end(self, gateway: Running) -> None:
        first = save(gateway, changed("T10"))
        assert (first["version"], first["validFrom"], first["validUntil"]) == (1, str(day(0)), None)
        marks = {one["code"]: one["notToBeAsked"] for one in first["materials"]}
        assert marks == {"form": False, "identity": True, "dwelling": True, "booklet": True, "adoption": False}
        assert "RealEstateUnit.unitCode" in first["items"]
        narrower = changed("T10", materials=MATTER["materials"][:2], situations=[], validFrom=str(day(7)))
        assert save(gateway, narrower, 1)["version"] == 2
        held = [do(gateway, ONE, "demo-hall", code="T10", on=str(day(offset))) for offset in (6, 7)]
        assert [(one["version"], len(one["materials"])) for one in held] == [(1, 5), (2, 2)]
        assert held[0]["validUntil"] == str(day(7))
        ended = do(gateway, WITHDRAW, code="T10", replaces=2, on=str(day(9)))
        assert ended == {"version": 3, "validFrom": str(day(9)), "withdrawn": True, "reason": "事项取消"}
        assert do(gateway, ONE, "demo-hall", code="T10", on=str(day(8)))["version"] == 2
        assert refused(gateway, ONE, "demo-hall", code="T10", on=str(day(9)))["code"] == "MATTER_UNKNOWN"
        versions = do(gateway, ONE, "demo-hall", code="T10")["versions"]
        assert [(one["version"], one["withdrawn"], one["handler"]) for one in versions] == [
            (1, False, "P-7"), (2, False, "P-7"), (3, True, "P-7"),
        ]  # fmt: skip
        assert {one["client"] for one in versions} == {"demo-compiler"}
        again = refused(gateway, WITHDRAW, code="T10", replaces=3)
        assert (again["code"], again["title"]) == ("STATE_CONFLICT", "当前状态不能进行此步骤")
        assert save(gateway, changed("T10", validFrom=str(day(20))), 3)["version"] == 4

    def test_every_step_is_in_the_ledger(self, gateway: Running) -> None:
        save(gateway, changed("T11"))
        do(gateway, WITHDRAW, code="T11", replaces=1)
        assert recorded(gateway, '"T11 1"') == ["P-7"]
        assert recorded(gateway, '"T11 2"') == ["P-7"]

    def test_what_is_shown_can_be_saved_again(self, gateway: Running) -> None:
        saved = save(gateway, changed("T12"))
        text = {one["code"]: one["replacedByText"] for one in saved["materials"]}
        assert text["dwelling"] == (
            "申请人的电子证照：不动产权证；或者申请人：名下不动产单元·不动产单元代码（查无记录即为证明）；"
            "或者房屋租赁备案（住建部门，不在本目录）"
        )
        assert text["form"] is None

    def test_both_workers_hold_to_a_new_version_from_the_next_request(self, gateway: Running) -> None:
        purpose = 'matter="T13", use=administrative-basis, handler="H-1"'
        text = "query($id: IdentityNumber!) { person(idNumber: $id) { name birthDate } }"

        def remarked() -> list[str]:
            """What is read without being declared: the profile of Jiangsu remarks on it, it does not withhold."""
            sharing = gateway.ask(text, {"id": ADULT}, purpose=purpose).body["extensions"]["sharing"]
            return [one for warning in sharing.get("warnings", []) for one in warning.get("coordinates", [warning["code"]])]

        assert remarked() == ["MATTER_UNKNOWN"], "a matter that is not registered is bound to nothing, and told of"
        held = changed("T13", materials=MATTER["materials"][:2], situations=[])
        for version in range(6):
            born = version % 2 == 1
            save(gateway, {**held, "declared": ["Person.birthDate"] if born else []}, version)
            expected = [] if born else ["Person.birthDate"]
            assert [remarked() for _ in range(8)] == [expected] * 8  # either worker


class TestRefused:
    @pytest.mark.parametrize("client", ["demo-hall", "demo-operator", "demo-auditor", "demo-supervisor"])
    def test_whoever_compiles_nothing(self, gateway: Running, client: str) -> None:
        told = refused(gateway, SAVE, client, matter=changed("T20"), replaces=0, reason="x")
        assert (told["code"], told["article"]) == ("ROLE_REQUIRED", "Art. 21")

    def test_another_departments_matter(self, gateway: Running) -> None:
        """demo-provider compiles for the civil affairs department."""
        for step in (
            refused(gateway, SAVE, "demo-provider", matter=changed("T21"), replaces=0, reason="x"),
            refused(gateway, SAVE, "demo-provider", matter=changed("M04", department=CIVIL), replaces=1, reason="x"),
            refused(gateway, WITHDRAW, "demo-provider", code="M04", replaces=1),
        ):
            assert (step["code"], step["article"]) == ("NOT_RESPONSIBLE", "Art. 16 ¶2")
        assert do(gateway, ONE, "demo-hall", code="M04")["version"] == 1
        assert recorded(gateway, '"T21 1"') == []

    def test_all_faults_come_out_together_each_with_its_place(self, gateway: Running) -> None:
        wrong = changed("T22", validFrom=str(day(-1)), basis=[], declared=["Person.gone"])
        wrong["roles"][0] |= {"least": 2}
        wrong["roles"][1] |= {"actsFor": ["nobody"]}
        materials = wrong["materials"]
        materials[0] |= {"title": ""}
        materials[1] |= {"replacedBy": {"items": ["applicant.gone"], "own": {"title": "甲", "titleEn": "a"}}}
        materials[2] |= {"situations": ["elsewhere"], "lenience": {"kind": "DEFERRED", "workingDays": 0}}
        materials[2]["replacedBy"]["anyOf"][0]["certificate"] = {"role": "applicant", "types": ["营业执照"]}
        materials[2]["replacedBy"]["anyOf"][1]["items"] = ["applicant.realEstateUnits"]
        materials.append({**materials[3]})
        told = refused(gateway, SAVE, matter={**wrong, "department": CIVIL}, replaces=0, reason="x")
        assert told["code"] == "NOT_RESPONSIBLE", "another department's matter is not even looked at"
        told = refused(gateway, SAVE, matter=wrong, replaces=0, reason="x")
        assert (told["code"], told["title"]) == ("MATTER_INVALID", "事项有误")
        assert {one["path"] for one in told["findings"]} == {
            "validFrom", "basis", "roles[0].least", "roles[1].actsFor", "materials[0].title", "materials[1].replacedBy",
            "materials[2].situations", "situations[0]", "materials[2].lenience.workingDays",
            "materials[2].replacedBy.anyOf[0].certificate.role", "materials[2].replacedBy.anyOf[1].items", "materials[5]",
            "declared",
        }  # fmt: skip
        assert all(is_chinese(one["messageZh"]) for one in told["findings"])
        assert {"Art. 16 ¶2", "Art. 17 ¶2", "Art. 7"} <= {one["article"] for one in told["findings"]}
        assert refused(gateway, ONE, code="T22")["code"] == "MATTER_UNKNOWN", "nothing was changed"

    def test_what_nests_too_deep(self, gateway: Running) -> None:
        tree: dict[str, Any] = {"items": ["applicant.name"]}
        for _ in range(40):
            tree = {"anyOf": [tree, {"items": ["applicant.idNumber"]}]}
        deep = changed("T23", situations=[], materials=[{**MATTER["materials"][1], "replacedBy": tree}])
        told = refused(gateway, SAVE, matter=deep, replaces=0, reason="x")
        assert told["code"] == "MATTER_INVALID"
        assert told["findings"][0]["path"] == "materials[0].replacedBy" + ".anyOf[0]" * 4

    def test_a_version_that_another_was_saved_after(self, gateway: Running) -> None:
        save(gateway, changed("T24"))
        for replaces in (0, 2):
            told = refused(gateway, SAVE, matter=changed("T24"), replaces=replaces, reason="x")
            assert (told["code"], told["article"]) == ("STATE_CONFLICT", "Art. 16 ¶2")
        assert refused(gateway, WITHDRAW, code="T24", replaces=0)["code"] == "STATE_CONFLICT"
        assert refused(gateway, WITHDRAW, code="T99", replaces=0)["code"] == "MATTER_UNKNOWN"
        assert refused(gateway, WITHDRAW, code="T24", replaces=1, on=str(day(-1)))["findings"][0]["path"] == "on"
        assert refused(gateway, WITHDRAW, code="T24", replaces=1, on="9999-12-31")["code"] == "INPUT_INVALID"

    def test_days_that_lie_too_far_ahead(self, gateway: Running) -> None:
        far = changed("T26", validFrom="9999-12-30", validUntil="9999-12-31")
        told = refused(gateway, SAVE, matter=far, replaces=0, reason="x")
        assert [one["path"] for one in told["findings"]] == ["validFrom", "validUntil"]

    def test_a_version_without_a_reason(self, gateway: Running) -> None:
        told = refused(gateway, SAVE, matter=changed("T25"), replaces=0, reason=" ")
        assert (told["code"], told["article"]) == ("REASON_REQUIRED", "Art. 16 ¶2")
