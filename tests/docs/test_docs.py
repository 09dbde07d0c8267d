"""The documents say what the code says: links lead somewhere, named files are there, tables and examples are the code's own.

`--rewrite-goldens` writes the marked parts anew, between `<!-- kind: name -->` and `<!-- end -->`.
"""

import ast
import json
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import typer.main

import cli
import errors
from bench.__main__ import AT_MOST, TARGETS
from catalogue.checks import CHECKS
from catalogue.load import load_catalogue
from demo.counter import COUNTER
from demo.seed import CLIENTS
from demo.stories import STORIES
from resolvers.plan.pruned import SHOWN
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from sharing.decision import Outcome, Reason
from sharing.doubt import Check
from sharing.material import MaterialReason, MaterialVerdict
from sharing.recheck import CaseWarning
from sharing.survey import Mark
from storage.access import Role
from tests.law.articles import articles_table

ROOT = Path(__file__).parent.parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
READMES = ("README.md", "README.zh.md")
LATEST = ROOT / "bench" / "latest.json"
MARKED = re.compile(r"<!-- (?P<kind>\w+): (?P<name>[\w-]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)
NAMED = re.compile(r"`([\w./-]+(?:\.(?:py|md|toml|sql|txt|json|graphql)|/))`")
MADE = ("web/dist/", ".oncegate/", "bench/latest.json")
"""What a command makes: named in documents, not in a clean checkout."""

each_document = pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors_of(text: str) -> set[str]:
    """GitHub's anchors of the headings, and those set by hand."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith(("http://127.0.0.1", "https://")):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        assert not anchor or anchor in anchors_of(found.read_text(encoding="utf-8")), target


@each_document
def test_named_files_are_there(path: Path) -> None:
    for name in NAMED.findall(path.read_text(encoding="utf-8")):
        if "/" in name.rstrip("/") and not name.startswith(("/", "./")) and name not in MADE:
            assert (ROOT / name).exists() or (ROOT / "docs" / name).exists(), name


@each_document
def test_named_tests_are_there(path: Path) -> None:
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)(?:::\w+)?`", path.read_text(encoding="utf-8")):
        assert re.search(rf"^ *(?:async )?(?:def|class) {name}\b", text_of(file), re.MULTILINE), f"{file}::{name}"


@each_document
def test_words_in_capitals_are_the_codes_own(path: Path) -> None:
    known = {
        *errors.CODES,
        *Reason,
        *Outcome,
        *Mark,
        *MaterialVerdict,
        *MaterialReason,
        *CaseWarning,
        "AMBIGUOUS_KEY",
        "REFERENCE_WITHOUT_ROW",
        "UNREACHABLE",
        "TIMEOUT",
        "BROKEN",
    }
    known |= {"ACCEPT_VALID_PROOF", "NO_ROW", *(one.name for one in Check)}
    known |= {"NOT_CONNECTED", "NO_MATCH", "NO_DATA", "CLIENT_GONE", "REQUIRE_BROWSER", "REQUIRE_REDIS"}
    text = re.sub(r"(?:ONCEGATE|ORACLE|PROMETHEUS)_\w*|`[^`]*\.[A-Z_]+`", "", path.read_text(encoding="utf-8"))
    assert set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b", text)) <= known


def checks_table() -> str:
    """Every rule of the catalogue, from `CHECKS`."""
    rows = ["| article | rule | says | module |", "|---|---|---|---|"]
    for check in CHECKS:
        module = f"`{check.find.__module__.replace('.', '/')}.py`"
        rows.append(f"| {check.article} | `{check.name}` | {check.title} | {module} |")
    return "\n".join(rows) + "\n"


def stories_table(*, chinese: bool) -> str:
    """Every demo subject, from `STORIES`: persons and entities; other codes are to be had from the registers."""
    head = ["事项", "办件", "主体"] if chinese else ["matter", "case", "subjects", "what it shows"]
    rows = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for story in STORIES:
        subjects = ", ".join(f"{role} `{code}`" for role, code in story.identifiers.items() if len(code) == 18)
        cells = [f"{story.matter} {story.title_zh if chinese else story.title}", f"`DEMO-{story.matter}`", subjects]
        rows.append(f"| {' | '.join([*cells] if chinese else [*cells, story.shows])} |")
    return "\n".join(rows) + "\n"


def counter_table(*, chinese: bool) -> str:
    """Every story of the counter, from `COUNTER`: all its subjects, in the matter's roles."""
    head = ["故事", "办件", "主体"] if chinese else ["what is seen", "case", "subjects"]
    rows = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for one in COUNTER:
        subjects = ", ".join(f"{role} `{code}`" for role, codes in one.story.subjects.items() for code in codes)
        first = f"<br>`{one.first}`" if one.first else ""
        title = one.title_zh if chinese else one.title
        rows.append(f"| {one.story.matter} {title}{first} | `DEMO-{one.story.matter}` | {subjects} |")
    return "\n".join(rows) + "\n"


def clients_table() -> str:
    """Every demo client, from `CLIENTS`."""
    rows = ["| client | secret | role | who |", "|---|---|---|---|"]
    for client in CLIENTS:
        rows.append(f"| `{client.id}` | `{client.secret}` | {', '.join(sorted(client.roles))} | {client.title} |")
    return "\n".join(rows) + "\n"


def golden(name: str) -> str:
    """A golden plan, as text."""
    return f"```text\n{text_of(f'tests/plan/golden/{name}.txt').strip()}\n```\n"


def figures() -> dict[str, Any]:
    """bench/latest.json as committed: whoever measures on another machine need not change a text."""
    git = ["git", "show", "HEAD:bench/latest.json"]
    committed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    told: dict[str, Any] = json.loads(LATEST.read_text() if committed.returncode else committed.stdout)
    return told


def figures_table() -> str:
    """The measured figures beside those to reach."""
    rows = ["| figure | measured | to reach |", "|---|---|---|"]
    for name, value in figures()["ratios"].items():
        target = TARGETS[name]
        reach = "" if target is None else f"≤ {target}" if name.endswith(AT_MOST) else f"≥ {target}"
        rows.append(f"| `{name}` | {value:.2f} | {reach} |")
    return "\n".join(rows) + "\n"


PARTS: dict[tuple[str, str], Callable[[], str]] = {
    ("table", "checks"): checks_table,
    ("table", "articles"): articles_table,
    ("table", "stories"): partial(stories_table, chinese=False),
    ("table", "stories-zh"): partial(stories_table, chinese=True),
    ("table", "counter"): partial(counter_table, chinese=False),
    ("table", "counter-zh"): partial(counter_table, chinese=True),
    ("table", "clients"): clients_table,
    ("table", "figures"): figures_table,
    ("golden", "open_lookup"): partial(golden, "open_lookup"),
}


@each_document
def test_marked_parts_are_the_codes_own(path: Path, rewrite_goldens: bool) -> None:
    text = path.read_text(encoding="utf-8")

    def made(found: re.Match[str]) -> str:
        return f"<!-- {found['kind']}: {found['name']} -->\n{PARTS[found['kind'], found['name']]()}<!-- end -->"

    written = MARKED.sub(made, text)
    if rewrite_goldens:
        path.write_text(written, encoding="utf-8")
    else:
        assert written == text


def test_every_part_stands_somewhere() -> None:
    stated = {(found["kind"], found["name"]) for path in DOCS for found in MARKED.finditer(path.read_text(encoding="utf-8"))}
    assert set(PARTS) - {("table", "figures")} <= stated <= set(PARTS)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_begins_with_its_purpose_and_two_commands(name: str) -> None:
    commands = re.findall(r"^make ([\w-]+)", text_of(name), re.MULTILINE)
    assert commands[:2] == ["demo", "test"]


@each_document
def test_commands_are_in_the_makefile(path: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][\w-]+)`", path.read_text(encoding="utf-8"))) <= targets
    assert set(re.findall(r"^make ([\w-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", READMES)
def test_identifiers_are_those_of_the_stories(name: str) -> None:
    """Every number in a README that looks like a person's or an entity's is a demo subject's."""
    known = {code for story in STORIES for code in story.identifiers.values()}
    stated = set(re.findall(r"(?<![\w.])(?:\d{17}[\dX]|91[0-9A-Z]{16})(?![\w.])", text_of(name)))
    assert stated
    assert stated <= known


def imports_of(room: str, rooms: set[str]) -> set[str]:
    """The rooms that a room's modules import."""
    found: set[str] = set()
    for path in (ROOT / room).rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom(module=str(module)):
                    found.add(module.partition(".")[0])
                case ast.Import(names=names):
                    found |= {alias.name.partition(".")[0] for alias in names}
    return (found & rooms) - {room}


def test_rooms_import_what_the_house_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|[^|]*\|$", text_of("docs/house.md"), re.MULTILINE)
    stated = {room: set(re.findall(r"`(\w+)`", others)) for room, others in rows}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "audit"}
    assert set(stated) == packages
    for room, may in stated.items():
        assert imports_of(room, packages) <= may, room


@each_document
def test_commands_of_the_command_line_are_there(path: Path) -> None:
    """Each `cli …` that a document names, with its options."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in [*re.findall(r"`cli ([a-z][^`]*)`", text), *re.findall(r"^cli (.+)$", text, re.MULTILINE)]:
        words = line.partition("#")[0].split()
        command: Any = typer.main.get_command(cli.app)
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert words != line.split(), f"no command `cli {line}`"
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_pasted_queries_are_valid_and_ask_about_demo_subjects() -> None:
    """The queries of both READMEs against the real schema; what they do when pasted is shown by the server's own tests."""
    bodies = [re.findall(r"-d '(\{\n.*?\n  \})'", text_of(name), re.DOTALL) for name in READMES]
    assert bodies[0] == bodies[1]
    documents = Documents(build_schema(load_catalogue(ROOT / "catalogue"), ROOTS), Limits(), 10)
    assert len(bodies[0]) == 3
    for body in bodies[0]:
        asked = json.loads(body)
        prepared, lifted = documents.prepare(asked["query"], None, introspection=False)
        assert coerce_variables(prepared, asked["variables"], lifted)


def test_every_reason_of_the_law_is_told() -> None:
    assert set(Reason) <= set(re.findall(r"\b[A-Z_]+\b", text_of("docs/law.md")))


def test_every_outcome_that_is_made_is_explained() -> None:
    pruning = text_of("resolvers/plan/prune.py") + text_of("resolvers/plan/notes.py")
    made = {outcome for outcome in Outcome if f"Outcome.{outcome}" in pruning}
    made |= set(SHOWN.values())
    for name in READMES:
        assert set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(name), re.MULTILINE)) == made


def test_leaks_name_their_golden_plans() -> None:
    leaks = text_of("docs/law.md").partition("## Leaks")[2]
    goldens = {path.stem for path in (ROOT / "tests" / "plan" / "golden").glob("*.txt")}
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", leaks, re.MULTILINE)
    named = {name for guards in rows for name in re.findall(r"`(\w+)`", guards)}
    assert named
    assert named <= goldens


def test_figures_are_those_of_the_metrics() -> None:
    kept = set(re.findall(r'f"\{name\}(\w+)"', text_of("resolvers/metrics.py")))
    for path in (ROOT / "docs").rglob("*.md"):
        for name in re.findall(r"`oncegate_([a-z_]+?)(?:_total)?(?:\{[\w,]+\})?`", path.read_text(encoding="utf-8")):
            assert name in kept or name in {role.removeprefix("oncegate_") for role in Role}, name
