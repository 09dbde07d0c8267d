"""`cli serve` and `cli demo`: the embedded database, then the workers, then what a newcomer needs to know."""

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from commands.announce import announce_demo
from commands.control import control
from commands.workers import Crew, bind, run_workers, stop_signals
from demo.day import DayWentWrong
from demo.first_doubt import report_first_doubt
from demo.registers import REGISTERS, load_registers, loaded_persons
from demo.write_seed import write_seed
from errors import START_REFUSED, GatewayError
from settings import PREFIX, SOURCE_PREFIX, Settings, http_address, read_settings
from storage.access import Role, running
from storage.embedded import Cluster, ServerSettings, reset, start
from storage.keys import load_or_create
from storage.layout import GATEWAY, HEADS, KEYS, LOG
from storage.layout import REGISTERS as REGISTERS_FOLDER
from storage.own_database import connect, prepare, published
from storage.register_servers import RegisterServers, reset_registers

PERSONS, SEED = 20_000, 1
CONNECTIONS_PER_WORKER = 60
CONNECTIONS_OF_A_REGISTER_PER_WORKER = 20
"""A source takes eight at most, twice that while a version is taken."""
demo = typer.Typer(help="演示 · the gateway with synthetic registers", invoke_without_command=True)
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="the port to listen on; 0 takes a free one")]
Workers = Annotated[int | None, typer.Option(min=1, max=64, help="worker processes")]


def serve(host: Annotated[str | None, typer.Option(help="the address to listen on")] = None, port: Port = None,
          workers: Workers = None) -> None:  # fmt: skip
    """Serve on the deployment's own sources."""
    chosen = {"host": host, "port": port, "workers": workers}
    settings = read_settings(**chosen)
    with _port_and_database(settings) as (crew, cluster):
        if not asyncio.run(prepare(settings)):
            typer.echo(_FILES_DIFFER, err=True)
        _work(settings, crew, cluster, lambda url: typer.echo(f"Oncegate · {url}"))


@demo.callback()
def run_demo(
    context: typer.Context,
    port: Port = None,
    persons: Annotated[int | None, typer.Option(min=1, help="how many persons; default 20000, or as loaded")] = None,
    workers: Workers = None,
) -> None:
    """Start everything on synthetic registers and say when it is ready."""
    if context.invoked_subcommand is not None:
        return
    settings = read_settings(demo=True, port=port, workers=workers)
    with _port_and_database(settings) as (crew, cluster):
        assert cluster is not None
        connections = CONNECTIONS_OF_A_REGISTER_PER_WORKER * (settings.workers + 1)
        registers = RegisterServers(settings.data_dir, REGISTERS, cluster, connections)
        with contextlib.closing(registers):
            files_agree, is_new = asyncio.run(_fill(settings, registers, persons))
            if not files_agree:
                typer.echo(_FILES_DIFFER, err=True)
            sources = {f"{SOURCE_PREFIX}{name.upper()}": registers.dsn(name) for name in REGISTERS}
            crew = replace(crew, environment={**crew.environment, **sources})

            def begin(url: str) -> None:
                if is_new:
                    _report_doubt(url)
                announce_demo(url, settings.data_dir / LOG)

            with control(settings.data_dir, registers) as controlled:
                _work(settings, crew, cluster, begin, controlled.attend)


@demo.command("reset")
def reset_demo() -> None:
    """Delete the demo's databases, keys, heads and logs: the next start begins afresh."""
    folder = read_settings(demo=True).data_dir
    _refuse_production(folder)
    served = _serving(folder)
    if served is not None:
        raise GatewayError(START_REFUSED, f"it runs as process {served['pid']}", "stop it first, then reset")
    reset(folder)
    reset_registers(folder)
    shutil.rmtree(folder / REGISTERS_FOLDER, ignore_errors=True)
    shutil.rmtree(folder / KEYS, ignore_errors=True)
    for name in (HEADS, LOG, GATEWAY):
        (folder / name).unlink(missing_ok=True)
    typer.echo("演示数据已清除 · the demo's data is gone; `make demo` starts afresh")


_FILES_DIFFER = (
    "目录文件与已发布的版本不同，以已发布的为准 · the catalogue's files differ from the published version, which rules"
    " (in the demo, `make demo-reset` starts afresh)"
)


@contextlib.contextmanager
def _port_and_database(settings: Settings) -> Iterator[tuple[Crew, Cluster | None]]:
    """The port, then the embedded database where the deployment has none of its own; both given back at the end.

    Raises START_REFUSED where the port is taken, and where this data folder is served already: by whom, and where.
    """
    served = _serving(settings.data_dir)
    if served is not None:
        raise GatewayError(
            START_REFUSED,
            f"已在运行 · it runs already: process {served['pid']}, {served['url']}",
            "use that one, or stop it first; `ONCEGATE_DATA_DIR` and `PORT` make room for a second",
        )
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(bind(settings.host, settings.port))
        cluster = None
        if settings.database is None:
            most = CONNECTIONS_PER_WORKER * (settings.workers + 1)
            cluster = stack.enter_context(start(settings.data_dir, ServerSettings(max_connections=most)))
        environment = _environment(settings, listening.getsockname()[1])
        log = None
        if settings.demo:
            log = stack.enter_context((settings.data_dir / LOG).open("ab"))
        if settings.workers > 1:
            shared = stack.enter_context(tempfile.TemporaryDirectory(prefix="oncegate-metrics-"))
            environment["PROMETHEUS_MULTIPROC_DIR"] = shared
        yield Crew(settings.workers, listening, environment, log, settings.drain_s), cluster


def _environment(settings: Settings, port: int) -> dict[str, str]:
    """What the command line may have chosen, as the workers read it: from variables. `port`: the one that was taken."""
    chosen: Mapping[str, object] = {
        "host": settings.host,
        "port": port,
        "workers": settings.workers,
        "demo": settings.demo,
        "data_dir": settings.data_dir,
    }
    return {f"{PREFIX}{name}".upper(): str(value) for name, value in chosen.items()}


def _work(
    settings: Settings,
    crew: Crew,
    cluster: Cluster | None,
    say: Callable[[str], None],
    attend: Callable[[], None] = lambda: None,
) -> None:
    """Run the workers until stopped; the address stands in the data folder meanwhile. `attend` is called again and again."""
    host, port = crew.listening.getsockname()[:2]
    url = http_address(host, port)
    note = settings.data_dir / GATEWAY

    def on_ready() -> None:
        written = note.with_suffix(".new")
        written.write_text(json.dumps({"pid": os.getpid(), "url": url}))
        written.rename(note)  # who waits for it never reads half of it
        say(url)

    def is_alive() -> bool:
        attend()
        return cluster is None or cluster.is_alive()

    with stop_signals() as stop:
        try:
            status = run_workers(crew, stop, on_ready, is_alive)
        finally:
            note.unlink(missing_ok=True)
        if stop.asked:
            typer.echo("已停止 · stopped", err=True)
    if status:
        raise typer.Exit(status)


def _serving(folder: Path) -> Mapping[str, Any] | None:
    """Who serves on this data folder; a note that a killed one left counts as none."""
    try:
        told: Mapping[str, Any] = json.loads((folder / GATEWAY).read_text())
        os.kill(told["pid"], 0)
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError, ValueError, KeyError):
        return None
    except PermissionError:
        return told
    held = running(folder)
    return told if held is None or held.supervisor_pid == told["pid"] else None


async def _fill(settings: Settings, registers: RegisterServers, persons: int | None) -> tuple[bool, bool]:
    """Registers and our own database, each filled where it is not yet. Whether the catalogue's files are the published, and
    whether our own database was empty.
    """
    wanted = persons or await loaded_persons(registers.dsn(REGISTERS[0], Role.ADMIN)) or PERSONS
    columns = (TextColumn("正在生成演示登记库 · making the registers"), BarColumn(), TextColumn("{task.completed:,.0f}"),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=wanted, visible=False)

        def loaded(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, visible=True)

        await load_registers(lambda name: registers.dsn(name, Role.ADMIN), wanted, SEED, loaded)
    agree = await prepare(settings)
    connection = await connect(settings)
    try:
        keys = load_or_create(settings.data_dir / KEYS, production=False)
        is_new = await write_seed(connection, await published(settings), keys.grant)
    finally:
        await connection.close()
    return agree, is_new


def _report_doubt(url: str) -> None:
    try:
        report_first_doubt(url)
    except DayWentWrong as problem:  # the demo is of use without it
        typer.echo(f"{problem}; the log says why", err=True)


def _refuse_production(folder: Path) -> None:
    """Raises START_REFUSED where the data folder is a production's."""
    for path in (folder / KEYS).glob("*.json"):
        if json.loads(path.read_text()).get("made_for") != "demo":
            raise GatewayError(
                START_REFUSED, f"`{folder}` is a production's data folder", "delete nothing there by this command"
            )
