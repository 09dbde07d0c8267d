"""Deliberate faults of the product, one for each class of leak: each changes one function, and a test takes it back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from catalogue.model import Catalogue, Conditional, Form, NotShared, Rows, Use
from catalogue.predicate import ALWAYS, evaluate, items_of
from connectors import memory
from connectors.batch import Batcher
from connectors.request import Value
from resolvers import count, request, stand
from resolvers import decide as deciding
from resolvers.plan import build, cache, cells, limits, prune
from resolvers.plan.collect import Collector
from resolvers.plan.plan import Listing
from resolvers.plan.pruned import RowRule
from sharing import decide, decision, reach
from sharing.decision import Asked, Decision, Question, Reason, Share, ShareIf, Withhold
from sharing.rights import Rights
from sharing.standpoint import Declared
from standards.masks import MASKS

Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], None]
FULL = Share(Form.FULL, Reason.UNCONDITIONAL, "")
MUTATIONS: dict[str, Mutation] = {}


def mutation(change: Mutation) -> Mutation:
    """Enters a fault under its function's name."""
    MUTATIONS[change.__name__] = change
    return change


# Decisions


@mutation
def a_missing_fact_permits(patch: Patch) -> None:
    patch.setattr(decide, "MISSING_FACT", FULL)


@mutation
def validity_of_a_grant_is_ignored(patch: Patch) -> None:
    _of_every_grant(patch, valid_from=datetime.min.replace(tzinfo=UTC), valid_until=datetime.max.replace(tzinfo=UTC))


@mutation
def use_is_ignored(patch: Patch) -> None:
    _of_every_grant(patch, uses=frozenset(Use))


@mutation
def use_of_the_entry_is_ignored(patch: Patch) -> None:
    _of_every_entry(patch, uses=tuple(Use))


@mutation
def matter_is_ignored(patch: Patch) -> None:
    _of_every_grant(patch, matters=frozenset())


@mutation
def suspension_is_ignored(patch: Patch) -> None:
    _of_every_grant(patch, suspended=False)


@mutation
def stored_operations_are_ignored(patch: Patch) -> None:
    _of_every_grant(patch, operations=frozenset())


@mutation
def stored_operations_are_decided_without_their_document(patch: Patch) -> None:
    whole = deciding.Decider._stand
    first: dict[Any, str] = {}
    patch.setattr(
        deciding.Decider, "_stand",
        lambda self, asking, document, *rest: whole(self, asking, first.setdefault(asking, document), *rest),
    )  # fmt: skip


@mutation
def quotas_are_not_asked_for(patch: Patch) -> None:
    async def none(*_: Any) -> frozenset[Any]:
        return frozenset()

    patch.setattr(count, "used_up", none)


@mutation
def quotas_are_neither_asked_for_nor_taken(patch: Patch) -> None:
    async def take(_counters: Any, _wanted: Any, counted: Any) -> Any:
        return counted, True

    quotas_are_not_asked_for(patch)
    patch.setattr(count, "_take", take)


@mutation
def quotas_of_some_that_are_relied_on_are_not_taken(patch: Patch) -> None:
    whole = limits.quotas_relied_on
    patch.setattr(prune, "quotas_relied_on", lambda *given: whole(*given)[1:])


@mutation
def network_zones_are_ignored(patch: Patch) -> None:
    _of_every_standpoint(patch, lambda resource, _: {"zone": resource.network_zone})


@mutation
def matters_bind_nothing(patch: Patch) -> None:
    _of_every_standpoint(patch, lambda *_: {"declared": None})


@mutation
def a_matter_that_is_not_registered_opens_as_any(patch: Patch) -> None:
    _of_every_standpoint(patch, lambda *_: {"unknown": False})


@mutation
def what_finds_rows_may_filter_them_undeclared(patch: Patch) -> None:
    whole = Declared.needs
    as_found = {Asked.USE: Asked.FIND}
    patch.setattr(Declared, "needs", lambda self, one: whole(self, one._replace(asked=as_found.get(one.asked, one.asked))))


@mutation
def rows_are_found_that_the_matter_does_not_need(patch: Patch) -> None:
    whole = Declared.needs
    patch.setattr(Declared, "needs", lambda self, one: one.asked in (Asked.FIND, Asked.ROW) or whole(self, one))


@mutation
def who_acts_for_a_provider_becomes_it(patch: Patch) -> None:
    whole = decide.decide_one

    def one(catalogue: Catalogue, question: Question, standpoint: Any) -> Decision:
        return whole(catalogue, question, replace(standpoint, asking=standpoint.asking._replace(acting=False)))

    patch.setattr(decide, "decide_one", one)


@mutation
def who_gave_a_grant_is_ignored(patch: Patch) -> None:
    whole = reach.rows_of
    patch.setattr(
        decide, "rows_of", lambda grant, entry, resource, asking: whole(grant, entry, replace(resource, parted=None), asking)
    )


@mutation
def what_an_issuer_gave_outlives_its_part(patch: Patch) -> None:
    whole = reach.is_of_a_source
    patch.setattr(decide, "is_of_a_source", lambda grant, *of: whole(replace(grant, apart=frozenset()), *of))


@mutation
def an_issuer_has_the_certificates_of_all(patch: Patch) -> None:
    whole = reach.own_rows
    patch.setattr(decide, "own_rows", lambda *of: None if whole(*of) is None else ALWAYS)


@mutation
def form_of_the_entry_is_ignored(patch: Patch) -> None:
    _of_every_entry(patch, forms=(Form.FULL, Form.MASKED, Form.VERIFY))


@mutation
def rows_of_the_entry_are_ignored(patch: Patch) -> None:
    _of_every_entry(patch, rows=tuple(Rows))


@mutation
def own_division_is_ignored(patch: Patch) -> None:
    _rows_are_all(patch, Rows.OWN_DIVISION)


@mutation
def case_subjects_are_ignored(patch: Patch) -> None:
    _rows_are_all(patch, Rows.CASE_SUBJECT)


@mutation
def what_is_not_shared_is_shared_by_grant(patch: Patch) -> None:
    whole = decide._rights
    lax = Conditional("", "", tuple(Use), (Form.FULL,), tuple(Rows))
    patch.setattr(decide, "_rights", lambda sharing, *rest: whole(lax if isinstance(sharing, NotShared) else sharing, *rest))


@mutation
def what_is_not_shared_is_shared_with_its_provider(patch: Patch) -> None:
    whole = decide._rights

    def rights(sharing: Any, entry: Any, resource: Any, asked: Any, standpoint: Any) -> Any:
        own = isinstance(sharing, NotShared) and entry.provider == standpoint.asking.department
        return ([(ALWAYS, FULL)], decide.MISSING_FACT) if own else whole(sharing, entry, resource, asked, standpoint)

    patch.setattr(decide, "_rights", rights)


@mutation
def masked_is_enough_to_filter_and_join(patch: Patch) -> None:
    for asked in (Asked.USE, Asked.FIND):
        patch.setitem(decision.PERMITTED, asked, (Form.FULL, Form.MASKED))


@mutation
def verifiable_is_enough_to_show(patch: Patch) -> None:
    whole = decide.decide_one

    def one(catalogue: Catalogue, question: Question, standpoint: Any) -> Decision:
        found = whole(catalogue, question, standpoint)
        return FULL if isinstance(found, Withhold) and found.reason is Reason.VERIFY_ONLY else found

    patch.setattr(decide, "decide_one", one)


@mutation
def modes_of_a_resource_are_ignored(patch: Patch) -> None:
    whole = decide.decide_one

    def one(catalogue: Catalogue, question: Question, standpoint: Any) -> Decision:
        resource = catalogue.resources[question.coordinate.type]
        if standpoint.asking.mode in resource.modes:
            return whole(catalogue, question, standpoint)
        lax = replace(resource, modes=(standpoint.asking.mode,))
        resources = {**catalogue.resources, resource.name: lax}
        open_to_it = Catalogue(catalogue.version, catalogue.registers, resources, catalogue.departments)
        return whole(open_to_it, question, standpoint)

    patch.setattr(decide, "decide_one", one)


@mutation
def row_rules_are_tried_backwards(patch: Patch) -> None:
    _entries_become(patch, lambda entry: replace(entry, rules=entry.rules[::-1]))


@mutation
def row_rules_are_ignored(patch: Patch) -> None:
    _entries_become(patch, lambda entry: replace(entry, rules=()))


@mutation
def grants_of_other_departments_count(patch: Patch) -> None:
    def everybodys(self: Rights, _department: object) -> Mapping[Any, Any]:
        found: dict[Any, tuple[Any, ...]] = {}
        for of_department in self.grants.values():
            for item, grants in of_department.items():
                found[item] = (*found.get(item, ()), *grants)
        return found

    patch.setattr(Rights, "of", everybodys)


@mutation
def decisions_are_kept_across_callers(patch: Patch) -> None:
    whole = deciding.Decider.permit
    first: dict[int, Any] = {}

    def permit(self: Any, plan: Any, asking: Any, *rest: Any) -> Any:
        return whole(self, plan, first.setdefault(id(plan), asking), *rest)

    patch.setattr(deciding.Decider, "permit", permit)


@mutation
def decisions_are_kept_beyond_a_grants_end(patch: Patch) -> None:
    patch.setattr(deciding, "next_boundary", lambda *_: None)


@mutation
def pruned_plans_are_kept_without_their_decisions(patch: Patch) -> None:
    whole = deciding.Decider._permitted
    first: Any = {}
    patch.setattr(
        deciding.Decider, "_permitted", lambda self, plan, found: whole(self, plan, first.setdefault(id(plan), found))
    )


# Facts of the request


@mutation
def own_division_is_widened(patch: Patch) -> None:
    patch.setattr(stand, "own_division", lambda asking: asking.division[:2])


@mutation
def subjects_of_any_case_count(patch: Patch) -> None:
    class Everybody(tuple):  # type: ignore[type-arg]
        def __contains__(self, _code: object) -> bool:
            return True

    async def everybody(*_: object) -> tuple[str, ...]:
        return Everybody()

    patch.setattr(stand, "case_subjects", everybody)


# Comparisons


@mutation
def guesses_are_not_barred(patch: Patch) -> None:
    async def nobody(_attempts: Any, _compared: Any, counted: Any) -> Any:
        return counted

    patch.setattr(count, "bar_guesses", nobody)


@mutation
def guesses_are_counted_by_what_the_row_was_found_by(patch: Patch) -> None:
    patch.setattr(prune._Pruner, "_identity", lambda *_: 0)


@mutation
def guesses_are_counted_for_the_duty_alone(patch: Patch) -> None:
    whole = request.attempts_of

    def of(gateway: Any, caller: Any) -> Any:
        return whole(gateway, caller)._replace(departments=frozenset({caller.asking.department}))

    patch.setattr(request, "attempts_of", of)


@mutation
def a_match_is_told_however_many_have_failed(patch: Patch) -> None:
    whole = count.bar_guesses

    async def failed(attempts: Any, compared: Any, counted: Any) -> Any:
        return await whole(attempts, {pair: told for pair, told in compared.items() if not any(told.values())}, counted)

    patch.setattr(count, "bar_guesses", failed)


@mutation
def several_guesses_at_once_count_as_one(patch: Patch) -> None:
    whole = count.bar_guesses

    async def one(attempts: Any, compared: Any, counted: Any) -> Any:
        return await whole(attempts, {pair: {"": any(told.values())} for pair, told in compared.items()}, counted)

    patch.setattr(count, "bar_guesses", one)


# Plans


@mutation
def filters_are_not_asked_for(patch: Patch) -> None:
    patch.setattr(Listing, "items", property(lambda self: tuple(sorted({order.item for order in self.order}))))


@mutation
def orders_are_not_asked_for(patch: Patch) -> None:
    filtering = property(lambda self: () if self.where is None else tuple(sorted(items_of(self.where))))
    patch.setattr(Listing, "items", filtering)


@mutation
def join_keys_are_not_asked_for(patch: Patch) -> None:
    patch.setattr(prune._Pruner, "_usable", lambda *_: None)


@mutation
def the_item_that_rows_are_found_by_is_not_asked_for(patch: Patch) -> None:
    whole = prune._Pruner._access
    patch.setattr(prune._Pruner, "_access", lambda self, *rest, **_linkable: whole(self, *rest, linkable=True))


@mutation
def every_relation_is_linkable(patch: Patch) -> None:
    whole = prune._Pruner._accesses

    def accesses(self: Any, selected: Any, draft: Any, decision: Any) -> Any:
        return whole(self, replace(selected, relation=replace(selected.relation, linkable=True)), draft, decision)

    patch.setattr(prune._Pruner, "_accesses", accesses)


@mutation
def the_rule_of_a_relation_is_ignored(patch: Patch) -> None:
    patch.setattr(prune._Pruner, "_row_rule", lambda *_: RowRule(None, (), ()))


@mutation
def visibility_of_the_key_is_ignored(patch: Patch) -> None:
    whole = prune._Pruner._access
    patch.setattr(
        prune._Pruner, "_access",
        lambda self, resource, *rest, linkable: whole(self, replace(resource, key=None), *rest, linkable=linkable),
    )  # fmt: skip


@mutation
def a_member_of_a_union_takes_the_rule_of_another(patch: Patch) -> None:
    whole = prune._Pruner._accesses

    def accesses(self: Any, *rest: Any) -> Any:
        found = whole(self, *rest)
        return [found[0]] * len(found) if isinstance(found, list) else found

    patch.setattr(prune._Pruner, "_accesses", accesses)


@mutation
def fragments_merge_under_the_wrong_type(patch: Patch) -> None:
    whole = Collector.fields
    other = {"Person": "LegalEntity", "LegalEntity": "Person"}
    common = {"name", "divisionCode", "credit", "licences", "realEstateUnits"}

    def fields(self: Collector, kind: str, selections: Any) -> Any:
        found = whole(self, kind, selections)
        for key, nodes in whole(self, other[kind], selections).items() if kind in other else ():
            if nodes[0].name.value in common:
                found[key] = [*found.get(key, ()), *(node for node in nodes if node not in found.get(key, ()))]
        return found

    patch.setattr(Collector, "fields", fields)


@mutation
def skip_is_ignored(patch: Patch) -> None:
    whole = Collector._included
    patch.setattr(
        Collector, "_included", lambda self, directives: whole(self, [d for d in directives or () if d.name.value != "skip"])
    )


@mutation
def what_is_derived_elsewhere_needs_no_right(patch: Patch) -> None:
    whole = prune._Pruner._item

    def item(self: Any, selected: Any, draft: Any) -> Any:
        if selected.hidden is None:
            return whole(self, selected, draft)
        return self._derived_elsewhere(selected, draft.resource.items[selected.item], FULL, draft)

    patch.setattr(prune._Pruner, "_item", item)


@mutation
def what_is_not_published_is_shown(patch: Patch) -> None:
    _drafts_become(patch, lambda resource, lookup: (replace(resource, published_when=None), lookup))


@mutation
def the_filter_of_a_lookup_is_dropped(patch: Patch) -> None:
    _drafts_become(patch, lambda resource, lookup: (resource, replace(lookup, filter=None)))


@mutation
def first_is_ignored(patch: Patch) -> None:
    patch.setattr(build, "check_first", lambda _value: 100)


@mutation
def rules_are_settled_too_soon(patch: Patch) -> None:
    def settled(decision: Decision, _draft: object) -> Decision:
        if not isinstance(decision, ShareIf):
            return decision
        verdicts = (*(verdict for _, verdict in decision.cases), decision.otherwise)
        return next((verdict for verdict in verdicts if isinstance(verdict, Share)), decision)

    patch.setattr(prune, "settled", settled)


@mutation
def plans_are_kept_without_their_conditions(patch: Patch) -> None:
    patch.setattr(cache._Dependencies, "enter_directive", lambda *_: None)


@mutation
def plans_are_kept_without_the_sense_of_filters_and_orders(patch: Patch) -> None:
    patch.setattr(cache, "_entries", lambda value: ((name.rstrip("_"), cache._shape(part)) for name, part in value.items()))


# Cells


@mutation
def masks_are_left_out_of_the_plan(patch: Patch) -> None:
    whole = cells.expression
    for module in (cells, prune):
        patch.setattr(module, "expression", lambda item, _form: whole(item, Form.FULL))


@mutation
def masks_do_nothing(patch: Patch) -> None:
    patch.setattr(memory, "MASKS", MappingProxyType(dict.fromkeys(MASKS, lambda value: value)))


@mutation
def a_check_discloses_the_value(patch: Patch) -> None:
    patch.setattr(prune, "Matched", lambda item, _kind, _offered: Value(item))


@mutation
def the_number_of_a_case_is_off_by_one(patch: Patch) -> None:
    whole = memory._Table._case
    patch.setattr(memory._Table, "_case", lambda self, predicates, held: max(0, whole(self, predicates, held) - 1))


@mutation
def an_unknown_condition_holds(patch: Patch) -> None:
    def lax(*given: Any) -> bool | None:
        found = evaluate(*given)
        return True if found is None else found

    patch.setattr(memory, "evaluate", lax)


@mutation
def keys_travel_together_whatever_their_parameters(patch: Patch) -> None:
    whole = Batcher.load

    def load(self: Any, fetch: Any, params: Any, keys: Any) -> Any:
        kind = self._kinds.get(fetch)
        under_way = next(iter(kind.lanes.values()), None) if kind is not None else None
        return whole(self, fetch, params if under_way is None else {**params, **under_way.params}, keys)

    patch.setattr(Batcher, "load", load)


# What does not show in an answer, but leaves its source


@mutation
def withheld_cells_are_fetched_all_the_same(patch: Patch) -> None:
    whole = prune._Pruner._item

    def item(self: Any, selected: Any, draft: Any) -> Any:
        if selected.hidden is None and draft.resource.items[selected.item].derivation is None:
            draft.cell(Value(selected.item))
        return whole(self, selected, draft)

    patch.setattr(prune._Pruner, "_item", item)


@mutation
def keys_leave_for_relations_that_are_not_open(patch: Patch) -> None:
    patch.setattr(prune, "joining_cell", lambda key, _decision: Value(key))


# How they are made


def _of_every_grant(patch: Patch, **terms: object) -> None:
    whole = decide._shortfall
    patch.setattr(decide, "_shortfall", lambda grant, *rest: whole(replace(grant, **terms), *rest))


def _of_every_entry(patch: Patch, **terms: object) -> None:
    whole = decide._shortfall
    patch.setattr(decide, "_shortfall", lambda grant, sharing, *rest: whole(grant, replace(sharing, **terms), *rest))


def _of_every_standpoint(patch: Patch, terms: Callable[[Any, Any], dict[str, object]]) -> None:
    whole = decide.decide_one

    def one(catalogue: Catalogue, question: Question, standpoint: Any) -> Decision:
        resource = catalogue.resources[question.coordinate.type]
        return whole(catalogue, question, replace(standpoint, **terms(resource, standpoint)))

    patch.setattr(decide, "decide_one", one)


def _rows_are_all(patch: Patch, kind: Rows) -> None:
    whole = reach._rows_predicate
    patch.setattr(reach, "_rows_predicate", lambda rows, *rest: ALWAYS if rows is kind else whole(rows, *rest))


def _entries_become(patch: Patch, change: Callable[[Any], Any]) -> None:
    whole = decide.decide_one

    def one(catalogue: Catalogue, question: Question, standpoint: Any) -> Decision:
        at = question.coordinate
        resource = catalogue.resources[at.type]
        if at.field in resource.items:
            altered = replace(resource, items={**resource.items, at.field: change(resource.items[at.field])})
        else:
            altered = replace(resource, relations={**resource.relations, at.field: change(resource.relations[at.field])})
        resources = {**catalogue.resources, at.type: altered}
        return whole(Catalogue(1, catalogue.registers, resources, catalogue.departments), question, standpoint)

    patch.setattr(decide, "decide_one", one)


def _drafts_become(patch: Patch, change: Callable[[Any, Any], tuple[Any, Any]]) -> None:
    whole = prune._Pruner._draft

    def draft(self: Any, resource: Any, lookup: Any, *rest: Any) -> Any:
        return whole(self, *change(resource, lookup), *rest)

    patch.setattr(prune._Pruner, "_draft", draft)
