"""Art. 16 ¶2, 17, 18: what may be asked of a person, from what the registers answered. Pure law, a case a line."""

import pytest

from sharing.decision import Outcome, Reason, Remedy
from sharing.material import Found, MaterialReason, MaterialVerdict, Standing, all_of, any_of, stands

NOBODY: frozenset[str] = frozenset()
ITEM = "101002/000001-001"


def withheld(why: Reason, remedy: Remedy) -> Found:
    return Found(Outcome.WITHHELD, False, why, remedy, "民政", ITEM)


CASES = [
    ("已取得的，不得要求提交", Found(None, True), False, "NOT_TO_BE_ASKED", "OBTAINED"),
    ("脱敏提供的，也是提供", Found(Outcome.MASKED, True), False, "NOT_TO_BE_ASKED", "OBTAINED"),
    ("不合规范但已提供的，不得要求提交", Found(Outcome.NONCONFORMING, True), False, "NOT_TO_BE_ASKED", "OBTAINED"),
    ("查无记录即为证明的，不得要求提交", Found(None, False), True, "NOT_TO_BE_ASKED", "ABSENCE"),
    (
        "主体本身查无登记的，其名下无记录不能作为证明",
        Found(None, False, looked_for=False),
        True,
        "ASK_WITH_REASON",
        "NO_DATA",
    ),
    ("脱敏提供而无从得知有无的，不能作为证明", Found(Outcome.MASKED, False), True, "ASK_WITH_REASON", "NO_DATA"),
    ("没有数据的，可以要求提交", Found(None, False), False, "ASK_WITH_REASON", "NO_DATA"),
    ("重号而无从确定的，不是没有记录", Found(Outcome.NONCONFORMING, False), True, "ASK_WITH_REASON", "NONCONFORMING"),
    ("不合规范而无法提供的，不说没有", Found(Outcome.NONCONFORMING, False), False, "ASK_WITH_REASON", "NONCONFORMING"),
    (
        "来源中断时查不到记录，不能作为证明",
        Found(Outcome.SOURCE_UNAVAILABLE, False, "UNREACHABLE", Remedy.WAIT, "民政", ITEM),
        True,
        "ASK_WITH_REASON",
        "SOURCE_UNAVAILABLE",
    ),
    ("正在核实的，只接受不要求", Found(Outcome.UNDER_VERIFICATION, True), False, "ACCEPT_IF_OFFERED", "UNDER_VERIFICATION"),
    ("正在核实而无值的，亦同", Found(Outcome.UNDER_VERIFICATION, False), True, "ACCEPT_IF_OFFERED", "UNDER_VERIFICATION"),
    ("本部门未申请不是要求提交的理由", withheld(Reason.NOT_GRANTED, Remedy.APPLY), False, "OBTAINABLE", "NOT_GRANTED"),
    ("授权失效也不是", withheld(Reason.GRANT_NOT_IN_FORCE, Remedy.APPLY), False, "OBTAINABLE", "GRANT_LAPSED"),
    ("授权不及于此事项也不是", withheld(Reason.MATTER_NOT_GRANTED, Remedy.APPLY), False, "OBTAINABLE", "GRANT_LAPSED"),
    ("未登记办件也不是", withheld(Reason.CASE_REQUIRED, Remedy.NAME_CASE), False, "OBTAINABLE", "CASE_REQUIRED"),
    ("不能共享的数据缺失，不能作为证明", withheld(Reason.NOT_GRANTED, Remedy.APPLY), True, "OBTAINABLE", "NOT_GRANTED"),
    ("依法不予共享的，可以要求提交", withheld(Reason.NOT_SHARED, Remedy.NEGOTIATE), False, "ASK_WITH_REASON", "NOT_SHARED"),
    (
        "被暂停的，可以要求提交",
        withheld(Reason.GRANT_SUSPENDED, Remedy.NEGOTIATE),
        False,
        "ASK_WITH_REASON",
        "NOT_SHARED_NOW",
    ),
    (
        "当日限量用尽的，可以要求提交",
        withheld(Reason.QUOTA_EXHAUSTED, Remedy.WAIT),
        False,
        "ASK_WITH_REASON",
        "NOT_SHARED_NOW",
    ),
]


@pytest.mark.parametrize(("title", "found", "absence", "verdict", "reason"), CASES, ids=[case[0] for case in CASES])
def test_a_position(title: str, found: Found, absence: bool, verdict: str, reason: str) -> None:
    standing = stands(found, absence=absence, refused=NOBODY, pending=NOBODY)
    assert (standing.verdict, standing.reason) == (verdict, reason)


def test_what_the_provider_refused_may_be_asked_for() -> None:
    found = withheld(Reason.NOT_GRANTED, Remedy.APPLY)
    standing = stands(found, absence=False, refused=frozenset({ITEM}), pending=NOBODY)
    assert (standing.verdict, standing.remedy) == (MaterialVerdict.ASK_WITH_REASON, Remedy.NEGOTIATE)


def test_what_awaits_an_answer_is_not_asked_for() -> None:
    found = withheld(Reason.NOT_GRANTED, Remedy.APPLY)
    standing = stands(found, absence=False, refused=frozenset({ITEM}), pending=frozenset({ITEM}))
    assert (standing.verdict, standing.reason) == (MaterialVerdict.OBTAINABLE, MaterialReason.PENDING)


def of(*reasons: MaterialReason) -> list[Standing]:
    return [Standing(reason) for reason in reasons]


R = MaterialReason


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((R.OBTAINED, R.ABSENCE), MaterialVerdict.NOT_TO_BE_ASKED),
        ((R.OBTAINED, R.UNDER_VERIFICATION), MaterialVerdict.ACCEPT_IF_OFFERED),
        ((R.OBTAINED, R.NOT_GRANTED), MaterialVerdict.OBTAINABLE),
        ((R.NOT_GRANTED, R.SOURCE_UNAVAILABLE), MaterialVerdict.ASK_WITH_REASON),
        ((R.OWN_REGISTER, R.NOTHING_REPLACES), MaterialVerdict.ASK),
    ],
)
def test_every_part_is_needed(parts: tuple[MaterialReason, ...], expected: MaterialVerdict) -> None:
    for order in (parts, parts[::-1]):
        joined = all_of(of(*order))
        assert joined is not None
        assert joined.verdict is expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((R.SOURCE_UNAVAILABLE, R.OBTAINED), MaterialVerdict.NOT_TO_BE_ASKED),
        ((R.NO_DATA, R.NOT_GRANTED), MaterialVerdict.OBTAINABLE),
        ((R.UNDER_VERIFICATION, R.NOT_GRANTED), MaterialVerdict.ACCEPT_IF_OFFERED),
        ((R.UNDER_VERIFICATION, R.OBTAINED), MaterialVerdict.ACCEPT_IF_OFFERED),
        ((R.NO_DATA, R.SOURCE_UNAVAILABLE), MaterialVerdict.ASK_WITH_REASON),
    ],
)
def test_any_part_is_enough(parts: tuple[MaterialReason, ...], expected: MaterialVerdict) -> None:
    for order in (parts, parts[::-1]):
        joined = any_of(of(*order))
        assert joined is not None
        assert joined.verdict is expected


def test_a_source_that_is_down_goes_before_no_data() -> None:
    for order in (
        (R.NO_DATA, R.SOURCE_UNAVAILABLE),
        (R.SOURCE_UNAVAILABLE, R.NO_DATA),
        (R.SOURCE_UNAVAILABLE, R.NOT_CATALOGUED),
    ):
        joined = any_of(of(*order))
        assert joined is not None
        assert joined.reason is R.SOURCE_UNAVAILABLE


def test_nothing_that_applies_is_no_verdict() -> None:
    assert all_of([]) is None
    assert any_of([]) is None


def test_all_that_lacks_is_applied_for_at_once() -> None:
    joined = all_of([Standing(R.NOT_GRANTED, items=("a",)), Standing(R.OBTAINED), Standing(R.NOT_GRANTED, items=("b", "a"))])
    assert joined is not None
    assert joined.items == ("a", "b")


def test_where_only_a_part_is_applied_for_the_other_still_is_to_be() -> None:
    parts = [Standing(R.PENDING, items=("a",)), Standing(R.NOT_GRANTED, remedy=Remedy.APPLY, items=("b",))]
    for order in (parts, parts[::-1]):
        assert all_of(order) == Standing(R.NOT_GRANTED, remedy=Remedy.APPLY, items=("b",))
    assert all_of([parts[0], Standing(R.PENDING, items=("c",))]) == Standing(R.PENDING, items=("a", "c"))


def test_every_reason_has_its_verdict_and_its_words() -> None:
    from resolvers.materials.words import TEXTS
    from schema.enums import MaterialReason as Told

    assert set(TEXTS) == set(MaterialReason)
    assert {one.value for one in Told} == set(MaterialReason)
    for reason in MaterialReason:
        assert Standing(reason).verdict in MaterialVerdict
        assert Standing(reason).article.startswith("Art. ")
