"""Ten thousand grants over three thousand items, as a province may have them: what rights cost when there are many."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from catalogue.model import Catalogue, Conditional, Form, Mode, ProviderCode, Rows, Use
from demo.seed import HALL, department_code
from storage.grants import Granted

GRANTS = 10_000
ITEMS_A_GRANT = 4
HALL_SHARE = 0.1
"""How many of them are the asking department's own: its rights are looked through at each decision."""
VALID_FROM, VALID_UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def many_grants(catalogue: Catalogue, count: int = GRANTS) -> Iterator[Granted]:
    """`count` grants of conditional items to every department, the same at each run."""
    chance = random.Random(133)
    by_provider: dict[ProviderCode, list[str]] = {}
    for entry in catalogue.entries.values():
        if isinstance(entry.sharing, Conditional):
            by_provider.setdefault(entry.provider, []).append(entry.code)
    hall = department_code(catalogue, HALL)
    others = [code for code in catalogue.departments if code != hall]
    providers = [(provider, sorted(codes)) for provider, codes in sorted(by_provider.items())]
    weights = [len(codes) for _, codes in providers]
    for number in range(count):
        provider, codes = chance.choices(providers, weights)[0]
        consumer = hall if chance.random() < HALL_SHARE else chance.choice(others)
        yield Granted(
            provider=provider,
            department=consumer,
            items=frozenset(chance.sample(codes, min(ITEMS_A_GRANT, len(codes)))),  # type: ignore[arg-type]
            form=Form.FULL,
            rows=Rows.ALL,
            uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
            matters=frozenset({f"N{number % 50:02}"}),
            modes=frozenset({Mode.ONLINE_LOOKUP}),
            valid_from=VALID_FROM,
            valid_until=VALID_UNTIL,
            basis=f"grant {number}",
        )
