"""The bar that a person at a terminal watches while the registers fill."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from demo.registers.load import Progress as Told


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[Told]:
    """What `load_registers` tells its progress to; nothing is drawn until the first block is in, nor off a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console or Console(stderr=True))
    task = bar.add_task("registers 基础信息库", total=None)

    def told(done: int, whole: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=whole)

    try:
        yield told
    finally:
        bar.stop()
