"""Inboxes and outboxes: what of them is the same whatever lies in them, and one page of one, with its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, NamedTuple, Protocol, TypeVar

import strawberry

from resolvers.ports.applications import Filter
from resolvers.ports.doubts import DoubtFilter
from resolvers.workflow.inputs import invalid

DEFAULT_FIRST, MOST_FIRST = 20, 100

Item = Annotated[str | None, strawberry.argument(description="信息项 · only those about it: its code or `Type.field`.")]
First = Annotated[int, strawberry.argument(description=f"条数 · how many, at most {MOST_FIRST}.")]
After = Annotated[strawberry.ID | None, strawberry.argument(description="续页 · what `next` of the page before said.")]

Chosen = TypeVar("Chosen", Filter, DoubtFilter)
Chosen_contra = TypeVar("Chosen_contra", Filter, DoubtFilter, contravariant=True)
One_co = TypeVar("One_co", covariant=True)
State = TypeVar("State", bound=StrEnum)


class Numbered(Protocol):
    """What lies in a box has an id."""

    @property
    def id(self) -> str: ...


One = TypeVar("One", bound=Numbered)


class Book(Protocol[Chosen_contra, One_co, State]):
    """Where it is kept: `resolvers.ports.applications.ApplicationBook`, `resolvers.ports.doubts.DoubtBook`."""

    async def page(self, chosen: Chosen_contra, first: int, after: str | None, /) -> Sequence[One_co]: ...

    async def counts(self, chosen: Chosen_contra, /) -> Mapping[State, int]: ...


@dataclass(frozen=True, slots=True)
class Box(Generic[One, State]):
    """One page. `counts` by state, whatever state is wanted; `overdue` of all that were chosen; `next`: where it goes on."""

    page: Sequence[One]
    counts: Mapping[State, int]
    overdue: int
    next: strawberry.ID | None


class Wanted(NamedTuple):
    """Which page of a box: of those in one state, of those that are overdue, how many after which."""

    state: StrEnum | None
    overdue_only: bool
    first: int
    after: str | None

    def check(self) -> None:
        """Raises INPUT_INVALID for a page of no such length."""
        if not 1 <= self.first <= MOST_FIRST:
            raise invalid(f"`first` is {self.first}", f"between 1 and {MOST_FIRST}")


async def look_into(book: Book[Chosen, One, State], chosen: Chosen, wanted: Wanted, day: date) -> Box[One, State]:
    """The page, on this day in China. Raises LEDGER_UNAVAILABLE."""
    overdue = replace(chosen, overdue_on=day)
    counted = overdue if wanted.overdue_only else chosen
    states: frozenset[Any] = frozenset(() if wanted.state is None else (wanted.state,))
    found = await book.page(replace(counted, states=states), wanted.first + 1, wanted.after)
    counts = await book.counts(counted)
    late = counts if wanted.overdue_only else await book.counts(overdue)
    page = found[: wanted.first]
    more = len(found) > wanted.first
    return Box(page, counts, sum(late.values()), strawberry.ID(page[-1].id) if more else None)
