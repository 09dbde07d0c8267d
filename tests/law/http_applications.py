"""Applications and grants through HTTP: each step is a mutation, asked by a client of the department that takes it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalogue.model import LookupKind, ResourceName
from resolvers.day import today
from standards.working_days import add_working_days
from tests.law.applying import DUTY, ELSEWHERE, MATTER, SUBJECT_OF
from tests.law.cases import CATALOGUE, coordinate, department
from tests.law.http_house import House
from tests.law.steps import StepCase
from tests.server.gateway import Running

NAMES = {code: one.name for code, one in CATALOGUE.departments.items()}
COORDINATES = {entry.code: str(at) for at, entry in CATALOGUE.entries.items()}
PURPOSE = f'matter="{MATTER}", use=administrative-basis, handler="H-1"'
TOLD = """
  id state due dueProvisional deadline supplement lacking grants provider { code }
  items { coordinate standing } proposal { taken { step handler } } coordination { body } events { number kind }
"""
GRANT = "id state validUntil items text concealment { basis { title clause } }"
DRAFT = f"""mutation($document: String!) {{ draftApplication(document: $document, handler: "H-1") {{
  applications {{ {TOLD} }} unobtainable {{ coordinate reason }} }} }}"""
SAVE = f"""mutation($id: ID!, $terms: ApplicationInput!) {{
  saveApplication(id: $id, terms: $terms, handler: "H-1") {{ {TOLD} }} }}"""
SUBMIT = f"""mutation($id: ID!, $alsoTo: [String!]) {{
  submitApplication(id: $id, alsoTo: $alsoTo, handler: "H-1") {{ {TOLD} }} }}"""
WITHDRAW = f'mutation($id: ID!) {{ withdrawApplication(id: $id, reason: "事项取消", handler: "H-1") {{ {TOLD} }} }}'
SUPPLEMENT = f"""mutation($id: ID!, $lacking: [String!]!) {{
  requestSupplement(id: $id, lacking: $lacking, handler: "A-1") {{ {TOLD} }} }}"""
ANSWER = f"""mutation($id: ID!, $items: [ItemAnswerInput!], $step: AnswerStep, $handler: String!) {{
  answerApplication(id: $id, items: $items, step: $step, handler: $handler) {{ {TOLD} }} }}"""
NEGOTIATE = f"""mutation($id: ID!, $items: [String!]) {{
  negotiate(id: $id, items: $items, message: "请复议", handler: "H-1") {{ {TOLD} }} }}"""
NEGOTIATED = f"""mutation($id: ID!, $result: NegotiationResult!) {{
  recordNegotiation(id: $id, result: $result, text: "见纪要", handler: "H-1") {{ {TOLD} }} }}"""
COORDINATE = f"""mutation($id: ID!, $body: CoordinatingBody) {{
  requestCoordination(id: $id, body: $body, reason: "审核确需", handler: "H-1") {{ {TOLD} }} }}"""
COORDINATED = f"""mutation($id: ID!, $result: CoordinationResult!) {{
  recordCoordination(id: $id, result: $result, text: "协调意见", handler: "S-1") {{ {TOLD} }} }}"""
READ = f"query($id: ID!) {{ application(id: $id) {{ {TOLD} }} }}"
GRANTS = f"{{ grants(first: 100) {{ nodes {{ {GRANT} }} }} }}"
REVOKE = f"""mutation($grant: String!, $reason: String!) {{
  revokeGrant(grant: $grant, reason: $reason, handler: "A-2") {{ {GRANT} }} }}"""
RENEW = f"""mutation($grant: String!, $validUntil: Date!) {{
  renewGrant(grant: $grant, validUntil: $validUntil, handler: "A-2") {{ {GRANT} }} }}"""
NARROW = f"""mutation($grant: String!, $operations: [String!]!) {{
  narrowGrant(grant: $grant, operations: $operations, reason: "限定用途", handler: "A-2") {{ {GRANT} }} }}"""
SUSPEND = """mutation($grant: String, $consumer: CreditCode, $items: [String!], $reason: String!) {
  suspendSharing(grant: $grant, consumer: $consumer, items: $items, reason: $reason, handler: "A-2") { id } }"""
RESUME = """mutation($suspension: Int!, $reason: String!) {
  resumeSharing(suspension: $suspension, reason: $reason, handler: "A-2") { id } }"""
CHAIN = 'mutation($steps: [AnswerStep!]!) { setAnswerChain(steps: $steps, handler: "A-0") { code } }'
SUBSTITUTE = """mutation($d: CreditCode!, $o: String!, $s: String!, $u: Date!) {
  appointSubstitute(department: $d, officer: $o, substitute: $s, validUntil: $u, handler: "A-0") { code } }"""
LET_GO = """mutation($item: String!, $division: String!, $to: CreditCode!) {
  releaseSource(item: $item, division: $division, to: $to, handler: "A-0") { datum } }"""
CLAIM = """mutation($item: String!, $division: String!) {
  claimSource(item: $item, division: $division, handler: "A-0") { datum } }"""
EDIT = """mutation($register: String!, $edits: [CatalogueItemEdit!]!) {
  editItem(register: $register, edits: $edits, handler: "A-0") { id } }"""
SUBMIT_DRAFT = 'mutation($draft: ID!) { submitCatalogue(draft: $draft, handler: "A-0") { id } }'
PUBLISH = """mutation($draft: ID!) {
  publishCatalogue(draft: $draft, acknowledgeBreaking: true, handler: "A-0") { version } }"""


class HttpApplications:
    """One department's application to one provider."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.drafted: list[dict[str, Any]] = []
        self.without: dict[str, str] = {}
        self.asked: list[str] = []
        self.number = ""
        self.suspension = 0
        self.department = case.department

    # what is done

    def let_go(self, item: str, division: str, to: str) -> None:
        entry = CATALOGUE.entries[coordinate(item)]
        self.house.ask(NAMES[entry.provider], LET_GO, item=item, division=division, to=department(to))
        self.house.ask(to, CLAIM, item=item, division=division)

    def draft(
        self,
        items: Sequence[str] = ("Person.registeredResidence",),
        by: str = "consumer",
        *,
        purpose: bool = True,
        complete: bool = True,
    ) -> None:
        self.asked = list(items)
        stated = PURPOSE if by == "consumer" else f'{PURPOSE}, acting-for="{department("nanjing_housing")}"'
        told = self.house.ask(by, DRAFT, stated if purpose else "", document=document(items))
        self.drafted = told["applications"]
        self.without = {one["coordinate"]: one["reason"] for one in told["unobtainable"]}
        if self.drafted:
            self.number = self.drafted[0]["id"]
        if self.drafted and complete:
            self.house.ask("consumer", SAVE, id=self.number, terms=DUTY)

    def save(self, duty: str | None = None, add: str | None = None, item: str | None = None, **words: Any) -> None:
        terms: dict[str, Any] = {} if duty is None else {"duty": duty}
        if words or add is not None:
            named = item or self.asked[0]
            terms["items"] = [{"item": named, **graphql(words)}]
        if add is not None:
            terms["items"].append({"item": add, "form": "FULL", "rows": "ALL", "uses": ["ADMINISTRATIVE_BASIS"],
                                   "matters": [MATTER], "modes": ["ONLINE_LOOKUP"], "validUntil": in_days(30)})  # fmt: skip
        self.house.ask("consumer", SAVE, id=self.number, terms=terms)

    def submit(self, also_to: str = "") -> None:
        others = [department(also_to)] if also_to else None
        self.number = self.house.ask("consumer", SUBMIT, id=self.number, alsoTo=others)[-1]["id"]

    def withdraw(self) -> None:
        self.house.ask("consumer", WITHDRAW, id=self.number)

    def ask_supplement(self, lacking: Sequence[str]) -> None:
        self.house.ask(self.provider, SUPPLEMENT, id=self.number, lacking=lacking)

    def set_chain(self, steps: Sequence[str]) -> None:
        self.house.ask(self.provider, CHAIN, steps=[one.upper() for one in steps])

    def substitute(self, officer: str, substitute: str, days: int) -> None:
        code = department(self.provider)
        self.house.ask(self.provider, SUBSTITUTE, d=code, o=officer, s=substitute, u=in_days(days))

    def answer(
        self,
        by: str = "provider",
        grant: Sequence[str] = (),
        partly: Sequence[dict[str, Any]] = (),
        refuse: Sequence[str] = (),
        reason: str = "",
        step: str | None = None,
        handler: str = "A-1",
        conceal: dict[str, Any] | None = None,
    ) -> None:
        hidden = {} if conceal is None else {"concealment": concealment(**conceal)}
        items: list[dict[str, Any]] = [{"item": one, "outcome": "GRANT", **hidden} for one in grant]
        items += [{"item": one["item"], "outcome": "PARTLY", **graphql(one)} for one in partly]
        items += [{"item": one, "outcome": "REFUSE", "reason": reason} for one in refuse]
        named = None if step is None else step.upper()
        self.house.ask(self.by(by), ANSWER, id=self.number, items=items or None, step=named, handler=handler)

    def negotiate(self, by: str = "consumer", items: Sequence[str] = ()) -> None:
        self.house.ask(self.by(by), NEGOTIATE, id=self.number, items=list(items) or None)

    def end_negotiation(self, result: str, by: str = "consumer") -> None:
        self.house.ask(self.by(by), NEGOTIATED, id=self.number, result=result.upper())

    def coordinate(self, body: str | None = None) -> None:
        self.house.ask("consumer", COORDINATE, id=self.number, body=None if body is None else body.upper())

    def record_coordination(self, result: str, by: str = "leading_group") -> None:
        self.house.ask(by, COORDINATED, id=self.number, result=result.upper())

    def revoke(self, reason: str, by: str = "provider") -> None:
        self.house.ask(self.by(by), REVOKE, grant=self.latest["id"], reason=reason)

    def renew(self, days: int, by: str = "provider") -> None:
        self.house.ask(self.by(by), RENEW, grant=self.latest["id"], validUntil=in_days(days))

    def narrow(self, operations: Sequence[str]) -> None:
        self.house.ask(self.provider, NARROW, grant=self.latest["id"], operations=operations)

    def suspend(self, reason: str, by: str = "provider", items: Sequence[str] = ()) -> None:
        codes = [CATALOGUE.entries[coordinate(item)].code for item in items]
        what = {"consumer": self.department, "items": codes} if codes else {"grant": self.latest["id"]}
        self.suspension = self.house.ask(self.by(by), SUSPEND, reason=reason, **what)["id"]

    def resume(self, reason: str) -> None:
        self.house.ask(self.provider, RESUME, suspension=self.suspension, reason=reason)

    def amend(self, item: str, **attributes: Any) -> None:
        register = CATALOGUE.resources[coordinate(item).type].register
        compiler = NAMES[CATALOGUE.registers[register].lead]
        edit = {"coordinate": item, **graphql(attributes)}
        draft = self.house.ask(compiler, EDIT, register=register, edits=[edit])["id"]
        self.house.ask(compiler, SUBMIT_DRAFT, draft=draft)
        self.house.ask(compiler, PUBLISH, draft=draft)

    # what is seen

    def state(self) -> str:
        state: str = self.told["state"] if self.drafted else "NOTHING"
        return state

    def kept(self) -> object:
        return self.told if self.drafted else None, self.all_grants()

    def applications(self) -> list[str]:
        return sorted(NAMES[one["provider"]["code"]] for one in self.drafted)

    def unobtainable(self) -> dict[str, str]:
        return self.without

    def standing(self) -> dict[str, str]:
        return {one["coordinate"]: one["standing"] for one in self.told["items"]}

    def lacking(self) -> list[str]:
        lacking: list[str] = self.told["lacking"]
        return lacking

    def supplement(self) -> list[str]:
        supplement: list[str] = self.told["supplement"]
        return supplement

    def has_due(self) -> bool:
        return self.told["due"] is not None

    def due_in_working_days(self) -> int:
        due, day = date.fromisoformat(self.told["due"]), now()
        return next(term for term in range(60) if add_working_days(day, term).date == due)

    def mark(self) -> str | None:
        mark: str | None = self.told["deadline"]
        return mark

    def taken(self) -> list[str]:
        proposal = self.house.ask(self.provider, READ, id=self.number)["proposal"]
        return [f"{one['step']} {one['handler']}" for one in (proposal["taken"] if proposal else ())]

    def body(self) -> str | None:
        coordination = self.told["coordination"]
        body: str | None = None if coordination is None else coordination["body"]
        return body

    def grants(self) -> int:
        return len(self.all_grants())

    def grant_states(self) -> list[str]:
        return [one["state"] for one in self.all_grants()]

    def within(self) -> list[str | None]:
        return [json.loads(one["text"]).get("within") for one in self.all_grants()]

    def last_day_in_days(self) -> int:
        """Of the latest grant, its last day, counted from today."""
        last: date = max(date.fromisoformat(one["validUntil"][:10]) for one in self.all_grants())
        return (last - now()).days

    def hidden(self) -> list[str]:
        """By which laws access under the grants is hidden from its subjects."""
        told = [one["concealment"] for one in self.all_grants()]
        return ["" if one is None else f"《{one['basis']['title']}》{one['basis']['clause']}" for one in told]

    def reads(self) -> str:
        """What becomes of the first item that was asked for."""
        return self.read(SUBJECT_OF)

    def reads_elsewhere(self) -> str:
        """The same on a row of another city."""
        return self.read(ELSEWHERE)

    def read(self, subjects: Mapping[ResourceName, str]) -> str:
        headers = {"Sharing-Explain": "full"}
        answered = self.house.answered("consumer", document(self.asked[:1], subjects), PURPOSE, headers)
        assert "errors" not in answered.body, answered.body
        (row,) = answered.body["data"].values()
        field = self.asked[0].partition(".")[2]
        found = max(answered.sharing["outcomes"], key=lambda one: len(one["path"]))
        if found["outcome"] != "WITHHELD":
            return f"{found['outcome']} {found['reason']}"
        assert row[field] is None
        return f"WITHHELD {found['reason']} {found['remedy']}"

    def gaps(self) -> list[str]:
        text = "query($c: CreditCode!) { department(code: $c) { gaps { subject } } }"
        return [one["subject"] for one in self.house.ask("consumer", text, c=self.department)["gaps"]]

    # how

    @property
    def told(self) -> dict[str, Any]:
        """The application as its consumer sees it."""
        told: dict[str, Any] = self.house.ask("consumer", READ, id=self.number)
        return told

    @property
    def provider(self) -> str:
        """The name of the department that it was made to."""
        return NAMES[self.told["provider"]["code"]]

    @property
    def latest(self) -> dict[str, Any]:
        return self.all_grants()[-1]

    def by(self, word: str) -> str:
        return self.provider if word == "provider" else word

    def all_grants(self) -> list[dict[str, Any]]:
        """The earliest first."""
        nodes: list[dict[str, Any]] = self.house.ask("consumer", GRANTS)["nodes"]
        return nodes[::-1]


def now() -> date:
    return today(datetime.now(UTC).timestamp())


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).isoformat()


def concealment(days: int, **basis: str) -> dict[str, Any]:
    """The input: by which law, and for how many days from today."""
    return {"basis": basis, "until": in_days(days)}


def graphql(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a case as the schema's inputs take them."""
    given: dict[str, Any] = {}
    for name, value in words.items():
        match name, value:
            case "days", int():
                given["validUntil"] = in_days(value)
            case "until", date():
                given["validUntil"] = value.isoformat()
            case (("form" | "rows" | "uses" | "modes" | "forms"), list()):
                given[name] = [one.upper() for one in value]
            case (("form" | "rows"), str()):
                given[name] = value.upper()
            case _:
                assert name == "item", f"unknown word `{name}`"
    return given


def document(items: Sequence[str], subjects: Mapping[ResourceName, str] = SUBJECT_OF) -> str:
    """A query of these items, on the subjects' rows."""
    by_type: dict[ResourceName, list[str]] = {}
    for item in items:
        at = coordinate(item)
        by_type.setdefault(at.type, []).append(at.field)
    parts = []
    for name, fields in by_type.items():
        resource = CATALOGUE.resources[name]
        root = next(
            one for one in resource.roots if not one.batch and resource.lookups[one.lookup].kind is LookupKind.EQUALS
        )
        parts.append(f'{root.field}({root.argument}: "{subjects[name]}") {{ {" ".join(fields)} }}')
    return f"{{ {' '.join(parts)} }}"
