"""What signed receipts cost: the same lookups of one gateway, each with its receipt signed, and each without."""

import orjson

from bench.asking import ask
from bench.load import LoadError, Target
from bench.lookup import product_target
from bench.product import serve_product
from bench.registers import Registers
from bench.rounds import measure, raw
from bench.telling import tell

SIGNED = {"Sharing-Receipt": "signed"}
ROUNDS = 9
SAMPLE = 20


def measure_signing(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`signing`: throughput at 64 connections with signed receipts, over that without."""
    tell("starting the product")
    with serve_product(registers, "signing") as gateway:
        plain, signed = product_target(gateway, "product_unsigned"), product_target(gateway, "product_signed", SIGNED)
        _check(plain, signed)
        found = measure([plain, signed], 64, ROUNDS)
    ratio = found[signed.name].requests_per_second / found[plain.name].requests_per_second
    return {"signing": round(ratio, 3)}, raw(found, 64)


def _check(plain: Target, signed: Target) -> None:
    """Both give the same data; a receipt stands in those answers alone that were to have one. Raises LoadError."""
    numbers = range(SAMPLE)
    for bare, receipted in zip(ask(plain, numbers), ask(signed, numbers), strict=True):
        without, beside = orjson.loads(bare), orjson.loads(receipted)
        same = without["data"] == beside["data"]
        if not same or "signedReceipt" in bare.decode() or "jws" not in beside["extensions"]["sharing"]["signedReceipt"]:
            raise LoadError("the gateway does not sign what it is asked to sign, or signs what it is not")
