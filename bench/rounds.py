"""Peers and product in turn, round after round, so that what the machine does meanwhile meets all of them."""

from collections.abc import Sequence
from statistics import median

from bench.load import Measured, Target, run_load
from bench.telling import tell

ROUNDS = 5
SECONDS = 2.0
WARM_UP_S = 1.0


def measure(
    targets: Sequence[Target], connections: int, rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, Measured]:
    """Per target the run of each round, as medians: A B C, A B C, …; each is warmed up first."""
    runs: dict[str, list[Measured]] = {target.name: [] for target in targets}
    for target in targets:
        run_load(target, connections, WARM_UP_S)
    for number in range(rounds):
        for target in targets:
            tell(f"{connections} connections, round {number + 1} of {rounds}: {target.name}")
            runs[target.name].append(run_load(target, connections, seconds))
    return {name: _median(of_target) for name, of_target in runs.items()}


def raw(measured: dict[str, Measured], connections: int) -> dict[str, object]:
    """What goes beside the ratios."""
    return {
        f"{name}_{connections}": {
            "requests_per_second": round(one.requests_per_second, 1),
            "p50_ms": round(one.p50_ms, 3),
            "p99_ms": round(one.p99_ms, 3),
            "requests": one.requests,
        }
        for name, one in measured.items()
    }


def _median(runs: Sequence[Measured]) -> Measured:
    return Measured(
        median(run.requests_per_second for run in runs),
        median(run.p50_ms for run in runs),
        median(run.p99_ms for run in runs),
        sum(run.requests for run in runs),
    )
