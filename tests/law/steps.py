"""The cases of the law's steps (`cases/*.toml` but sharing.toml), and how one is run: step by step, the last one matters.

A step is a word (`answer`) with its circumstances (`by`, `refuse`, `reason`); each of the two worlds, `pure_*` and `http_*`,
has a method of that name for each. What a refused step finds it must leave: the state and what has happened so far.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from catalogue.model import ProviderCode
from errors import GatewayError
from standards import credit_code
from standards.working_days import CalendarUnpublished
from tests.law.cases import DIVISION, FOLDER

ROOMS = ("applications", "grants", "catalogue", "parties", "calendar", "collections", "matters", "doubts")


class Run(StrEnum):
    """A case runs both ways, unless it says why it does not."""

    PURE = "pure"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, and its circumstances."""

    do: str
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepCase:
    """`then` is the state that the last step leads to, or `REFUSED` with a code; `pure` where the pure run tells otherwise.

    `cites` is the article that a refusal names. `shows` are further facts, each a method of the world. `breach` stands in
    the ledger. `only` and `why`: the one run there is. `department` is the acting consumer's, a party of its own.
    """

    number: int
    room: str
    department: ProviderCode
    article: str
    title: str
    steps: tuple[Step, ...]
    then: str
    pure: str
    cites: str
    shows: Mapping[str, Any]
    breach: str
    only: Run | None
    why: str

    def __str__(self) -> str:
        return f"{self.room}-{self.number} {self.article} {self.title}"

    @property
    def client(self) -> str:
        """The department's client. Its secret is that of all clients of the cases."""
        return f"law-{self.room}-{self.number}"


def step_cases(*rooms: str) -> list[StepCase]:
    """The cases of these rooms (of all where none is named), in order. A key that is not known is an error."""
    found: list[StepCase] = []
    for room in rooms or ROOMS:
        told = tomllib.loads((FOLDER / f"{room}.toml").read_text("utf-8"))
        for number, table in enumerate(told["case"]):
            begins = told["given"][table.pop("given")] if "given" in table else []
            table["steps"] = [dict(step) for step in (*begins, *table["steps"])]
            found.append(_case(room, number, table))
    return found


def runs(way: Run) -> list[StepCase]:
    """The cases that run this way."""
    return [case for case in step_cases() if case.only in (None, way)]


def _case(room: str, number: int, table: dict[str, Any]) -> StepCase:
    only = table.pop("only", None)
    article = table.pop("article")
    case = StepCase(
        number=number,
        room=room,
        department=ProviderCode(credit_code.compose("11", DIVISION, f"LE{ROOMS.index(room)}{number:05}X")),
        article=article,
        title=table.pop("title"),
        steps=tuple(Step(one.pop("do"), one) for one in table.pop("steps")),
        pure=table.pop("pure", table["then"]),
        then=table.pop("then"),
        cites=table.pop("cites", article),
        shows=table.pop("shows", {}),
        breach=table.pop("breach", ""),
        only=None if only is None else Run(only),
        why=table.pop("why", ""),
    )
    assert not table, f"unknown keys {sorted(table)} in the case `{case}`"
    assert (case.only is None) == (not case.why), f"`{case}` runs once and does not say why"
    return case


class Refused(Exception):  # noqa: N818 - what a case tells
    """A step was refused: the error's code, article (None where the room below knows none), hint and findings' places."""

    def __init__(self, code: str, article: str | None, hint: str, findings: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code} ({article}): {hint}")
        self.code = code
        self.article = article
        self.hint = hint
        self.findings = findings


class World(Protocol):
    """Where a case happens. It has a method for each step and for each fact that `shows` names."""

    def state(self) -> str:
        """Where the matter of the case stands; DONE where it has no states."""

    def kept(self) -> object:
        """All that a refused step must leave as it was."""


def run(case: StepCase, world: World, then: str) -> None:
    """Take the steps; the last leads to `then`, or is refused so and changes nothing."""
    *former, last = case.steps
    for step in former:
        take(world, step)
    if then.startswith("REFUSED "):
        before = world.kept()
        refused = refusal(world, last)
        assert refused is not None, f"{last} was not refused"
        assert f"REFUSED {refused.code}" == then, refused
        assert refused.article in (None, case.cites)
        assert refused.hint
        assert world.kept() == before
        assert sorted(refused.findings) == sorted(case.shows.get("findings", refused.findings))
    else:
        take(world, last)
        assert world.state() == then
    for name, expected in case.shows.items():
        if name != "findings":
            assert getattr(world, name)() == expected, name


def take(world: World, step: Step) -> None:
    """Take a step. An unknown word or circumstance is an error of the case."""
    getattr(world, step.do)(**step.words)


def refusal(world: World, step: Step) -> Refused | None:
    """Why the step was refused; None where it was taken."""
    try:
        take(world, step)
    except Refused as refused:
        return refused
    except GatewayError as error:
        return Refused(error.code.name, error.article, error.hint)
    except CalendarUnpublished as error:
        return Refused(error.code, None, error.hint)
    return None
