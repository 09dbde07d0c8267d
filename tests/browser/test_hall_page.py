"""The counter page as an officer meets it: the product itself on its registers, in a real Chromium."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from starlette.types import ASGIApp

from demo.stories import STORIES
from standards import credit_code, identity_number, parcel_code, unit_code
from standards.faults import IdentifierFault
from tests.browser.conftest import Watch
from tests.browser.pictures import MOST_CHANGED, Pictures
from tests.browser.small_gateway import SmallGateway
from tests.conftest import open_folder
from tests.server.gateway import Running
from web.build import MODULES

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]

SUBJECTS = {story.key: story.subjects for story in STORIES}
COUPLE, COMPANY = SUBJECTS["couple"], SUBJECTS["company"]
WIDE = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
SIZES = {"1280x800": WIDE, "820x1180": TABLET}
sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
Open = Callable[..., Page]
NUMBERS = itertools.count(1)
AGAIN_MS = 20_000
"""A source that failed is left alone for seconds; the rest is for a busy machine."""

AXE = """async (source) => {
  const script = document.createElement('script');
  script.src = source;
  await new Promise((done, failed) => { script.onload = done; script.onerror = failed; document.head.append(script); });
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.map(({ impact, id, nodes }) => `${impact} ${id} ${nodes.map((one) => one.html.slice(0, 99))}`);
}"""


@pytest.fixture(scope="module")
def product(chromium_path: str) -> Iterator[Running]:
    """The demo as `make demo` starts it, with fewer persons."""
    gateway = Running(open_folder(), ("demo", "--port", "0", "--persons", "1000"))
    try:
        gateway.start()
        yield gateway
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.end()
        gateway.remove()


@pytest.fixture
def whole(product: Running) -> Iterator[Running]:
    """The demo, every register revived afterwards."""
    yield product
    assert product.cli("demo", "mend", "real-estate").returncode == 0


@pytest.fixture
def open_hall(page: Page, watch: Watch, product: Running) -> Open:
    """Opens the page in a size, and waits until it has read the matters."""

    def open_(size: dict[str, int] = WIDE) -> Page:
        watch.origin = product.url
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{product.url}/hall")
        expect(page.get_by_label("事项")).to_be_enabled()
        return page

    return open_


@pytest.fixture
def pictures(browser: Browser, rewrite_goldens: bool) -> Iterator[Pictures]:
    desk = browser.new_page()
    yield Pictures(desk, rewrite_goldens)
    desk.close()


def choose(page: Page, matter: str) -> None:
    """By keys alone."""
    page.keyboard.press("Alt+m")
    page.keyboard.press("Control+a")  # whatever was typed there before
    page.keyboard.type(matter)
    expect(page.locator(".ant-select-item-option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".ant-select-dropdown")).to_be_hidden()
    expect(page.locator(".subject-field input").first).to_be_focused()


def scan(page: Page, *codes: str) -> None:
    """As a scanner does: the characters at once, then Enter. An empty code passes a field over."""
    for code in codes:
        page.keyboard.insert_text(code)
        page.keyboard.press("Enter")


def enter(page: Page, subjects: Any, *roles: str) -> None:
    """The story's subjects, the first of each role, in the order of the form."""
    scan(page, *(subjects[role][0] if role in subjects else "" for role in roles))


def name_case(page: Page) -> str:
    number = f"HALL-{next(NUMBERS)}"
    page.keyboard.press("Alt+k")
    page.keyboard.insert_text(number)
    return number


def check(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines:not([data-old])")).to_be_visible()
    expect(page.locator(".results")).to_have_attribute("aria-busy", "false")


def check_until(page: Page, code: str, verdict: str) -> None:
    """Checks again until the register that was away is asked again."""
    ends = time.monotonic() + AGAIN_MS / 1000
    while True:
        check(page)
        if line(page, code).get_attribute("data-verdict") == verdict:
            return
        assert time.monotonic() < ends, line(page, code).inner_text()
        page.wait_for_timeout(500)


def line(page: Page, code: str) -> Locator:
    return page.locator(f"[data-material={code}]")


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """By keys alone, as far as it takes."""
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"no key leads to {wanted}")


def violations(page: Page) -> list[str]:
    """What axe-core finds. Its script is served under the page's own origin, for nothing else may run there."""
    address = page.evaluate("new URL('./axe.js', location.href).href")
    script = (MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
    page.route(address, lambda route: route.fulfill(body=script, content_type="text/javascript"))
    found: list[str] = page.evaluate(AXE, address)
    return found


def changing(page: Page) -> list[Locator]:
    """What differs from run to run."""
    return [page.locator("time"), page.locator("code.receipt"), page.locator(".facts-line"), page.locator("input#case")]


def couple_checked(page: Page) -> None:
    choose(page, "M04")
    enter(page, COUPLE, "applicant", "spouse", "headOfHousehold", "child", "realEstateUnit")
    name_case(page)
    check(page)


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


def test_a_whole_case_by_keyboard_alone_with_a_dead_register_and_a_doubt(
    open_hall: Open, whole: Running, watch: Watch, screenshot: Callable[[str], None], tmp_path: Path
) -> None:
    assert whole.cli("demo", "break", "real-estate").returncode == 0
    page = open_hall()
    choose(page, "M02")
    enter(page, COMPANY, "company", "newRepresentative", "shareholder", "premises", "agent")
    number = name_case(page)
    check(page)
    expect(page.locator("#results-title")).to_be_focused()
    expect(page.locator(".partly")).to_contain_text("部分来源没有答复：住所使用证明")
    premises = line(page, "premisesUse")
    expect(premises).to_have_attribute("data-verdict", "ASK_WITH_REASON")
    expect(premises).to_contain_text("可以要求，须说明理由")
    screenshot("hall-dead-register")

    # the material that could not be had is asked for, with the reason
    page.keyboard.press("Alt+r")
    expect(page.locator(".line-head").first).to_be_focused()
    page.keyboard.press("End")
    tab_to(page, page.locator("#line-premisesUse"), "ArrowUp")
    tab_to(page, premises.get_by_role("button", name="记录收取"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("理由")).to_be_focused()
    assert page.get_by_label("理由").input_value() in premises.locator(".why").inner_text()
    assert "可以要求提交" in page.get_by_label("理由").input_value()
    page.keyboard.press("Control+Enter")
    expect(premises).to_contain_text("已记录收取")
    expect(premises.get_by_role("button", name="记录收取")).to_be_focused()

    # what the register says of the new representative is doubted
    identity = line(page, "newRepresentativeIdentity")
    tab_to(page, page.locator("#line-newRepresentativeIdentity"), "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, identity.get_by_role("button", name="的姓名提出疑义"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("实际情况")).to_be_focused()
    page.keyboard.insert_text("身份证上的姓名为吴菁")
    screenshot("hall-doubt")
    page.keyboard.press("Control+Enter")
    expect(identity).to_contain_text("已提疑义")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#line-newRepresentativeIdentity")).to_be_focused()

    # the register is back: what has changed since the last check
    assert whole.cli("demo", "mend", "real-estate").returncode == 0
    check_until(page, "premisesUse", "NOT_TO_BE_ASKED")
    expect(premises).to_contain_text("较上次有变化")
    expect(identity).to_have_attribute("data-verdict", "ACCEPT_IF_OFFERED")
    expect(identity).to_contain_text("主动提供即收，不得索要")
    expect(identity.locator("[data-outcome=UNDER_VERIFICATION]")).to_contain_text("核实中")
    screenshot("hall-rechecked")

    # proof that is offered is filed
    proof = tmp_path / "card.pdf"
    proof.write_bytes(b"%PDF-1.4 identity card")
    page.keyboard.press("Alt+r")
    tab_to(page, page.locator("#line-newRepresentativeIdentity"), "ArrowDown")
    tab_to(page, identity.get_by_role("button", name="收下证明"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("选择文件")).to_be_focused()
    expect(page.locator(".ant-zoom-appear, .ant-zoom-enter")).to_have_count(0)  # what still moves takes no key
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(proof)
    expect(page.get_by_role("dialog")).to_contain_text("card.pdf")
    page.keyboard.press("Control+Enter")
    expect(identity).to_contain_text("已收主动提供的证明")

    # the papers, then the end
    for name, told in (("打印共享取证单", "苏州云启信息科技有限公司"), ("打印一次性告知书", "公司登记（备案）申请书"),
                       ("打印收件凭证", "新任法定代表人身份证明")):  # fmt: skip
        page.keyboard.press("Alt+p")
        tab_to(page, page.get_by_role("button", name=name))
        with page.context.expect_page() as opening:
            page.keyboard.press("Enter")
        paper = opening.value
        expect(paper.locator("body")).to_contain_text(told)
        expect(paper.locator("body")).to_contain_text(number)
        paper.close()
        expect(page.get_by_role("dialog")).to_have_count(0)
    tab_to(page, page.get_by_role("button", name="办结"), "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="准予"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".listed")).to_be_visible()
    expect(page.locator(".line")).to_have_count(0)
    assert page.locator(".subject-field input").first.input_value() == ""
    watch.assert_clean()


def test_what_can_be_shared_is_asked_for_only_with_a_reason(open_hall: Open, screenshot: Callable[[str], None]) -> None:
    page = open_hall()
    couple_checked(page)
    identity = line(page, "identity")
    expect(identity).to_contain_text("免提交")
    identity.get_by_role("button", name="仍要收取").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不得要求提交")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator(".missing")).to_have_text("请写明理由")
    dialog.get_by_label("理由").fill("当事人坚持留存复印件")
    screenshot("hall-duplicate")
    dialog.get_by_role("button", name="记录").click()
    expect(identity).to_contain_text("已记重复收取")


def test_what_was_never_applied_for_comes_with_a_drafted_application(
    open_hall: Open, watch: Watch, screenshot: Callable[[str], None]
) -> None:
    page = open_hall()
    choose(page, "M10")
    enter(page, SUBJECTS["disability"], "applicant")
    name_case(page)
    check(page)
    card = line(page, "disabilityCertificate")
    expect(card).to_contain_text("免提交，可申请共享")
    card.get_by_role("button", name="起草申请").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".document")).to_contain_text("licences")
    assert SUBJECTS["disability"]["applicant"][0] not in dialog.inner_text()
    dialog.get_by_role("button", name="起草", exact=True).click()
    expect(dialog).to_contain_text("已起草1份申请")
    screenshot("hall-drafted")
    dialog.get_by_role("button", name="完成").click()
    expect(dialog).to_have_count(0)
    watch.assert_clean()


def test_without_a_case_the_line_says_what_a_case_brings(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M12")
    enter(page, SUBJECTS["no-dwelling"], "applicant")
    check(page)
    dwelling = line(page, "noDwelling")
    expect(dwelling).to_contain_text("免提交，开办后取得")
    dwelling.get_by_role("button", name="填办件编号").click()
    expect(page.locator("#case")).to_be_focused()
    page.keyboard.insert_text(f"HALL-{next(NUMBERS)}")
    expect(page.locator(".lines")).to_have_attribute("data-old", "true")
    check(page)
    expect(dwelling).to_have_attribute("data-verdict", "NOT_TO_BE_ASKED")
    expect(dwelling).to_contain_text("查无记录，即为证明")


def test_a_case_is_resumed_handed_over_and_found_again(open_hall: Open) -> None:
    page = open_hall()
    couple_checked(page)
    number = page.locator("#case").input_value()
    page.get_by_role("button", name="移交").click()
    page.get_by_label("接收人编号").fill("H-077")
    page.get_by_label("理由").fill("换班")
    page.get_by_role("dialog").get_by_role("button", name="移交").click()
    expect(page.locator("#case-told")).to_contain_text("经办人 H-077")
    page.reload()
    expect(page.get_by_label("事项")).to_be_enabled()
    assert page.locator("#case").input_value() == ""
    page.keyboard.press("Alt+k")
    scan(page, number)
    expect(page.locator("#case-told")).to_contain_text("经办人 H-077")
    expect(page.locator("[data-role=applicant] input").first).to_have_value(COUPLE["applicant"][0])
    check(page)
    expect(page.locator(".facts-line")).to_contain_text("对比上次")
    page.keyboard.press("Alt+k")
    page.keyboard.press("Control+a")
    scan(page, "HALL-NOT-THERE")
    expect(page.locator("#case-told")).to_contain_text("没有这个办件")


def test_nothing_of_a_visit_stays_behind(open_hall: Open, product: Running) -> None:
    page = open_hall()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    couple_checked(page)
    code = COUPLE["applicant"][0]
    assert code in page.locator("body").inner_text()
    assert code not in page.url
    assert not any(code in url for url in asked)
    assert code not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    page.keyboard.press("Alt+n")
    expect(page.locator("[data-role=applicant] input").first).to_be_focused()
    expect(page.locator(".line")).to_have_count(0)
    assert code not in page.content()
    assert [one.input_value() for one in page.locator(".subject-field input").all()] == [""] * 5
    page.get_by_role("link", name="共享目录").click()
    page.go_back()
    expect(page.get_by_label("事项")).to_be_enabled()
    assert code not in page.content()


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
    expect(page.locator(".lines[data-old]")).to_be_visible()
    screenshot("hall-refused")


def _abort(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(10)  # the request was seen; its route is handed over a moment later
    while held:
        held.pop().abort()
        page.wait_for_timeout(50)


@sizes
def test_axe_finds_nothing_serious(open_hall: Open, size: dict[str, int]) -> None:
    page = open_hall(size)
    assert violations(page) == []
    page.keyboard.press("Alt+m")
    page.keyboard.type("M")
    expect(page.locator(".ant-select-item-option").first).to_be_visible()
    assert _serious(page) == []
    page.keyboard.press("Escape")
    choose(page, "M01")
    scan(page, "110105194912310021")
    assert violations(page) == []
    page.keyboard.press("Control+a")
    enter(page, SUBJECTS["contradiction"], "buyer", "seller", "spouse", "realEstateUnit", "agent")
    name_case(page)
    check(page)
    page.keyboard.press("Alt+a")
    expect(page.locator(".contents").first).to_be_visible()
    assert violations(page) == []
    for opener in ("提出疑义", "记录收取", "仍要收取", "收下证明", "打印", "移交", "办结", "快捷键"):
        page.get_by_role("button", name=opener).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(400)  # it fades in, and a fading text is faint
        assert violations(page) == [], opener
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    assert violations(page) == []


def _serious(page: Page) -> list[str]:
    """The library's open list stands outside the landmarks, which is moderate."""
    return [one for one in violations(page) if one.startswith(("serious", "critical"))]


@sizes
def test_it_fits_in_both_languages(open_hall: Open, size: dict[str, int]) -> None:
    page = open_hall(size)
    couple_checked(page)
    page.keyboard.press("Alt+a")
    for language in ("English", "中文"):
        page.get_by_role("button", name=language).click()
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, language
        cut = page.evaluate(
            "[...document.querySelectorAll('.results, .line, .intake-fields')]"
            ".filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"
        )
        assert cut == [], language


def test_in_english(open_hall: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_hall()
    couple_checked(page)
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    identity = line(page, "identity")
    for said in ("Not to be asked", "Id number", "Applicant"):
        expect(identity).to_contain_text(said)
    expect(page.locator("#run")).to_contain_text("Check again")
    screenshot("hall-english")
    watch.assert_clean()


@pytest.mark.parametrize("name", SIZES)
def test_it_looks_as_it_did(open_hall: Open, pictures: Pictures, name: str) -> None:
    page = open_hall(SIZES[name])
    page.mouse.move(0, 0)
    choose(page, "M04")
    expect(page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")).to_have_count(0)
    pictures.compare(page, f"hall-listed-{name}", changing(page))
    enter(page, COUPLE, "applicant", "spouse", "headOfHousehold", "child", "realEstateUnit")
    name_case(page)
    check(page)
    page.keyboard.press("Alt+r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(line(page, "identity").locator(".contents")).to_be_visible()
    page.locator("#results-title").evaluate("one => one.scrollIntoView({ block: 'start' })")
    pictures.compare(page, f"hall-checked-{name}", changing(page))


def test_a_missing_line_would_be_seen(open_hall: Open, pictures: Pictures) -> None:
    page = open_hall()
    couple_checked(page)
    before = pictures.take(page, changing(page))
    assert pictures.changed(before, pictures.take(page, changing(page))) <= MOST_CHANGED / 10
    line(page, "householdBooklets").evaluate("one => one.remove()")
    assert pictures.changed(before, pictures.take(page, changing(page))) > MOST_CHANGED


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
