"""GraphiQL as a newcomer meets it: the product itself on its synthetic registers, in a real Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from demo.examples import examples
from demo.stories import STORIES
from tests.browser.conftest import Watch
from tests.server.gateway import Running

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]

RUN = "Execute query (Ctrl-Enter)"
ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]


@pytest.fixture
def opened(page: Page, watch: Watch, product: Running) -> Page:
    """The page, with its schema read."""
    watch.origin = product.url
    page.goto(f"{product.url}/graphiql")
    expect(page.get_by_text("正在读取数据结构…")).to_have_count(0)
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("Person")
    return page


def answer_of(page: Page, act: Callable[[], object]) -> dict[str, Any]:
    """The answer with data that `act` brings about, as it went over the wire, once the page shows it."""
    asked: Callable[[Response], bool] = lambda response: (  # noqa: E731
        response.url.endswith("/graphql") and "IntrospectionQuery" not in (response.request.post_data or "")
    )
    with page.expect_response(asked) as answered:
        act()
    body: dict[str, Any] = answered.value.json()
    assert "errors" not in body, body
    expect(page.locator(".facts code")).to_have_text(body["extensions"]["sharing"]["receipt"])
    return body


def run(page: Page) -> dict[str, Any]:
    """The answer to a click on *run*."""
    return answer_of(page, page.get_by_role("button", name=RUN).click)


def test_first_click_answers_and_another_client_is_answered_otherwise(
    opened: Page, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    expect(opened.locator(".status-line")).to_have_count(0)
    expect(opened.locator(".top-client select")).to_have_value("demo-hall")
    expect(opened.locator(".top-purpose em")).to_have_text("")
    screenshot("product-opened")
    hall = run(opened)
    assert hall["data"]["person"]["idNumber"] == ADULT
    expect(opened.locator(".result-window")).to_contain_text("王明远")
    expect(opened.locator(".facts")).to_contain_text("南京市政务服务大厅系统")
    expect(opened.locator(".as-of")).to_contain_text("population")
    screenshot("product-answered")
    developer = answer_of(opened, lambda: opened.locator(".top-client select").select_option("demo-developer"))
    address = hall["data"]["person"]["registeredResidence"]
    assert developer["data"]["person"]["registeredResidence"] != address
    row = opened.locator("tr[data-outcome=MASKED]", has_text="person.registeredResidence")
    expect(row).to_contain_text("户籍地址")
    expect(opened.locator(".result-window")).not_to_contain_text(address)
    expect(opened.locator(".facts")).to_contain_text("南京市住房保障系统（开发）")
    screenshot("product-developer")
    watch.assert_clean()


def test_every_example_answers_also_straight_after_a_change_of_tabs(
    opened: Page, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    for number, example in enumerate(examples()):
        opened.get_by_role("tab").nth(number).click()
        answered = run(opened)
        assert all(value is not None for value in answered["data"].values()), example.title
        screenshot(f"product-example-{number}")
    watch.assert_clean()


def test_a_withheld_item_says_why_and_what_to_do(opened: Page, watch: Watch) -> None:
    opened.get_by_role("tab", name="Withheld").click()
    assert run(opened)["data"]["person"]["phone"] is None
    row = opened.locator("tr[data-outcome=WITHHELD]", has_text="person.phone")
    for said in ("联系电话", "只可核验", "第16条第1款", "江苏省公安厅", "改用 verify 核验比对"):
        expect(row).to_contain_text(said)
    opened.get_by_role("button", name="English").click()
    for said in ("phone", "match check only", "Art. 16 ¶1", "public security", "compare it with verify instead"):
        expect(row).to_contain_text(said)
    watch.assert_clean()


def test_docs_mark_what_this_client_may_read_and_list_only_that_on_request(
    opened: Page, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    opened.get_by_role("button", name="Show Documentation Explorer").click()
    docs = opened.locator(".graphiql-doc-explorer")
    for link in ("Query", "Person"):
        docs.get_by_role("link", name=link, exact=True).first.click()
    marks = {"name": "OPEN", "phone": "BY_GRANT", "registeredResidence": "BY_GRANT", "adoptionRecord": "NEGOTIATE"}
    for field, mark in marks.items():
        expect(docs.locator(f"[data-field={field}] .chip")).to_have_attribute("data-mark", mark)
    screenshot("product-docs-marks")
    docs.locator("[data-field=registeredResidence]").get_by_role("link", name="registeredResidence", exact=True).click()
    card = docs.locator(".right-card")
    for said in ("视各行情况", "江苏省公安厅", "脱敏", "本行政区域", "至 2036-01-01"):
        expect(card).to_contain_text(said)
    expect(card).to_be_in_viewport()
    screenshot("product-docs-right")
    docs.get_by_role("link", name="Go back to Person").or_(docs.get_by_label("返回 Person")).click()
    opened.locator(".top-client select").select_option("demo-theme")
    for field, mark in {"household": "APPLY", "marriageRecord": "NEGOTIATE"}.items():  # the latter not as work reference
        expect(docs.locator(f"[data-field={field}] .chip")).to_have_attribute("data-mark", mark)
    screenshot("product-docs-other-client")
    docs.get_by_label("只列我能查的").check()
    expect(docs.locator("[data-field=marriageRecord]")).to_have_count(0)
    expect(docs.locator("[data-field=name] .chip")).to_have_attribute("data-mark", "OPEN")
    screenshot("product-docs-mine")
    opened.get_by_role("button", name="English").click()
    screenshot("product-docs-english")
    watch.assert_clean()


def test_docs_tell_titles_and_how_a_field_is_shared(opened: Page, watch: Watch, screenshot: Callable[[str], None]) -> None:
    opened.get_by_role("button", name="Show Documentation Explorer").click()
    docs = opened.locator(".graphiql-doc-explorer")
    for link in ("Query", "Person"):
        docs.get_by_role("link", name=link, exact=True).first.click()
    expect(docs).to_contain_text("户籍人口的身份、户籍登记和状态信息")
    screenshot("product-docs-person")
    docs.get_by_role("link", name="phone", exact=True).click()
    for said in ("联系电话", "101001/000001-014", "江苏省公安厅", "有条件共享 conditional", "核验 verify"):
        expect(docs).to_contain_text(said)
    screenshot("product-docs-phone")
    watch.assert_clean()
