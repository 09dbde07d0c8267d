"""A small real gateway for the page's tests: tokens, a strawberry schema, sharing outcomes by client."""

import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from errors import PURPOSE_REQUIRED, ROLE_REQUIRED, GatewayError
from web.pages import routes

SECRET_SUFFIX = "-secret"
PURPOSE = 'matter="32010000100", use=administrative-basis, handler="H-0207"'
QUERY = """query Lookup($id: String!) {
  person(idNumber: $id) {
    name
    phone
    birthDate
  }
}"""
WITHOUT_PURPOSE = GatewayError(PURPOSE_REQUIRED, "a purpose is required to read data", article="Art. 4(2)")
WITHOUT_ROLE = GatewayError(ROLE_REQUIRED, "this needs a client with the role `consumer`", article="Art. 21")
VARIABLES = {"id": "32010219990101001X"}


@strawberry.type
class Person:
    """A person of the population register."""

    id_number: str
    name: str | None
    phone: str | None
    birth_date: str | None


def _person(info: strawberry.Info[dict[str, str], None], id_number: str) -> Person:
    may_read = info.context["client"] == "demo-hall"
    return Person(
        id_number=id_number,
        name="王小明" if may_read else "王*明",
        phone=None,
        birth_date="1999-01-01" if may_read else None,
    )


@strawberry.type
class Grant:
    id: str
    form: str
    rows: str
    uses: list[str]
    matters: list[str]
    valid_until: str
    quota_per_day: int | None


@strawberry.type
class Right:
    coordinate: str
    mark: str
    verdict: str
    reasons: list[str]
    articles: list[str]
    provider: str
    provider_title: str
    remedy: str | None
    expected_on: str | None
    grants: list[Grant]


@strawberry.type
class RightsPage:
    purpose_stated: bool
    has_next_page: bool
    end_cursor: str | None
    rights: list[Right]


GRANT = Grant(
    id="f3541eab91523ea0", form="MASKED", rows="OWN_DIVISION", uses=["ADMINISTRATIVE_BASIS"], matters=["M07"],
    valid_until="2036-01-01T00:00:00+00:00", quota_per_day=500,
)  # fmt: skip


def _right(field: str, mark: str, verdict: str, reason: str, **more: Any) -> Right:
    given: dict[str, Any] = {"remedy": None, "expected_on": None, "grants": [], **more}
    return Right(
        coordinate=f"Person.{field}", mark=mark, verdict=verdict, reasons=[reason], articles=["Art. 16 ¶1"],
        provider="11320000014000087P", provider_title="江苏省公安厅", **given,
    )  # fmt: skip


def _rights_of(client: str, purpose: str) -> list[Right]:
    """Two of a page, so that the page has to ask twice."""
    told = [_right("idNumber", "OPEN", "SHARED", "UNCONDITIONAL")]
    if client == "demo-hall" and "医保" not in purpose:
        told.append(_right("name", "BY_GRANT", "MASKED", "GRANTED", grants=[GRANT]))
    else:
        told.append(_right("name", "APPLY", "WITHHELD", "NOT_GRANTED", remedy="apply", expected_on="2026-03-16"))
    told.append(_right("phone", "NEGOTIATE", "WITHHELD", "NOT_SHARED", remedy="negotiate"))
    return told


def _my_rights(info: strawberry.Info[dict[str, str], None], after: str | None = None) -> RightsPage | None:
    told = _rights_of(info.context["client"], info.context["purpose"])
    page = told[:2] if after is None else told[2:]
    return RightsPage(
        purpose_stated=bool(info.context["purpose"]), has_next_page=after is None,
        end_cursor=page[-1].coordinate, rights=page,
    )  # fmt: skip


@strawberry.type
class Query:
    person: Person = strawberry.field(resolver=_person, description="人口基础信息：一人，按公民身份号码")
    my_rights: RightsPage | None = strawberry.field(resolver=_my_rights, description="我的权限")


@strawberry.type(name="Person", description="A person, as far as it can be read.")
class ReadablePerson:
    id_number: str
    name: str | None


def _readable_person(id_number: str) -> ReadablePerson:
    return ReadablePerson(id_number=id_number, name=None)


@strawberry.type(name="Query")
class ReadableQuery:
    person: ReadablePerson = strawberry.field(resolver=_readable_person, description="人口基础信息：一人，按公民身份号码")
    my_rights: RightsPage | None = strawberry.field(resolver=_my_rights, description="我的权限")


def _outcomes(client: str) -> list[dict[str, Any]]:
    """Lines as design §5 gives them; the developer sees less than the hall."""
    phone = {
        "path": ["person", "phone"],
        "item": "population.person.phone",
        "outcome": "WITHHELD",
        "reason": "VERIFY_ONLY",
        "article": "Art. 16 ¶1",
        "provider": "江苏省公安厅",
        "remedy": {"action": "apply", "mutation": "submitApplication"},
    }
    if client == "demo-hall":
        return [phone]
    masked = {**phone, "path": ["person", "name"], "item": "population.person.name", "outcome": "MASKED"}
    masked |= {"reason": "OPEN_TO_ALL", "remedy": {"action": "apply", "mutation": "submitApplication"}}
    withheld = {**phone, "path": ["person", "birthDate"], "item": "population.person.birthDate"}
    withheld |= {"reason": "NOT_GRANTED"}
    return [masked, withheld, phone]


@dataclass(slots=True)
class SmallGateway:
    """The application and what it saw."""

    mode: str = "demo"
    token_lifetime_s: int = 600
    refuse_tokens: bool = False
    refuse_rights: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def config(self) -> dict[str, object]:
        demo = self.mode == "demo"
        names = {"demo-hall": ("Service hall", "政务服务大厅"), "demo-developer": ("Developer", "使用部门开发者")}
        clients = [
            {"id": i, "secret": i + SECRET_SUFFIX, "title": en, "titleZh": zh, "purpose": PURPOSE}
            for i, (en, zh) in names.items()
        ]
        examples = [
            {"title": "One person", "titleZh": "查一个人", "query": QUERY, "variables": VARIABLES},
            {"title": "What is there", "titleZh": "有哪些类型", "query": "query Types { __schema { types { name } } }"},
        ]
        return {
            "mode": self.mode,
            "endpoint": "/graphql",
            "tokenEndpoint": "/oauth/token",
            "clients": clients if demo else [],
            "examples": examples if demo else [],
        }

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        client = form.get("client_id", "")
        proper = form.get("grant_type") == "client_credentials" and not self.refuse_tokens
        if not proper or form.get("client_secret") != client + SECRET_SUFFIX:
            refusal = {"error": "invalid_client", "error_description": "client or secret is wrong"}
            return JSONResponse(refusal, status_code=401)
        token = f"token-{len(self.tokens)}-{client}"
        self.tokens[token] = client
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.token_lifetime_s}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def graphql(self, request: Request) -> Response:
        client = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if client is None:
            return JSONResponse({"errors": [{"message": "no valid token"}]}, status_code=401)
        body = await request.json()
        self.requests.append((client, dict(request.headers), body))
        if "sharing-purpose" not in request.headers and not {"__schema", "myRights"} & set(
            re.findall(r"\w+", body["query"])
        ):
            return _refused(WITHOUT_PURPOSE)
        if self.refuse_rights and "myRights" in body["query"]:
            return _refused(WITHOUT_ROLE)
        schema = strawberry.Schema(ReadableQuery if request.headers.get("sharing-view") == "mine" else Query)
        context = {"client": client, "purpose": urllib.parse.unquote(request.headers.get("sharing-purpose", ""))}
        result = await schema.execute(
            body["query"], body.get("variables"), context, operation_name=body.get("operationName")
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        if result.data and "person" in result.data:
            as_of = {"population": "2025-06-30T02:00:00+08:00"}
            receipt = f"R-{len(self.requests):06d}"
            answer["extensions"] = {"sharing": {"outcomes": _outcomes(client), "asOf": as_of, "receipt": receipt}}
        return JSONResponse(answer, media_type="application/graphql-response+json")

    def app(self) -> Starlette:
        own = [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/graphql", self.graphql, methods=["POST"]),
        ]
        return Starlette(routes=[*own, *routes(self.config)])

    def data_requests(self) -> list[tuple[str, dict[str, str], dict[str, Any]]]:
        return [one for one in self.requests if one[2].get("operationName") not in ("IntrospectionQuery", "MyRights")]

    def asked(self, operation: str) -> list[tuple[str, dict[str, str], dict[str, Any]]]:
        """The requests of one of the page's own operations."""
        return [one for one in self.requests if one[2].get("operationName") == operation]


def _refused(error: GatewayError) -> Response:
    body = {"errors": [error.to_json()]}
    return JSONResponse(body, error.code.status, media_type="application/graphql-response+json")
