"""What the counter page shows while it waits, where something fails, and who is asked to sign in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.types import ASGIApp

from tests.browser.conftest import Watch
from tests.browser.hall import COUPLE, choose, enter
from tests.browser.small_gateway import SmallGateway
from tests.server.gateway import Running

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


def test_loading_failing_refused_and_trying_again(
    page: Page, watch: Watch, product: Running, screenshot: Callable[[str], None]
) -> None:
    watch.origin = product.url
    held: list[Route] = []
    page.route("**/graphql", lambda route: held.append(route))
    page.goto(f"{product.url}/hall")
    expect(page.locator(".intake .ant-skeleton")).to_be_visible()
    screenshot("hall-loading-matters")
    _abort(page, held)
    expect(page.locator(".intake .trouble")).to_contain_text("连不上服务器")
    page.unroute("**/graphql")
    page.locator(".intake .trouble").get_by_role("button", name="重试").click()
    expect(page.get_by_label("事项")).to_be_enabled()
    choose(page, "M04")
    enter(page, COUPLE, "applicant", "spouse", "headOfHousehold", "child", "realEstateUnit")
    page.route("**/graphql", lambda route: held.append(route))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".results")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".results .waiting")).to_have_text("正在向各登记库核验…")
    expect(page.locator(".skeletons")).to_be_visible()
    screenshot("hall-loading")
    _abort(page, held)
    trouble = page.locator(".results .trouble")
    expect(trouble).to_contain_text("连不上服务器")
    screenshot("hall-failed")
    page.unroute("**/graphql")
    trouble.get_by_role("button", name="重试").click()
    expect(page.locator(".line").first).to_be_visible()
    expect(trouble).to_have_count(0)
    # A case whose subjects are others: the gateway's own words stand there, and the former lines stay.
    page.locator("#case").fill("DEMO-M07")
    page.keyboard.press("Control+Enter")
    expect(trouble).to_contain_text("网关没有受理")
    expect(page.locator(".told-matters[data-old]")).to_be_visible()
    expect(trouble).to_contain_text("办件编号不能与已有办件重复")
    expect(trouble.locator("details span")).to_be_hidden()  # the gateway's English words, for whoever asks
    screenshot("hall-refused")
    page.get_by_role("button", name="English").click()
    expect(trouble).to_contain_text("Give the new case a number of its own")
    expect(trouble).not_to_contain_text("请")
    screenshot("hall-refused-english")


def _abort(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(10)  # the request was seen; its route is handed over a moment later
    while held:
        held.pop().abort()
        page.wait_for_timeout(50)


def test_production_asks_who_comes(
    page: Page, watch: Watch, serve: Callable[[ASGIApp], str], screenshot: Callable[[str], None]
) -> None:
    watch.origin = serve(SmallGateway(mode="production").app())
    page.goto(f"{watch.origin}/hall")
    page.get_by_label("客户端标识").fill("demo-hall")
    page.get_by_label("客户端密钥").fill("demo-hall-secret")
    expect(page.get_by_label("事项编码")).to_have_count(0)
    screenshot("hall-sign-in")
    page.get_by_role("button", name="进入").click()
    # This small gateway has no matters: what it answers is told, not swallowed.
    expect(page.locator(".trouble").first).to_contain_text("重试")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("客户端密钥")).to_have_value("")
