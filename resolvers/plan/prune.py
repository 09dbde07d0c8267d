"""From a plan and its decisions to what runs: withheld coordinates fall away, row rules travel into the fetches.

Each function here turns one kind of field into a slot and adds to the fetch of its row the cells that the slot needs.
A question without a decision raises (`KeyError`): it is an error of ours, never a permission.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue.binding import SourceName
from catalogue.model import Catalogue, Coordinate, Form, Item, ItemCode, Lookup, LookupKind, Relation, Resource, ResourceName
from catalogue.predicate import ItemName, Param, Predicate, all_of
from connectors.request import CaseNumber, Cases, Derived, Fetch, Matched, Order, Value
from resolvers.conformity import GEOJSON, kind_of
from resolvers.enums import CODES
from resolvers.plan.cells import expression, joining_cell, settled, shown_as, shown_rows, some_withhold
from resolvers.plan.draft import Access, Draft, Refused
from resolvers.plan.limits import quotas_relied_on
from resolvers.plan.marks import Marking
from resolvers.plan.notes import Notes
from resolvers.plan.plan import (
    Comparison,
    Field,
    ItemField,
    Listing,
    Plan,
    Position,
    RelationField,
    RootField,
    RowSelection,
    TypenameField,
    VerifyField,
)
from resolvers.plan.pruned import (
    COMPARED,
    Branch,
    CaseSlot,
    CellSlot,
    Constant,
    DerivedSlot,
    FromRoot,
    FromRows,
    Guard,
    KeySource,
    Limited,
    Pruned,
    Quota,
    RelationSlot,
    RootShape,
    RowRule,
    RowShape,
    Slot,
    Step,
    ToldApart,
    VerifyCell,
    VerifySlot,
)
from sharing.decision import Asked, Decision, Decisions, Outcome, Question, Reason, Remedy, Share, ShareIf, Withhold
from sharing.terms import foreseen

UNCHECKED = ""
"""The kind of a cell that needs no check: a masked one, whose standard is not the mask's, or the key that was asked by."""

SUBJECTS = ""
"""The kind of what names persons and entities, by whatever register."""

UNBOUND = SourceName("")
"""The source of a published resource that no deployment has bound: it answers NOT_CONNECTED."""


def prune(
    plan: Plan,
    decisions: Decisions,
    catalogue: Catalogue,
    sources: Mapping[ResourceName, SourceName],
    unbound: frozenset[Coordinate] = frozenset(),
    doubted: frozenset[ItemCode] = frozenset(),
) -> Pruned:
    """The plan that may run. `sources` says where each resource's rows are, `unbound` which of its items no column holds,
    `doubted` which items of it open doubts are about: what runs is the same, but for marks.
    """
    return _Pruner(plan, decisions, catalogue, sources, unbound, doubted, Notes(catalogue)).prune()


@dataclass
class _Pruner:
    plan: Plan
    decisions: Decisions
    catalogue: Catalogue
    sources: Mapping[ResourceName, SourceName]
    unbound: frozenset[Coordinate]
    doubted: frozenset[ItemCode]
    notes: Notes
    drafts: list[Draft] = field(default_factory=list)
    used: dict[Question, set[int]] = field(default_factory=dict)
    root: int = 0

    def prune(self) -> Pruned:
        roots = tuple(self._root(index, root) for index, root in enumerate(self.plan.roots))
        limits = quotas_relied_on(self.used, self.decisions, self.drafts)
        apart = self._apart(limits)
        steps = tuple(self._step(draft) for draft in self.drafts)
        waves = tuple(
            tuple(step for step in steps if step.wave == wave)
            for wave in range(max((step.wave for step in steps), default=-1) + 1)
        )
        return Pruned(self.plan, steps, waves, roots, tuple(self.notes.made), frozenset(self.used), limits, apart)

    def _question(self, coordinate: Coordinate, asked: Asked) -> Question:
        """A question as this root field asks it."""
        return Question(coordinate, asked, self.plan.roots[self.root].matter)

    def _rely(self, draft: Draft, *questions: Question) -> None:
        """What is read of this draft's rows relies on these being open."""
        for question in questions:
            self.used.setdefault(question, set()).add(draft.index)

    def _apart(self, limits: tuple[Quota, ...]) -> dict[int, ToldApart]:
        """The drafts of whose rows a quota counts the subjects; what tells them apart is fetched with them."""
        found = {}
        for index in sorted({index for quota in limits for index in quota.steps}):
            self.root = self.drafts[index].root
            found[index] = self._told_apart(self.drafts[index])
        return found

    def _step(self, draft: Draft) -> Step:
        order = draft.order
        if not draft.lookup.unique:
            named = {entry.item for entry in order}
            order += tuple(Order(item, descending=False) for item in draft.resource.ordered_by if item not in named)
        fetch = Fetch(
            source=self.sources.get(draft.resource.name, UNBOUND) if draft.bound else UNBOUND,
            resource=draft.resource.name,
            lookup=draft.lookup.name,
            kind=draft.lookup.kind,
            item=draft.lookup.item,
            cells=tuple(draft.cells),
            where=draft.where,
            order=order,
            first=draft.first,
            unique=draft.lookup.unique,
        )
        return Step(draft.index, draft.wave, fetch, draft.keys)

    # Roots and relations: which rows

    def _root(self, index: int, root: RootField) -> RootShape:
        self.root = index
        resource = self.catalogue.resources[root.rows.resource]
        lookup = resource.lookups[root.root.lookup]
        many = not lookup.unique
        position = root.rows.position
        assert position is not None, "a resource with a root field has a key"
        unavailable = self.notes.unavailable(position)
        ambiguous = self.notes.nonconforming(position, "AMBIGUOUS_KEY")
        access = self._access(resource, lookup, root.listing, linkable=False)
        if isinstance(access, Refused):
            self.notes.withheld(position, access)
            return RootShape(root.key, root.path, root.root.batch, many, -1, None, unavailable, None, ambiguous)
        draft = self._draft(resource, lookup, FromRoot(index), 0, (root.listing, access))
        hidden = self._hidden(position, access, many)
        rows = self._rows(root.rows, draft, root.path)
        absent = mark = None
        if lookup.kind is LookupKind.EQUALS:
            absent = self.notes.note(position, Outcome.SHARED, "NO_ROW", "Art. 18", None)
            mark = self._marking().root(root) if self.doubted else None
        return RootShape(
            root.key, root.path, root.root.batch, many, draft.index, rows, unavailable, hidden, ambiguous, absent, mark
        )  # fmt: skip

    def _draft(
        self, resource: Resource, lookup: Lookup, keys: KeySource, wave: int, rows: tuple[Listing | None, Access]
    ) -> Draft:
        listing, access = rows
        parts = [lookup.filter, resource.published_when, *access.predicates, listing.where if listing else None]
        stated = [part for part in parts if part is not None]
        draft = Draft(
            index=len(self.drafts),
            root=self.root,
            wave=wave,
            resource=resource,
            lookup=lookup,
            keys=keys,
            where=all_of(*stated) if stated else None,
            order=listing.order if listing else (),
            first=listing.first if listing else None,
            filtered=bool(stated),
            open=frozenset(access.predicates),
        )
        self.drafts.append(draft)
        self._rely(draft, *access.questions)
        return draft

    def _access(self, resource: Resource, lookup: Lookup, listing: Listing | None, *, linkable: bool) -> Access | Refused:
        """Which rows may be fetched, by the rules on their key item, the item they are found by, and any that filters.

        The first of these that is withheld on every row refuses them all.
        """
        questions: list[Question] = []
        if resource.key is not None:
            questions.append(self._question(Coordinate(resource.name, resource.key), Asked.ROW))
        if not linkable and not resource.items[lookup.item].internal:
            questions.append(self._question(Coordinate(resource.name, lookup.item), Asked.FIND))
        if listing is not None:
            questions += [self._question(Coordinate(resource.name, item), Asked.USE) for item in listing.items]
        rules: dict[Predicate, tuple[Coordinate, Withhold]] = {}
        for question in questions:
            decision = self.decisions[question]
            if isinstance(decision, Withhold):
                return Refused(question.coordinate, decision)
            if isinstance(decision, ShareIf):
                rules.setdefault(shown_rows(decision), (question.coordinate, some_withhold(decision)))
        return Access(rules, tuple(questions))

    def _hidden(self, position: Position, access: Access, many: bool) -> int | None:
        """The note on rows that rules keep back: of a list always, for its absence must not tell; else where none came."""
        notes = [
            self.notes.note(self.notes.at(position, at), Outcome.WITHHELD, Reason.ROW_RULE, why.article, why.remedy, many)
            for at, why in access.rules.values()
        ]
        return notes[0] if notes else None

    # Rows: their fields

    def _rows(self, selection: RowSelection, draft: Draft, path: tuple[str, ...]) -> RowShape:
        slots = tuple(self._slot(selected, draft) for selected in selection.fields)
        subject, item = self._subject(draft)
        marks = self._marking().rows(selection, slots, self._known_by(draft, subject)) if self.doubted else ()
        return RowShape(selection.resource, slots, subject, item, path, marks)

    def _marking(self) -> Marking:
        return Marking(self.catalogue, self.doubted, self.notes.doubted)

    def _known_by(self, draft: Draft, subject: int) -> tuple[int, ...]:
        """The cells of a row by which a doubt may know whose it is; none is fetched for that."""
        key = draft.resource.key
        fetched = None if key is None else draft.cells.get(Value(key))
        found = {subject: None} if fetched is None else {subject: None, fetched: None}
        return (*found, 0) if draft.lookup.kind is LookupKind.EQUALS and 0 not in found else tuple(found)

    def _subject(self, draft: Draft) -> tuple[int, str]:
        """Where the row's data subject stands: in the key asked for, in a cell that the caller may use, else in its key."""
        resource, found_by = draft.resource, draft.lookup.item
        subject = resource.subject
        if subject is not None and found_by == subject and draft.lookup.kind is LookupKind.EQUALS:
            return 0, subject
        if subject is not None:
            asked = Asked.ROW if subject == resource.key else Asked.FIND
            found = self.decisions[self._question(Coordinate(resource.name, subject), asked)]
            if isinstance(found, Share) and found.form is Form.FULL:
                return draft.cell(Value(subject)), subject
        if draft.lookup.kind is LookupKind.EQUALS or resource.key is None:
            return 0, found_by
        shown = settled(self.decisions[self._question(Coordinate(resource.name, resource.key), Asked.ROW)], draft.open)
        if isinstance(shown, Share) and shown.form is Form.FULL:
            return draft.cell(Value(resource.key)), resource.key
        return 0, found_by

    def _identity(self, draft: Draft) -> int | None:
        """Where the row can be told apart, however it was found: its key, else its subject. None where it may not be."""
        item = draft.resource.key or draft.resource.subject
        return 0 if item is None else self._named_by(item, draft)

    def _told_apart(self, draft: Draft) -> ToldApart:
        """Whom a row is about: its subject, else what its key names, else what it was found by."""
        resource = draft.resource
        kind = SUBJECTS if resource.subject is not None else resource.name
        item = resource.subject or resource.key
        if item is None:
            return ToldApart(kind, 0 if draft.lookup.kind is LookupKind.EQUALS else None)
        return ToldApart(kind, self._named_by(item, draft))

    def _named_by(self, item: ItemName, draft: Draft) -> int | None:
        """Where the row's key or subject stands as far as it may leave the source in full: None where on no row."""
        resource = draft.resource
        if draft.lookup.kind is LookupKind.EQUALS and draft.lookup.item == item:
            return 0
        if resource.items[item].internal:
            return draft.cell(Value(item))
        asked = Asked.ROW if item == resource.key else Asked.FIND
        decision = settled(self.decisions[self._question(Coordinate(resource.name, item), asked)], draft.open)
        if isinstance(decision, Withhold) or (isinstance(decision, Share) and decision.form is not Form.FULL):
            return None
        return draft.cell(joining_cell(item, decision))

    def _slot(self, selected: Field, draft: Draft) -> Slot:
        match selected:
            case TypenameField(key=key):
                return Constant(key, draft.resource.name)
            case ItemField():
                return self._item(selected, draft)
            case VerifyField():
                return self._verify(selected, draft)
            case RelationField():
                return self._relation(selected, draft)

    def _item(self, selected: ItemField, draft: Draft) -> Slot:
        item = draft.resource.items[selected.item]
        decision = settled(self.decisions[self._question(selected.position.coordinate, Asked.SHOW)], draft.open)
        if isinstance(decision, Withhold):
            self.notes.withheld(selected.position, Refused(selected.position.coordinate, decision))
            return Constant(selected.key, None)
        self._rely(draft, self._question(selected.position.coordinate, Asked.SHOW))
        if selected.hidden is not None:
            return self._derived_elsewhere(selected, item, decision, draft)
        if selected.position.coordinate in self.unbound:
            return self._not_connected(selected, decision, draft)
        nonconforming = self.notes.nonconforming(selected.position, "NONCONFORMING")
        if isinstance(decision, Share):
            self.notes.shared(selected.position, decision)
            checked = decision.form is Form.FULL and not self._was_asked(item, draft)
            kind = kind_of(item) if checked or item.type == GEOJSON else UNCHECKED
            return CellSlot(selected.key, draft.cell(expression(item, decision.form)), kind, nonconforming)
        cases = tuple((predicate, shown_as(item, verdict)) for predicate, verdict in decision.cases)
        cell = draft.cell(Cases(cases, shown_as(item, decision.otherwise)))
        notes, shown = self.notes.by_case(selected.position, decision)
        verdicts = (*(verdict for _, verdict in decision.cases), decision.otherwise)
        full = tuple(isinstance(verdict, Share) and verdict.form is Form.FULL for verdict in verdicts)
        return CaseSlot(selected.key, cell, kind_of(item), nonconforming, notes, shown, full)

    def _was_asked(self, item: Item, draft: Draft) -> bool:
        """Whether the cell can only hold the root's own key, which the argument's scalar has checked."""
        if item.name != draft.lookup.item or item.type in CODES or not isinstance(draft.keys, FromRoot):
            return False
        root = self.plan.roots[draft.keys.root]
        asked_of = self.catalogue.resources[root.rows.resource]
        lookup = asked_of.lookups[root.root.lookup]
        return lookup.kind is LookupKind.EQUALS and asked_of.items[lookup.item].type == item.type

    def _derived_elsewhere(self, selected: ItemField, item: Item, decision: Share | ShareIf, draft: Draft) -> Slot:
        """A derived item whose operands stand in another resource: only the derivation's result leaves that source."""
        assert selected.hidden is not None
        assert item.derivation is not None
        rule = self._row_rule(selected.position, decision, draft)
        relation = selected.hidden.relation
        target = self.catalogue.resources[relation.targets[0].resource]
        lookup = target.lookups[relation.targets[0].lookup]
        key_cell, keys, wave = self._parent_keys(draft, relation, rule.guards, decision)
        child = self._draft(target, lookup, keys, wave, (None, Access({})))
        cell = child.cell(Derived(item.derivation.op, item.derivation.items, item.derivation.years))
        unavailable = self.notes.unavailable(selected.position)
        ambiguous = self.notes.nonconforming(selected.position, "AMBIGUOUS_KEY")
        absent = False if item.type == "Boolean" else None
        return DerivedSlot(selected.key, child.index, cell, key_cell, absent, rule, unavailable, ambiguous)

    def _not_connected(self, selected: ItemField, decision: Share | ShareIf, draft: Draft) -> Slot:
        """An item that no column holds yet has a fetch of its own, so that it alone is NOT_CONNECTED."""
        rule = RowRule(None, (), ())
        if isinstance(decision, ShareIf):
            notes, shown = self.notes.by_case(selected.position, decision)
            rule = RowRule(draft.cell(CaseNumber(tuple(predicate for predicate, _ in decision.cases))), notes, shown)
        child = self._draft(draft.resource, draft.lookup, draft.keys, draft.wave, (None, Access({})))
        child.bound = False
        cell = child.cell(Value(selected.item))
        unavailable = self.notes.unavailable(selected.position)
        ambiguous = self.notes.nonconforming(selected.position, "AMBIGUOUS_KEY")
        return DerivedSlot(selected.key, child.index, cell, 0, None, rule, unavailable, ambiguous)

    def _row_rule(self, position: Position, decision: Share | ShareIf, draft: Draft) -> RowRule:
        """The rule on what hangs on a row: the cell that says which case holds, and which cases let it through in full."""
        if isinstance(decision, Share):
            self.notes.shared(position, decision)
            return RowRule(None, (), ())
        cell = draft.cell(CaseNumber(tuple(predicate for predicate, _ in decision.cases)))
        notes, _ = self.notes.by_case(position, decision)
        verdicts = (*(verdict for _, verdict in decision.cases), decision.otherwise)
        return RowRule(cell, notes, tuple(isinstance(v, Share) and v.form is Form.FULL for v in verdicts))

    def _verify(self, selected: VerifyField, draft: Draft) -> Slot:
        cells = [VerifyCell(key, None, selected.type_name, ()) for key in selected.typenames]
        for checked in selected.fields:
            key, _, _, position = checked
            decision = settled(self.decisions[self._question(position.coordinate, Asked.VERIFY)], draft.open)
            if isinstance(decision, Withhold):
                self.notes.withheld(position, Refused(position.coordinate, decision))
                cells.append(VerifyCell(key, None, None, ()))
                continue
            self._rely(draft, self._question(position.coordinate, Asked.VERIFY))
            cells.append(self._comparison(checked, decision, draft))
        by_key = {cell.key: cell for cell in cells}
        identity = self._identity(draft) if any(cell.limited for cell in cells) else None
        return VerifySlot(selected.key, tuple(by_key[key] for key in selected.order), identity)

    def _comparison(self, checked: Comparison, decision: Share | ShareIf, draft: Draft) -> VerifyCell:
        """One comparison under its response key; limited where the value may only be verified, not read."""
        key, name, param, position = checked
        match = draft.resource.items[name].match
        assert match is not None
        matched = Matched(name, match, Param(param))
        verdicts = (decision,) if isinstance(decision, Share) else (*(v for _, v in decision.cases), decision.otherwise)
        cases = tuple(isinstance(verdict, Share) and verdict.form is Form.VERIFY for verdict in verdicts)
        limited = self._limited(position, param, cases) if any(cases) else None
        if isinstance(decision, ShareIf):
            compared = tuple((p, matched if isinstance(v, Share) else None) for p, v in decision.cases)
            otherwise = matched if isinstance(decision.otherwise, Share) else None
            notes, _ = self.notes.by_case(position, decision, COMPARED)
            return VerifyCell(key, draft.cell(Cases(compared, otherwise)), None, notes, limited=limited)
        if limited is None:
            self.notes.shared(position, decision, COMPARED)
            return VerifyCell(key, draft.cell(matched), None, ())
        shared = self.notes.note(position, Outcome.COMPARED, decision.reason, decision.article, None)
        return VerifyCell(key, draft.cell(matched), None, (shared,), numbered=False, limited=limited)

    def _limited(self, position: Position, param: str, cases: tuple[bool, ...]) -> Limited:
        barred = self.notes.note(position, Outcome.WITHHELD, Reason.ATTEMPTS_EXHAUSTED, "Art. 4(4)", Remedy.WAIT)
        unknown = self.notes.note(position, Outcome.WITHHELD, Reason.MISSING_FACT, "Art. 4(4)", Remedy.NEGOTIATE)
        return Limited(position.code, param, cases, barred, unknown)

    def _relation(self, selected: RelationField, draft: Draft) -> Slot:
        relation, position = selected.relation, selected.position
        decision = settled(self.decisions[self._question(position.coordinate, Asked.SHOW)], draft.open)
        accesses = self._accesses(selected, draft, decision)
        if isinstance(accesses, Refused):
            self.notes.withheld(position, accesses)
            return Constant(selected.key, None)
        assert not isinstance(decision, Withhold)
        self._rely(draft, self._question(position.coordinate, Asked.SHOW), *self._joining(relation, draft))
        rule = self._row_rule(position, decision, draft)
        discriminator = None
        if relation.discriminator is not None:
            discriminator = draft.cell(Value(relation.discriminator))
        branches: list[Branch] = []
        key_cell = 0
        for target, rows, access in zip(relation.targets, selected.rows, accesses, strict=True):
            resource = self.catalogue.resources[target.resource]
            lookup = resource.lookups[target.lookup]
            hidden = self._hidden(position, access, relation.many)
            chosen = rule.guards
            if discriminator is not None:
                chosen = (*chosen, Guard(discriminator, frozenset({target.when})))
            key_cell, keys, wave = self._parent_keys(draft, relation, chosen, decision)
            child = self._draft(resource, lookup, keys, wave, (selected.listing, access))
            branches.append(Branch(child.index, self._rows(rows, child, position.path), target.when, hidden))
        dangling = None
        if not relation.many and relation.key != draft.resource.key:
            dangling = self.notes.nonconforming(position, "REFERENCE_WITHOUT_ROW")
        return RelationSlot(
            key=selected.key,
            many=relation.many,
            key_cell=key_cell,
            discriminator=discriminator,
            rule=rule,
            branches=tuple(branches),
            unavailable=self.notes.unavailable(position),
            dangling=dangling,
            ambiguous=self.notes.nonconforming(position, "AMBIGUOUS_KEY"),
        )

    def _accesses(self, selected: RelationField, draft: Draft, decision: Decision) -> list[Access] | Refused:
        """The relation needs its own right, those to the items that join it, and those to its rows: the last per target."""
        relation = selected.relation
        if isinstance(decision, Withhold):
            return Refused(selected.position.coordinate, decision)
        if isinstance(decision, Share) and decision.form is not Form.FULL:
            in_full = any(Form.FULL in one.forms for one in foreseen(relation))
            remedy = Remedy.APPLY if in_full else Remedy.NEGOTIATE
            return Refused(selected.position.coordinate, Withhold(Reason.FULL_REQUIRED, "Art. 16 ¶1", remedy))
        for question in self._joining(relation, draft):
            refused = self._usable(draft, question)
            if refused is not None:
                return refused
        accesses: list[Access] = []
        for target in relation.targets:
            resource = self.catalogue.resources[target.resource]
            access = self._access(resource, resource.lookups[target.lookup], selected.listing, linkable=relation.linkable)
            if isinstance(access, Refused):
                return access
            accesses.append(access)
        return accesses

    def _joining(self, relation: Relation, draft: Draft) -> list[Question]:
        """The items of this row that lead to the relation's rows, where they have rules of their own."""
        items = [] if relation.linkable else [relation.key]
        items += [relation.discriminator] if relation.discriminator is not None else []
        resource = draft.resource
        return [
            self._question(Coordinate(resource.name, item), Asked.FIND)
            for item in items
            if not resource.items[item].internal
        ]

    def _usable(self, draft: Draft, question: Question) -> Refused | None:
        """Whether the item's value may join rows (None) on every row that this draft fetches."""
        decision = self.decisions[question]
        if isinstance(decision, Withhold):
            return Refused(question.coordinate, decision)
        if isinstance(decision, ShareIf) and shown_rows(decision) not in draft.open:
            why = some_withhold(decision)
            return Refused(question.coordinate, Withhold(Reason.ROW_RULE, why.article, why.remedy))
        return None

    def _parent_keys(
        self, draft: Draft, relation: Relation, guards: tuple[Guard, ...], decision: Share | ShareIf
    ) -> tuple[int, KeySource, int]:
        """Where a child's keys come from, and in which wave it can go.

        Rows that were found by the very item that joins need not arrive first: the child goes out with its parent, by the
        same keys. Not where a rule or filter may hide the parent, for then the child's rows might be read for nobody.
        """
        found_by_key = draft.lookup.kind is LookupKind.EQUALS and draft.lookup.item == relation.key
        if found_by_key and not guards and not draft.filtered:
            return 0, draft.keys, draft.wave
        cell = 0 if found_by_key else draft.cell(joining_cell(relation.key, decision))
        return cell, FromRows(draft.index, cell, guards), draft.wave + 1
