"""The counter page in a test's hands: what an officer does there, by keys alone, and what is read off it."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Locator, Page, expect

from demo.stories import STORIES
from web.build import MODULES

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
