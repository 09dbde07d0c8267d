"""Checks of materials as a step of the way: in which case, judged, recorded, told, and kept with their case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from resolvers.gateway import Caller, Gateway
from resolvers.materials.check import Checked, InCase, Read, check, check_stated, in_case, keep
from resolvers.plan.plan import Plan
from resolvers.ports import CaseStore, RightsStore
from resolvers.report import recorded_outcomes
from resolvers.shaped import Shaped
from resolvers.stand import duty_of, open_case


def check_entrusted(rights: RightsStore, plan: Plan, caller: Caller, now: float) -> None:
    """Every matter that is checked along with the purpose's own must be entrusted, too, where the counter acts for another
    (Art. 17 ¶2): before anything is decided by that department's rights. Raises ENTRUSTMENT_REQUIRED.
    """
    if caller.asking is not None and caller.asking.acting:
        assert caller.purpose is not None
        for code in plan.matters:
            duty_of(rights, caller.consumer, replace(caller.purpose, matter=code), now)


def check_matters(plan: Plan, caller: Caller) -> None:
    """Once it is known how the request is kept from its subjects: it names them. Raises PURPOSE_CONFLICT."""
    assert caller.asking is not None
    check_stated(plan.checks, caller.asking.matter)


async def case_of(cases: CaseStore, plan: Plan, caller: Caller, variables: Mapping[str, object]) -> InCase | None:
    """The case in which materials are checked, where the purpose states one: before anything is read. Raises CASE_UNKNOWN.

    What a check tells counts for its case, and its answer and its papers name the case: none that is not there.
    """
    assert caller.purpose is not None
    if not plan.checks or caller.purpose.case is None:
        return None
    return in_case(plan.checks, await open_case(cases, caller), variables)


async def check_materials(
    gateway: Gateway, caller: Caller, shaped: Shaped, facts: Mapping[str, object], case: InCase | None, now: float
) -> Sequence[Checked]:
    """The checks of materials, judged (Art. 16 ¶2)."""
    assert caller.asking is not None
    plan = shaped.permitted.pruned.plan
    keys = {root.key: of_root for root, of_root in zip(plan.roots, shaped.keys, strict=True)}
    read = Read(shaped.data, shaped.shaping, keys, facts, shaped.fetched)
    return await check(gateway.desk, shaped.permitted.checkers, read, caller.asking, case, now)


def recorded(shaped: Shaped, checked: Sequence[Checked]) -> bytes:
    """What the ledger keeps of every position, and of every material that was checked."""
    told = recorded_outcomes(shaped.permitted.report, shaped.shaping)
    verdicts = b",".join(filter(None, [one.recorded for one in checked]))
    return told + b"," + verdicts if told and verdicts else told or verdicts


def told_of(checked: Sequence[Checked], receipt: str) -> dict[str, object]:
    """What the checks tell, by response key; they name the entry that they will stand in."""
    told: dict[str, object] = {}
    for one in checked:
        key, of_matter = one.field.path[0], one.told(receipt)
        told[key] = [*cast("list[object]", told.get(key, ())), of_matter] if one.field.many else of_matter
    return told


async def keep_checks(gateway: Gateway, caller: Caller, checked: Sequence[Checked], receipt: str) -> None:
    """Once they are on the record, their case keeps what its next checks are compared with."""
    if checked:
        assert caller.asking is not None
        assert caller.purpose is not None
        await keep(gateway.desk, checked, caller.asking, caller.purpose.case, receipt)
