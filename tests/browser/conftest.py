"""A real Chromium against a real server of the test's own, with every other address cut off.

Without Chromium the cases are listed as NOT RUN; with REQUIRE_BROWSER=1 that is a failure.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, expect, sync_playwright
from starlette.types import ASGIApp

import web.build
from tests.browser.hall import WIDE, Open
from tests.browser.pictures import Pictures
from tests.conftest import open_folder
from tests.server.gateway import Running

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The editor of GraphiQL takes seconds to come up on a machine that does other things too.
expect.set_options(timeout=20_000)
SCREENSHOTS = Path(__file__).parent / "screenshots"


@dataclass(slots=True)
class Watch:
    """What a page did that a test may want to forbid."""

    origin: str = ""
    foreign_requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        assert self.foreign_requests == []
        assert self.violations == []
        assert self.page_errors == []
        assert self.console_errors == []


def _chromium() -> str | None:
    for candidate in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium"):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _not_run(why: str) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"REQUIRE_BROWSER=1, but {why}")
    pytest.skip(f"NOT RUN: {why}")


@pytest.fixture(scope="session")
def built_pages() -> None:
    """web/dist as its sources are now."""
    web.build.build()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = _chromium()
    if path is None:
        _not_run("no Chromium is installed (Debian: apt install chromium fonts-noto-cjk)")
    assert path is not None
    return path


# Playwright's synchronous door keeps an event loop running in this thread, where no asyncio test could run: it is
# closed when the last case of this folder ends, and no case in this folder is a coroutine.
@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A fresh page, 1280×800. Set `watch.origin` (or use `open_page`) before going anywhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()

    def fence(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in {"data", "blob"} or f"{parts.scheme}://{parts.netloc}" == watch.origin:
            route.continue_()
        else:
            watch.foreign_requests.append(route.request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            watch.console_errors.append(message.text)

    context.route("**/*", fence)
    # Worker violations reach the console only; both roads are kept.
    context.expose_function("oncegateViolation", lambda text: watch.violations.append(text))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) =>"
        " oncegateViolation(`${event.violatedDirective} ${event.blockedURI}`))"
    )
    page.on("console", hear)
    page.on("pageerror", lambda error: watch.page_errors.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Starts an application on a free port of this machine; gives its origin."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(app: ASGIApp) -> str:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started:
            assert time.monotonic() < deadline, "the test's server did not start"
            time.sleep(0.01)
        running.append((server, thread, listener))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], None]:
    """Keeps a picture under tests/browser/screenshots (git-ignored) for the eye."""

    def take(name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take


@pytest.fixture(scope="package")
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
