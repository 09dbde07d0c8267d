"""网关 · one client's way to the gateway: token, GraphQL, receipts, published keys. It knows no matter and no case.

取令牌、发查询、读回执。拒绝（带编码）与“来源暂不可用”是两回事：前者什么都没有办成，后者其余照常。
A refusal (with its code) means that nothing was done; a source that is down leaves the rest of the answer standing.
"""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 30.0
TRIES = 3
SAFE_TO_REPEAT = frozenset({"OVERLOADED", "RATE_LIMITED", "RIGHTS_MOVED"})
"""可以重发 · refused before anything was recorded. Not LEDGER_UNAVAILABLE: whether a step was recorded is unknown then."""


class RefusedError(Exception):
    """办不成 · a coded refusal; `title` is Chinese, `hint` says what to do in both languages, `article` is of the law."""

    def __init__(self, code: str, title: str, message: str, hint: str = "", article: str = "") -> None:
        super().__init__(code)
        self.code, self.title, self.message, self.hint, self.article = code, title, message, hint, article

    def told(self) -> str:
        """For the counter's screen and the department's log: it names no person."""
        lines = [f"{self.title}（{self.code}）：{self.message}"]
        lines += [f"  怎么办 · hint: {self.hint}"] if self.hint else []
        lines += [f"  依据 · article: {self.article}"] if self.article else []
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Purpose:
    """使用用途 · for which matter, by whom, in which case; it stands in the record of each answer."""

    matter: str
    case: str
    handler: str

    def header(self) -> str:
        return f'matter="{self.matter}", use=administrative-basis, case="{self.case}", handler="{self.handler}"'


@dataclass(frozen=True, slots=True)
class Answer:
    """答复 · `data`; which sources did not answer; the ledger's receipt; `saved` is the whole answer, byte for byte."""

    data: dict[str, Any]
    silent: tuple[str, ...]
    receipt: str | None
    saved: bytes


@dataclass(slots=True)
class Gateway:
    """`url` without a slash at the end; the secret comes from the department's own store, not from a file here."""

    url: str
    client: str
    secret: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _token_until: float = 0.0

    def ask(self, document: str, purpose: Purpose, **variables: object) -> Answer:
        """Send one document; values go in `variables`, never into its text. Raises RefusedError.

        当事人信息只放在变量里（POST 的正文），不进网址，不进日志。
        """
        body = json.dumps({"query": document, "variables": variables}, ensure_ascii=False).encode()
        for left in reversed(range(TRIES)):
            try:
                return _answer(self._send("/graphql", body, self._headers(purpose)))
            except RefusedError as refused:
                if left == 0 or refused.code not in SAFE_TO_REPEAT | {"INVALID_TOKEN"}:
                    raise
                if refused.code == "INVALID_TOKEN":  # its key was changed, or the gateway's clock differs
                    self._token_until = 0.0
                else:
                    time.sleep(1.0)
        raise AssertionError("the last try returns or raises")

    def receipt(self, number: str) -> dict[str, Any]:
        """回执 · what is recorded under this number: outcomes and the signed part, no value. Raises RefusedError."""
        shown: dict[str, Any] = json.loads(self._send(f"/receipts/{number}", None, self._bearer()))
        return shown

    def published_keys(self) -> bytes:
        """公钥 · the keys with which receipts are verified, also years later: keep them with the case file."""
        return self._send("/.well-known/jwks.json", None, {})

    def _headers(self, purpose: Purpose) -> dict[str, str]:
        return {
            **self._bearer(),
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
            "Sharing-Purpose": purpose.header(),
            "Sharing-Receipt": "signed",
        }

    def _bearer(self) -> dict[str, str]:
        if time.monotonic() >= self._token_until:  # a case takes days, a token ten minutes
            login = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
            headers = {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}
            granted = json.loads(self._send("/oauth/token", b"grant_type=client_credentials", headers))
            self._token = granted["access_token"]
            self._token_until = time.monotonic() + granted["expires_in"] - 30
        return {"Authorization": f"Bearer {self._token}"}

    def _send(self, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """The body of an answer. Raises RefusedError for a status that is none of success."""
        request = urllib.request.Request(self.url + path, body, dict(headers))  # noqa: S310 (the department's own setting)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
                read: bytes = response.read()
                return read
        except urllib.error.HTTPError as failed:
            with failed:
                text = failed.read()
            raise _refused(text, failed.code) from None
        except OSError as broken:  # no connection, or silence
            raise RefusedError(
                "UNREACHABLE",
                "网关不可达",
                str(broken),
                "请稍后再试，或联系平台管理单位。 · ask again later, or the platform's operator",
            ) from None


def _answer(text: bytes) -> Answer:
    """Raises RefusedError where anything but a silent source stands in `errors`."""
    body = json.loads(text)
    told = body.get("errors", [])
    for error in told:
        if error["extensions"]["code"] != "SOURCE_UNAVAILABLE":
            raise _of(error)
    sharing = body.get("extensions", {}).get("sharing", {})
    silent = sorted({str(error["message"]) for error in told})
    return Answer(body["data"], tuple(silent), sharing.get("receipt"), text)


def _refused(text: bytes, status: int) -> RefusedError:
    """Of a body that tells a refusal: as GraphQL, or as OAuth tells one for a token."""
    try:
        body = json.loads(text)
    except ValueError:  # a proxy between
        return RefusedError(
            "UNREACHABLE", "网关不可达", f"status {status}", "请联系平台管理单位。 · ask the platform's operator"
        )
    if "errors" in body:
        return _of(body["errors"][0])
    return RefusedError(
        str(body.get("error")),
        "未能取得令牌",
        str(body.get("error_description")),
        "请核对客户端和密钥。 · compare client and secret",
    )


def _of(error: dict[str, Any]) -> RefusedError:
    told = error["extensions"]
    hint = f"{told['hintZh']} · {told['hint']}"
    return RefusedError(told["code"], told["title"], error["message"], hint, told.get("article", ""))
