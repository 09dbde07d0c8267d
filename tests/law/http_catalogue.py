"""The catalogue through HTTP: each step is a mutation, asked by a client of the compiler, or of whoever takes it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from catalogue.model import ResourceName
from tests.law.cases import CATALOGUE, coordinate, department
from tests.law.http_house import House
from tests.law.sheets import worked_on
from tests.law.steps import StepCase
from tests.law.themes import REGISTER, theme
from tests.server.gateway import Running

NAMES = {code: one.name for code, one in CATALOGUE.departments.items()}
TOLD = "id state"
EDIT = f"""mutation($register: String, $draft: ID, $edits: [CatalogueItemEdit!]!) {{
  editItem(register: $register, draft: $draft, edits: $edits, handler: "C-1") {{ {TOLD} }} }}"""
EDIT_RESOURCE = f"""mutation($register: String, $draft: ID, $edit: CatalogueResourceEdit!) {{
  editResource(register: $register, draft: $draft, edit: $edit, handler: "C-1") {{ {TOLD} }} }}"""
WITHDRAW_ITEM = f"""mutation($register: String, $draft: ID, $coordinate: String!, $reason: String!) {{
  withdrawItem(register: $register, draft: $draft, coordinate: $coordinate, reason: $reason, handler: "C-1") {{
    {TOLD} }} }}"""
WHOLE = f"""mutation($register: String!, $whole: String!) {{
  draftCatalogue(register: $register, text: $whole, handler: "C-1") {{ {TOLD} }} }}"""
WITHDRAW_REGISTER = f"""mutation($register: String!, $reason: String!) {{
  withdrawRegister(register: $register, reason: $reason, handler: "C-1") {{ {TOLD} }} }}"""
SUBMIT = f'mutation($draft: ID!) {{ submitCatalogue(draft: $draft, handler: "C-1") {{ {TOLD} }} }}'
CONFIRM = f"""mutation($draft: ID!, $accept: Boolean!, $reason: String!) {{
  confirmItems(draft: $draft, accept: $accept, reason: $reason, handler: "P-1") {{ {TOLD} }} }}"""
PUBLISH = """mutation($draft: ID!, $acknowledge: Boolean!) {
  publishCatalogue(draft: $draft, acknowledgeBreaking: $acknowledge, handler: "C-1") { version } }"""
WITHDRAW = f"""mutation($draft: ID!, $reason: String!) {{
  withdrawCatalogue(draft: $draft, reason: $reason, handler: "C-1") {{ {TOLD} }} }}"""
SOURCES = """query($item: String!) { sources(item: $item) {
  sources { provider { name } division without } verifying { department { name } } } }"""
CLAIM = """mutation($item: String!, $division: String!) {
  claimSource(item: $item, division: $division, handler: "P-1") { datum } }"""
RELEASE = """mutation($item: String!, $division: String!, $to: CreditCode!) {
  releaseSource(item: $item, division: $division, to: $to, handler: "P-1") { datum } }"""
NAME_VERIFYING = """mutation($item: String!, $department: String!) {
  nameVerifyingSource(item: $item, department: $department, handler: "P-1") { datum } }"""
WITHDRAW_VERIFYING = """mutation($item: String!, $department: String!, $reason: String!) {
  withdrawVerifyingSource(item: $item, department: $department, reason: $reason, handler: "P-1") { datum } }"""
VERIFYING = "query($item: String!) { sources(item: $item) { verifying { department { name } } } }"
REPORT = """mutation($on: Date!) { reportChange(register: "population", kind: LAW, basis: "《户口登记条例》修订",
  effectiveOn: $on, handler: "C-1") { dueOn } }"""
EXPORT = '{ catalogueSheet(register: "population") { content } }'
IMPORT = f"""mutation($content: String!) {{
  importCatalogue(register: "population", content: $content, handler: "C-1") {{ {TOLD} }} }}"""
DRAFT = "query($draft: ID!) { catalogueDraft(draft: $draft) { state } }"
CONFIRMATIONS = """query($draft: ID!) { catalogueDraft(draft: $draft) {
  confirmations { provider { name } standing } } }"""
DRAFTS = "{ catalogueDrafts(first: 100) { id state revision } }"
VERSIONS = "{ catalogueVersions { version } }"
AT = "query($v: Int) { catalogueAt(version: $v) { entries { coordinate title } } }"


class HttpCatalogue:
    """One draft, and what departments say of sources."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.compiler = "public_security"
        self.draft: str | None = None
        self.item = ""
        self.term: date | None = None
        self.began = self.version()

    # what is done

    def edit(self, item: str, by: str = "", *, new: bool = False, **attributes: Any) -> None:
        edit = {"coordinate": item, "isNew": new, **graphql(attributes)}
        self.save(by, coordinate(item).type, EDIT, edits=[edit])

    def edit_resource(self, resource: str, **attributes: Any) -> None:
        self.save("", ResourceName(resource), EDIT_RESOURCE, edit={"resource": resource, **graphql(attributes)})

    def withdraw_item(self, item: str, reason: str) -> None:
        self.save("", coordinate(item).type, WITHDRAW_ITEM, coordinate=item, reason=reason)

    def import_sheet(self, rename: Mapping[str, str] | None = None, cell: Mapping[str, str] | None = None) -> None:
        data = base64.b64decode(self.house.ask(self.compiler, EXPORT)["content"])
        content = base64.b64encode(worked_on(data, rename or {}, cell)).decode()
        self.draft = self.house.ask(self.compiler, IMPORT, content=content)["id"]

    def draft_theme(self, lead: str, providers: Sequence[str], by: str = "", register: str = REGISTER) -> None:
        drafted = self.house.ask(by or lead, WHOLE, register=register, whole=theme(lead, providers, register))
        self.compiler, self.draft = lead, drafted["id"]

    def withdraw_register(self, register: str, reason: str) -> None:
        self.draft = self.house.ask(self.compiler, WITHDRAW_REGISTER, register=register, reason=reason)["id"]

    def submit(self) -> None:
        self.house.ask(self.compiler, SUBMIT, draft=self.draft)

    def confirm(self, by: str, reason: str = "", *, accept: bool = True) -> None:
        self.house.ask(by, CONFIRM, draft=self.draft, accept=accept, reason=reason)

    def publish(self, *, acknowledge: bool = False) -> None:
        self.house.ask(self.compiler, PUBLISH, draft=self.draft, acknowledge=acknowledge)

    def withdraw(self, reason: str, by: str = "") -> None:
        self.house.ask(by or self.compiler, WITHDRAW, draft=self.draft, reason=reason)

    def claim(self, by: str, item: str, division: str) -> None:
        self.item = item
        self.house.ask(by, CLAIM, item=item, division=division)

    def release(self, by: str, item: str, division: str, to: str) -> None:
        self.item = item
        self.house.ask(by, RELEASE, item=item, division=division, to=department(to))

    def name_verifying(self, by: str, item: str, verifier: str) -> None:
        self.item = item
        self.house.ask(by, NAME_VERIFYING, item=item, department=department(verifier))

    def withdraw_verifying(self, by: str, item: str, verifier: str, reason: str) -> None:
        self.item = item
        self.house.ask(by, WITHDRAW_VERIFYING, item=item, department=department(verifier), reason=reason)

    def report(self, effective: date, by: str = "") -> None:
        told = self.house.ask(by or self.compiler, REPORT, on=effective.isoformat())
        self.term = date.fromisoformat(told["dueOn"])

    # what is seen

    def state(self) -> str:
        state: str = "DONE" if self.draft is None else self.house.ask(self.compiler, DRAFT, draft=self.draft)["state"]
        return state

    def kept(self) -> object:
        drafts = self.house.ask(self.compiler, DRAFTS)
        sources = self.house.ask(self.compiler, SOURCES, item=self.item or "RealEstateUnit.use")
        tasks = self.house.ask(self.compiler, "{ changeTasks { id } }")
        return drafts, sources, tasks, self.version()

    def confirmations(self) -> dict[str, str]:
        told = self.house.ask(self.compiler, CONFIRMATIONS, draft=self.draft)["confirmations"]
        return {one["provider"]["name"]: one["standing"] for one in told}

    def sources(self) -> dict[str, str]:
        found = self.house.ask(self.compiler, SOURCES, item=self.item)["sources"]
        return {one["division"]: one["provider"]["name"] for one in found}

    def verifying(self) -> list[str]:
        found = self.house.ask(self.compiler, VERIFYING, item=self.item)["verifying"]
        return [one["department"]["name"] for one in found]

    def due(self) -> date | None:
        return self.term

    def new_versions(self) -> int:
        return self.version() - self.began

    def confirmed_title(self) -> str:
        entries = self.house.ask(self.compiler, AT, v=self.version())["entries"]
        return str(next(one["title"] for one in entries if one["coordinate"] == "MarriageRecord.authority"))

    # how

    def save(self, by: str, resource: ResourceName, text: str, **words: Any) -> None:
        """Edit the draft, or begin one of the resource's register."""
        register = CATALOGUE.resources[resource].register
        place = {"register": register} if self.draft is None else {"draft": self.draft}
        self.draft = self.house.ask(by or self.compiler, text, **place, **words)["id"]

    def version(self) -> int:
        return max(int(one["version"]) for one in self.house.ask(self.compiler, VERSIONS))


def graphql(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A case's words as the schema's inputs take them; an empty text is null."""
    names = {"sharing": "sharingType", "open_form": "openForm", "network_zone": "networkZone"}
    given: dict[str, Any] = {}
    for name, value in attributes.items():
        match value:
            case "":
                given[names.get(name, name)] = None
            case list():
                given[name] = [one.upper() for one in value]
            case str() if name in ("sharing", "kind", "open_form"):
                given[names.get(name, name)] = value.upper()
            case _:
                given[names.get(name, name)] = value
    return given
