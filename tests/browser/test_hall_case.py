"""A case at the counter: by keyboard alone, resumed, handed over, and nothing of it left behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.hall import (
    COMPANY,
    COUPLE,
    NUMBERS,
    SUBJECTS,
    Open,
    check,
    check_until,
    choose,
    choose_file,
    couple_checked,
    enter,
    line,
    name_case,
    scan,
    still,
    tab_to,
)
from tests.server.gateway import Running

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


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
    expect(page.get_by_role("dialog").locator(".waiting")).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text([""])  # nothing is lacking: it was checked
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


def test_evidence_that_the_gateway_would_not_take_is_told_at_once(open_hall: Open, watch: Watch) -> None:
    page = open_hall()
    couple_checked(page)
    identity = line(page, "identity")
    identity.locator(".line-head").click()
    identity.get_by_role("button", name="的姓名提出疑义").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不超过 1 MiB")
    dialog.get_by_label("实际情况").fill("姓名有误")
    scanned = b"%PDF-1.4 "
    for size, told in ((1 << 20) + 1, "文件超过 1 MiB，请降低分辨率"), (1 << 20, ""):
        file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": scanned.ljust(size)}
        dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        expect(dialog.locator(".pick + .told")).to_have_text(told)
        page.keyboard.press("Control+Enter")
        expect(dialog.locator(".missing")).to_have_text([told] if told else [])
    expect(identity).to_contain_text("已提疑义")
    watch.assert_clean()


def test_evidence_is_not_left_out_because_it_is_not_read_yet(open_hall: Open, watch: Watch) -> None:
    page = open_hall()
    couple_checked(page)
    page.evaluate("""() => {
      const whole = Blob.prototype.arrayBuffer;
      Blob.prototype.arrayBuffer = function () {
        return new Promise((read, fail) => {
          window.file = { read: () => whole.call(this).then(read), fail: () => fail(new Error('the share is gone')) };
        });
      };
    }""")
    identity = line(page, "identity")
    identity.locator(".line-head").click()
    identity.get_by_role("button", name="的姓名提出疑义").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("实际情况").fill("姓名有误")
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 "}
    for ends, told in ("fail", "文件读取失败，请重新选择"), ("read", ""):
        dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        page.keyboard.press("Control+Enter")
        expect(dialog.locator(".missing")).to_have_text("正在读取文件…")
        page.evaluate(f"file.{ends}()")
        expect(dialog.locator(".pick + .told")).to_have_text(told)
    with page.expect_request(lambda sent: "reportDoubt" in (sent.post_data or "")) as reported:
        page.keyboard.press("Control+Enter")
    assert '"a.pdf"' in (reported.value.post_data or "")
    expect(identity).to_contain_text("已提疑义")
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
    expect(page.get_by_role("dialog").locator(".trouble")).to_contain_text("请先接收办件，再继续办理")
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
    expect(page.locator(".results")).to_contain_text("当事人已按办件填好")
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
