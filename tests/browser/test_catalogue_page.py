"""The catalogue page as departments meet it: the product itself on its registers, in a real Chromium."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.types import ASGIApp

from demo.stories import STORIES
from tests.browser.conftest import Watch
from tests.browser.small_gateway import SmallGateway
from tests.server.gateway import Running

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
WIDE = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
sizes = pytest.mark.parametrize("size", [WIDE, TABLET], ids=["1280x800", "820x1180"])
Open = Callable[..., Page]

FAINT = """() => {
  const channel = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, a } = colour(getComputedStyle(at).backgroundColor);
      if (a === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility() || element.closest('.unseen, [aria-hidden=true]')) continue;
    const one = light(colour(getComputedStyle(element).color).rgb), other = light(ground(element));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${text}`);
  }
  return faint;
}"""
"""Texts whose contrast with what they stand on is below 4.5 : 1 (WCAG AA)."""


@pytest.fixture
def open_view(page: Page, watch: Watch, product: Running) -> Open:
    """Opens the page at a view, in a size, and waits until it has read the catalogue."""

    def open_(view: str = "", size: dict[str, int] = WIDE) -> Page:
        watch.origin = product.url
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{product.url}/catalogue{view}")
        expect(page.locator(".version")).to_have_text("现行目录第 1 版")
        return page

    return open_


def found(page: Page) -> list[str]:
    return page.locator(".groups ul a").all_inner_texts()


def test_it_opens_with_every_resource_and_what_the_marks_mean(
    open_view: Open, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    page = open_view()
    expect(page.locator(".groups h3")).to_have_count(13)
    expect(page.locator(".results .status")).to_have_text("13 个资源，125 个信息项")
    for mark in ("无条件共享", "有条件共享", "不予共享"):
        expect(page.locator(".legend .mark", has_text=mark)).to_be_visible()
    screenshot("catalogue-start")
    watch.assert_clean()


def test_chinese_words_find_and_lead_to_the_item(open_view: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_view()
    page.get_by_label("检索词").fill("户籍地址")
    expect(page.locator(".results .status")).to_have_text("2 个资源，2 个信息项")
    screenshot("catalogue-words")
    page.locator(".groups").get_by_role("link", name="户籍地址").first.click()
    row = page.locator("tr[aria-current]")
    expect(row).to_have_attribute("data-item", "registeredResidence")
    expect(row).to_be_in_viewport()
    for said in (
        "户籍地址",
        "registeredResidence",
        "101001/000001-009",
        "有条件共享",
        "办理依法需要核实户籍信息",
        "江苏省公安厅",
        "每日",
    ):
        expect(row).to_contain_text(said)
    row.get_by_text("详情").click()
    for said in (
        *("履行职责需要的", "行政依据、工作参考", "完整、脱敏、仅核验", "本行政区域", "个人信息保护法"),
        *("户口登记的住址", "Address of the registered residence", "不满十四周岁未成年人"),
    ):
        expect(row).to_contain_text(said)
    screenshot("catalogue-item")
    watch.assert_clean()


def test_marks_bear_words_and_a_basis_is_told(open_view: Open) -> None:
    page = open_view("#resource=Person")
    expect(page.locator("tr[data-item=name] .mark")).to_have_text("● 无条件共享")
    row = page.locator("tr[data-item=adoptionRecord]")
    expect(row.locator(".mark")).to_have_text("○ 不予共享")
    expect(row).to_contain_text("法律：《中华人民共和国民法典》第一千一百一十条")
    colours = {
        page.locator(f"tr[data-item={name}] .mark").evaluate("one => getComputedStyle(one).backgroundColor")
        for name in ("name", "phone", "adoptionRecord")
    }
    assert len(colours) == 3


def test_filters_narrow_and_a_view_can_be_linked(open_view: Open, watch: Watch, product: Running) -> None:
    page = open_view()
    page.get_by_role("radio", name="不予共享").check()
    expect(page.locator(".results .status")).to_have_text("2 个资源，3 个信息项")
    page.get_by_role("radio", name="人口基础信息库").check()
    expect(page.locator(".results .status")).to_have_text("1 个资源，2 个信息项")
    page.locator(".groups").get_by_role("link", name="人口基本信息").click()
    expect(page.locator(".detail h2")).to_have_text("人口基本信息")
    linked = page.url
    assert re.search(r"#register=population&type=NOT_SHARED&resource=Person$", linked)
    other = page.context.new_page()
    other.goto(linked)
    expect(other.get_by_role("radio", name="不予共享")).to_be_checked()
    expect(other.locator(".detail h2")).to_have_text("人口基本信息")
    expect(other.locator("tr[data-hit]")).to_have_count(2)
    page.go_back()
    expect(page.locator(".legend")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("group", name="登记库").get_by_role("radio", name="全部")).to_be_checked()
    expect(page.get_by_role("radio", name="不予共享")).to_be_checked()
    watch.assert_clean()


def test_a_number_typed_by_mistake_gets_into_no_address(open_view: Open) -> None:
    page = open_view()
    page.get_by_label("检索词").fill(ADULT)
    expect(page.locator(".results .status")).to_have_text("没有找到")
    assert ADULT not in page.url
    assert ADULT not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_nothing_found_says_what_to_do(open_view: Open, screenshot: Callable[[str], None]) -> None:
    page = open_view("#words=查无此词")
    nothing = page.locator(".nothing")
    for said in ("没有找到", "换一个说法", "第7条"):
        expect(nothing).to_contain_text(said)
    screenshot("catalogue-empty")
    nothing.get_by_role("button", name="清除检索和筛选").click()
    expect(page.locator(".groups h3")).to_have_count(13)
    expect(page.get_by_label("检索词")).to_be_focused()


def test_what_is_only_near_is_said_to_be(open_view: Open) -> None:
    page = open_view("#words=身份证号")
    expect(page.locator(".results .notice")).to_contain_text("没有完全一致的词")
    assert "公民身份号码" in found(page)


def test_a_resource_that_is_not_there_is_said(open_view: Open, screenshot: Callable[[str], None]) -> None:
    page = open_view("#resource=Nothing")
    expect(page.get_by_role("alert")).to_contain_text("目录中没有这个资源")
    screenshot("catalogue-unknown")
    page.get_by_role("link", name="查看全部资源").click()
    expect(page.locator(".legend")).to_be_visible()


def test_loading_failing_and_trying_again(
    page: Page, watch: Watch, product: Running, screenshot: Callable[[str], None]
) -> None:
    watch.origin = product.url
    held: list[Route] = []
    page.route("**/graphql", lambda route: held.append(route))
    with page.expect_request("**/graphql"):
        page.goto(f"{product.url}/catalogue")
    expect(page.locator(".results")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".results .status")).to_have_text("正在读取目录…")
    expect(page.locator(".skeleton")).to_be_visible()
    screenshot("catalogue-loading")
    while not held:
        page.wait_for_timeout(10)  # the request was seen; its route is handed over a moment later
    held[0].abort()
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("连不上服务器")
    screenshot("catalogue-failed")
    page.unroute("**/graphql")
    trouble.get_by_role("button", name="重试").click()
    expect(page.locator(".groups h3")).to_have_count(13)


def test_a_part_that_could_not_be_read_is_said(open_view: Open, screenshot: Callable[[str], None]) -> None:
    page = open_view()

    def halve(route: Route) -> None:
        if "query Entries" not in (route.request.post_data or ""):
            route.continue_()
            return
        answer = route.fetch()
        body = answer.json()
        body["data"]["catalogue"]["resource"]["entries"] = body["data"]["catalogue"]["resource"]["entries"][:5]
        if '"after":"' in (route.request.post_data or ""):
            body["data"]["catalogue"]["resource"]["entries"] = []
        route.fulfill(response=answer, json=body)

    page.route("**/graphql", halve)
    page.locator(".groups").get_by_role("link", name="人口基本信息").click()
    expect(page.locator(".detail .notice")).to_contain_text("已列出 5 项，共 26 项")
    expect(page.locator(".items tbody tr")).to_have_count(5)
    screenshot("catalogue-partial")
    page.unroute("**/graphql")
    page.route("**/graphql", lambda route: route.abort())
    page.locator(".groups").get_by_role("link", name="法人单位基本信息").click()
    expect(page.locator(".detail").get_by_role("alert")).to_contain_text("连不上服务器")
    expect(page.locator(".groups h3")).to_have_count(13)


def test_the_example_opens_in_graphiql_and_runs(open_view: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_view("#resource=MarriageRecord")
    link = page.get_by_role("link", name="在 GraphiQL 中打开示例查询")
    assert ADULT not in (link.get_attribute("href") or "")
    with page.context.expect_page() as opening:
        link.click()
    graphiql = opening.value
    expect(graphiql.locator(".graphiql-query-editor .view-lines")).to_contain_text("marriageRecord")
    graphiql.get_by_role("button", name="Execute query (Ctrl-Enter)").click()
    expect(graphiql.locator(".result-window")).to_contain_text('"person"')
    graphiql.get_by_role("link", name="共享目录").click()
    expect(graphiql.locator(".groups h3")).to_have_count(13)
    watch.assert_clean()


def test_the_keyboard_alone_is_enough(open_view: Open) -> None:
    page = open_view()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到检索框")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("检索词")).to_be_focused()
    page.keyboard.type("婚姻")
    expect(page.locator(".results .status")).to_have_text("2 个资源，7 个信息项")
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="共享类型").get_by_role("radio", name="全部")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="有条件共享")).to_be_checked()
    link = page.locator(".groups ul a", has_text="婚姻状况")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr[aria-current] .item-title")).to_have_text("婚姻状况")
    page.keyboard.press("Escape")
    expect(page.locator(".legend")).to_be_visible()


@sizes
def test_a_reader_of_screens_finds_names_headings_and_headers(open_view: Open, size: dict[str, int]) -> None:
    page = open_view("#words=地址&resource=Person", size)
    expect(page.locator(".items")).to_be_visible()
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('input, button, a, select, summary')]
          .filter((one) => one.checkVisibility() && !(one.labels?.length || one.textContent.trim() || one.ariaLabel))
          .map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].filter((one) => one.checkVisibility()).map((one) => one.tagName)"
    )
    assert levels[0] == "H1"
    assert "H2" in levels
    assert all(int(later[1]) <= int(former[1]) + 1 for former, later in pairwise(levels))
    table = page.locator("table.items")
    assert table.locator("thead th[scope=col]").all_inner_texts() == [
        "信息项",
        "共享类型",
        "共享条件",
        "提供部门",
        "更新周期",
    ]
    assert table.locator("tbody th[scope=row]").count() == table.locator("tbody tr").count() == 26
    expect(table.locator("caption")).to_contain_text("26")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    landmarks: tuple[Literal["status", "main", "search", "navigation"], ...] = ("status", "main", "search", "navigation")
    for name in landmarks:
        assert page.get_by_role(name).count() >= 1, name


@sizes
@pytest.mark.parametrize(
    "view", ["", "#words=地址&resource=Person&item=registeredResidence", "#words=查无此词", "#resource=Nothing"]
)
def test_contrast_and_no_sideways_scrolling(open_view: Open, size: dict[str, int], view: str) -> None:
    page = open_view(view, size)
    expect(page.get_by_text("正在读取")).to_have_count(0)
    assert page.evaluate(FAINT) == []
    for language in ("English", "中文"):
        page.get_by_role("button", name=language).click()
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0, language
        cut = page.evaluate(
            "[...document.querySelectorAll('.columns > *')].filter((one) => one.scrollWidth > one.clientWidth)"
            ".map((one) => one.className)"
        )
        assert cut == [], language


def test_on_a_tablet_the_resource_takes_the_place_of_the_list(open_view: Open, screenshot: Callable[[str], None]) -> None:
    page = open_view("", TABLET)
    screenshot("catalogue-tablet-start")
    expect(page.get_by_role("radio").first).to_be_hidden()
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("radio", name="有条件共享").check()
    expect(page.get_by_role("button", name="筛选 (1)")).to_be_visible()
    screenshot("catalogue-tablet-filters")
    page.locator(".groups").get_by_role("link", name="法人单位基本信息").click()
    expect(page.locator(".results")).to_be_hidden()
    expect(page.locator(".detail h2")).to_be_focused()
    page.get_by_role("button", name="筛选 (1)").click()
    screenshot("catalogue-tablet-resource")
    page.get_by_role("link", name="← 返回列表").click()
    expect(page.locator(".results")).to_be_visible()
    page.locator(".groups").get_by_role("link", name="法人单位基本信息").click()
    expect(page.locator(".detail h2")).to_be_focused()
    page.get_by_label("检索词").fill("参保人数")
    expect(page.locator(".groups ul a")).to_have_text(["参保人数"])


def test_in_english(open_view: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_view("#resource=Person&item=phone")
    page.get_by_role("button", name="English").click()
    row = page.locator("tr[data-item=phone]")
    for said in ("Phone", "Conditional", "Public security", "daily"):
        expect(row).to_contain_text(said)
    expect(row.locator("[lang=zh-CN]").first).to_contain_text("仅供核验")
    screenshot("catalogue-english")
    watch.assert_clean()


def test_production_asks_who_comes_and_for_no_purpose(
    page: Page, watch: Watch, serve: Callable[[ASGIApp], str], screenshot: Callable[[str], None]
) -> None:
    watch.origin = serve(SmallGateway(mode="production").app())
    page.goto(f"{watch.origin}/catalogue")
    page.get_by_label("客户端标识").fill("demo-hall")
    page.get_by_label("客户端密钥").fill("demo-hall-secret")
    expect(page.get_by_label("事项编码")).to_have_count(0)
    screenshot("catalogue-sign-in")
    page.get_by_role("button", name="进入").click()
    # This small gateway has no catalogue: what it answers is told, not swallowed.
    expect(page.get_by_role("alert")).to_contain_text("重试")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("客户端密钥")).to_have_value("")
