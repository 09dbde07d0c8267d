"""What the demo prints when it is ready: where to look, stories to try, who may ask, a request to paste, of whom to ask."""

import json
import sys
from pathlib import Path

from demo.counter import COUNTER
from demo.examples import SHOWN, STORY
from demo.seed import CLIENTS
from demo.stories import STORIES

COMMAND = ".venv/bin/python -m cli"
QUERY = "query($id: IdentityNumber!) { person(idNumber: $id) { name birthDate licences { typeName isValid } } }"


def curl(url: str) -> str:
    """Two commands that work when pasted into a POSIX shell: a token, then a query."""
    body = json.dumps({"query": QUERY, "variables": {"id": STORY["adult"].identifiers["person"]}})
    token = f"curl -s -u demo-hall:demo-hall-secret -d grant_type=client_credentials {url}/oauth/token"
    purpose = SHOWN["demo-hall"][1]
    return (
        f"""TOKEN=$({token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')\n"""
        f"curl -s {url}/graphql -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n"
        f"  -H 'Sharing-Purpose: {purpose}' \\\n"
        f"  -d '{body}'"
    )


def announce_demo(url: str, log: Path) -> None:
    """Print it, in Chinese and English, without wrapping: commands are pasted from here."""
    clients = "\n".join(f"  {one.id:<16} {one.secret:<23} {one.title}" for one in CLIENTS)
    stories = "\n".join(
        f"  {story.matter} {' '.join(f'{role}={code}' for role, code in story.identifiers.items() if len(code) == 18)}\n"
        f"      {story.title_zh} · {story.title}: {story.shows}"
        for story in STORIES
    )
    counter = "\n".join(
        f"  {one.title_zh} · {one.title}: {one.story.matter} case=DEMO-{one.story.matter}\n"
        f"      {one.who}" + (f"\n      先停用一库 · first: {one.first}" if one.first else "")
        for one in COUNTER
    )
    sys.stdout.write(
        f"""
Oncegate · 一次通 — 已就绪 · ready

办事窗口 · the counter   {url}/hall
查询页面 · GraphiQL      {url}/graphiql
资源目录 · catalogue     {url}/catalogue
接口 · endpoint          {url}/graphql

窗口故事 · stories for the counter, demo-hall
{counter}

停用、恢复一个登记库（另开终端） · stop and revive a register, from another terminal
  {COMMAND} demo break real-estate
  {COMMAND} demo mend real-estate

演示客户端与密钥（仅限本机演示） · demo clients and secrets (this machine only)
{clients}

粘贴即可运行 · paste this
{curl(url)}

演示对象（大厅的办件：case="DEMO-事项"） · demo subjects (the hall's cases: case="DEMO-<matter>")
{stories}

日志 · log: {log}
按 Ctrl-C 停止 · Ctrl-C stops it; `make demo-reset` 重新开始 · starts afresh
"""
    )
    sys.stdout.flush()
