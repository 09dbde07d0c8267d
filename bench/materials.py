"""A check of six materials over four registers: the product against an endpoint that does its lookups one after another."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

import orjson

from bench.asking import ask
from bench.load import Target, write_target
from bench.lookup import AnswersDifferError
from bench.product import Product, serve_product
from bench.registers import Registers
from bench.room import folder
from bench.rounds import measure, raw
from bench.serving import peer
from bench.telling import tell
from catalogue.load_matters import licence_types
from catalogue.matter_items import bind_matter
from catalogue.matters import Certificate, Items, Material, Matter, Replacement, Role, SubjectKind
from catalogue.model import Catalogue, Conditional, Form, Mode, Rows, Use
from demo.seed import department_code
from storage.grants import Granted

CONNECTIONS = 64
SAMPLE = 200
DEPARTMENT = "human_resources"
"""Of the province: its own division is the whole of it, so that what is granted there reaches everybody."""
MATTER = "B06"
PURPOSE = f'matter="{MATTER}", use=administrative-basis, handler="bench"'
CHECK = f"""query Check($subjects: [CaseSubjectInput!]!) {{
  materialCheck(matter: "{MATTER}", subjects: $subjects) {{ materials {{ code verdict contents {{ title value }} }} }}
}}"""
ITEMS = (
    "Person.registeredResidence", "Person.householdNumber", "Person.relationToHead", "Person.household", "Household.number",
    "Household.address", "Household.members", "Person.marriageRecord", "MarriageRecord.status", "Person.realEstateUnits",
)  # fmt: skip


def measure_materials(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`material_check`: throughput at 64 connections against the endpoint by hand, the answers being the same."""
    with ExitStack() as stack:
        tell("starting the peer and the product")
        port = stack.enter_context(peer("materials", "bench.peers.handwritten_materials", registers.source_environment()))
        gateway = stack.enter_context(
            serve_product(registers, "product_materials", grants=granted, department=DEPARTMENT, matters=matters)
        )
        by_hand, product = _targets(registers, port, gateway)
        _compare(by_hand, product, registers)
        found = measure([by_hand, product], CONNECTIONS)
        at_1 = measure([by_hand, product], 1)
    ratio = found["product_materials"].requests_per_second / found["materials"].requests_per_second
    return {"material_check": round(ratio, 3)}, raw(found, CONNECTIONS) | raw(at_1, 1)


def _targets(registers: Registers, port: int, gateway: Product) -> tuple[Target, Target]:
    lookups: list[object] = [{"idNumber": code} for code in registers.subjects]
    checks: list[object] = [
        {"query": CHECK, "variables": {"subjects": [{"role": "applicant", "idNumber": code}]}} for code in registers.subjects
    ]
    headers = {**gateway.headers, "Sharing-Purpose": PURPOSE}
    return (
        write_target("materials", ("127.0.0.1", port, "/materials"), (lookups, {}), folder("load")),
        write_target(gateway.name, ("127.0.0.1", gateway.port, "/graphql"), (checks, headers), folder("load")),
    )


def _compare(by_hand: Target, product: Target, registers: Registers) -> None:
    """Equal data from both, on a sample. Raises AnswersDifferError.

    Where a value breaks its standard the law lets ask (Art. 17 ¶1), which the endpoint by hand does not look at: there only
    what is shown is compared.
    """
    numbers = random.Random().sample(range(len(registers.subjects)), min(SAMPLE, len(registers.subjects)))
    for number, one, other in zip(numbers, ask(by_hand, numbers), ask(product, numbers), strict=True):
        told = orjson.loads(other)
        outcomes = {outcome["outcome"] for outcome in told["extensions"]["sharing"]["outcomes"]}
        part = _shown if "NONCONFORMING" in outcomes else dict
        if part(orjson.loads(one)["data"]) != part(told["data"]):
            raise AnswersDifferError(f"request {number} of {by_hand.name}, {product.name}")


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    """What is shown for each material, without the verdicts."""
    return {material["code"]: material["contents"] for material in data["materialCheck"]["materials"]}


def matters(catalogue: Catalogue) -> Iterator[Matter]:
    """Six materials, each obtained: of the population, real-estate, certificate and credit registers."""
    card = next(code for code, one in licence_types().items() if one.name == "社会保障卡")
    yield bind_matter(
        catalogue,
        Matter(
            MATTER,
            "测量用事项",
            "a matter for measuring",
            department_code(catalogue, DEPARTMENT),
            valid_from=date(2020, 1, 1),
            roles={"applicant": Role("applicant", "申请人", "applicant", (SubjectKind.PERSON,), 1, 1)},
            materials=(
                _material("identity", _items("name", "idNumber", "sex", "birthDate")),
                _material(
                    "booklet",
                    _items(
                        *("registeredResidence", "householdNumber", "relationToHead"),
                        *("household.number", "household.address", "household.members.name"),
                    ),
                ),
                _material("marriage", _items("marriageRecord.status", absence=True)),
                _material(
                    "dwelling",
                    _items("realEstateUnits.unitCode", "realEstateUnits.location", "realEstateUnits.use", absence=True),
                ),
                _material("card", Certificate("applicant", (card,))),
                _material("credit", _items("credit.code", "credit.name")),
            ),
        ),
    )


def _items(*paths: str, absence: bool = False) -> Items:
    return Items(tuple(("applicant", *path.split(".")) for path in paths), absence)


def _material(code: str, replaced_by: Replacement) -> Material:
    return Material(code, code, code, replaced_by=replaced_by)


def granted(catalogue: Catalogue) -> Iterator[Granted]:
    """What the matter needs, on the rows of the department's own division, from each provider."""
    by_provider: dict[str, set[str]] = {}
    for coordinate, entry in catalogue.entries.items():
        if str(coordinate) in ITEMS and isinstance(entry.sharing, Conditional):
            by_provider.setdefault(entry.provider, set()).add(entry.code)
    for provider, codes in sorted(by_provider.items()):
        yield Granted(
            provider=provider,  # type: ignore[arg-type]
            department=department_code(catalogue, DEPARTMENT),
            items=frozenset(codes),  # type: ignore[arg-type]
            form=Form.FULL,
            rows=Rows.OWN_DIVISION,
            uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
            matters=frozenset(),
            modes=frozenset({Mode.ONLINE_LOOKUP}),
            valid_from=datetime(2025, 1, 1, tzinfo=UTC),
            valid_until=datetime(2036, 1, 1, tzinfo=UTC),
            basis="measuring",
        )
