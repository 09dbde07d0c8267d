"""The commands: `python -m cli serve | demo | catalogue | ledger | receipt | client | grant`."""

import sys

import typer

from commands import checks, clients, day, grants, receipts, registers, run
from errors import GatewayError

app = typer.Typer(
    help="Oncegate · 一次通: ask the register, not the citizen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.serve)
run.demo.command("day")(day.day)
run.demo.command("break")(registers.break_register)
run.demo.command("mend")(registers.mend_register)
app.add_typer(run.demo, name="demo")
app.add_typer(checks.catalogue, name="catalogue")
app.add_typer(checks.ledger, name="ledger")
app.add_typer(receipts.commands, name="receipt")
app.add_typer(clients.commands, name="client")
app.add_typer(grants.commands, name="grant")


def main() -> int:
    """Run the command of the command line; 1 with a plain message where it is refused."""
    try:
        app()
    except GatewayError as refused:
        sys.stderr.write(refused.in_words())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
