"""Which rule may have kept back rows of a subject: an empty list proves that there is nothing only where none can have.

Compiled once per pruned plan: what the rules say of a row of which only the subject's code and its certificate's type are
known. What depends on neither the subject nor the request is evaluated then; mostly that is all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from catalogue.model import Catalogue, Coordinate, Relation, Resource, Target
from catalogue.predicate import ItemName, Predicate, evaluate, items_of, params_of
from resolvers.materials.compose import RESOURCE_OF, Asked, Leaf
from sharing.decision import Asked as For
from sharing.decision import Decision, Decisions, Question, Share, ShareIf, Verdict, Withhold

Facts: TypeAlias = Mapping[str, object]
Known: TypeAlias = Mapping[ItemName, object]


class Why(NamedTuple):
    """The coordinate whose rule may hide a row, and what the rule says; of which type, where it is a certificate's."""

    coordinate: Coordinate
    withhold: Withhold
    of_type: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule that looks at the subject or the request. `keyed`: the items that hold the subject's code."""

    coordinate: Coordinate
    decision: ShareIf
    keyed: Sequence[ItemName]
    known: Known
    of_type: str | None

    def why(self, code: object, facts: Facts) -> Withhold | None:
        known = {**dict.fromkeys(self.keyed, code), **self.known}
        return _may_withhold(self.decision, known, facts)


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rules on rows that hang on a subject, in the order in which they are asked; one that holds of anybody ends it."""

    rules: Sequence[_Rule | Why]

    def why(self, code: object, facts: Facts) -> Why | None:
        """Which rule may have kept back rows of the subject with this code, and why; None where none can."""
        for rule in self.rules:
            if isinstance(rule, Why):
                return rule
            withhold = rule.why(code, facts)
            if withhold is not None:
                return Why(rule.coordinate, withhold, rule.of_type)
        return None


def compile_hiding(catalogue: Catalogue, leaf: Leaf, asked: Asked, decisions: Decisions, matter: str) -> Hiding:
    """For the rows that the leaf's first relation leads to. `matter`: as the check's questions name it."""
    rules: list[_Rule | Why] = []
    relation = catalogue.entries[leaf.steps[0]]
    assert isinstance(relation, Relation)
    for target in relation.targets:
        resource = catalogue.resources[target.resource]
        keyed, known = _known(resource, target, asked)
        names = {resource.key, resource.lookups[target.lookup].item} | ({ItemName("typeCode")} if leaf.types else set())
        for name in sorted(name for name in names if name is not None):
            coordinate = Coordinate(target.resource, name)
            for one in (For.ROW, For.FIND, For.USE):
                decision = decisions.get(Question(coordinate, one, matter))
                rules += _rules(coordinate, decision, keyed, known, leaf.types)
    return Hiding(rules)


def _known(resource: Resource, target: Target, asked: Asked) -> tuple[tuple[ItemName, ...], Known]:
    """Which items of such a row hold the subject's code, and what else is known of it: of which kind its subject is."""
    keyed = dict.fromkeys([resource.lookups[target.lookup].item])
    if resource.subject is not None:
        keyed[resource.subject] = None
    known: dict[ItemName, object] = {}
    for other in resource.relations.values():
        of_kind = [one.when for one in other.targets if one.resource == RESOURCE_OF[asked.taken.kind]]
        if other.discriminator is not None and of_kind and of_kind[0] is not None:
            known[other.discriminator] = of_kind[0]
    return tuple(keyed), known


def _rules(
    coordinate: Coordinate, decision: Decision | None, keyed: Sequence[ItemName], known: Known, types: Sequence[str]
) -> Iterator[_Rule | Why]:
    if not isinstance(decision, ShareIf):
        return
    for of_type in types or (None,):
        facts = known if of_type is None else {**known, ItemName("typeCode"): of_type}
        left = _settled(decision, keyed, facts)
        if isinstance(left, ShareIf):
            yield _Rule(coordinate, left, keyed, facts, of_type)
        elif isinstance(left, Withhold):
            yield Why(coordinate, left, of_type)


def _settled(decision: ShareIf, keyed: Sequence[ItemName], known: Known) -> ShareIf | Verdict:
    """The decision without the cases that neither subject nor request can change."""
    kept: list[tuple[Predicate, Verdict]] = []
    otherwise = decision.otherwise
    for predicate, verdict in decision.cases:
        if _open(predicate, keyed, known):
            kept.append((predicate, verdict))
            continue
        holds = evaluate(predicate, known.get, _Told())
        if holds is True or (holds is None and isinstance(verdict, Withhold)):
            otherwise = verdict
            break
    return ShareIf(tuple(kept), otherwise) if kept else otherwise


def _open(predicate: Predicate, keyed: Sequence[ItemName], known: Known) -> bool:
    """Whether it looks at the subject's code, or compares what is known with what only a request tells."""
    items = items_of(predicate)
    return bool(items.intersection(keyed)) or bool(params_of(predicate) and items & known.keys())


def _may_withhold(decision: ShareIf, known: Known, facts: Facts) -> Withhold | None:
    """Why a row of which only these items are known may be withheld; None where it cannot be."""
    told = _Told(facts)
    for predicate, verdict in decision.cases:
        holds = evaluate(predicate, known.get, told)
        if holds is not False and isinstance(verdict, Withhold):
            return verdict
        if holds is True:
            return None
    return None if isinstance(decision.otherwise, Share) else decision.otherwise


class _Told(dict[str, object]):
    """The facts of a request; what it was not told is unknown."""

    def __missing__(self, name: str) -> None:
        return None
