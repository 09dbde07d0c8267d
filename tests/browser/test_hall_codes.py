"""Codes at the counter: judged as they are scanned, by the digits that the gateway goes by."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from standards import credit_code, identity_number, parcel_code, unit_code
from standards.faults import IdentifierFault
from tests.browser.hall import SUBJECTS, Open, choose, scan

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


def test_codes_are_judged_as_they_are_scanned(open_hall: Open, screenshot: Callable[[str], None]) -> None:
    page = open_hall()
    choose(page, "M01")
    buyer, seller = (page.get_by_label(role, exact=False).first for role in ("买方", "卖方"))
    scan(page, "110105194912310021")
    expect(buyer).to_be_focused()
    expect(buyer).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{buyer.get_attribute('id')}-told")).to_have_text("校验码不符，请核对证件")
    assert page.evaluate("document.activeElement.selectionEnd - document.activeElement.selectionStart") == 18
    scan(page, "１１０１０５１９４９１２３１００２ｘ")
    expect(buyer).to_have_value("11010519491231002X")
    expect(seller).to_be_focused()
    scan(page, "91350100M000100Y43")
    expect(page.get_by_label("配偶", exact=False).first).to_be_focused()
    scan(page, "91350100M000100Y43")
    expect(page.locator(".told").filter(has_text="这是统一社会信用代码，这里不用它")).to_be_visible()
    screenshot("hall-bad-code")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("配偶", exact=False).first).to_be_focused()
    expect(page.locator(".missing")).to_contain_text("这里不用它")
    expect(page.locator(".line")).to_have_count(0)


def test_the_page_judges_codes_as_the_gateway_does(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M01")
    parsed = {"买方": (identity_number.parse, credit_code.parse), "不动产单元": (unit_code.parse,)}
    unit = SUBJECTS["contradiction"]["realEstateUnit"][0]
    given = {
        "买方": [
            *("11010519491231002X", "440524188001010014", "360426199101010071", "110105194912310021", "11010519490230002X"),
            *("91110000600037341L", "91350100M000100Y43", "11100000000013338W", "91110000600037341I", "9111000060003734AL"),
        ],
        "不动产单元": [unit, unit[:-9] + "W00000000", unit[:-9] + "W00000001", unit.replace("GB", "GI"), "0" + unit[1:]],
    }
    for role, codes in given.items():
        field = page.get_by_label(role, exact=False).first
        mutated = [code[:at] + ("7" if code[at] != "7" else "8") + code[at + 1 :] for code in codes[:2] for at in (3, 9, 16)]
        for code in (*codes, *mutated):
            field.fill(code)
            holds = any(_holds(parse, code) for parse in parsed[role])
            expect(field).to_have_attribute("aria-invalid", "false" if holds else "true")


def _holds(parse: Callable[[str], str], code: str) -> bool:
    try:
        parse(code)
    except IdentifierFault:
        return False
    return True


def test_a_parcel_code_is_judged(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M08")
    parcel = SUBJECTS["contractor"]["landParcel"][0]
    field = page.locator("[data-role=landParcel] input").first
    for code in (parcel, parcel[:12] + "GG" + parcel[14:], parcel[:12] + "QB" + parcel[14:], parcel[:-1] + "X"):
        field.fill(code)
        expect(field).to_have_attribute("aria-invalid", "false" if _holds(parcel_code.parse, code) else "true")


def test_before_the_check_the_matter_says_what_may_not_be_asked(open_hall: Open, screenshot: Callable[[str], None]) -> None:
    page = open_hall()
    expect(page.locator(".open-cases li").filter(has_text="DEMO-M04")).to_be_visible()
    screenshot("hall-start")
    choose(page, "M04")
    listed = page.locator(".listed li")
    expect(listed.filter(has_text="结婚证").first).to_contain_text("不得要求提交")
    expect(listed.filter(has_text="户口迁移申请表")).to_contain_text("当事人提交")
    expect(listed.filter(has_text="出生医学证明")).to_have_count(0)
    page.get_by_role("checkbox").first.check()
    expect(listed.filter(has_text="出生医学证明")).to_have_count(1)
    screenshot("hall-listed")
