"""Art. 4(4) through HTTP: failed comparisons are counted across the workers of a running gateway."""

from typing import Any

from tests.law.cases import subject
from tests.server.gateway import HALL_PURPOSE, Running

CHECK = "query($p: String!, $id: IdentityNumber!) { person(idNumber: $id) { verify(phone: $p) { phone } } }"


def test_after_five_failures_nothing_more_is_told_by_any_worker(court: Running) -> None:
    number = subject("couple.spouse")

    def compare(value: str) -> dict[str, Any]:
        return court.ask(CHECK, {"p": value, "id": number}, purpose=HALL_PURPOSE).body

    told = [compare(f"139{at:08}")["data"]["person"]["verify"]["phone"] for at in range(12)]
    assert told == ["NO_MATCH"] * 5 + [None] * 7
    (outcome,) = compare("13900000000")["extensions"]["sharing"]["outcomes"]
    assert (outcome["reason"], outcome["remedy"]) == ("ATTEMPTS_EXHAUSTED", "wait")
    assert outcome["expected"]
