"""The page that verifies receipts, offline: from a file or pasted, with keys pasted or fetched; what differs is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse
from starlette.routing import Route

from ledger.verify_receipt import receipt_and_data, verify_receipt
from resolvers.receipt_keys import ED25519, PublishedKey, jwk
from tests.browser.conftest import Watch
from tests.ledger.signed import FORMER, KEYS, data, receipts, verifier
from tests.ledger.test_verify_receipt import CHANGES, FORGED, former
from tests.papers.answers import answer, check
from web.pages import routes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]

JWKS = {"keys": [jwk(key_id, PublishedKey(ED25519, raw)) for key_id, raw in KEYS.public().items()]}
ANSWER, PUBLISHED = "查询结果", "公布的密钥"


def pasted(page: Page, document: object, keys: object = JWKS) -> None:
    page.locator("textarea").nth(0).fill(json.dumps(document, ensure_ascii=False))
    page.locator("textarea").nth(1).fill(json.dumps(keys))
    page.get_by_role("button", name="核验 verify").click()


@pytest.fixture
def opened(page: Page, watch: Watch, serve: Callable[..., str]) -> Page:
    async def keys(_: Asked) -> JSONResponse:
        return JSONResponse(JWKS)

    watch.origin = serve(Starlette(routes=[Route("/.well-known/jwks.json", keys), *routes(dict)]))
    page.goto(f"{watch.origin}/receipts/verify")
    expect(page.get_by_role("heading", name="Oncegate")).to_be_visible()
    return page


def test_a_genuine_answer_with_keys_that_are_fetched(
    opened: Page, watch: Watch, screenshot: Callable[[str], None], tmp_path: Path
) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps(answer(check()), ensure_ascii=False), "utf-8")
    opened.locator('input[type="file"]').nth(0).set_input_files(saved)
    opened.get_by_role("button", name="取本站公布的密钥").click()
    expect(opened.locator("textarea").nth(1)).to_have_value(json.dumps(JWKS, separators=(",", ":")))
    asked: list[Request] = []
    opened.on("request", lambda request: asked.append(request))
    opened.get_by_role("button", name="核验 verify").click()
    expect(opened.get_by_role("status")).to_contain_text("核验通过")
    expect(opened.locator("dl")).to_contain_text("H-001")
    expect(opened.get_by_role("row", name="王明远")).to_contain_text("✓")
    assert asked == []
    screenshot("verify-genuine")
    watch.assert_clean()


def test_a_changed_digit_is_named(opened: Page, watch: Watch, screenshot: Callable[[str], None]) -> None:
    forged = answer(check())
    forged["data"]["materialCheck"]["materials"][0]["contents"][1]["value"] = "1990-01-02"
    pasted(opened, forged)
    expect(opened.get_by_role("status")).to_contain_text("核验未通过 1 处不符")
    expect(opened.locator(".faults")).to_have_text("数据被改动：materialCheck.materials.0.contents.1.value")
    expect(opened.locator("tr.differs")).to_contain_text("1990-01-02")
    expect(opened.locator("dl")).to_have_count(0)
    screenshot("verify-forged")
    watch.assert_clean()


def test_page_and_gateway_judge_alike(opened: Page) -> None:
    """Every change and forgery of the rules' own cases, and former keys: the same places are named."""
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [(receipts()[0], data()), (receipts(signer=FORMER)[0], data())]
    for change, _, _ in CHANGES.values():
        held = data()
        change(held["person"])
        cases.append((receipts()[0], held))
    for forge, _, _ in FORGED.values():
        receipt = receipts(6)[2]
        forge(receipt)
        cases.append((receipt, data()))
    old = former(receipts()[0])
    cases.append((old, data()))
    cases.append((old | {"claims": {**old["claims"], "client": "other"}}, data()))
    way = data()
    way["person"]["licences.0.identifier"] = "9"
    cases.append((receipts()[0], way))
    for receipt, held in cases:
        document = json.loads(json.dumps({"signedReceipt": receipt, "data": held}))
        verdict = verify_receipt(*receipt_and_data(document), verifier())
        pasted(opened, document)
        if verdict.genuine:
            expect(opened.get_by_role("status")).to_contain_text("核验通过")
            continue
        expect(opened.locator(".faults li code")).to_have_text([found.path for found in verdict.faults])


def test_what_cannot_be_verified_says_why(opened: Page) -> None:
    expect(opened.get_by_role("button", name="核验 verify")).to_be_disabled()
    pasted(opened, {"data": {}})
    expect(opened.locator(".verdict")).to_contain_text("这不是带签名回执的查询结果")
    pasted(opened, answer(check()), {"x": 1})
    expect(opened.locator(".verdict")).to_contain_text("这不是公布的密钥")
    pasted(opened, answer(check()), {"keys": []})
    expect(opened.locator(".faults")).to_contain_text("签名密钥不在所给的公布密钥中：receipt-2")
    expect(opened.get_by_role("row", name="王明远")).to_contain_text("未核验")  # what nobody signed vouches for nothing
    deep = json.dumps({"signedReceipt": receipts()[0] | {"claims": "DEEP"}, "data": data()})
    opened.locator("textarea").nth(0).fill(deep.replace('"DEEP"', '{"a":' * 20_000 + "1" + "}" * 20_000))
    opened.get_by_role("button", name="核验 verify").click()
    expect(opened.locator(".verdict")).to_contain_text("这不是带签名回执的查询结果")
    twice = json.dumps(answer(check())).replace('"title"', '"title":"x","title"', 1)
    opened.locator("textarea").nth(0).fill(twice)
    opened.get_by_role("button", name="核验 verify").click()
    expect(opened.locator(".verdict")).to_contain_text("这不是带签名回执的查询结果")


def test_a_browser_without_the_algorithm_is_told_so(page: Page, watch: Watch, serve: Callable[..., str]) -> None:
    page.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))"
    )
    watch.origin = serve(Starlette(routes=routes(dict)))
    page.goto(f"{watch.origin}/receipts/verify")
    pasted(page, answer(check()))
    expect(page.locator(".verdict")).to_contain_text("本浏览器不支持 Ed25519 签名")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".verdict")).to_contain_text("This browser knows no Ed25519")
    page.get_by_role("button", name="取本站公布的密钥").or_(page.get_by_role("button", name="fetch this site's")).click()
    expect(page.locator(".verdict")).to_contain_text("could not be fetched")
