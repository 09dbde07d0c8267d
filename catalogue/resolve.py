"""From drafts to the catalogue, in named stages: departments known → defaults applied → references resolved.

Each stage hands its product to the next explicitly; a fault of any stage is collected, not raised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalogue.draft import (
    DraftEntry,
    DraftItem,
    DraftRegister,
    DraftRelation,
    DraftResource,
    DraftRule,
    DraftSharing,
    DraftTerms,
)
from catalogue.finding import Finding
from catalogue.model import (
    Catalogue,
    Conditional,
    Department,
    Form,
    Item,
    ItemCode,
    MaskName,
    NotShared,
    Parted,
    ProviderCode,
    Register,
    Relation,
    Resource,
    ResourceName,
    RowRule,
    Sharing,
    Target,
    Unconditional,
)

INTERNAL = Conditional("仅用于关联和行规则，不对外提供", "无", (), (), ())
"""The sharing of internal items: nothing that any grant could name."""


@dataclass(slots=True)
class Resolution:
    """What one file's entries may refer to, and the faults found."""

    file: str
    departments: Mapping[str, Department]
    terms: Mapping[str, DraftTerms]
    findings: list[Finding] = field(default_factory=list)

    def fault(self, path: str, message: str, message_zh: str, hint: str, article: str = "") -> None:
        self.findings.append(Finding(self.file, path, message, message_zh, hint, article))

    def provider(self, path: str, name: str) -> ProviderCode:
        """The code of a department by its name in departments.toml."""
        if name in self.departments:
            return self.departments[name].code
        self.fault(
            f"{path}.provider",
            f"names no department: `{name}`",
            f"没有名为 `{name}` 的部门",
            "add it to departments.toml or correct the name",
            "Art. 4(3)",
        )
        return ProviderCode(name)


def resolve(
    version: int, departments: Sequence[Department], registers: Sequence[DraftRegister], findings: list[Finding]
) -> Catalogue:
    """The catalogue of all registers; what does not resolve is added to `findings`."""
    by_name = {department.name: department for department in departments}
    found_registers: dict[str, Register] = {}
    found_resources: dict[ResourceName, Resource] = {}
    for draft in registers:
        resolution = Resolution(draft.file, by_name, draft.terms, findings)
        if draft.name in found_registers:
            message, zh = f"`{draft.name}` names another register too", f"`{draft.name}` 与另一登记库重名"
            resolution.fault("register.name", message, zh, "rename one", "Art. 4(3)")
        found_registers[draft.name] = _resolve_register(draft, resolution)
        for draft_resource in draft.resources:
            name = ResourceName(draft_resource.name)
            if name in found_resources:
                other = found_resources[name].file
                message, zh = f"also stands in {other}", f"在 {other} 中已有同名资源"
                resolution.fault(draft_resource.path, message, zh, "keep one", "Art. 4(3)")
            found_resources[name] = _resolve_resource(draft_resource, resolution)
    by_code = {department.code: department for department in departments}
    return Catalogue(version, found_registers, found_resources, by_code)


def _resolve_register(draft: DraftRegister, resolution: Resolution) -> Register:
    if draft.lead not in resolution.departments:
        message, zh = f"names no department: `{draft.lead}`", f"没有名为 `{draft.lead}` 的牵头部门"
        resolution.fault("register.lead", message, zh, "add it to departments.toml", "Art. 11(2)")
        return Register(draft.name, draft.title, ProviderCode(draft.lead), draft.file)
    return Register(draft.name, draft.title, resolution.departments[draft.lead].code, draft.file)


def _resolve_resource(draft: DraftResource, resolution: Resolution) -> Resource:
    _check_applies_to(draft, resolution)
    items = {item.entry.name: _resolve_item(item, draft, resolution) for item in draft.items}
    relations = {relation.entry.name: _resolve_relation(relation, draft, resolution) for relation in draft.relations}
    for name in relations.keys() & items.keys():
        resolution.fault(f"{draft.path}.relation.{name}", "is also the name of an item", "与信息项重名", "rename one")
    return Resource(
        name=ResourceName(draft.name),
        code=draft.code,
        register=draft.register,
        title=draft.title,
        provider=resolution.provider(draft.path, draft.provider),
        abstract=draft.abstract,
        note=draft.note,
        format=draft.format,
        update_cycle=draft.update_cycle,
        modes=draft.modes,
        network_zone=draft.network_zone,
        opening=draft.opening,
        opening_condition=draft.opening_condition,
        items=items,
        relations=relations,
        lookups={lookup.name: lookup for lookup in draft.lookups},
        roots=draft.roots,
        key=draft.key,
        subject=draft.subject,
        division=draft.division,
        published_when=draft.published_when,
        verify=draft.verify,
        ordered_by=draft.ordered_by or ((draft.key,) if draft.key else ()),
        file=draft.file,
        parted=_resolve_parted(draft, resolution),
    )


def _resolve_parted(draft: DraftResource, resolution: Resolution) -> Parted | None:
    if draft.parted_by is None:
        return None
    of: dict[ProviderCode, tuple[str, ...]] = {}
    for part in draft.parts:
        provider = resolution.provider(part.path, part.provider)
        of[provider] = (*of.get(provider, ()), *part.values)
    return Parted(draft.parted_by, of)


def _check_applies_to(draft: DraftResource, resolution: Resolution) -> None:
    names = {item.entry.name for item in draft.items} | {relation.entry.name for relation in draft.relations}
    for rule in draft.rules:
        for name in rule.applies_to or ():
            if name not in names:
                message, zh = f"names no entry of {draft.name}: `{name}`", f"{draft.name} 没有信息项或者关联 `{name}`"
                resolution.fault(f"{rule.path}.applies_to", message, zh, "correct the name")


def _resolve_item(draft: DraftItem, resource: DraftResource, resolution: Resolution) -> Item:
    entry = draft.entry
    sharing = INTERNAL if entry.sharing is None else _resolve_sharing(entry.sharing, None, resolution)
    return Item(
        name=entry.name,
        code=_code(entry, resource),
        title=entry.title,
        type=draft.type,
        kind=entry.kind,
        sharing=sharing,
        provider=resolution.provider(entry.path if entry.provider else resource.path, entry.provider or resource.provider),
        rules=() if entry.sharing is None else _resolve_rules(entry, sharing, resource, resolution),
        mask=None if draft.mask is None else MaskName(draft.mask),
        match=draft.match,
        derivation=draft.derivation,
        standard=draft.standard,
        datum=draft.datum,
        note=entry.note,
        note_zh=entry.note_zh,
        internal=entry.sharing is None,
    )


def _resolve_relation(draft: DraftRelation, resource: DraftResource, resolution: Resolution) -> Relation:
    entry = draft.entry
    assert entry.sharing is not None
    sharing = _resolve_sharing(entry.sharing, None, resolution)
    return Relation(
        name=entry.name,
        code=_code(entry, resource),
        title=entry.title,
        kind=entry.kind,
        sharing=sharing,
        provider=resolution.provider(entry.path if entry.provider else resource.path, entry.provider or resource.provider),
        key=draft.key,
        targets=tuple(_resolve_target(text, when, entry.path, resolution) for text, when in draft.targets),
        many=draft.many,
        rules=_resolve_rules(entry, sharing, resource, resolution),
        linkable=draft.linkable,
        component=draft.component,
        discriminator=draft.discriminator,
        union=draft.union,
        note=entry.note,
        note_zh=entry.note_zh,
    )


def _code(entry: DraftEntry, resource: DraftResource) -> ItemCode:
    return ItemCode(f"{resource.code}-{entry.seq:03d}")


def _resolve_target(text: str, when: str | None, path: str, resolution: Resolution) -> Target:
    resource, dot, lookup = text.partition(".")
    if not (resource and dot and lookup):
        resolution.fault(f"{path}.target", f"`{text}` is no target", f"`{text}` 不是关联目标", "write `Resource.lookup`")
    return Target(ResourceName(resource), lookup, when)


def _resolve_rules(
    entry: DraftEntry, sharing: Sharing, resource: DraftResource, resolution: Resolution
) -> tuple[RowRule, ...]:
    """The entry's own rules first, then the resource's that apply; what is not shared at all needs no rule."""
    if isinstance(sharing, NotShared):
        return ()
    applying = (rule for rule in resource.rules if rule.applies_to is None or entry.name in rule.applies_to)
    return tuple(_resolve_rule(rule, sharing, resolution) for rule in (*entry.rules, *applying))


def _resolve_rule(draft: DraftRule, sharing: Sharing, resolution: Resolution) -> RowRule:
    narrowed = _resolve_sharing(draft.sharing, sharing, resolution)
    return RowRule(draft.when, narrowed, draft.note, draft.note_zh, draft.article)


def _resolve_sharing(draft: DraftSharing, inherited: Sharing | None, resolution: Resolution) -> Sharing:
    """Terms as written, over named terms, over those of the item that a row rule narrows.

    What stays unstated stays empty: `catalogue.checks` refuses it with its article.
    """
    match draft.word:
        case "unconditional":
            return Unconditional()
        case "not_shared" if draft.basis is not None:
            return NotShared(draft.basis)
        case "not_shared":
            hint = "state title, number, clause and class of the text that forbids sharing, or make it conditional"
            zh = "不予共享而未写明法律、行政法规或者党中央、国务院政策依据"
            resolution.fault(draft.path, "is `not_shared` without a basis", zh, hint, "Art. 11(1)")
            return INTERNAL
        case "conditional":
            return _conditional(draft, inherited, resolution)
        case word:
            hint = "write `unconditional`, `conditional` or `not_shared`"
            resolution.fault(draft.path, f"`{word}` is no sharing type", f"`{word}` 不是共享类型", hint, "Art. 10")
            return INTERNAL


def _conditional(draft: DraftSharing, inherited: Sharing | None, resolution: Resolution) -> Conditional:
    terms = draft.own
    if draft.terms is not None:
        if draft.terms not in resolution.terms:
            path = draft.path.removesuffix("sharing") + "terms"
            resolution.fault(
                path,
                f"names no terms: `{draft.terms}`",
                f"没有名为 `{draft.terms}` 的共享条款",
                f"add [terms.{draft.terms}] to the file",
            )
        else:
            terms = _over(terms, resolution.terms[draft.terms])
    if isinstance(inherited, Conditional):
        terms = _over(terms, DraftTerms(None, None, inherited.uses, inherited.forms, None, None))
    return Conditional(
        condition=terms.condition or "",
        scope=terms.scope or "",
        uses=terms.uses or (),
        forms=terms.forms or _forms_of(inherited),
        rows=terms.rows or (),
        open_form=terms.open_form,
    )


def _over(upper: DraftTerms, lower: DraftTerms) -> DraftTerms:
    return replace(
        lower,
        **{name: value for name in DraftTerms.__slots__ if (value := getattr(upper, name)) is not None},
    )


def _forms_of(inherited: Sharing | None) -> tuple[Form, ...]:
    """A rule that narrows what is open to all leaves its full form to a grant."""
    return (Form.FULL,) if isinstance(inherited, Unconditional) else ()
