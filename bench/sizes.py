"""What size costs: the product on a larger catalogue and on larger registers, against itself on the small ones."""

from bench.load import Measured
from bench.lookup import product_target
from bench.many_grants import many_grants
from bench.product import serve_product
from bench.registers import MANY_PERSONS, Registers, open_registers
from bench.rounds import measure, raw
from bench.wide import wide_catalogue

CONNECTIONS = 64
RESOURCES_OF_3000_ITEMS = 204


def measure_catalogue(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`catalogue_200`: throughput with 200 resources × 15 items in the catalogue against the five registers."""
    there, sources = wide_catalogue()
    with serve_product(registers, "product_5") as small, serve_product(registers, "product_200", there, sources) as wide:
        found = measure([product_target(small), product_target(wide)], CONNECTIONS)
    return {"catalogue_200": _ratio(found["product_200"], found["product_5"])}, raw(found, CONNECTIONS)


def measure_grants(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`grants_10000`: throughput with 10,000 grants over 3,000 items against the demo's grants and catalogue."""
    there, sources = wide_catalogue(RESOURCES_OF_3000_ITEMS)
    with (
        serve_product(registers, "product_few") as few,
        serve_product(registers, "product_many", there, sources, grants=many_grants) as many,
    ):
        found = measure([product_target(few), product_target(many)], CONNECTIONS)
    return {"grants_10000": _ratio(found["product_many"], found["product_few"])}, raw(found, CONNECTIONS)


def measure_register(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`register_1m`: throughput on a million persons against the small registers."""
    with (
        open_registers(MANY_PERSONS) as many,
        serve_product(registers, "product_20k") as small, serve_product(many, "product_1m") as large,
    ):  # fmt: skip
        found = measure([product_target(small), product_target(large)], CONNECTIONS)
        raw_found = raw(found, CONNECTIONS) | {"register_1m_subjects": len(many.subjects)}
    return {"register_1m": _ratio(found["product_1m"], found["product_20k"])}, raw_found


def _ratio(one: Measured, other: Measured) -> float:
    return round(one.requests_per_second / other.requests_per_second, 3)
