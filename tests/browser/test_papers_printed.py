"""The papers as they leave the printer: one page of A4 each, marked all over."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from catalogue.load import load_catalogue
from resolvers.papers.route import HEADERS, draw
from settings import read_settings
from sharing.consumer import Consumer
from tests.browser.conftest import Watch
from tests.ledger.signed import verifier
from tests.papers.answers import CONSUMER, answer, check, content, material

pytestmark = pytest.mark.browser


def drawn(kind: str, data: dict[str, Any]) -> str:
    caller = Consumer("hall", CONSUMER, "320100", frozenset({"consumer"}), True, 50)  # type: ignore[arg-type]
    given = [{"material": "A06", "copies": 1, "form": "原件"}] if kind == "intake" else []
    return draw(
        kind, {"answer": answer(data), "given": given}, caller, load_catalogue(read_settings().catalogue), verifier()
    )


def pages(page: Page) -> int:
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))


def many(materials: int, values: int) -> dict[str, Any]:
    """So many materials: every other one obtained, with so many long values of two; the rest may come later."""
    identifier = "1.2.156.3005.2.11320000MBX000027Q001.11320115MBY000205Y.2024999900007.001.Z"
    held = [
        content("电子证照标识", identifier) | {"subject": number * 2 // values, "roleTitle": "申请人"}
        for number in range(values)
    ]
    later = {
        "reasonText": "所需信息资源尚未编入共享目录，可以要求提交，并说明理由",
        "lenience": {"kind": "DEFERRED", "checkBy": "2026-12-04"},
    }
    listed = [
        material(f"A{number}", "合法稳定住所证明", "NOT_TO_BE_ASKED", contents=held)
        if number % 2
        else material(f"A{number}", "家庭收入、财产证明及其他材料", "ASK_WITH_REASON", **later)
        for number in range(materials)
    ]
    return {"materialCheck": {"matter": "M04", "title": "户口迁移（夫妻投靠、购房入户）", "materials": listed}}


@pytest.mark.parametrize("kind", ["evidence", "notice", "intake"])
def test_a_paper_is_one_page(
    kind: str, page: Page, watch: Watch, serve: Callable[..., str], screenshot: Callable[[str], None]
) -> None:
    text = drawn(kind, check())

    async def paper(_: Request) -> Response:
        return Response(text, 200, dict(HEADERS), "text/html; charset=utf-8")

    watch.origin = serve(Starlette(routes=[Route("/paper", paper)]))
    page.goto(f"{watch.origin}/paper")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("body").evaluate("body => getComputedStyle(body).maxWidth") != "none"  # its style is allowed
    expect(page.locator(".marks span").first).to_contain_text("经办 H-001 · 办件 C-1")
    assert pages(page) == 1
    screenshot(f"paper-{kind}")
    watch.assert_clean()


@pytest.mark.parametrize("kind", ["evidence", "notice"])
def test_of_much_it_is_one_page_in_smaller_type(kind: str, page: Page) -> None:
    types = []
    for materials in range(2, 22, 2):
        page.set_content(drawn(kind, many(materials, 4)))
        assert pages(page) == 1, f"{materials} materials"
        types.append(float(page.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)")))
    assert types == sorted(types, reverse=True)
    assert types[0] == 14  # 10.5 points


def test_what_no_page_holds_is_legible_over_several(page: Page) -> None:
    page.set_content(drawn("evidence", many(60, 8)))
    assert pages(page) > 2
    assert page.locator("body").evaluate("body => getComputedStyle(body).fontSize") == "12px"
