"""Long work of a resolver (tenths of a second and more), which must hold up nobody else."""

from collections.abc import Callable
from typing import TypeVar

from resolvers.workflow.context import Context

T = TypeVar("T")


async def aside(context: Context, work: Callable[[], T]) -> T:
    """What it gives, made in a thread in turn with others' long work. Raises OVERLOADED, and what the work raises."""
    return await context.served.views.aside(context.caller.consumer, work)
