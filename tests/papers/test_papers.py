"""Papers of the case file: drawn from what a receipt proves, and from nothing else; every text escaped."""

import re
from typing import Any

import pytest

from catalogue.load import load_catalogue
from catalogue.model import Catalogue
from errors import GatewayError
from resolvers.papers.route import draw
from resolvers.papers.sheet import CONTENT_SECURITY_POLICY
from settings import read_settings
from sharing.consumer import Consumer
from tests.ledger.signed import verifier
from tests.papers.answers import CONSUMER, answer, check, content, material

MARKUP = "<script>alert(1)</script>&\"'"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(read_settings().catalogue)


def paper(catalogue: Catalogue, kind: str, given: Any = (), *, data: Any = None, department: str = CONSUMER) -> str:
    caller = Consumer("hall", department, "320100", frozenset({"consumer"}), True, 50)  # type: ignore[arg-type]
    body = {"answer": answer(data or check()), "given": list(given)}
    return draw(kind, body, caller, catalogue, verifier())


def refused(catalogue: Catalogue, kind: str, body: Any, department: str = CONSUMER) -> GatewayError:
    caller = Consumer("hall", department, "320100", frozenset({"consumer"}), True, 50)  # type: ignore[arg-type]
    with pytest.raises(GatewayError) as error:
        draw(kind, body, caller, catalogue, verifier())
    return error.value


def text_of(page: str) -> str:
    return re.sub(r"<style>.*</style>|<[^>]+>", "|", page, flags=re.S)


def test_the_evidence_sheet_holds_contents_receipt_signature_and_watermark(catalogue: Catalogue) -> None:
    page = paper(catalogue, "evidence")
    shown = text_of(page)
    for part in ("王明远", "1990-01-01", "江苏省公安厅", "2026-03-02 09:00:00", "没有查到住房，即为无房", "核实中"):
        assert part in shown
    proof = answer(check())["extensions"]["sharing"]["signedReceipt"]["claims"]
    assert proof["document"] in shown
    assert "密钥 receipt-2" in shown
    mark = re.search(r"<span>([^<]*经办 H-001[^<]*)</span>", page)
    assert mark is not None
    assert re.fullmatch(rf"{CONSUMER} · 经办 H-001 · 办件 C-1 · \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d", mark[1])
    assert page.count(mark[0]) == 30
    assert "申请表" not in shown  # nothing is proved of what is still to be asked


def test_a_code_is_read_by_its_name_and_who_provided_it_is_told(catalogue: Catalogue) -> None:
    told = content("婚姻状况", "21") | {"display": "初婚", "providerTitle": "江苏省民政厅"}
    yes = content("是否有效", "true") | {"display": "是", "providerTitle": "江苏省民政厅"}
    data = check()
    data["materialCheck"]["materials"] = [
        material("A01", "婚姻状况证明", "NOT_TO_BE_ASKED", contents=[told, yes], providerTitle=None)
    ]
    shown = text_of(paper(catalogue, "evidence", data=data))
    assert "初婚（21）" in shown
    assert "|是|" in shown
    assert "江苏省民政厅" in shown


def test_each_value_stands_under_whose_it_is_and_who_provided_it(catalogue: Catalogue) -> None:
    """Of a material with several sources none is told to have said what another did."""

    def told(title: str, value: str, provider: str, role: str, subject: int = 0) -> dict[str, Any]:
        return content(title, value) | {"providerTitle": provider, "role": "r", "roleTitle": role, "subject": subject}

    data = check()
    data["materialCheck"]["materials"] = [
        material("A01", "婚姻证明", "NOT_TO_BE_ASKED", providerTitle=None, contents=[
            told("婚姻状况", "初婚", "江苏省民政厅", "买方"),
            told("证照编号", "J1", "江苏省政务办", "买方"),
            told("婚姻状况", "未婚", "江苏省民政厅", "买方", 1),
            told("婚姻状况", "离婚", "江苏省民政厅", "卖方"),
        ])
    ]  # fmt: skip
    shown = re.sub(r"\|+", "|", text_of(paper(catalogue, "evidence", data=data)))
    at = "数据时间 2026-03-02 09:00:00"
    for part in (
        f"|婚姻证明 · 买方 1 · 来源 江苏省民政厅 · {at}|婚姻状况|初婚|",
        f"|婚姻证明 · 买方 1 · 来源 江苏省政务办 · {at}|证照编号|J1|",
        f"|婚姻证明 · 买方 2 · 来源 江苏省民政厅 · {at}|婚姻状况|未婚|",
        f"|婚姻证明 · 卖方 · 来源 江苏省民政厅 · {at}|婚姻状况|离婚|",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        ("SHARED", "（无记录）||"),
        ("UNDER_VERIFICATION", "（无记录）||核实中"),
        ("MASKED", "（未提供）||已脱敏"),
        ("WITHHELD", "（未提供）||不予提供"),
        ("SOURCE_UNAVAILABLE", "（未提供）||来源暂不可用"),
        ("NONCONFORMING", "（未提供）||不合标准"),
    ],
)
def test_no_record_is_said_only_where_the_register_was_read(catalogue: Catalogue, outcome: str, shown: str) -> None:
    data = check()
    held = [content("名下不动产单元", None, outcome)]
    data["materialCheck"]["materials"] = [material("A02", "无房证明", "ASK_WITH_REASON", contents=held)]
    assert f"名下不动产单元||{shown}" in text_of(paper(catalogue, "evidence", data=data))


def test_of_a_register_that_was_not_asked_nothing_is_said(catalogue: Catalogue) -> None:
    """The subject's own register does not know it: what hangs on it was never looked for."""
    data = check()
    held = [content("名下不动产单元", None, "SHARED") | {"asOf": None}]
    data["materialCheck"]["materials"] = [material("A02", "无房证明", "ASK_WITH_REASON", contents=held)]
    assert "名下不动产单元||（未查询）" in text_of(paper(catalogue, "evidence", data=data))


def test_an_answer_that_checks_no_materials_is_told_by_its_paths(catalogue: Catalogue) -> None:
    data = {"person": {"name": "王明远", "isAdult": True, "phone": None, "licences": [{"typeName": "身份证"}]}}
    shown = text_of(paper(catalogue, "evidence", data=data))
    for path, value in (("person.name", "王明远"), ("person.isAdult", "是"), ("person.phone", "（空）")):
        assert f"{path}||{value}" in shown
    assert "person.licences.0.typeName" in shown


def test_the_notice_tells_all_that_is_lacking_once(catalogue: Catalogue) -> None:
    shown = text_of(paper(catalogue, "notice"))
    lacking, spared = shown.split("不需要提交")[0], shown.split("不需要提交")[1]
    assert "残疾人证||来源暂不可用||容缺受理，事后核查不晚于 2026-03-23" in lacking
    assert "申请表" in lacking
    for title in ("身份证明", "无房证明", "婚姻证明", "收入证明"):
        assert title in spared
        assert title not in lacking
    assert "一次告知" in shown
    rest = text_of(paper(catalogue, "notice", [{"material": "A06"}]))
    assert "申请表" not in rest
    whole = text_of(paper(catalogue, "notice", [{"material": "A05"}, {"material": "A06"}]))
    assert "申请材料齐全" in whole


def test_the_intake_says_what_was_taken_in_shared_promised_and_lacking(catalogue: Catalogue) -> None:
    shown = text_of(paper(catalogue, "intake", [{"material": "A03", "copies": 2, "form": "复印件"}]))
    assert "婚姻证明||2||复印件" in shown
    assert "身份证明||江苏省公安厅" in shown
    assert "残疾人证||容缺受理||2026-03-23" in shown
    assert "申请表||没有可以替代的数据" in shown
    assert "没有收取材料" in text_of(paper(catalogue, "intake"))


def test_of_several_matters_each_has_materials_of_its_own(catalogue: Catalogue) -> None:
    """A code is its own matter's: what was handed in for one matter is still lacking in the other."""
    ask = "没有可以替代的数据"
    data = {
        "materialChecks": [
            {"matter": matter, "title": title, "materials": [
                material("application", form, "ASK", reasonText=ask),
                material("identity", "身份证明", "NOT_TO_BE_ASKED", providerTitle="江苏省公安厅"),
            ]}
            for matter, title, form in (("M07", "公积金提取", "提取申请表"), ("M04", "户口迁移", "户口迁移申请表"))
        ]
    }  # fmt: skip
    given = [{"matter": "M04", "material": "application"}]
    lacking = text_of(paper(catalogue, "notice", given, data=data))
    assert "提取申请表" in lacking
    assert "户口迁移申请表" not in lacking
    taken = text_of(paper(catalogue, "intake", given, data=data))
    assert "户口迁移申请表||1||原件" in taken
    assert f"提取申请表||{ask}" in taken
    assert taken.count("身份证明") == 1
    for unclear in ({"material": "application"}, {"matter": "M09", "material": "application"}):
        body = {"answer": answer(data), "given": [unclear]}
        assert refused(catalogue, "intake", body).code.name == "INPUT_INVALID"


@pytest.mark.parametrize("kind", ["evidence", "notice", "intake"])
def test_every_text_is_escaped(catalogue: Catalogue, kind: str) -> None:
    data = check()
    held = data["materialCheck"]
    held["title"] = held["matter"] = MARKUP
    held["materials"] = [
        material("X1", MARKUP, verdict, reasonText=MARKUP, providerTitle=MARKUP, contents=[content(MARKUP, MARKUP)],
                 lenience={"kind": MARKUP, "checkBy": MARKUP})
        for verdict in ("NOT_TO_BE_ASKED", "ASK", MARKUP)
    ]  # fmt: skip
    page = paper(catalogue, kind, [{"material": "X1", "form": MARKUP[:40]}], data=data)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 0


def test_no_script_no_address_no_frame() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_a_forged_datum_is_refused_and_named(catalogue: Catalogue) -> None:
    body = {"answer": answer(check())}
    body["answer"]["data"]["materialCheck"]["materials"][0]["contents"][1]["value"] = "1980-01-01"
    error = refused(catalogue, "evidence", body)
    assert error.code.name == "RECEIPT_INVALID"
    path = "materialCheck.materials.0.contents.1.value"
    assert error.extensions["faults"] == [{"fault": "changed", "path": path}]
    assert "1980" not in error.message
    body["answer"]["extensions"]["sharing"].pop("signedReceipt")
    assert refused(catalogue, "evidence", body).code.name == "RECEIPT_INVALID"


def test_what_no_receipt_covers_is_not_drawn(catalogue: Catalogue) -> None:
    body = {"answer": answer({"person": {"name": "王明远"}})}
    body["answer"]["data"]["more"] = check()["materialCheck"]
    caller = Consumer("hall", CONSUMER, "320100", frozenset({"consumer"}), True, 50)  # type: ignore[arg-type]
    assert "1990-01-01" not in draw("evidence", body, caller, catalogue, verifier())
    assert refused(catalogue, "notice", body).code.name == "INPUT_INVALID"


def test_a_foreign_answer_looks_unknown(catalogue: Catalogue) -> None:
    body = {"answer": answer(check())}
    assert refused(catalogue, "evidence", body, "11320000014000135X").code.name == "RECEIPT_UNKNOWN"


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("letter", [], "NOT_FOUND"), ("intake", [{"material": "Z9"}], "INPUT_INVALID"), ("intake", {}, "INPUT_INVALID"),
        ("intake", [{"material": "A06", "copies": 0}], "INPUT_INVALID"), ("intake", ["A06"], "INPUT_INVALID"),
        ("intake", [{"material": "A06", "form": "x" * 41}], "INPUT_INVALID"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(catalogue: Catalogue, kind: str, given: Any, code: str) -> None:
    assert refused(catalogue, kind, {"answer": answer(check()), "given": given}).code.name == code


def test_a_field_that_was_not_selected_is_named(catalogue: Catalogue) -> None:
    data = check()
    del data["materialCheck"]["materials"][2]["reasonText"]
    error = refused(catalogue, "notice", {"answer": answer(data)})
    assert (error.code.name, "`reasonText`" in error.message) == ("INPUT_INVALID", True)
    bodies: list[object] = [[], {}, {"answer": 1}]
    for body in bodies:
        assert refused(catalogue, "evidence", body).code.name in ("INPUT_INVALID", "RECEIPT_INVALID")
