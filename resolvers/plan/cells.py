"""What a decision on an item makes of its cell: in which form it is fetched, on which rows, and why not on others."""

from catalogue.model import Form, Item
from catalogue.predicate import ItemName, Not, Predicate, Unknown, all_of, any_of
from connectors.request import Cases, Cell, Derived, Expression, Masked, Value
from sharing.decision import Decision, Reason, Remedy, Share, ShareIf, Verdict, Withhold


def expression(item: Item, form: Form) -> Expression:
    """What is asked of the source for this form of the item."""
    if form is Form.MASKED:
        assert item.mask is not None
        return Masked(item.name, item.mask)
    assert form is Form.FULL
    if item.derivation is not None:
        return Derived(item.derivation.op, item.derivation.items, item.derivation.years)
    return Value(item.name)


def joining_cell(key: ItemName, decision: Share | ShareIf) -> Cell:
    """The key that leads on, which leaves its source only on rows where what hangs on them is open."""
    if isinstance(decision, Share):
        return Value(key)

    def leads(verdict: Verdict) -> Expression | None:
        return Value(key) if isinstance(verdict, Share) and verdict.form is Form.FULL else None

    return Cases(tuple((predicate, leads(verdict)) for predicate, verdict in decision.cases), leads(decision.otherwise))


def shown_as(item: Item, verdict: Verdict) -> Expression | None:
    """The cell under one verdict; None withholds it."""
    return expression(item, verdict.form) if isinstance(verdict, Share) else None


def some_withhold(decision: ShareIf) -> Withhold:
    """Why the rows that it withholds are withheld: the first case that does."""
    verdicts = (*(verdict for _, verdict in decision.cases), decision.otherwise)
    return next((v for v in verdicts if isinstance(v, Withhold)), Withhold(Reason.ROW_RULE, "Art. 16 ¶1", Remedy.APPLY))


def shown_rows(decision: ShareIf) -> Predicate:
    """True of the rows for which the first case that holds shares: those may stand in an answer.

    Each case that shares excludes those before it that withhold alone: a row that an earlier one shares is shown as well.
    """
    shown: list[Predicate] = []
    before: list[Predicate] = []
    for predicate, verdict in decision.cases:
        if isinstance(verdict, Share):
            shown.append(all_of(*before, predicate))
        else:
            before = _but_not(before, predicate)
    if isinstance(decision.otherwise, Share):
        shown.append(all_of(*before))
    return any_of(*shown)


def _but_not(before: list[Predicate], predicate: Predicate) -> list[Predicate]:
    """`before`, and the predicate is not true: it is false or unknown; where unknown is excluded as well, it is false."""
    if isinstance(predicate, Unknown):
        part = predicate.part
        kept = [Not(part) if stated == any_of(Not(part), Unknown(part)) else stated for stated in before]
        return kept if kept != before else [*before, Not(predicate)]
    return [*before, any_of(Not(predicate), Unknown(predicate))]


def settled(decision: Decision, open_: frozenset[Predicate]) -> Decision:
    """The decision on rows of which `open_` is true: where their rules leave one way to share, it holds on each of them."""
    if not isinstance(decision, ShareIf) or shown_rows(decision) not in open_:
        return decision
    shares = {verdict for verdict in (*(v for _, v in decision.cases), decision.otherwise) if isinstance(verdict, Share)}
    return shares.pop() if len(shares) == 1 else decision
