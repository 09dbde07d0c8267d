"""`python -m bench [PART …] [--large] [--accesses]`: parts by name, or all but the large ones. Writes latest.json."""

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from bench.accesses import measure_accesses
from bench.ceiling import measure_ceiling
from bench.decisions import measure_decide
from bench.lookup import measure_lookup
from bench.machine import machine
from bench.materials import measure_materials
from bench.registers import PERSONS, Registers, open_registers
from bench.room import ROOT, folder
from bench.rows import measure_rows
from bench.signing import measure_signing
from bench.sizes import measure_catalogue, measure_grants, measure_register
from bench.starts import measure_demo_starts
from bench.telling import say, tell
from bench.wide import measure_start

LATEST = ROOT / "bench" / "latest.json"
TARGETS = {
    "handwritten_64": 2.5, "handwritten_16": None, "strawberry_64": 8.0, "handwritten_p50_1": 0.5,
    "handwritten_recorded_p50_1": 1.0, "rows_1000": 20.0, "rows_1000_ruled": None, "rows_1000_request": 5.0,
    "register_1m": 0.75, "catalogue_200": 0.95, "grants_10000": 0.95, "signing": 0.9, "decide_us": 1.0, "start_200_s": 3.0,
    "start_warm_s": 3.0, "start_cold_s": None, "material_check": 3.0, "access_records_ms": 20.0,
    "access_records_p99_ms": None,
}  # fmt: skip
"""What each is to reach; keys that end with `_s`, `_ms` or `_us` are seconds, milli- or microseconds, at most."""
AT_MOST = ("_s", "_us", "_ms")

Found = tuple[dict[str, float], dict[str, Any]]
ON_REGISTERS: dict[str, Callable[[Registers], Found]] = {
    "rows": measure_rows, "lookup": measure_lookup, "catalogue": measure_catalogue,
    "grants": measure_grants, "signing": measure_signing, "materials": measure_materials, "large": measure_register,
}  # fmt: skip
PARTS = ("lookup", "rows", "catalogue", "grants", "signing", "materials", "decide", "start")


def main() -> None:
    """Measure the parts asked for; each is written as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the product against its peers.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--large", action="store_true", help="also a million persons (loading takes minutes)")
    parser.add_argument("--accesses", action="store_true", help="also a ledger of ten million entries (takes minutes)")
    asked = parser.parse_args()
    unknown = set(asked.parts) - {*PARTS, "large", "accesses"}
    if unknown:
        parser.error(f"unknown part `{unknown.pop()}`: choose of {', '.join(PARTS)}, or give --large or --accesses")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever runs the product keeps what was compiled
    parts = list(asked.parts or PARTS) + (["large"] if asked.large else []) + (["accesses"] if asked.accesses else [])
    with_registers = [part for part in ON_REGISTERS if part in parts]
    if with_registers:
        with open_registers(PERSONS) as registers:
            for part in with_registers:
                _write(*ON_REGISTERS[part](registers))
    if "lookup" in parts:
        _write({}, dict(measure_ceiling(folder("load"))))
    if "accesses" in parts:
        _write(*measure_accesses())
    if "decide" in parts:
        _write(*measure_decide())
    if "start" in parts:
        _write(measure_start(), {})
        _write(measure_demo_starts(), {})
    tell("done")
    _show()


def _write(ratios: dict[str, float], measured: dict[str, Any]) -> None:
    """Merge into what the last run found."""
    held: dict[str, Any] = orjson.loads(LATEST.read_bytes()) if LATEST.exists() else {}
    at = datetime.now(UTC).replace(microsecond=0).isoformat()
    merged = {
        "ratios": {**held.get("ratios", {}), **ratios},
        "measured": {**held.get("measured", {}), **measured},
        "machine": machine(),
        "at": {**held.get("at", {}), **dict.fromkeys(ratios, at)},
    }
    LATEST.write_bytes(orjson.dumps(merged, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


def _show() -> None:
    ratios: dict[str, float] = orjson.loads(LATEST.read_bytes())["ratios"]
    say("")
    for key, wanted in TARGETS.items():
        if key in ratios:
            met = wanted is None or (ratios[key] <= wanted if key.endswith(AT_MOST) else ratios[key] >= wanted)
            bound = "" if wanted is None else f"{'at most' if key.endswith(AT_MOST) else 'at least'} {wanted}"
            say(f"  {key:<28} {ratios[key]:>8.2f}  {bound:<14} {'' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
