"""`cli demo break` and `cli demo mend`: a register of the running demo is really stopped, and revived."""

from collections.abc import Mapping
from typing import Annotated

import typer

from commands.control import BREAK, MEND, ask_demo
from demo.registers.names import TITLES, RegisterTitle, find_register
from settings import read_settings
from storage.register_servers import State

Register = Annotated[str, typer.Argument(metavar="REGISTER", help="by its English or Chinese name: real-estate, 人口, …")]
_SAID: Mapping[State, str] = {
    State.RUNNING: "运行 · running",
    State.STOPPED: "已停止 · stopped",
    State.ENDED: "意外终止 · ended by itself",
}


def break_register(register: Register) -> None:
    """停止一个登记库 · Stop a register of the running demo; returns when it is down."""
    found = find_register(register)
    _show(ask_demo(read_settings(demo=True).data_dir, BREAK, found.name), found)


def mend_register(register: Register) -> None:
    """恢复一个登记库 · Revive a register of the running demo; returns when it answers again."""
    found = find_register(register)
    _show(ask_demo(read_settings(demo=True).data_dir, MEND, found.name), found)


def _show(states: Mapping[str, State], asked: RegisterTitle) -> None:
    for one in TITLES:
        mark = "→" if one is asked else " "
        typer.echo(f"{mark} {one.name:<13} {_SAID[states[one.name]]:<28} {one.title}")
