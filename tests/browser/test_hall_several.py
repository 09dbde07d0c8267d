"""Several matters at the counter at once (一件事)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.hall import (
    COUPLE,
    SUBJECTS,
    Open,
    add_matter,
    check,
    choose,
    enter,
    line,
    name_case,
    scan,
    still,
    tab_to,
    violations,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


def test_several_matters_at_once_by_keyboard_alone(open_hall: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    """一件事: whom several matters need is entered once; each line stands under its matter; one question asks for all."""
    page = open_hall()
    choose(page, "M04")
    scan(page, COUPLE["applicant"][0])
    add_matter(page, "M07")
    add_matter(page, "M12")
    expect(page.locator(".further .ant-select-selection-item")).to_have_count(2)
    roles = [one.get_attribute("data-role") for one in page.locator("[data-role]").all()]
    assert roles == ["applicant", "spouse", "headOfHousehold", "child", "realEstateUnit", "familyMember"]
    expect(page.locator("[data-role=applicant] input").first).to_have_value(COUPLE["applicant"][0])  # entered before
    expect(page.locator("[data-role=realEstateUnit] label").first).to_contain_text("不动产单元／所购住房")
    expect(page.locator(".listed")).to_have_count(3)
    screenshot("hall-several-listed")
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-role=spouse] input").first).to_be_focused()
    enter(page, COUPLE, "spouse", "headOfHousehold", "child", "realEstateUnit", "familyMember")
    number = name_case(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    check(page)
    assert [("materialChecks" in one, "openCase" in one) for one in sent] == [(False, True), (True, False)]
    assert [one.get_attribute("data-matter") for one in page.locator(".told-matter").all()] == ["M04", "M07", "M12"]
    for matter, form in (("M07", "提取申请表"), ("M04", "户口迁移申请表"), ("M12", "申请书及授权核查")):
        expect(line(page, "application", matter)).to_contain_text(form)
    expect(line(page, "identity", "M04").locator(".why")).to_contain_text("本部门自有")  # each decided for itself
    expect(line(page, "identity", "M07").locator(".why")).to_contain_text("登记簿取得")
    screenshot("hall-several")
    assert violations(page) == []

    # arrows lead on into the next matter; what is recorded is recorded of its own
    page.keyboard.press("Alt+r")
    expect(page.locator("#line-M04-application")).to_be_focused()
    tab_to(page, page.locator("#line-M07-application"), "ArrowDown")
    own_form = line(page, "application", "M07")
    tab_to(page, own_form.get_by_role("button", name="记录收取"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("理由")).to_be_focused()
    still(page)
    page.keyboard.press("Control+Enter")
    expect(own_form).to_contain_text("已记录收取")
    expect(line(page, "application", "M04")).not_to_contain_text("已记录收取")

    # one paper for all of them
    page.keyboard.press("Alt+p")
    still(page)
    tab_to(page, page.get_by_role("button", name="打印一次性告知书"))
    with page.context.expect_page() as opening:
        page.keyboard.press("Enter")
    paper = opening.value
    expect(paper.locator("body")).to_contain_text("户口迁移申请表")
    expect(paper.locator("body")).to_contain_text(number)
    assert "提取申请表" not in paper.locator("body").inner_text()  # it was handed in
    paper.close()

    # the case brings its matters back
    page.reload()
    expect(page.get_by_label("事项")).to_be_enabled()
    page.keyboard.press("Alt+k")
    scan(page, number)
    expect(page.locator(".further .ant-select-selection-item")).to_have_count(2)
    check(page)
    expect(page.locator(".told-matter")).to_have_count(3)
    expect(line(page, "application", "M07")).to_contain_text("已记录收取")
    watch.assert_clean()


def test_whom_a_further_matter_alone_is_about_is_of_the_case_too(open_hall: Open) -> None:
    """M07 needs the dwelling, of which M12 knows nothing: what is asked for is recorded, and the case brings it back."""
    page = open_hall()
    choose(page, "M12")
    scan(page, COUPLE["applicant"][0])
    add_matter(page, "M07")
    page.keyboard.press("Alt+s")
    enter(page, COUPLE, "spouse", "familyMember", "realEstateUnit")
    number = name_case(page)
    check(page)
    expect(line(page, "application", "M07").get_by_role("button", name="记录收取")).to_be_visible()
    page.reload()
    expect(page.get_by_label("事项")).to_be_enabled()
    page.keyboard.press("Alt+k")
    scan(page, number)
    expect(page.locator("[data-role=realEstateUnit] input").first).to_have_value(COUPLE["realEstateUnit"][0])
    check(page)
    expect(line(page, "application", "M07").get_by_role("button", name="记录收取")).to_be_visible()


def test_a_matter_about_somebody_outside_the_case_is_shown_and_not_kept(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M12")
    scan(page, SUBJECTS["no-dwelling"]["applicant"][0])
    name_case(page)
    check(page)
    add_matter(page, "M04")  # once the case is opened
    page.keyboard.press("Alt+s")
    scan(page, "", "", COUPLE["spouse"][0])
    check(page)
    other = page.locator("[data-matter=M04]")
    expect(other).to_contain_text("当事人与办件所载的不同")
    expect(other.get_by_role("button", name="记录收取")).to_have_count(0)
    expect(page.locator("[data-matter=M12]").get_by_role("button", name="记录收取").first).to_be_visible()
    # a matter that takes other kinds in a role is not offered
    page.keyboard.press("Alt+n")
    choose(page, "M06")
    page.keyboard.press("Alt+j")
    page.keyboard.type("M0")
    offered = page.locator(".ant-select-dropdown:visible .ant-select-item-option")
    expect(offered.filter(has_text="M05")).to_be_visible()
    expect(offered.filter(has_text="M06")).to_have_count(0)
