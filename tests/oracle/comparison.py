"""Product against oracle over generated catalogues, grants, callers and documents; a difference is shrunk, then told."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import graphql
import orjson
import strawberry
from graphql import GraphQLScalarType, GraphQLSchema, SelectionSetNode

from catalogue.model import Catalogue, Coordinate, Item, Unconditional
from schema.build import build_schema
from sharing.rights import index_rights
from tests.oracle.documents import Document, Writer
from tests.oracle.execute import Oracle, Result
from tests.oracle.law import Asker, Law
from tests.oracle.leaks import Leaks
from tests.oracle.product import Answered, Ask, OpenCases, Product, Spy
from tests.oracle.standpoints import HOURS, NOW, TODAY, Catalogues, Standpoint, draw_matters, draw_standpoints
from tests.oracle.world import World, make_world

CALLERS = 3
BUILT_IN = ("String", "Int", "Float", "Boolean", "ID")
REASONS = ("UNREACHABLE", "TIMEOUT", "NOT_CONNECTED")


def open_catalogue(base: Catalogue) -> Catalogue:
    """The same names with nothing withheld: its schema lets every plain item filter and order, so that all can be tried."""
    resources = {}
    for name, resource in base.resources.items():
        items = {key: _open(item) for key, item in resource.items.items()}
        resources[name] = replace(resource, items=items)
    return Catalogue(base.version, base.registers, resources, base.departments)


def _open(item: Item) -> Item:
    return item if item.internal else replace(item, sharing=Unconditional(), rules=())


def plain_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The same types without a resolver; scalars read input as theirs do, and give what they are given."""
    plain = graphql.build_schema(schema.as_str())
    made = schema._schema
    for name, kind in plain.type_map.items():
        source = made.type_map.get(name)
        if not (isinstance(kind, GraphQLScalarType) and isinstance(source, GraphQLScalarType)) or name in BUILT_IN:
            continue
        for part in ("parse_value", "parse_literal", "coerce_input_value", "coerce_input_literal"):
            if hasattr(source, part):
                setattr(kind, part, getattr(source, part))
        for part in ("serialize", "coerce_output_value"):
            if hasattr(kind, part):
                setattr(kind, part, lambda value: value)
    return plain


@dataclass(frozen=True, slots=True)
class Case:
    """One request of a caller under a catalogue, perhaps with sources down."""

    seed: int
    catalogue: Catalogue
    standpoint: Standpoint
    document: Document
    down: Mapping[str, str]

    @property
    def declared(self) -> frozenset[Coordinate] | None:
        """What the matter is bound to, or None."""
        bound = self.standpoint.rights.matters.in_force(self.standpoint.asking.matter, TODAY)
        return None if bound is None or not bound.items else bound.items

    def ask(self) -> Ask:
        point = self.standpoint
        return Ask(
            point.consumer, point.purpose, point.asking, point.rights, point.now.timestamp(), self.document.text,
            self.document.variables, point.counts(),
        )  # fmt: skip

    def cases(self) -> OpenCases:
        return OpenCases({self.standpoint.case.number: self.standpoint.case})


@dataclass(slots=True)
class Tally:
    """What a run compared."""

    cases: int = 0
    cells: int = 0
    rows: int = 0
    errors: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


class Comparison:
    """Runs cases against one set of sources."""

    def __init__(self, world: World, schema: strawberry.Schema, plain: GraphQLSchema, spies: Mapping[str, Spy]) -> None:
        self.world = world
        self.open_world = replace(world, catalogue=open_catalogue(world.catalogue))
        self.product = Product(schema, world.sources, spies)
        self.oracle = Oracle(plain, world)
        self.leaks = Leaks(world)
        self.plain = plain
        self.tally = Tally()

    def run(self, seed: int, count: int, *, shrink: bool = True) -> str | None:
        """The first difference among `count` cases, told in full; None where there is none."""
        return asyncio.run(self._run(seed, count, shrink))

    async def _run(self, seed: int, count: int, shrink: bool) -> str | None:
        try:
            return await self._compare(seed, count, shrink)
        finally:
            await self.product.close()

    async def _compare(self, seed: int, count: int, shrink: bool) -> str | None:
        done, number = 0, seed
        while done < count:
            for group in self._rounds(number, 1 + number - seed):
                try:
                    differences = await self._differences(group)
                except Exception as problem:
                    return f"seed {number}: {type(problem).__name__}: {problem}"
                for case, difference in differences:
                    if difference:
                        return await self._told(case, difference) if shrink else difference
                done += len(group)
            number += 1
        return None

    def _rounds(self, seed: int, version: int) -> Iterator[list[Case]]:
        """One catalogue's cases, in groups that are asked together."""
        random = Random(seed)
        catalogue = Catalogues(self.world).vary(random, version)
        matters = draw_matters(random, catalogue)
        self.product.publish(catalogue)
        points = [
            replace(point, rights=replace(point.rights, matters=matters))
            for point in draw_standpoints(random, self.world, catalogue, CALLERS)
        ]
        document: Document | None = None
        for hours in HOURS:
            if document is None or random.random() > 0.3:  # else once more, later, when grants may have begun or ended
                document = self._document(random)
            points = [replace(point, now=NOW + timedelta(hours=hours)) for point in points]
            down: dict[str, str] = {}
            if random.random() < 0.08:
                down = {random.choice(list(self.product.spies)): random.choice(REASONS)}
            again = replace(document, variables=document.again)
            asked = [document if random.random() < 0.6 else again for _ in points]
            name = self._hash(document)
            cases = [
                Case(seed, catalogue, point.asked_with(name), each, down) for point, each in zip(points, asked, strict=True)
            ]
            if random.random() < 0.4:
                yield cases
            else:
                for case in cases:
                    yield [case]

    def _hash(self, document: Document) -> str:
        """By which a document is known, whatever its literals."""
        return self.product.documents.prepare(document.text, None, introspection=True)[0].hash.hex()

    def _document(self, random: Random) -> Document:
        while True:
            document = Writer(random, self.open_world).document()
            if len(document.text) < 6_000 and is_valid(self.plain, document.text):
                return document

    async def _differences(self, group: Sequence[Case]) -> list[tuple[Case, str | None]]:
        self.product.down(group[0].down)
        cases = OpenCases({case.standpoint.case.number: case.standpoint.case for case in group})
        answers = await self.product.answers([case.ask() for case in group], cases)
        found = []
        for case, answer in zip(group, answers, strict=True):
            leaks: list[str] = []
            if len(group) == 1:  # what several have asked for together is nobody's alone
                leaks = self.leaks.of(Law(case.catalogue, self._asker(case)), self.product.seen())
            found.append((case, self._difference(case, answer, leaks)))
        return found

    def _difference(self, case: Case, answer: Answered, leaks: list[str]) -> str | None:
        due = self.due(case)
        told: list[str] = [f"left its source: {leak}" for leak in leaks[:5]]
        data = orjson.dumps(due.data)
        if answer.data != data:
            told.append(_first_difference(answer.data, data))
        for name, ours, theirs in (("error", answer.errors, due.errors), ("outcome", answer.outcomes, due.outcomes)):
            told += [f"{name} only of the product: {each}" for each in sorted(ours - theirs, key=str)[:5]]
            told += [f"{name} only of the oracle: {each}" for each in sorted(theirs - ours, key=str)[:5]]
        self._count(answer, due)
        return "\n".join(told) or None

    def due(self, case: Case) -> Result:
        """What the oracle says."""
        document = case.document
        return self.oracle.run(case.catalogue, self._asker(case), document.text, document.variables, case.down)

    def _asker(self, case: Case) -> Asker:
        return case.standpoint.asker(self._hash(case.document), case.declared)

    def _count(self, answer: Answered, due: Result) -> None:
        tally = self.tally
        tally.cases += 1
        tally.cells += answer.data.count(b":")
        tally.errors += len(answer.errors)
        for _, _, outcome, reason, _ in due.outcomes:
            tally.outcomes[f"{outcome} {reason}"] = tally.outcomes.get(f"{outcome} {reason}", 0) + 1

    # Telling

    async def _told(self, case: Case, difference: str) -> str:
        case, difference = await self._shrunk(case, difference)
        point = case.standpoint
        used = sorted({code for grant in point.grants for code in grant.items})
        return "\n".join([
            f"seed {case.seed}, catalogue {case.catalogue.version}", case.document.text, str(dict(case.document.variables)),
            f"{point.asking} at {point.now}, case {point.case if point.purpose.case else None}", f"down {case.down}",
            *map(str, point.grants), f"items granted: {used}", difference,
        ])  # fmt: skip

    async def _shrunk(self, case: Case, difference: str) -> tuple[Case, str]:
        """The smallest case found that differs when asked alone; the case itself where it does not."""
        self.product.publish(case.catalogue)
        alone = await self.alone(case)
        if alone is None:
            return case, f"(only beside other callers)\n{difference}"
        difference, tries, shrunk = alone, 0, True
        while shrunk and tries < 300:
            shrunk = False
            for smaller in self._smaller(case):
                tries += 1
                found = await self.alone(smaller)
                if found is not None:
                    case, difference, shrunk = smaller, found, True
                    break
        return case, difference

    async def alone(self, case: Case) -> str | None:
        """The difference of one case; an exception of the product is one."""
        try:
            return (await self._differences([case]))[0][1]
        except Exception as problem:
            return f"{type(problem).__name__}: {problem}"

    def _smaller(self, case: Case) -> Iterator[Case]:
        for text in smaller_texts(case.document.text):
            if is_valid(self.plain, text):
                yield replace(case, document=Document(text, case.document.variables))
        point = case.standpoint
        for number in range(len(point.grants)):
            grants = point.grants[:number] + point.grants[number + 1 :]
            rights = index_rights(point.rights.epoch * 31 + number + 1, grants, matters=point.rights.matters)
            yield replace(case, standpoint=replace(point, grants=grants, rights=rights))


def is_valid(schema: GraphQLSchema, text: str) -> bool:
    """Whether the document is valid, unused variables aside."""
    return not graphql.validate(schema, graphql.parse(text), max_errors=1)


def smaller_texts(text: str) -> list[str]:
    """The document with one selection, fragment or variable less."""
    document = graphql.parse(text)
    found: list[str] = []
    sets: list[SelectionSetNode] = []

    class Gather(graphql.Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
            sets.append(node)

    graphql.visit(document, Gather())
    for number, at in enumerate(sets):
        for place in range(len(at.selections)):
            if len(at.selections) > 1:
                found.append(_without(document, number, place))
    return [each for each in found if each]


def _without(document: graphql.DocumentNode, number: int, place: int) -> str:
    seen = -1

    class Drop(graphql.Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
            nonlocal seen
            seen += 1
            if seen != number:
                return None
            return SelectionSetNode(selections=(*node.selections[:place], *node.selections[place + 1 :]))

    smaller = graphql.visit(document, Drop())
    return _swept(smaller)


def _swept(document: graphql.DocumentNode) -> str:
    """Without fragments and variables that nothing uses any more."""
    text = graphql.print_ast(document)
    for _ in range(5):
        parsed = graphql.parse(text)
        kept = [
            each for each in parsed.definitions
            if not (isinstance(each, graphql.FragmentDefinitionNode) and f"...{each.name.value}\n" not in f"{text}\n"
                    and f"...{each.name.value} " not in text)
        ]  # fmt: skip
        body = "\n".join(graphql.print_ast(each) for each in kept)
        operation = next(each for each in kept if isinstance(each, graphql.OperationDefinitionNode))
        used = set()

        class Uses(graphql.Visitor):
            def enter_variable(self, node: Any, _key: Any, parent: Any, *_: Any) -> None:
                if not isinstance(parent, graphql.VariableDefinitionNode):
                    used.add(node.name.value)  # noqa: B023

        graphql.visit(graphql.parse(body), Uses())
        stated = tuple(each for each in operation.variable_definitions or () if each.variable.name.value in used)
        smaller = graphql.OperationDefinitionNode(
            operation=operation.operation, name=operation.name, variable_definitions=stated, directives=(),
            selection_set=operation.selection_set,
        )  # fmt: skip
        after = "\n".join(graphql.print_ast(smaller if each is operation else each) for each in kept)
        if after == text:
            break
        text = after
    return text


def _first_difference(ours: bytes, theirs: bytes) -> str:
    at = next((place for place, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    start = max(0, at - 120)
    shown, due = (data[start : at + 160].decode(errors="replace") for data in (ours, theirs))
    return f"data of the product: …{shown}\ndata of the oracle:  …{due}"


@dataclass(frozen=True)
class Setting:
    """What all runs share: one world, its schema for the product, and a plain one for the oracle."""

    world: World
    schema: strawberry.Schema
    plain: GraphQLSchema

    def comparison(self, spies: Mapping[str, Spy]) -> Comparison:
        """A comparison over these sources."""
        return Comparison(self.world, self.schema, self.plain, spies)


def make_setting() -> Setting:
    """The setting of all tests here."""
    world = make_world()
    schema = build_schema(open_catalogue(world.catalogue))
    return Setting(world, schema, plain_schema(schema))
