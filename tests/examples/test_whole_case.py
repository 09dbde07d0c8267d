"""The client kit does what it says: both examples run a whole case against a demo gateway, as processes of their own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from commands.control import ask_demo
from settings import PREFIX, ROOT
from tests.conftest import open_folder
from tests.server.gateway import DEADLINE_S, Running

PYTHON: Sequence[str] = (sys.executable, "-m", "examples.hall")
SHELL: Sequence[str] = ("sh", "examples/whole_case.sh")
APPLICANT = {"M10": "320102196211039942", "M12": "320102199902259913"}
READ = """query($case: String!) { serviceCase(number: $case) {
  handler openedBy closedAt result handovers { passedTo } collections { material kind proof { name doubt sha256 } }
  authorities { kind basis } doubts { id open coordinate } checks { receipt } } }"""
NOTHING: Mapping[str, str] = MappingProxyType({})

each_example = pytest.mark.parametrize("command", [PYTHON, SHELL], ids=["python", "curl"])


@pytest.fixture(scope="module")
def gateway() -> Iterator[Running]:
    """A demo of its own: the examples leave doubts behind."""
    running = Running(open_folder(), ("demo", "--port", "0", "--persons", "200", "--workers", "1"))
    running.start()
    yield running
    running.end(signal.SIGTERM)
    running.remove()


def run(
    gateway: Running, command: Sequence[str], folder: Path, more: Mapping[str, str] = NOTHING
) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return subprocess.run(
        [*command, str(folder)], cwd=ROOT, env={**kept, "URL": gateway.url, **more}, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=DEADLINE_S,
    )  # fmt: skip


def whole(gateway: Running, command: Sequence[str], folder: Path, matter: str) -> tuple[str, dict[str, Any]]:
    """What the example printed when all went well, and what the gateway has of its case."""
    done = run(gateway, command, folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    opened = re.search(r"^开始办件 · opened (HALL-\S+)$", done.stdout, re.MULTILINE)
    assert opened is not None, done.stdout
    read = gateway.ask(
        READ, {"case": opened[1]}, purpose=f'matter="{matter}", use=administrative-basis, case="{opened[1]}", handler="H-9"'
    )
    assert read.status == 200, read.body
    case: dict[str, Any] = read.body["data"]["serviceCase"]
    assert case["result"] == "APPROVED"
    assert case["closedAt"] is not None
    assert f"办结 · closed {opened[1]}" in done.stdout
    assert "核验通过 · genuine: " in done.stdout
    return done.stdout, case


def kinds(case: Mapping[str, Any]) -> dict[str, str]:
    return {one["material"]: one["kind"] for one in case["collections"]}


def kept_proof(folder: Path, matter: str) -> None:
    """The case file holds the answer with its receipt, about the applicant, and the published keys."""
    answers = [json.loads(path.read_bytes()) for path in folder.glob("*-*.json")]
    assert answers
    assert all(one["extensions"]["sharing"]["signedReceipt"]["claims"]["purpose"]["matter"] == matter for one in answers)
    assert {key["kty"] for key in json.loads((folder / "jwks.json").read_bytes())["keys"]} == {"OKP"}


def test_python_runs_a_whole_case(gateway: Running, tmp_path: Path) -> None:
    said, case = whole(gateway, PYTHON, tmp_path, "M10")
    assert "✓ 不得要求提交 | identityAndBooklet 居民身份证、户口簿 | OBTAINED" in said
    assert "姓名：张桂兰（SHARED）" in said
    assert "可以告知承诺，" in said
    assert "须说明理由（REASON_REQUIRED）：" in said
    assert "  怎么办 · hint: 请采用核验取得的内容，或者申请共享；" in said
    assert "  依据 · article: Art. 16 ¶2" in said
    assert "提出疑义 · doubt REPORTED: 户籍地址, materialCheck.applicant.0.registeredResidence" in said
    assert re.search(r"○ 主动提供的，予以接受 \| identityAndBooklet .*UNDER_VERIFICATION .*有变化 · changed", said)
    assert "户籍地址：江苏省南京市玄武区" in said
    assert "（UNDER_VERIFICATION）" in said
    assert "since the last check: 无变化 · no change" in said
    assert "no warnings" in said
    assert kinds(case) == {
        "application": "LAWFUL",
        "disabilityCertificate": "DUPLICATE",
        "representativeAuthority": "LAWFUL",
        "noOtherBenefit": "LAWFUL",
        "identityAndBooklet": "OFFERED",
    }
    assert (case["openedBy"], case["handler"]) == ("H-001", "H-002")
    assert case["authorities"] == [{"kind": "AGENT", "basis": "授权委托书（2026）第 7 号"}]
    (doubt,) = case["doubts"]
    assert (doubt["open"], doubt["coordinate"]) == (True, "Person.registeredResidence")
    (filed,) = [one["proof"] for one in case["collections"] if one["proof"]]
    assert (filed["name"], filed["doubt"]) == ("户口簿.png", doubt["id"])
    assert len(case["checks"]) == 3
    kept_proof(tmp_path, "M10")
    again = whole(gateway, PYTHON, tmp_path, "M10")
    assert "无须提出疑义 · nothing to report" in again[0]
    assert "OFFERED" in kinds(again[1]).values()


def test_curl_runs_a_whole_case(gateway: Running, tmp_path: Path) -> None:
    said, case = whole(gateway, SHELL, tmp_path, "M12")
    assert "  NOT_TO_BE_ASKED | noDwelling 家庭住房情况（无房）证明 | ABSENCE " in said
    assert "须说明理由（REASON_REQUIRED）：the material can be shared, so it is not to be asked of the citizen\n" in said
    assert "\n  怎么办 · hint: 请采用核验取得的内容，或者申请共享；" in said
    assert "  依据 · article: Art. 16 ¶2\n" in said
    assert "提出疑义 · doubt REPORTED: materialCheck.applicant.0.realEstateUnits, 核实期限 · due 20" in said
    assert re.search(r"ACCEPT_IF_OFFERED \| noDwelling .*有变化 · changed\n", said)
    assert kinds(case) == {
        "application": "LAWFUL",
        "income": "LAWFUL",
        "noDwelling": "OFFERED",
        "employmentContract": "LAWFUL",  # the last of the answer
    }
    assert (case["openedBy"], case["handler"]) == ("H-101", "H-102")
    (doubt,) = case["doubts"]
    assert doubt["open"] is True
    (filed,) = [one["proof"] for one in case["collections"] if one["proof"]]
    assert (filed["name"], filed["doubt"]) == ("不动产登记查询结果.png", doubt["id"])
    assert len(list(tmp_path.glob("*-*.json"))) == 3
    kept_proof(tmp_path, "M12")
    again = whole(gateway, SHELL, tmp_path, "M12")
    assert "无须提出疑义 · nothing to report" in again[0]
    assert "OFFERED" in kinds(again[1]).values()


@pytest.mark.parametrize(("command", "matter"), [(PYTHON, "M10"), (SHELL, "M12")], ids=["python", "curl"])
def test_the_case_goes_on_while_registers_are_down(
    gateway: Running, tmp_path: Path, command: Sequence[str], matter: str
) -> None:
    try:
        for register in ("licence", "population"):
            assert gateway.cli("demo", "break", register).returncode == 0
        said, case = whole(gateway, command, tmp_path, matter)
    finally:
        for register in ("licence", "population"):
            ask_demo(gateway.folder, "mend", register)
    assert "来源暂不可用，其余照常 · SOURCE_UNAVAILABLE" in said
    assert "无须提出疑义 · nothing to report" in said
    identity = "identityAndBooklet"
    assert kinds(case)[identity] == "LAWFUL"
    assert re.search(rf"{identity} .*SOURCE_UNAVAILABLE ", said)


@each_example
def test_what_is_refused_ends_it_with_title_and_status(gateway: Running, tmp_path: Path, command: Sequence[str]) -> None:
    done = run(gateway, command, tmp_path, {"SECRET": "wrong"})
    assert done.returncode == 1
    assert "未能取得令牌（invalid_client）：" in done.stderr
    foreign = run(gateway, command, tmp_path, {"CLIENT": "demo-auditor", "SECRET": "demo-auditor-secret"})
    assert foreign.returncode == 1
    assert re.search(r"^角色无权进行此操作（ROLE_REQUIRED）：", foreign.stderr, re.MULTILINE), foreign.stderr
    assert "怎么办 · hint: 请改用具有相应角色的客户端登录，或请平台管理单位开通。 · " in foreign.stderr
    nobody = run(gateway, command, tmp_path, {"URL": "http://127.0.0.1:9"})
    assert nobody.returncode == 1
    assert "网关不可达" in nobody.stderr
    assert list(tmp_path.iterdir()) == []
    told = [done, foreign, nobody]
    assert not any(code in one.stdout + one.stderr for one in told for code in APPLICANT.values())
    assert not any("Traceback" in one.stderr for one in told)


def test_a_folder_that_was_copied_elsewhere_needs_nothing_of_the_house(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "hall", tmp_path / "hall", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import hall.desk, hall.shapes"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=DEADLINE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
