"""Serves the built pages: html at `/<page>`, their files at `/assets/…`, all under one strict policy."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

DIST = Path(__file__).parent / "dist"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; worker-src 'self'; connect-src 'self'"
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
PAGES = ("graphiql", "catalogue", "hall", "receipts/verify")
# The build writes `name-<hash>.ext`; only such a file may be kept for ever.
ASSET_NAME = re.compile(r"[A-Za-z0-9_.-]+")
HASHED_NAME = re.compile(r".+-[A-Za-z0-9_-]{8}\.[a-z0-9]+")

NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Oncegate · 一次通</title>
<style>body{font:16px/1.7 system-ui,sans-serif;max-width:38em;margin:12vh auto;padding:0 1.5em;color:#1b2733}
h1{font-size:1.25em}code{background:#eef2f6;padding:.1em .4em;border-radius:4px}p[lang=en]{color:#5a6878}</style>
</head><body><h1>Oncegate · 一次通</h1>
<p>页面还没有构建。请在项目根目录运行 <code>python -m web.build</code>（<code>make demo</code> 会自动完成），然后刷新。</p>
<p lang="en">The pages are not built yet. Run <code>python -m web.build</code> in the project's root
(<code>make demo</code> does it by itself), then reload. The GraphQL endpoint itself is not affected.</p>
</body></html>
"""


def routes(graphiql_config: Callable[[], Mapping[str, object]], *, dist: Path = DIST) -> list[BaseRoute]:
    """Routes of the pages, to be put into the application's own list.

    `graphiql_config` gives what the pages read at `/graphiql/config.json`; it is asked at each
    request, so that a change needs no restart. `dist` is the folder that `web.build` fills.
    """

    def page(name: str) -> list[BaseRoute]:
        """A page names its files relatively (`./assets/…`), so it stands at `/name`, without a slash."""
        last = name.rpartition("/")[2]

        async def whole(request: Request) -> Response:
            return _page(request, dist / f"{name}.html")

        async def without_slash(_request: Request) -> Response:
            return RedirectResponse(f"../{last}", status_code=308, headers=dict(SECURITY_HEADERS))

        return [Route(f"/{name}", whole), Route(f"/{name}/", without_slash)]

    async def config(_request: Request) -> Response:
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
        return Response(orjson.dumps(graphiql_config()), media_type="application/json", headers=headers)

    async def asset(request: Request) -> Response:
        return _asset(request, dist / "assets")

    async def front_door(_request: Request) -> Response:
        return RedirectResponse("graphiql", status_code=307, headers=dict(SECURITY_HEADERS))

    return [
        Route("/", front_door),
        *(route for name in PAGES for route in page(name)),
        Route("/graphiql/config.json", config),
        Route("/assets/{name}", asset),
    ]


def _page(request: Request, path: Path) -> Response:
    if not path.is_file():
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
        return HTMLResponse(NOT_BUILT, status_code=503, headers=headers)
    return _file(request, path, "text/html", cache="no-cache")


def _asset(request: Request, folder: Path) -> Response:
    name: str = request.path_params["name"]
    path = folder / name
    if not ASSET_NAME.fullmatch(name) or name.startswith(".") or not path.is_file():
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
        return PlainTextResponse("not found\n", status_code=404, headers=headers)
    kept = "public, max-age=31536000, immutable" if HASHED_NAME.fullmatch(name) else "no-cache"
    return _file(request, path, MEDIA_TYPES.get(path.suffix, "application/octet-stream"), cache=kept)


def _file(request: Request, path: Path, media_type: str, *, cache: str) -> Response:
    """The file, or the .gz that the build laid beside it when the browser takes one."""
    headers = {**SECURITY_HEADERS, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    packed = path.with_name(path.name + ".gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return FileResponse(path, media_type=media_type, headers=headers)
