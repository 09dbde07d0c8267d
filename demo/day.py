"""A day of the law over HTTP: refused, applied for, answered in part, read in part, revoked, refused again.

Each scene asks the running gateway as a department would and says what came of it; where that is not what the law says, the
day ends with what was expected. The ledger has an entry for each step (`cli ledger verify` follows them).
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from catalogue.profile import load_profile
from demo.stories import STORIES
from standards.working_days import add_working_days

DEADLINE_S = 30
CONSUMER, PROVIDER = "demo-developer", "demo-provider"
PURPOSE = 'matter="M12", use=administrative-basis, handler="H-12"'
CHINA_AHEAD = timedelta(hours=8)
APPLICANT = next(story.identifiers["applicant"] for story in STORIES if story.key == "couple")

QUERY = """query Eligibility($id: IdentityNumber!) {
  person(idNumber: $id) { name marriageRecord { status registeredOn } }
}"""
DRAFT = """mutation Draft($document: String!, $variables: JSON!) {
  draftApplication(document: $document, variables: $variables, handler: "H-12") {
    applications { id provider { title } items { coordinate } lacking }
  }
}"""
SAVE = """mutation Save($id: ID!, $terms: ApplicationInput!) {
  saveApplication(id: $id, terms: $terms, handler: "H-12") { id lacking }
}"""
SUBMIT = """mutation Submit($id: ID!) { submitApplication(id: $id, handler: "H-12") { id state due dueProvisional } }"""
INBOX = (
    """{ inbox(state: SUBMITTED) { applications { id consumer { title } due items { coordinate asked { form rows } } } } }"""
)
ANSWER = """mutation Answer($id: ID!, $items: [ItemAnswerInput!]!) {
  answerApplication(id: $id, items: $items, handler: "P-3") { id state answeredOn grants }
}"""
REVOKE = """mutation Revoke($grant: String!) {
  revokeGrant(grant: $grant, reason: "资格审核已结束，不再需要", handler: "P-3") { id }
}"""


class DayWentWrong(Exception):  # noqa: N818 - what happened, in words
    """The gateway did not do what the law says."""


@dataclass
class Caller:
    """A client of the gateway. `tokens` are kept for the day."""

    url: str
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, client: str, text: str, variables: Mapping[str, Any] | None = None, purpose: str = "") -> dict[str, Any]:
        """The answer's JSON, whatever its status."""
        headers = {"Authorization": f"Bearer {self._token(client)}", "Content-Type": "application/json"}
        if purpose:
            headers["Sharing-Purpose"] = purpose
        return self._post("/graphql", json.dumps({"query": text, "variables": variables or {}}).encode(), headers)

    def _token(self, client: str) -> str:
        if client not in self.tokens:
            login = base64.b64encode(f"{client}:{client}-secret".encode()).decode()
            answered = self._post("/oauth/token", b"grant_type=client_credentials", {
                "Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded",
            })  # fmt: skip
            self.tokens[client] = answered["access_token"]
        return self.tokens[client]

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise DayWentWrong(f"`{self.url}` is no http address")
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers), timeout=DEADLINE_S) as got:  # noqa: S310
                told: dict[str, Any] = json.load(got)
                return told
        except urllib.error.HTTPError as refused:
            with refused:
                answered: dict[str, Any] = json.load(refused)
                return answered


def play(url: str, say: Callable[[str], None]) -> None:
    """The whole day against the demo at `url`. Raises DayWentWrong."""
    caller = Caller(url)

    def step(client: str, text: str, variables: Mapping[str, Any], purpose: str = "") -> Any:
        told = caller.ask(client, text, variables, purpose)
        if told.get("errors") or not told.get("data"):
            raise DayWentWrong(f"{client} was refused: {json.dumps(told.get('errors'), ensure_ascii=False)}")
        (value,) = told["data"].values()
        return value

    say("一、公租房资格审核要核实婚姻状况：查询 · housing asks for a marital status")
    refused = caller.ask(CONSUMER, QUERY, {"id": APPLICANT}, PURPOSE)
    outcome = _withheld(refused)
    say(f"   不予提供 · withheld: {outcome['item']} {outcome['reason']} ({outcome['article']}) → {outcome['remedy']}")

    say("二、由查询起草申请，按提供部门分开 · the application is drafted from the query, by provider")
    drafted = step(CONSUMER, DRAFT, {"document": QUERY, "variables": {"id": APPLICANT}}, PURPOSE)["applications"]
    (application,) = drafted
    wanted = sorted(item["coordinate"] for item in application["items"])
    say(f"   {application['provider']['title']}: {', '.join(wanted)}")
    say(f"   尚缺 · still lacking: {', '.join(application['lacking'])}")
    number = application["id"]
    year_from_now = (today_in_china() + timedelta(days=365)).isoformat()
    items = [{"item": one, "validUntil": year_from_now} for one in wanted]
    saved = step(CONSUMER, SAVE, {"id": number, "terms": {
        "duty": "《公共租赁住房管理办法》第七条、第八条", "purpose": "公共租赁住房保障资格审核：核实申请人婚姻状况",
        "contact": "025-00000000", "items": items,
    }})  # fmt: skip
    _expect(saved["lacking"] == [], f"nothing is lacking any more, but {saved['lacking']}")

    say("三、提交，十个工作日的答复期限自次日起算 · submitted; ten working days begin the next day")
    (submitted,) = step(CONSUMER, SUBMIT, {"id": number})
    due = add_working_days(today_in_china(), load_profile().answer_working_days)
    _expect(submitted["due"] == due.date.isoformat(), f"due on {due.date}, not {submitted['due']}")
    say(f"   答复期限 · due: {submitted['due']}{'（暂定 · provisional）' if submitted['dueProvisional'] else ''}")

    say("四、提供部门收件，部分同意 · the provider's inbox; it answers in part")
    inbox = step(PROVIDER, INBOX, {})["applications"]
    _expect(any(one["id"] == number for one in inbox), "the application is in the provider's inbox")
    answers = [
        {"item": one, "outcome": "REFUSE", "reason": "审核资格不需要登记日期"}
        if one == "MarriageRecord.registeredOn"
        else {"item": one, "outcome": "GRANT"}
        for one in wanted
    ]
    answered = step(PROVIDER, ANSWER, {"id": number, "items": answers})
    say(f"   {answered['state']}，{answered['answeredOn']}，授权 · grants: {', '.join(answered['grants'])}")

    say("五、再次查询：同意的提供，不同意的不提供 · asked again: what was granted is shown, the rest is not")
    partly = caller.ask(CONSUMER, QUERY, {"id": APPLICANT}, PURPOSE)
    record = partly["data"]["person"]["marriageRecord"]
    _expect(record is not None and record["status"] is not None, "the marital status is shown")
    _expect(record["registeredOn"] is None, "the date of registration is not shown")
    say(f"   婚姻状况 · status: {record['status']}，登记日期 · registered on: {record['registeredOn']}")
    say(f"   凭据 · receipt: {partly['extensions']['sharing']['receipt']}")

    say("六、提供部门撤回授权，说明理由 · the provider revokes, with its reason")
    for grant in answered["grants"]:
        step(PROVIDER, REVOKE, {"grant": grant})

    say("七、自下一次查询起不再提供 · from the next request on it is refused again")
    again = _withheld(caller.ask(CONSUMER, QUERY, {"id": APPLICANT}, PURPOSE))
    say(f"   不予提供 · withheld: {again['item']} {again['reason']} ({again['article']}) → {again['remedy']}")


def _withheld(told: dict[str, Any]) -> dict[str, Any]:
    """The outcome on the marriage record, which nothing shows."""
    _expect("errors" not in told, f"the query is answered, not {told.get('errors')}")
    _expect(told["data"]["person"]["marriageRecord"] is None, "the marriage record is not shown")
    outcomes = [one for one in told["extensions"]["sharing"]["outcomes"] if "marriageRecord" in one["path"]]
    _expect([one["outcome"] for one in outcomes[:1]] == ["WITHHELD"], f"it is told as withheld, not {outcomes}")
    told_first: dict[str, Any] = outcomes[0]
    return told_first


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise DayWentWrong(what)


def today_in_china() -> date:
    return (datetime.now(UTC) + CHINA_AHEAD).date()
