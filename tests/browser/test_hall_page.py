"""The counter page as an officer meets it: the product itself on its registers, in a real Chromium."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FileChooser, Locator, Page, Route, expect
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
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".ant-select-dropdown:visible")).to_have_count(0)
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
    expect(page.locator(".told-matters:not([data-old])")).to_be_visible()
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


def line(page: Page, code: str, matter: str = "") -> Locator:
    of = f"[data-matter={matter}] " if matter else ""
    return page.locator(f"{of}[data-material={code}]")


def still(page: Page) -> None:
    """What still moves takes no key, and a fading text is faint."""
    expect(
        page.locator(".ant-zoom-appear, .ant-zoom-enter, .ant-zoom-leave, .ant-fade-appear, .ant-fade-enter")
    ).to_have_count(0)


def add_matter(page: Page, matter: str) -> None:
    """A further matter, by keys alone."""
    page.keyboard.press("Alt+j")
    expect(page.get_by_label("一并办理")).to_be_focused()
    page.keyboard.type(matter)
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".further .ant-select-selection-item").filter(has_text=matter)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".ant-select-dropdown:visible")).to_have_count(0)


def act_for(page: Page, department: str) -> None:
    """By keys alone: the entrustments that the chosen matters allow are in the list."""
    tab_to(page, page.get_by_label("以谁的名义"), "Tab")
    page.keyboard.press("ArrowDown")
    option = page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=department)
    expect(option).to_be_visible()
    for _ in range(10):
        if "active" in (option.get_attribute("class") or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".ant-select-dropdown:visible")).to_have_count(0)


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """By keys alone, as far as it takes."""
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"no key leads to {wanted}")


def choose_file(page: Page, path: Path) -> None:
    """By keys alone: a browser that is busy may let a key pass before it opens its dialog."""
    opened: list[FileChooser] = []
    page.on("filechooser", lambda chooser: opened.append(chooser))
    ends = time.monotonic() + AGAIN_MS / 1000
    while not opened:
        assert time.monotonic() < ends, "the browser opens no dialog for files"
        page.keyboard.press("Enter")
        page.wait_for_timeout(1000)
    opened[0].set_files(path)


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
    tab_to(page, page.locator("#line-M02-premisesUse"), "ArrowUp")
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
    tab_to(page, page.locator("#line-M02-newRepresentativeIdentity"), "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, identity.get_by_role("button", name="的姓名提出疑义"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("实际情况")).to_be_focused()
    page.keyboard.insert_text("身份证上的姓名为吴菁")
    screenshot("hall-doubt")
    page.keyboard.press("Control+Enter")
    expect(identity).to_contain_text("已提疑义")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#line-M02-newRepresentativeIdentity")).to_be_focused()

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
    tab_to(page, page.locator("#line-M02-newRepresentativeIdentity"), "ArrowDown")
    tab_to(page, identity.get_by_role("button", name="收下证明"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("选择文件")).to_be_focused()
    still(page)
    choose_file(page, proof)
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
    expect(dialog.locator("[data-state=DRAFTED]")).to_contain_text("江苏省政务服务管理办公室")
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
        error = {"message": "this needs a client with the role `consumer`",
                 "extensions": {"code": "ROLE_REQUIRED", "title": "角色无权进行此操作",
                                "hint": "ask the platform's operator for a client of that role"}}  # fmt: skip
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
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text="M07")).to_be_visible()
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text="M04")).to_have_count(0)
    watch.assert_clean()


def test_an_agent_states_what_it_acts_on(open_hall: Open, watch: Watch, screenshot: Callable[[str], None]) -> None:
    page = open_hall()
    choose(page, "M01")
    enter(page, SUBJECTS["contradiction"], "buyer", "seller", "spouse", "realEstateUnit")
    scan(page, COMPANY["newRepresentative"][0])
    number = name_case(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".intake .missing")).to_have_text("请填写代理人的授权依据")
    basis, until = page.get_by_label("代理人的授权依据"), page.get_by_label("授权有效期至")
    expect(basis).to_be_focused()
    screenshot("hall-authority")
    page.keyboard.insert_text("授权委托书（2026）第12号")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("2026-02-30")
    expect(until).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".intake .missing")).to_contain_text("日期应为年-月-日")
    expect(until).to_be_focused()
    # one that has run out is the gateway's to refuse
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("2020-01-31")
    page.keyboard.press("Control+Enter")
    trouble = page.locator(".results .trouble")
    expect(trouble).to_contain_text("代理或者监护权限不成立")
    expect(trouble).to_contain_text("请填写有效的授权依据；没有授权的，由本人办理")
    until.fill("2099-12-31")
    check(page)
    expect(page.locator(".authority")).to_have_text("授权依据：授权委托书（2026）第12号，有效期至 2099-12-31")
    page.reload()
    expect(page.get_by_label("事项")).to_be_enabled()
    page.keyboard.press("Alt+k")
    scan(page, number)
    expect(page.locator(".authority")).to_contain_text("授权委托书（2026）第12号")
    check(page)
    page.keyboard.press("Alt+n")
    # without a case nothing is kept of an agent, and nothing is to be stated
    enter(page, SUBJECTS["contradiction"], "buyer", "seller", "spouse", "realEstateUnit")
    scan(page, COMPANY["newRepresentative"][0])
    expect(page.locator(".authority")).to_contain_text("开办时须填")
    check(page)


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


def test_a_matter_about_somebody_outside_the_case_is_shown_and_not_kept(open_hall: Open) -> None:
    page = open_hall()
    choose(page, "M12")
    add_matter(page, "M04")
    page.keyboard.press("Alt+s")
    scan(page, SUBJECTS["no-dwelling"]["applicant"][0], "", "", COUPLE["spouse"][0])
    name_case(page)
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
    expect(page.locator(".told-matters")).to_have_attribute("data-old", "true")
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
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="办结").click()  # it is the colleague's now
    page.get_by_role("dialog").get_by_role("button", name="办结").click()
    expect(page.get_by_role("dialog").locator(".trouble")).to_contain_text("先接收办件再办")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="接收").click()
    expect(page.get_by_label("接收人编号")).to_have_value("H-001")
    page.get_by_label("理由").fill("换班结束")
    page.get_by_role("dialog").get_by_role("button", name="接收").click()
    expect(page.locator("#case-told")).to_contain_text("经办人 H-001")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("事项")).to_be_enabled()
    assert page.locator("#case").input_value() == ""
    page.keyboard.press("Alt+k")
    scan(page, number)
    expect(page.locator("#case-told")).to_contain_text("经办人 H-001")
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
    expect(page.locator(".told-matters[data-old]")).to_be_visible()
    expect(trouble).to_contain_text("办件编号不能与已有办件重复")
    expect(trouble.locator("details span")).to_be_hidden()  # the gateway's English words, for whoever asks
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
        still(page)
        assert violations(page) == [], opener
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    assert violations(page) == []
    page.get_by_role("button", name="中文").click()
    page.keyboard.press("Alt+n")
    choose(page, "M12")
    add_matter(page, "M04")
    page.keyboard.press("Alt+j")
    page.keyboard.type("M")
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-option").first).to_be_visible()
    assert _serious(page) == []


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


@pytest.mark.parametrize("name", SIZES)
def test_several_matters_and_an_application_look_as_they_did(open_hall: Open, pictures: Pictures, name: str) -> None:
    page = open_hall(SIZES[name])
    page.mouse.move(0, 0)
    choose(page, "M04")
    add_matter(page, "M12")
    page.keyboard.press("Alt+s")
    enter(page, COUPLE, "applicant", "spouse", "headOfHousehold", "child", "realEstateUnit")
    name_case(page)
    check(page)
    page.locator("#told-M12").evaluate("one => one.scrollIntoView({ block: 'center' })")
    pictures.compare(page, f"hall-several-{name}", changing(page))
    page.keyboard.press("Alt+n")
    choose(page, "M09")
    enter(page, SUBJECTS["child"], "child", "guardian")
    check(page)
    line(page, "birthCertificate").get_by_role("button", name="申请共享 出生医学证明", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-application]").first).to_be_visible()
    still(page)
    pictures.compare(page, f"hall-application-{name}", [page.locator("#apply-validUntil")])
    dialog.get_by_role("button", name="撤回草稿").click()
    expect(dialog).to_have_count(0)


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
