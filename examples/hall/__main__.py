"""整件办理 · a whole case of matter M10, 残疾人两项补贴: `python -m examples.hall [FOLDER]`, against `make demo`.

FOLDER is the case file: the answer with its signed receipt, and the published keys. Status 1 where a step was refused.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from .desk import Desk
from .gateway import Answer, Gateway, Purpose, RefusedError
from .shapes import Check, Material, Subject

ROOT = Path(__file__).parents[2]
APPLICANT, AGENT = "320102196211039942", "32010619850312991X"
SCAN = b"\x89PNG\r\n\x1a\n a scan of the household booklet"
SUBJECTS: list[Subject] = [
    {"role": "applicant", "idNumber": APPLICANT},
    {"role": "guardianOrAgent", "idNumber": AGENT},
]
SIGNS = {
    "NOT_TO_BE_ASKED": "✓ 不得要求提交",
    "OBTAINABLE": "✓ 可申请共享，不得要求提交",
    "ACCEPT_IF_OFFERED": "○ 主动提供的，予以接受",
    "ASK_WITH_REASON": "△ 说明理由，可以要求提交",
    "ASK": "▲ 由当事人提交",
}


def main(folder: Path) -> None:
    """Raises RefusedError."""
    gateway = Gateway(
        os.environ.get("URL", "http://127.0.0.1:8000"),
        os.environ.get("CLIENT", "demo-hall"),
        os.environ.get("SECRET", "demo-hall-secret"),
    )
    case = f"HALL-{datetime.now(UTC):%Y%m%d}-{token_hex(3)}"  # the department's own number
    desk = Desk(gateway, Purpose("M10", case, "H-001"), SUBJECTS, ["representative"])

    # 一、登记办件和代理权限 · name the subjects, and on what document the agent acts.
    until = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    desk.open_case([
        {"kind": "AGENT", "holder": 1, "actsFor": [0], "basis": "授权委托书（2026）第 7 号", "validUntil": until}
    ])  # fmt: skip
    say(f"开始办件 · opened {case}")

    # 二、核验材料：哪些不得再要 · which materials may not be asked for, and their contents.
    check, answer = desk.check()
    show(check, answer)

    # 三、收取材料 · ask only for what is left, with the reason where the verdict wants one.
    for material in check["materials"]:
        collect(desk, material)

    # 四、当事人说登记有误：提出疑义，再核验，接受其主动提供的证明，照常办理
    # The applicant says that a register is wrong: report it, check again, accept the proof that is offered, go on.
    doubt = report(desk, check)
    check, answer = desk.check()
    show(check, answer)
    for material in check["materials"]:
        if material["verdict"] == "ACCEPT_IF_OFFERED":
            kind = desk.offered(material["code"], "户口簿.png", "image/png", SCAN, doubt)
            say(f"收下主动提供的证明 · accepted {material['title']}: {kind}")

    # 五、留存证据 · the answer goes into the case file as it came, and proves itself without this gateway.
    keep_and_verify(gateway, answer, folder)

    # 六、移交同事，决定前再核验，办结 · hand over, check again before the decision, close.
    colleague = desk.hand_over("H-002", "轮岗 · change of shift")
    say("已移交 · handed over to H-002")
    check, answer = colleague.check()
    changed = [material["title"] for material in check["materials"] if material["changed"]]
    say(f"自上次核验以来 · since the last check: {'、'.join(changed) or '无变化 · no change'}")
    closed = colleague.close("APPROVED")
    say(f"办结 · closed {case}, {'、'.join(closed['warnings']) or '无提示 · no warnings'}")


def show(check: Check, answer: Answer) -> None:
    """窗口所见 · what the counter shows. Values belong on the screen and in the case file, not in a log."""
    for told in answer.silent:
        say(f"来源暂不可用，其余照常 · SOURCE_UNAVAILABLE, the rest goes on: {told}")
    since = f"，对比 · compared with {check['comparedWith']}" if check["comparedWith"] else ""
    say(f"材料核验 · {check['title']}{since}，回执 · receipt {check['receipt']}")
    for material in check["materials"]:
        changed = " 有变化 · changed" if material["changed"] else ""
        say(f"  {SIGNS[material['verdict']]} | {material['code']} {material['title']} | {material['reason']}"
            f" {material['reasonText']}{changed}")  # fmt: skip
        if material["lenience"] is not None and material["verdict"] in ("ASK", "ASK_WITH_REASON"):
            how = {"COMMITMENT": "告知承诺", "DEFERRED": "容缺受理"}[material["lenience"]["kind"]]
            say(f"      可以{how}，{material['lenience']['checkBy']} 前核查")
        for item in material["contents"]:
            say(f"      {item['title']}：{item['display'] or item['value'] or '—'}（{item['outcome']}）")


def collect(desk: Desk, material: Material) -> None:
    """按结论收取 · by the verdict; one that could be shared is refused without a reason, and is on record with one."""
    match material["verdict"]:
        case "ASK":
            kind = desk.collect(material["code"])
        case "ASK_WITH_REASON":
            kind = desk.collect(material["code"], material["reasonText"])
        case "OBTAINABLE":
            try:
                kind = desk.collect(material["code"])
            except RefusedError as refused:
                say(refused.told())
                kind = desk.collect(material["code"], "授权申请尚未答复，补贴须按时发放")
        case "NOT_TO_BE_ASKED" | "ACCEPT_IF_OFFERED":
            return
    say(f"收取 · collected {material['title']}: {kind}")


def report(desk: Desk, check: Check) -> str | None:
    """The doubt's id; None where the register did not answer, or somebody has reported it already."""
    for material in check["materials"]:
        for item in material["contents"]:
            if item["coordinate"] == "Person.registeredResidence" and item["outcome"] == "SHARED":
                doubt = desk.doubt(check["receipt"], item, "户口簿载明已迁至秦淮区", APPLICANT)
                say(f"提出疑义 · doubt {doubt['state']}: {item['title']}, {item['path']}，核实期限 · due {doubt['due']}")
                return doubt["id"]
    say("无须提出疑义 · nothing to report: no value, or it is under verification already")
    return None


def keep_and_verify(gateway: Gateway, answer: Answer, folder: Path) -> None:
    """Raises RefusedError where the receipt is not what the gateway has on record, or does not prove the answer."""
    assert answer.receipt is not None, "an answer with data has a receipt"
    signed = json.loads(answer.saved)["extensions"]["sharing"]["signedReceipt"]
    recorded = gateway.receipt(answer.receipt)["signed"]
    if any(signed[name] != told for name, told in recorded.items()):
        raise RefusedError("RECEIPT_INVALID", "回执不真实或与数据不符", "the gateway has another receipt under this number")
    kept, keys = folder / f"{answer.receipt}.json", folder / "jwks.json"
    kept.write_bytes(answer.saved)
    keys.write_bytes(gateway.published_keys())
    python = ROOT / ".venv" / "bin" / "python"
    done = subprocess.run(  # noqa: S603 (the gateway's own command, offline)
        [python if python.exists() else sys.executable, "-m", "cli", "receipt", "verify", kept, "--keys", keys],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RefusedError("RECEIPT_INVALID", "回执不真实或与数据不符", done.stderr.strip())
    say(done.stdout.strip())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def run(arguments: list[str]) -> int:
    """The exit status. What was refused goes to stderr: code, Chinese title, hint and article."""
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(arguments[0]) if arguments else Path(passing)
        try:
            main(folder.resolve())
        except RefusedError as refused:
            sys.stderr.write(refused.told() + "\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
