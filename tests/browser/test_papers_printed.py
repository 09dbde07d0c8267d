"""The papers as they leave the printer: one page of A4 each, marked all over."""

import re
from collections.abc import Callable

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
from tests.papers.answers import CONSUMER, answer, check

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["evidence", "notice", "intake"])
def test_a_paper_is_one_page(
    kind: str, page: Page, watch: Watch, serve: Callable[..., str], screenshot: Callable[[str], None]
) -> None:
    caller = Consumer("hall", CONSUMER, "320100", frozenset({"consumer"}), True, 50)  # type: ignore[arg-type]
    given = [{"material": "A06", "copies": 1, "form": "原件"}] if kind == "intake" else []
    body = {"answer": answer(check()), "given": given}
    drawn = draw(kind, body, caller, load_catalogue(read_settings().catalogue), verifier())

    async def paper(_: Request) -> Response:
        return Response(drawn, 200, dict(HEADERS), "text/html; charset=utf-8")

    watch.origin = serve(Starlette(routes=[Route("/paper", paper)]))
    page.goto(f"{watch.origin}/paper")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("body").evaluate("body => getComputedStyle(body).maxWidth") != "none"  # its style is allowed
    expect(page.locator(".marks span").first).to_contain_text("经办 H-001 · 办件 C-1")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    screenshot(f"paper-{kind}")
    watch.assert_clean()
