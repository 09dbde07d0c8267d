"""A small real gateway for the page's tests: tokens, a strawberry schema, sharing outcomes by client."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

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
PURPOSE_REQUIRED = {
    "errors": [
        {
            "message": "a purpose is required to read data",
            "extensions": {
                "code": "PURPOSE_REQUIRED",
                "title": "须说明使用用途",
                "hint": "send the header Sharing-Purpose",
                "article": "Art. 4(2)",
            },
        }
    ]
}
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
class Query:
    person: Person = strawberry.field(resolver=_person, description="人口基础信息：一人，按公民身份号码")


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
        if "sharing-purpose" not in request.headers and "__schema" not in body["query"]:
            return JSONResponse(PURPOSE_REQUIRED, status_code=403, media_type="application/graphql-response+json")
        result = await strawberry.Schema(Query).execute(
            body["query"], body.get("variables"), {"client": client}, operation_name=body.get("operationName")
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
        return [one for one in self.requests if one[2].get("operationName") != "IntrospectionQuery"]
