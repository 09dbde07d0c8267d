"""How the counter page looks, in both sizes and languages, and to those who cannot see it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.hall import (
    COUPLE,
    SIZES,
    SUBJECTS,
    Open,
    add_matter,
    changing,
    check,
    choose,
    couple_checked,
    enter,
    line,
    name_case,
    scan,
    sizes,
    still,
    violations,
)
from tests.browser.pictures import MOST_CHANGED, Pictures

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]


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
