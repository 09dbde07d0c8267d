"""GraphiQL in a real Chromium, every other network blocked, under the strict policy."""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.browser.conftest import Watch
from tests.browser.small_gateway import PURPOSE, SmallGateway
from web.pages import SECURITY_HEADERS, routes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]

Open = Callable[[SmallGateway], Page]
RUN = "Execute query (Ctrl-Enter)"


@pytest.fixture
def open_page(page: Page, watch: Watch, serve: Callable[[ASGIApp], str]) -> Open:
    def open_(gateway: SmallGateway) -> Page:
        watch.origin = serve(gateway.app())
        page.goto(f"{watch.origin}/graphiql")
        return page

    return open_


def _run(page: Page) -> None:
    page.get_by_role("button", name=RUN).click()


def _ready(page: Page) -> None:
    expect(page.get_by_text("正在读取数据结构…")).to_have_count(0)
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("Lookup")


def test_first_click_on_run_answers(open_page: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    screenshot("demo-opened")
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")
    row = page.locator("tr[data-outcome=WITHHELD]")
    expect(row).to_contain_text("person.phone")
    expect(row).to_contain_text("未共享")
    expect(row).to_contain_text("第16条第1款")
    expect(row).to_contain_text("只可核验")
    expect(row).to_contain_text("submitApplication")
    expect(page.locator(".facts")).to_contain_text("R-00")
    expect(page.locator(".as-of")).to_contain_text("population")
    screenshot("demo-answered")
    [(client, headers, body)] = gateway.data_requests()
    assert client == "demo-hall"
    assert headers["sharing-purpose"] == PURPOSE
    assert headers["accept"] == "application/graphql-response+json, application/json;q=0.9"
    assert body["variables"] == {"id": "32010219990101001X"}
    watch.assert_clean()


def test_another_client_gets_another_answer(open_page: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")
    page.locator(".top-client select").select_option("demo-developer")
    expect(page.locator(".result-window")).to_contain_text("王*明")
    expect(page.locator("tr[data-outcome=MASKED]")).to_contain_text("person.name")
    expect(page.locator(".facts")).to_contain_text("使用部门开发者")
    screenshot("demo-developer")
    assert [client for client, _, _ in gateway.data_requests()] == ["demo-hall", "demo-developer"]
    watch.assert_clean()


def test_purpose_with_chinese_travels_as_a_display_string(open_page: Open) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    field = page.locator(".top-purpose input")
    field.fill('matter="医保", use=work-reference')
    expect(page.locator(".top-purpose em")).to_have_text("缺 handler")
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")
    [(_, headers, _)] = gateway.data_requests()
    assert headers["sharing-purpose"] == 'matter=%"%e5%8c%bb%e4%bf%9d", use=work-reference'
    field.fill("matter=")
    expect(page.locator(".top-purpose em")).to_contain_text("写法不对")
    _run(page)
    expect(page.locator(".status-line")).to_contain_text("用途的写法不对")
    assert len(gateway.data_requests()) == 1


def test_a_refused_request_is_explained(open_page: Open, screenshot: Callable[[str], None]) -> None:
    page = open_page(SmallGateway())
    _ready(page)
    page.locator(".top-purpose input").fill("")
    expect(page.locator(".top-purpose em")).to_contain_text("不能查数据")
    _run(page)
    refused = page.locator(".refused")
    expect(refused).to_contain_text("PURPOSE_REQUIRED")
    expect(refused).to_contain_text("须说明使用用途")
    expect(refused).to_contain_text("请写明使用用途：事项编码、用途和经办人编号")
    expect(refused).to_contain_text("第4条第（二）项")
    screenshot("refused")
    page.get_by_role("button", name="English").click()
    expect(refused).to_contain_text("send the header `Sharing-Purpose`")
    expect(refused).not_to_contain_text("请写明")


def test_nothing_but_the_language_is_stored(open_page: Open) -> None:
    page = open_page(SmallGateway())
    _ready(page)
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sharing", exact=False).first).to_be_visible()
    page.wait_for_timeout(700)  # GraphiQL writes its tabs 500 ms after a change
    stored = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert stored == '{"oncegate.language":"en"}'
    assert page.context.cookies() == []
    assert page.evaluate("indexedDB.databases()") == []


def test_a_lost_token_is_taken_anew(open_page: Open) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    gateway.tokens.clear()
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")


def test_a_token_is_renewed_before_it_expires(open_page: Open) -> None:
    gateway = SmallGateway(token_lifetime_s=1)
    page = open_page(gateway)
    _ready(page)
    page.wait_for_timeout(800)
    _run(page)
    expect(page.locator(".result-window")).to_contain_text("王小明")
    assert len(gateway.tokens) == 2


def test_a_refused_token_is_said_in_plain_words(open_page: Open, screenshot: Callable[[str], None]) -> None:
    gateway = SmallGateway(refuse_tokens=True)
    page = open_page(gateway)
    expect(page.locator(".status-line")).to_contain_text("服务器没有签发令牌")
    screenshot("token-refused")
    gateway.refuse_tokens = False
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".status-line")).to_have_count(0)


def test_an_unreachable_server_is_said_in_plain_words(open_page: Open, screenshot: Callable[[str], None]) -> None:
    page = open_page(SmallGateway())
    _ready(page)
    page.route("**/graphql", lambda route: route.abort())
    _run(page)
    expect(page.locator(".status-line")).to_contain_text("连不上服务器")
    screenshot("unreachable")
    page.unroute("**/graphql")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".status-line")).to_have_count(0)


def test_production_asks_for_credentials(open_page: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    gateway = SmallGateway(mode="production")
    page = open_page(gateway)
    page.get_by_label("客户端标识").fill("demo-hall")
    page.get_by_label("客户端密钥").fill("wrong")
    page.get_by_label("事项编码").fill("32010000100")
    page.get_by_label("经办人编号").fill("张三")
    screenshot("production")
    page.get_by_role("button", name="进入查询").click()
    expect(page.get_by_role("alert")).to_contain_text("服务器没有签发令牌")
    screenshot("production-refused")
    watch.console_errors.clear()  # the browser itself reports the 401
    page.get_by_label("客户端密钥").fill("demo-hall-secret")
    page.keyboard.press("Enter")
    expect(page.locator(".top-purpose input")).to_have_value(
        'matter="32010000100", use=administrative-basis, handler=%"%e5%bc%a0%e4%b8%89"'
    )
    expect(page.locator(".status-line")).to_have_count(0)
    screenshot("production-open")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("客户端密钥")).to_have_value("")
    watch.assert_clean()


def test_the_keyboard_alone_is_enough(open_page: Open) -> None:
    page = open_page(SmallGateway())
    _ready(page)
    page.keyboard.press("Tab")
    expect(page.locator(".top-client select")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".top-purpose input")).to_be_focused()
    page.locator(".graphiql-query-editor .view-lines").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".result-window")).to_contain_text("王小明")
    title = page.locator(".sharing-title")
    title.focus()
    page.keyboard.press("Enter")
    expect(page.locator("table.outcomes")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("table.outcomes")).to_be_visible()


def test_docs_explorer_and_history_work_offline(open_page: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_page(SmallGateway())
    _ready(page)
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.locator(".graphiql-doc-explorer a", has_text="Query").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("人口基础信息")
    screenshot("docs")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    expect(page.locator(".docExplorerWrap, .graphiql-explorer-root").first).to_contain_text("person")
    screenshot("explorer")
    page.get_by_role("button", name="Show History").click()
    expect(page.get_by_role("region", name="History")).to_be_visible()
    watch.assert_clean()


def _open_docs(page: Page, *links: str) -> Locator:
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.locator(".graphiql-doc-explorer")
    for link in links:
        docs.get_by_role("link", name=link, exact=True).first.click()
    return docs


def test_the_documentation_marks_what_the_client_may_read(
    open_page: Open, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    assert gateway.asked("MyRights") == []  # nobody looks at the documentation yet
    docs = _open_docs(page, "Query")
    expect(docs.locator("[data-field=person]")).to_contain_text("可读 2/3 项")
    docs.get_by_role("link", name="Person", exact=True).first.click()
    expect(docs.locator("[data-field=idNumber] .chip")).to_have_text("● 开放 open")
    expect(docs.locator("[data-field=name] .chip")).to_have_text("◆ 凭授权 by grant")
    expect(docs.locator("[data-field=phone] .chip")).to_have_text("✕ 须协商 negotiate")
    expect(docs.locator("[data-field=birthDate] .chip")).to_have_count(0)  # of which nothing is known
    expect(docs.locator(".rights-legend")).to_contain_text("按页首的用途判断")
    screenshot("docs-marks")
    docs.get_by_role("link", name="name", exact=True).click()
    card = docs.locator(".right-card")
    for said in (
        "脱敏给出",
        "已获授权",
        "第16条第1款",
        "江苏省公安厅",
        "本行政区域",
        "行政依据",
        "M07",
        "2036-01-01",
        "500",
    ):
        expect(card).to_contain_text(said)
    screenshot("docs-mark-of-a-field")
    page.get_by_role("button", name="English").click()
    expect(card).to_contain_text("by grant")
    expect(card).to_contain_text("own division")
    assert [body["variables"]["after"] for _, _, body in gateway.asked("MyRights")] == [None, "Person.name"]
    assert {headers["sharing-purpose"] for _, headers, _ in gateway.asked("MyRights")} == {PURPOSE}
    watch.assert_clean()


def test_marks_follow_client_and_purpose(open_page: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    chip = _open_docs(page, "Query", "Person").locator("[data-field=name] .chip")
    expect(chip).to_have_attribute("data-mark", "BY_GRANT")
    field = page.locator(".top-purpose input")
    field.fill("")
    field.press_sequentially('matter="医保", use=work-reference, handler="H"', delay=5)
    expect(chip).to_have_attribute("data-mark", "APPLY")
    assert len(gateway.asked("MyRights")) == 4  # two pages, twice: not at every key
    chip.click()
    field.fill(PURPOSE)
    expect(chip).to_have_attribute("data-mark", "BY_GRANT")
    page.locator(".top-client select").select_option("demo-developer")
    expect(chip).to_have_attribute("data-mark", "APPLY")
    page.locator("[data-field=name]").get_by_role("link", name="name", exact=True).click()
    expect(page.locator(".right-card")).to_contain_text("2026-03-16")
    screenshot("docs-apply")
    field.fill("")
    expect(page.locator(".rights-legend")).to_contain_text("未填用途")
    field.fill("matter=")
    expect(page.locator(".rights-legend")).to_contain_text("用途的写法不对")
    expect(page.locator(".right-card")).to_have_count(0)
    watch.assert_clean()


def test_only_what_can_be_read_is_listed_on_request(
    open_page: Open, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    gateway = SmallGateway()
    page = open_page(gateway)
    _ready(page)
    docs = _open_docs(page, "Query", "Person")
    expect(docs.locator("[data-field=phone]")).to_have_count(1)
    docs.get_by_label("只列我能查的").check()
    expect(docs.locator("[data-field=phone]")).to_have_count(0)
    expect(docs.locator("[data-field=name] .chip")).to_have_attribute("data-mark", "BY_GRANT")
    screenshot("docs-mine")
    asked = gateway.asked("IntrospectionQuery")
    assert [headers.get("sharing-view") for _, headers, _ in asked] == [None] * (len(asked) - 1) + ["mine"]
    page.locator(".top-purpose input").fill('matter="医保", use=work-reference, handler="H"')
    expect(docs.locator("[data-field=name] .chip")).to_have_attribute("data-mark", "APPLY")
    page.wait_for_timeout(600)  # the schema follows when the typing pauses
    assert len(gateway.asked("IntrospectionQuery")) == len(asked) + 1
    docs.get_by_label("只列我能查的").uncheck()
    expect(docs.locator("[data-field=phone]")).to_have_count(1)
    watch.assert_clean()


def test_without_marks_the_documentation_says_why(open_page: Open, screenshot: Callable[[str], None]) -> None:
    page = open_page(SmallGateway(refuse_rights=True))
    _ready(page)
    docs = _open_docs(page, "Query", "Person")
    expect(docs.locator(".rights-legend")).to_contain_text("没有权限标记：角色无权进行此操作。请改用")
    expect(docs.locator("[data-field=name]")).to_contain_text("String")
    expect(docs.locator(".chip")).to_have_count(0)
    screenshot("docs-no-marks")


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def _get(url: str, **headers: str) -> Got:
    try:
        with urlopen(Request(url, headers=headers)) as answer:
            return Got(answer.status, answer.url, dict(answer.headers), answer.read())
    except HTTPError as refused:
        with refused:
            return Got(refused.code, url, dict(refused.headers), refused.read())


def test_page_files_and_headers(serve: Callable[[ASGIApp], str]) -> None:
    origin = serve(SmallGateway().app())
    page = _get(f"{origin}/graphiql")
    html = page.body.decode()
    script = re.search(r'src="\./(assets/[^"]+\.js)"', html)
    assert script is not None
    assert "<script>" not in html
    asset = _get(f"{origin}/{script[1]}")
    config = _get(f"{origin}/graphiql/config.json")
    expected = {name.lower(): value for name, value in SECURITY_HEADERS.items()}
    for answer in (page, asset, config):
        assert answer.status == 200
        assert expected.items() <= answer.headers.items()
    assert page.headers["cache-control"] == "no-cache"
    assert config.headers["cache-control"] == "no-store"
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    packed = _get(f"{origin}/{script[1]}", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == asset.body
    for other in ("/graphiql/", "/"):
        assert _get(f"{origin}{other}").url == f"{origin}/graphiql"
    for missing in ("nothing.js", "..%2fgraphiql.html", "..", ".built"):
        assert _get(f"{origin}/assets/{missing}").status == 404


def test_pages_that_were_not_built_say_so(serve: Callable[[ASGIApp], str], tmp_path: Path) -> None:
    origin = serve(Starlette(routes=routes(dict, dist=tmp_path)))
    answer = _get(f"{origin}/graphiql")
    assert answer.status == 503
    assert "页面还没有构建" in answer.body.decode()
    assert "python -m web.build" in answer.body.decode()
