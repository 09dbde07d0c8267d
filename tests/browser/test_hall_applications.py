"""At the counter what was never applied for is applied for, in whose name the officer acts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from errors import ROLE_REQUIRED, GatewayError
from tests.browser.conftest import Watch
from tests.browser.hall import SUBJECTS, Open, act_for, check, choose, enter, line, name_case, still, tab_to, violations
from tests.server.gateway import Running

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


def test_what_was_never_applied_for_is_applied_for_from_its_line(
    open_hall: Open, product: Running, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    """By keys alone: drafted, found lacking, left, taken up again, completed, submitted, awaited."""
    page = open_hall()
    choose(page, "M10")
    enter(page, SUBJECTS["disability"], "applicant")
    name_case(page)
    check(page)
    card = line(page, "disabilityCertificate")
    expect(card).to_contain_text("免提交，可申请共享")
    apply = card.get_by_role("button", name="申请共享 残疾人证", exact=True)
    tab_to(page, apply)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-application]")).to_have_count(1)
    drafted = dialog.locator("[data-application]").get_attribute("data-application")
    expect(dialog.locator("[data-state=DRAFTED]")).to_contain_text("江苏省残疾人联合会")
    expect(dialog.locator("[data-state=DRAFTED]")).to_contain_text("证照类型名称")
    expect(dialog.locator("[data-state=DRAFTED] .missing")).to_have_text("还缺：联系方式")
    expect(dialog.get_by_label("需求依据")).to_have_value(re.compile("国发〔2015〕52号"))
    expect(dialog.get_by_label("行政依据")).to_be_checked()
    expect(dialog.locator(".apply-form")).to_contain_text("M10 困难残疾人生活补贴")
    assert SUBJECTS["disability"]["applicant"][0] not in dialog.inner_text()
    still(page)
    expect(dialog.get_by_label("联系方式")).to_be_focused()
    screenshot("hall-draft")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator(".dialog-told .missing")).to_have_text("请填写联系方式")
    expect(dialog.get_by_label("联系方式")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(apply).to_be_focused()

    # what was left is taken up again: no second draft is made
    page.keyboard.press("Enter")
    expect(dialog.locator("[data-application]")).to_have_attribute("data-application", str(drafted))
    expect(dialog.get_by_label("联系方式")).to_be_focused()
    still(page)
    page.keyboard.insert_text("025-88880000")
    expect(dialog.locator("[data-state=DRAFTED]")).to_contain_text("已填齐，可以提交")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator("[data-state=SUBMITTED]")).to_contain_text("前答复")
    expect(dialog).to_contain_text("材料同样不得要求当事人提交")
    expect(dialog.get_by_role("button", name="完成")).to_be_focused()
    assert violations(page) == []
    screenshot("hall-submitted")
    due = re.findall(r"\d{4}-\d\d-\d\d", dialog.locator("[data-state=SUBMITTED]").inner_text())[0]
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("#line-M10-disabilityCertificate")).to_be_focused()
    for _ in range(2):  # as the page says, and as the next check says
        expect(card).to_contain_text("免提交，等待答复")
        expect(card).to_contain_text(f"预计 {due} 前答复")
        expect(apply).to_have_count(0)
        screenshot("hall-applied")
        check(page)
    watch.assert_clean()


def test_a_draft_that_is_not_wanted_is_withdrawn(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M09")
    enter(page, SUBJECTS["child"], "child", "guardian")
    check(page)
    apply = page.get_by_role("button", name="申请共享", exact=False).and_(page.locator(".line-actions button")).first
    apply.click()
    dialog = page.get_by_role("dialog")
    first = dialog.locator("[data-application]").first
    expect(first).to_be_visible()
    drafted = first.get_attribute("data-application")
    dialog.get_by_role("button", name="撤回草稿").click()
    expect(dialog).to_have_count(0)
    apply.click()
    expect(first).to_be_visible()
    assert first.get_attribute("data-application") != drafted
    dialog.get_by_role("button", name="撤回草稿").click()
    expect(dialog).to_have_count(0)


def test_who_may_not_apply_is_told_so_and_what_to_do(open_hall: Open, screenshot: Callable[[str], None]) -> None:
    """The role may be taken from a client while it is at work."""
    page = open_hall()
    choose(page, "M09")
    enter(page, SUBJECTS["child"], "child", "guardian")
    check(page)

    def refuse(route: Route) -> None:
        if "draftApplication" not in (route.request.post_data or ""):
            return route.fallback()
        error = GatewayError(ROLE_REQUIRED, "this needs a client with the role `consumer`").to_json()
        return route.fulfill(json={"errors": [error]}, status=200)

    page.route("**/graphql", refuse)
    page.locator(".line-actions").get_by_role("button", name="申请共享").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".trouble")).to_contain_text("角色无权进行此操作")
    expect(dialog.locator(".trouble")).to_contain_text("请改用具有相应角色的客户端登录，或请平台管理单位开通")
    screenshot("hall-role-required")
    dialog.locator("#dialog-ok").click()
    expect(dialog).to_have_count(0)


def test_in_another_departments_name_its_rights_count_and_it_applies_itself(
    open_hall: Open, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    page = open_hall()
    choose(page, "M12")
    expect(page.get_by_label("以谁的名义")).to_be_visible()
    enter(page, SUBJECTS["no-dwelling"], "applicant")
    number = name_case(page)
    act_for(page, "南京市住房保障和房产局")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("sharing-purpose", "")))
    check(page)
    assert all("acting-for=" in one for one in asked if f'case="{number}"' in one)
    dwelling = line(page, "noDwelling")  # the counter's own grant is not the department's
    expect(dwelling).to_contain_text("免提交，可申请共享")
    dwelling.get_by_role("button", name="申请共享").and_(dwelling.locator(".line-actions button")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("须由南京市住房保障和房产局以自己的名义申请")
    expect(dialog.locator(".codes code").first).to_be_visible()
    expect(dialog.locator("[data-application]")).to_have_count(0)
    still(page)
    screenshot("hall-not-ours")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # the case is that department's: found under its name alone
    page.keyboard.press("Alt+k")
    page.keyboard.press("Enter")
    expect(page.locator("#case-told")).to_contain_text("办件在办")
    # along with it only what it entrusted as well
    page.keyboard.press("Alt+j")
    page.keyboard.type("M0")
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text="M08")).to_be_visible()
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text="M04")).to_have_count(0)
    watch.assert_clean()
