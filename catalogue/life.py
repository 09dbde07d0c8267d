"""The life of a register's file: drafted → submitted → published | withdrawn (Art. 8, 9). 谁编制、谁负责.

A draft is one file's text on top of what is published. Its compiler, the lead department (牵头部门), edits and submits it;
each provider whose items it touches confirms; the compiler publishes it as the catalogue's next version. An edit takes a
submitted draft back to drafted, and voids the confirmations of those for whom something has changed.
"""

import hashlib
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import tomlkit

from catalogue.check import Entry, parts
from catalogue.checks import check_catalogue
from catalogue.checks_of_law import BASE_REGISTERS
from catalogue.claims import Part, overlap_findings
from catalogue.finding import Finding
from catalogue.load import judge_documents
from catalogue.model import Catalogue, Department, ProviderCode, Resource
from catalogue.versions import Change, ChangeKind
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError

GONE = ""
"""The text of a draft that takes the register's file out of the catalogue."""
DEPARTMENTS = "departments.toml"
_NAMED = re.compile(r'\b(?:provider|lead)\s*=\s*"([a-z][a-z0-9_]*)"')


class State(StrEnum):
    """Where a draft is."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to a draft; its history is a list of these."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    OBJECT = "object"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


_D, _S = State.DRAFTED, State.SUBMITTED
NEXT: Mapping[tuple[State, Act], State] = MappingProxyType({
    (_D, Act.EDIT): _D,
    (_S, Act.EDIT): _D,
    (_D, Act.SUBMIT): _S,
    (_S, Act.CONFIRM): _S,
    (_S, Act.OBJECT): _S,
    (_S, Act.PUBLISH): State.PUBLISHED,
    (_D, Act.WITHDRAW): State.WITHDRAWN,
    (_S, Act.WITHDRAW): State.WITHDRAWN,
})  # fmt: skip
"""Which act may follow in which state, and to which state it leads."""


def next_state(state: State, act: Act) -> State:
    """The state after the act. Raises STATE_CONFLICT where it cannot follow."""
    after = NEXT.get((state, act))
    if after is None:
        possible = [str(one) for (now, one) in NEXT if now == state]
        raise GatewayError(
            STATE_CONFLICT,
            f"the draft is {state}: it cannot be followed by `{act}`",
            f"possible now: {', '.join(possible)}" if possible else "it has ended: begin a new draft",
            article="Art. 9",
        )
    return after


def path_of(register: str) -> str:
    """Where a register's file stands among the documents: the five base registers, all others are themes."""
    return f"{'registers' if register in BASE_REGISTERS else 'themes'}/{register}.toml"


def compiler_of(documents: Mapping[str, str], register: str) -> str | None:
    """The lead department's name by the register's file; None where there is none, or it names none."""
    return _head(documents.get(path_of(register), "")).get("lead")


def named(text: str) -> str | None:
    """The register's name as a file states it; None where it states none or cannot be read."""
    return _head(text).get("name")


def _head(text: str) -> dict[str, str]:
    try:
        head = tomllib.loads(text).get("register")
    except tomllib.TOMLDecodeError:
        return {}
    return {key: value for key, value in head.items() if isinstance(value, str)} if isinstance(head, dict) else {}


def placed(documents: Mapping[str, str], path: str, text: str) -> dict[str, str]:
    """The documents with this text at `path`; without that file where the text is `GONE`."""
    others = {held: one for held, one in documents.items() if held != path}
    return others if text == GONE else {**others, path: text}


def check_withdrawal(register: str) -> None:
    """Raises INPUT_INVALID for a base register: it is an item of the law, not of its compiler."""
    if register in BASE_REGISTERS:
        raise GatewayError(
            INPUT_INVALID,
            f"`{register}` is one of the five base registers, which cannot be withdrawn",
            "withdraw single items or resources of it",
            article="Art. 11(2)",
        )


def completed(documents: Mapping[str, str], registered: Sequence[Department]) -> dict[str, str]:
    """The documents, with registered departments that they name as provider or lead added to departments.toml."""
    known = tomllib.loads(documents[DEPARTMENTS])["department"]
    codes = {one["code"] for one in known.values()}
    wanted = {name for path, text in documents.items() if path != DEPARTMENTS for name in _NAMED.findall(text)} - set(known)
    new = {one.name: one for one in registered if one.name in wanted and one.code not in codes}
    tables = "".join(
        f"\n[department.{name}]\n"
        + "".join(f"{key} = {_text(getattr(one, key))}\n" for key in ("code", "title", "division"))
        for name, one in new.items()
    )
    return {**documents, DEPARTMENTS: documents[DEPARTMENTS] + tables}


def _text(value: str) -> str:
    return tomlkit.item(value).as_string()


@dataclass(frozen=True, slots=True)
class Touched:
    """What a draft does to one provider's part: `names` are coordinates and resources, `fingerprint` the hash of what it
    was and would be. A confirmation holds as long as the fingerprint is the same.
    """

    names: tuple[str, ...]
    fingerprint: str


FOR_ALL = (
    *("register", "update_cycle", "modes", "network_zone", "lookups", "roots"),
    *("key", "subject", "division", "published_when"),
)
"""What a resource says of every item in it, whoever provides it: how, where, how fresh and of which rows it is provided."""


def touched(old: Catalogue, new: Catalogue) -> Mapping[ProviderCode, Touched]:
    """The providers for whom the new catalogue adds, changes or removes something, the former and the new one of each; what
    a resource says of all its items (`FOR_ALL`) touches every provider in it.
    """
    found: dict[ProviderCode, list[tuple[str, str]]] = {}
    for name in dict.fromkeys((*old.resources, *new.resources)):
        before, after = old.resources.get(name), new.resources.get(name)
        was, will = _parts(before), _parts(after)
        for part in dict.fromkeys((*was, *will)):
            former, later = was.get(part), will.get(part)
            told = [None if one is None else one[1] for one in (former, later)]
            if told[0] != told[1]:
                for provider in {each for one in (former, later) if one is not None for each in one[0]}:
                    found.setdefault(provider, []).append((part, f"{told[0]} → {told[1]}"))
        if before is not None and after is not None and (shared := tuple(_for_all(before, after))):
            everybody = {each for one in (*was.values(), *will.values()) for each in one[0]}
            for provider in everybody - {before.provider, after.provider}:
                found.setdefault(provider, []).extend(shared)
    return {
        provider: Touched(
            tuple(part for part, _ in changes),
            hashlib.sha256("\n".join(map(" ".join, sorted(changes))).encode()).hexdigest(),
        )
        for provider, changes in sorted(found.items())
    }


def _for_all(before: Resource, after: Resource) -> Iterator[tuple[str, str]]:
    """What changes for everybody who provides an item of it: where, and from what to what."""
    for name in FOR_ALL:
        former, later = getattr(before, name), getattr(after, name)
        if former != later:
            yield f"{after.name}: {name}", f"{former!r} → {later!r}"


def _parts(resource: Resource | None) -> dict[str, tuple[tuple[ProviderCode, ...], str]]:
    """The resource itself, its entries by name and the rows that others provide, each with its providers and all that is
    said of it: of an item, too, whether it can be verified.
    """
    if resource is None:
        return {}
    apart = ("items", "relations", "file", "parted")
    own = {name: getattr(resource, name) for name in Resource.__slots__ if name not in apart}
    parted = resource.parted
    others = () if parted is None else tuple(parted.of)
    entries: Iterator[tuple[str, Entry]] = ((f"{resource.name}.{entry.name}", entry) for entry in parts(resource))
    return {
        str(resource.name): ((resource.provider,), f"{own!r} {parted!r}"),
        **{
            name: (
                (entry.provider, *(others if entry.provider == resource.provider else ())),
                f"{entry!r} {entry.name in resource.verify}",
            )
            for name, entry in entries
        },
        **(
            {}
            if parted is None
            else {
                f"{resource.name}: {parted.by} ({provider})": ((provider,), f"{parted.by} {values!r}")
                for provider, values in parted.of.items()
            }
        ),
    }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A provider's latest word on a draft: whether it accepts, why not, and of what (`Touched.fingerprint`)."""

    provider: ProviderCode
    accepted: bool
    reason: str
    fingerprint: str


class Standing(StrEnum):
    """How a provider stands to what a draft does to its part."""

    MISSING = "missing"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    VOID = "void"


def standing_of(part: Touched, said: Confirmation | None) -> Standing:
    """What the provider's word is worth now: void where the draft has changed for it since."""
    if said is None:
        return Standing.MISSING
    if said.fingerprint != part.fingerprint:
        return Standing.VOID
    return Standing.CONFIRMED if said.accepted else Standing.OBJECTED


@dataclass(frozen=True)
class Judgement:
    """What a draft comes to on top of what is published.

    `catalogue` is None where it cannot be read. `claimed` are breaches of one datum, one source; `providers` whom it needs,
    without the compiler. `inherited` are those of both that what is published has already: it passed the checks of its day,
    and no register waits for another to be mended.
    """

    catalogue: Catalogue | None
    findings: tuple[Finding, ...]
    claimed: tuple[Finding, ...]
    providers: Mapping[ProviderCode, Touched]
    inherited: frozenset[Finding]

    def breaches(self, known: Container[Finding] = ()) -> "Breaches":
        """What the draft itself breaches, beyond what is inherited or `known`."""
        claimed, findings = (
            tuple(one for one in found if one not in self.inherited and one not in known)
            for found in (self.claimed, self.findings)
        )
        return Breaches(claimed, findings)


class Breaches(NamedTuple):
    """What stands against a draft: `claimed` of one datum, one source, and all else."""

    claimed: tuple[Finding, ...]
    findings: tuple[Finding, ...]


def judge(
    published: Catalogue, documents: Mapping[str, str], compiler: ProviderCode, said: Sequence[Part], path: str = ""
) -> Judgement:
    """`documents` are the published ones with the draft's text at `path`; `said` what departments claimed."""
    judged = judge_documents(documents, published.version + 1)
    if judged.catalogue is None:
        return Judgement(None, judged.findings, (), {}, frozenset())
    providers = dict(touched(published, judged.catalogue))
    for name, register in judged.catalogue.registers.items():
        former = published.registers.get(name)
        if former is not None and former.lead != register.lead:
            words = f"{former.lead} → {register.lead}"
            held = providers.get(register.lead, Touched((), ""))
            digest = hashlib.sha256(f"{held.fingerprint} {words}".encode()).hexdigest()
            providers[register.lead] = Touched((*held.names, f"{name}: lead"), digest)
    providers.pop(compiler, None)
    file = path.rpartition("/")[2]
    claimed = overlap_findings(judged.catalogue, said, file)
    found = frozenset((*judged.findings, *claimed))
    inherited = (
        found.intersection((*check_catalogue(published), *overlap_findings(published, said, file))) if found else found
    )
    return Judgement(judged.catalogue, judged.findings, claimed, providers, inherited)


def unconfirmed(
    judgement: Judgement, said: Iterable[Confirmation], departments: Mapping[ProviderCode, str]
) -> tuple[Finding, ...]:
    """Whose confirmation is missing, void or an objection, as findings."""
    by_provider = {one.provider: one for one in said}
    found: list[Finding] = []
    for provider, part in judgement.providers.items():
        name = departments.get(provider, str(provider))
        match standing_of(part, by_provider.get(provider)):
            case Standing.CONFIRMED:
                continue
            case Standing.OBJECTED:
                told = f"objects: {by_provider[provider].reason}", "提供部门有异议", "come to terms, edit, and submit again"
            case Standing.VOID:
                told = (
                    "confirmed before it was changed",
                    "确认后又有修改，须重新确认",
                    "have it confirmed again with `confirmItems`",
                )
            case Standing.MISSING:
                told = "has not confirmed", "提供部门尚未确认", "have it confirmed with `confirmItems`"
        message = f"`{name}` {told[0]}"
        found.append(Finding("", ", ".join(part.names), message, told[1], told[2], "Art. 9"))
    return tuple(found)


def must_be_acknowledged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that break documents of those who ask."""
    return tuple(change for change in changes if change.kind in (ChangeKind.BREAKING, ChangeKind.REMOVED))
