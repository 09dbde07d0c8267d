"""What the tests of doubts ask and say."""

import base64
from typing import Any

from demo.stories import STORIES
from tests.server.applicants import Office

HALL, DEVELOPER = "demo-hall", "demo-developer"
PURPOSE = 'matter="M07", use=administrative-basis, handler="H-001"'
ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
NOBODY = "320102199001011232"

DOUBT = """
  id state open receipt path item coordinate title outcome observed reportedAt due warnFrom deadline verifier result reason
  check endedOn reporter { code } provider { code } evidence { name mediaType sha256 size }
  events { number kind handler department { code } text }
"""
REPORT = f"""mutation($receipt: String!, $path: String!, $observed: String = "户口簿载明不同", $subject: String,
  $evidence: [EvidenceInput!]) {{
  reportDoubt(receipt: $receipt, path: $path, observed: $observed, subject: $subject, evidence: $evidence) {{
    {DOUBT} }} }}"""
ACCEPT = f"""mutation($id: ID!, $verifier: String) {{
  acceptDoubt(id: $id, handler: "P-1", verifier: $verifier) {{ {DOUBT} }} }}"""
TRANSFER = f"""mutation($id: ID!, $to: String!, $reason: String = "由发证机关核实") {{
  transferDoubt(id: $id, to: $to, reason: $reason, handler: "P-1") {{ {DOUBT} }} }}"""
DECIDE = f"""mutation($id: ID!, $result: DoubtResult!, $reason: String = "已核对底册", $subject: String) {{
  decideDoubt(id: $id, result: $result, reason: $reason, handler: "P-2", subject: $subject) {{ {DOUBT} }} }}"""
WITHDRAW = f"""mutation($id: ID!, $reason: String = "已澄清") {{
  withdrawDoubt(id: $id, reason: $reason, handler: "H-1") {{ {DOUBT} }} }}"""
READ = f"query($id: ID!) {{ doubt(id: $id) {{ {DOUBT} }} }}"
INBOX = f"""query($state: DoubtState, $item: String, $subject: String, $overdue: Boolean = false) {{
  doubts(state: $state, item: $item, subject: $subject, overdueOnly: $overdue) {{
    doubts {{ {DOUBT} }} counts {{ state count }} overdue next }} }}"""
OUTBOX = INBOX.replace("  doubts(", "  reportedDoubts(", 1)
OVERSEEN = f"""query($state: DoubtState, $item: String, $reporter: CreditCode, $provider: CreditCode) {{
  overseenDoubts(state: $state, item: $item, reporter: $reporter, provider: $provider) {{
    doubts {{ {DOUBT} }} counts {{ state count }} overdue next }} }}"""
EVIDENCE = "query($id: ID!, $sha256: String!) { doubtEvidence(id: $id, sha256: $sha256) }"
SCAN = {"name": "户口簿.png", "mediaType": "image/png", "content": base64.b64encode(b"\x89PNG\r\n\x1a\n scan").decode()}


def look(office: Office, text: str, client: str = HALL, purpose: str = PURPOSE, **variables: Any) -> dict[str, Any]:
    """A read: the whole body."""
    body: dict[str, Any] = office.ask(client, text, purpose, **variables).body
    return body


def receipt_of(body: dict[str, Any]) -> str:
    receipt: str = body["extensions"]["sharing"]["receipt"]
    return receipt


def marks(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is under verification, by each indexed path."""
    return {
        ".".join(map(str, path)): one
        for one in body["extensions"]["sharing"]["outcomes"]
        if one["outcome"] == "UNDER_VERIFICATION"
        for path in one["rows"]
    }


def reported(office: Office, text: str, path: str, client: str = HALL, purpose: str = PURPOSE, **more: Any) -> Any:
    """A doubt on a position of a fresh answer."""
    body = look(office, text, client, purpose)
    assert body.get("data"), body
    return office.told(client, REPORT, purpose, receipt=receipt_of(body), path=path, **more)


def close(office: Office, doubt: Any, client: str = HALL, purpose: str = PURPOSE) -> None:
    """So that other tests find nothing in doubt."""
    if office.told(client, READ, purpose, id=doubt["id"])["open"]:
        office.told(client, WITHDRAW, purpose, id=doubt["id"])
