"""A day of the law over HTTP: refused, applied for, answered in part, read in part, revoked, refused again.

Each scene asks the running gateway as a department would and says what came of it; where that is not what the law says, the
day ends with what was expected. The ledger must have an entry for each step, as `play` gives them back.
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from demo.stories import STORIES

DEADLINE_S = 30
CONSUMER, PROVIDER = "demo-developer", "demo-provider"
PURPOSE = 'matter="M12", use=administrative-basis, handler="H-12"'
CHINA = timezone(timedelta(hours=8))
ANSWER_DAYS = 10
FRIDAY = 5
OFF = frozenset({
    "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23",
    "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25", "2026-10-01", "2026-10-02",
    "2026-10-05", "2026-10-06", "2026-10-07",
})  # fmt: skip
WORKED = frozenset({"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"})
"""The notice of 2026 (国务院办公厅), copied out here so that a day is not counted by what it is to be checked."""
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
GRANT = "query Grant($id: String!) { grant(id: $id) { sound items validFrom validUntil } }"
REVOKE = """mutation Revoke($grant: String!) {
  revokeGrant(grant: $grant, reason: "资格审核已结束，不再需要", handler: "P-3") { id }
}"""


class DayWentWrong(Exception):  # noqa: N818 - what happened, in words
    """The gateway did not do what the law says."""


class Left(NamedTuple):
    """What a step must have left in the ledger: whose client, which kind of entry, what was asked with its outcome, and
    the receipt where the answer gave one.
    """

    client: str
    kind: str
    outcomes: frozenset[tuple[str, str]]
    receipt: str | None = None


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


def play(url: str, say: Callable[[str], None]) -> list[Left]:
    """The whole day against the demo at `url`, and what it must have left in the ledger. Raises DayWentWrong."""
    caller = Caller(url)
    left: list[Left] = []

    def look() -> dict[str, Any]:
        told = caller.ask(CONSUMER, QUERY, {"id": APPLICANT}, PURPOSE)
        _expect("errors" not in told, f"the query is answered, not {told.get('errors')}")
        shared = told["extensions"]["sharing"]
        outcomes = {(".".join(one["path"]), one["outcome"]) for one in shared["outcomes"]}
        left.append(Left(CONSUMER, "answered", frozenset(outcomes), shared["receipt"]))
        return told

    def step(client: str, text: str, variables: Mapping[str, Any], purpose: str = "") -> Any:
        told = caller.ask(client, text, variables, purpose)
        if told.get("errors") or not told.get("data"):
            raise DayWentWrong(f"{client} was refused: {json.dumps(told.get('errors'), ensure_ascii=False)}")
        ((field, value),) = told["data"].items()
        if text.startswith("mutation"):
            left.append(Left(client, "workflow", frozenset({(field, "REQUESTED")})))
        return value

    say("一、公租房资格审核要核实婚姻状况：查询 · housing asks for a marital status")
    outcome = _withheld(look())
    say(f"   不予提供 · withheld: {outcome['item']} {outcome['reason']} ({outcome['article']}) → {outcome['remedy']}")

    say("二、由查询起草申请，按提供部门分开 · the application is drafted from the query, by provider")
    drafted = step(CONSUMER, DRAFT, {"document": QUERY, "variables": {"id": APPLICANT}}, PURPOSE)["applications"]
    (application,) = drafted
    wanted = sorted(item["coordinate"] for item in application["items"])
    say(f"   {application['provider']['title']}: {', '.join(wanted)}")
    say(f"   尚缺 · still lacking: {', '.join(application['lacking'])}")
    number = application["id"]
    last_day = today_in_china() + timedelta(days=365)
    items = [{"item": one, "validUntil": last_day.isoformat()} for one in wanted]
    saved = step(CONSUMER, SAVE, {"id": number, "terms": {
        "duty": "《公共租赁住房管理办法》第七条、第八条", "purpose": "公共租赁住房保障资格审核：核实申请人婚姻状况",
        "contact": "025-00000000", "items": items,
    }})  # fmt: skip
    _expect(saved["lacking"] == [], f"nothing is lacking any more, but {saved['lacking']}")

    say("三、提交，十个工作日的答复期限自次日起算 · submitted; ten working days begin the next day")
    days = [today_in_china()]
    (submitted,) = step(CONSUMER, SUBMIT, {"id": number})
    days.append(today_in_china())
    due = [answer_due(day).isoformat() for day in days]
    _expect(submitted["due"] in due, f"due on {due[0]}, not {submitted['due']}")
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
    days = [today_in_china()]
    answered = step(PROVIDER, ANSWER, {"id": number, "items": answers})
    days.append(today_in_china())
    _expect(answered["state"] == "ANSWERED", f"it is answered, not {answered['state']}")
    _expect(answered["answeredOn"] in [day.isoformat() for day in days], f"answered today, not {answered['answeredOn']}")
    say(f"   {answered['state']}，{answered['answeredOn']}，授权 · grants: {', '.join(answered['grants'])}")
    (number,) = answered["grants"]
    granted = step(PROVIDER, GRANT, {"id": number})
    begins, ends = (datetime.fromisoformat(granted[name]).astimezone(CHINA) for name in ("validFrom", "validUntil"))
    _expect(
        granted["sound"] and len(granted["items"]) == len(wanted) - 1, "the grant is signed, of all but what was refused"
    )
    _expect(begins.date() in days, f"it begins with the answer, not on {begins.date()}")
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=CHINA) + timedelta(days=1)
    _expect(ends == midnight, f"its last day is {last_day}, but it ends at {ends}")
    say(f"   自 · from {begins.date()} 至 · to {last_day}")

    say("五、再次查询：同意的提供，不同意的不提供 · asked again: what was granted is shown, the rest is not")
    partly = look()
    record = partly["data"]["person"]["marriageRecord"]
    _expect(record is not None and record["status"] is not None, "the marital status is shown")
    _expect(record["registeredOn"] is None, "the date of registration is not shown")
    say(f"   婚姻状况 · status: {record['status']}，登记日期 · registered on: {record['registeredOn']}")
    say(f"   凭据 · receipt: {partly['extensions']['sharing']['receipt']}")

    say("六、提供部门撤回授权，说明理由 · the provider revokes, with its reason")
    step(PROVIDER, REVOKE, {"grant": number})

    say("七、自下一次查询起不再提供 · from the next request on it is refused again")
    again = _withheld(look())
    say(f"   不予提供 · withheld: {again['item']} {again['reason']} ({again['article']}) → {again['remedy']}")
    return left


def _withheld(told: dict[str, Any]) -> dict[str, Any]:
    """The outcome on the marriage record, which nothing shows."""
    _expect(told["data"]["person"]["marriageRecord"] is None, "the marriage record is not shown")
    outcomes = [one for one in told["extensions"]["sharing"]["outcomes"] if "marriageRecord" in one["path"]]
    _expect([one["outcome"] for one in outcomes[:1]] == ["WITHHELD"], f"it is told as withheld, not {outcomes}")
    told_first: dict[str, Any] = outcomes[0]
    return told_first


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise DayWentWrong(what)


def answer_due(submitted: date) -> date:
    """The tenth working day, counted from the day after; of a year whose notice is not out, weekends alone are free."""
    day, counted = submitted, 0
    while counted < ANSWER_DAYS:
        day += timedelta(days=1)
        counted += str(day) in WORKED or (day.isoweekday() <= FRIDAY and str(day) not in OFF)
    return day


def check_left(left: Sequence[Left], entries: Iterable[Mapping[str, Any]]) -> None:
    """The ledger's entries of the day's clients are those of its steps, in order, and nothing else. Raises DayWentWrong."""
    found = [one for one in entries if one["client"] in (CONSUMER, PROVIDER)]
    _expect(len(found) == len(left), f"{len(left)} steps left an entry each, but the ledger has {len(found)}")
    for number, (step, entry) in enumerate(zip(left, found, strict=True), 1):
        told = {(path, outcome) for path, _, outcome, *_ in entry["outcomes"]}
        as_left = (entry["client"], entry["kind"]) == (step.client, step.kind) and step.outcomes <= told
        _expect(as_left, f"step {number} is entered as {step}, not as {entry}")
        _expect(step.receipt in (None, entry["id"]), f"step {number} has the receipt {entry['id']}, not {step.receipt}")


def today_in_china() -> date:
    return datetime.now(CHINA).date()
